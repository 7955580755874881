/** One session, from its safety check to its log, at one address: a reload comes back to where it was. */

import { useEffect, useState } from "preact/hooks";
import type { AccountBody, SessionBody } from "../generated/rest";
import { Live } from "../link/live";
import { memory } from "../link/memory";
import { rest } from "../link/rest";
import { words } from "../words/en";
import { Bar } from "./bar";
import { CheckCode } from "./check_code";
import { Gate } from "./gate";
import { LogPage } from "./log";
import { Frame, Trouble, sentence } from "./parts";
import { guardLeaving } from "./path";
import { stage } from "./sessions";
import { Steer } from "./steer";
import { Strip } from "./strip";
import { useKeys } from "./keys";
import { useLive } from "./use_live";
import { VoiceRow } from "./voice";
import { Waiting } from "./waiting";

interface Signed {
  account: AccountBody;
  leave: () => void;
}

export function SessionPage(props: { sessionId: string } & Signed) {
  const [session, setSession] = useState<SessionBody | null>(null);
  const [isChanging, setChanging] = useState(false);
  const [wantsCode, setWantsCode] = useState(false);
  const [trouble, setTrouble] = useState("");
  const load = () =>
    rest.session(props.sessionId).then(
      (found) => {
        if (found.gate.callback_number !== "") {
          memory.keepContact(found.session_id, {
            number: found.gate.callback_number,
            address: found.gate.present_address,
            emergency: found.gate.emergency_number,
          });
        }
        setTrouble("");
        setSession(found);
      },
      (error: unknown) => setTrouble(sentence(error)),
    );
  useEffect(() => {
    rest.clock().catch(sentence);
    void load();
  }, []);

  if (session === null) {
    return (
      <Frame title="" {...props} back>
        <Trouble text={trouble} />
        {trouble !== "" && (
          <button type="button" onClick={load}>
            {words.tryAgain}
          </button>
        )}
      </Frame>
    );
  }
  if (session.ended || props.account.role !== "therapist")
    return <LogPage session={session} reload={load} {...props} />;
  if ((stage(session) === "gate" || isChanging) && !props.account.watches) {
    const saved = (found: SessionBody) => {
      setSession(found);
      setChanging(false);
      setWantsCode(!isChanging);
    };
    return (
      <Frame title={words.gate.title} {...props} back>
        <Gate session={session} saved={saved} />
        {!isChanging && <CheckCode sessionId={session.session_id} />}
      </Frame>
    );
  }
  return (
    <LiveSession
      session={session}
      setSession={setSession}
      reload={load}
      wantsCode={wantsCode}
      change={() => setChanging(true)}
      {...props}
    />
  );
}

function LiveSession(
  props: {
    session: SessionBody;
    setSession: (session: SessionBody) => void;
    reload: () => void;
    wantsCode: boolean;
    change: () => void;
  } & Signed,
) {
  const { session } = props;
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    const made = new Live(session.session_id);
    setLive(made);
    return () => made.close();
  }, [session.session_id]);
  return live && <Connected {...props} live={live} />;
}

function Connected(
  props: {
    live: Live;
    session: SessionBody;
    setSession: (session: SessionBody) => void;
    reload: () => void;
    wantsCode: boolean;
    change: () => void;
  } & Signed,
) {
  const { live, session, reload } = props;
  const [leaving, setLeaving] = useState<(() => void) | null>(null);
  useLive(live);
  useKeys(live);
  const headset = live.room.headset?.peer;
  const isEnded = live.room.report?.state === "ended";
  const isOver = live.turned?.code === "session_over";
  const state = live.room.report?.state;
  const isLetIn = state !== undefined && state !== "waiting" && !session.admitted;

  useEffect(() => {
    if (headset !== undefined || isLetIn) reload();
  }, [headset, isLetIn]);
  useEffect(() => {
    live.keep();
    if (isOver) reload();
    else if (isEnded && live.isConnected) rest.end(session.session_id).then(props.setSession, reload);
  }, [isEnded, isOver, live.isConnected]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => void (live.isOut || event.preventDefault());
    addEventListener("beforeunload", warn);
    guardLeaving((go) => setLeaving(() => go));
    return () => {
      removeEventListener("beforeunload", warn);
      guardLeaving(null);
    };
  }, []);

  const strip = <Strip live={live} mayLead={!props.account.watches} leaving={leaving} stay={() => setLeaving(null)} />;
  if (session.admitted) {
    return (
      <div class="steering">
        <Steer live={live} session={session} strip={strip} />
        <VoiceRow live={live} />
        <Bar live={live} />
      </div>
    );
  }
  return (
    <div class="steering">
      <div class="before">
        <Frame title={words.waiting.title} account={props.account} leave={props.leave} back>
          {strip}
          {props.account.watches ? (
            <p>{words.waiting.watching}</p>
          ) : (
            <Waiting live={live} wantsCode={props.wantsCode} admitted={props.setSession} change={props.change} />
          )}
        </Frame>
      </div>
      <VoiceRow live={live} />
      <Bar live={live} />
    </div>
  );
}
