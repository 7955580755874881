/** The live page. What steers is at fixed places; everything that is shown says how old it is. */

import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import { inSceneSince } from "../core/story";
import type { SessionBody } from "../generated/rest";
import { rest } from "../link/rest";
import { nowMs, serverNowMs } from "../link/clock";
import type { Live } from "../link/live";
import { words } from "../words/en";
import { clock } from "../words/number";
import { hasVariants } from "../words/preview";
import { stepTitle, variantTitle } from "../words/telling";
import { WhomToCall } from "./call";
import { Chart } from "./chart";
import { Compared, Comparing } from "./comparison";
import { Conversation } from "./conversation";
import { Fine } from "./fine";
import { Heard } from "./heard";
import { HomeworkPanel } from "./homework";
import { HomeworkSince } from "./homework_done";
import { Ladder } from "./ladder";
import { MirrorPanel } from "./mirror";
import { Trouble, sentence } from "./parts";
import { navigate } from "./path";
import { Person } from "./person";
import { Preparing } from "./preparing";
import { Raise } from "./raise";
import { Rating } from "./rating";
import { RecordingPanel, RecordingWords } from "./recording";
import { Heart } from "./heart";
import { Sickness } from "./sickness";
import { Stimuli } from "./stimuli";
import { Ending, Expectancy, Marks, Note, ScaleAnchors } from "./writing";

const STALE_MS = 3000;

export function Steer(props: { live: Live; session: SessionBody; strip: ComponentChildren }) {
  const { live, session } = props;
  const { room } = live;
  const steps = (room.lastScene ?? room.opened?.scenes.find(({ rungs }) => rungs.length > 0))?.rungs.length ?? 0;
  const beginNs = room.opened?.t_ns ?? 0;
  useEffect(() => {
    document.title = `${session.label || words.sessions.unnamed} · ${words.product}`;
  }, []);
  return (
    <>
      <Top live={live} session={session} />
      {props.strip}
      <main class="columns">
        <Column side="left">
          <Ladder live={live} />
        </Column>
        <Column side="middle">
          <Comparing live={live} />
          <HomeworkSince live={live} />
          <Preparing live={live} />
          <MirrorPanel live={live} />
          <Chart records={room.records} beginNs={beginNs} nowNs={room.report?.t_ns ?? beginNs} steps={steps} />
          <Person live={live} />
          <Stimuli live={live} />
          <Heard live={live} />
          <Fine live={live} />
          <Compared live={live} />
          <RecordingPanel live={live} />
          <RecordingWords sessionId={live.sessionId} />
          <WhomToCall live={live} />
          <Reconnect live={live} />
        </Column>
        <Column side="right">
          <Raise live={live} />
          <Rating live={live} />
          <Sickness live={live} />
          <Heart live={live} />
          <Conversation live={live} />
          <Note live={live} />
          <Marks live={live} />
          <Expectancy live={live} />
          <ScaleAnchors live={live} />
          <HomeworkPanel live={live} />
          <Ending live={live} />
        </Column>
      </main>
    </>
  );
}

/** One column scrolls by itself; what fails in it takes nothing else with it. */
function Column(props: { side: string; children: ComponentChildren }) {
  const [failure] = useErrorBoundary((error: unknown) => reportError(error));
  return (
    <div class={`column ${props.side}`} tabIndex={0}>
      {failure === undefined ? props.children : <p class="trouble">{words.failed}</p>}
    </div>
  );
}

function Top({ live, session }: { live: Live; session: SessionBody }) {
  const { room } = live;
  const { report } = room;
  const now = nowMs();
  const sinceNs = inSceneSince(room.records);
  return (
    <header class="top">
      <button type="button" class="quiet" onClick={() => navigate("/")}>
        {words.live.leave}
      </button>
      <h1 title={session.label}>
        <span class="unseen">{words.live.timer}: </span>
        <bdi>{session.label || words.sessions.unnamed}</bdi>
      </h1>
      <p class={`state ${report?.state ?? "unknown"}`} role="status">
        {stateText(live, now)}
      </p>
      <p class="where">
        {whereText(live)}
        {report?.cause && <small>{words.live.since(words.causes[report.cause])}</small>}
      </p>
      <p class="timer">
        {words.live.timer} <b>{clock(serverNowMs() - (session.admitted_unix_ms ?? serverNowMs()))}</b>
        {report !== null && sinceNs !== null && (
          <>
            {", "}
            {words.live.inScene} <b>{clock((report.t_ns - sinceNs) / 1e6)}</b>
          </>
        )}
      </p>
      <p class="trial">{session.mark}</p>
    </header>
  );
}

/** A state that may have changed since is not told as if it were known. */
function stateText(live: Live, now: number): string {
  const { report } = live.room;
  const age = live.room.reportAgeMs(now);
  if (report === null || age === null) return words.live.unknown;
  const known = words.states[report.state];
  return age > STALE_MS ? words.live.unknownSince(Math.round(age / 1000), known) : known;
}

function whereText(live: Live): string {
  const { report, scene, opened } = live.room;
  if (report === null) return "";
  if (scene === null) return report.state === "calm" ? "" : words.live.calmRoom;
  const title = stepTitle(opened?.scenes ?? [], scene.name, report.step_index);
  const variant = hasVariants(scene) ? ` · ${variantTitle([scene], report.variant ?? "")}` : "";
  const step = report.step_index < 0 ? "" : `${words.live.step(report.step_index + 1, scene.rungs.length)}: `;
  return `${step}${title}${variant}`;
}

function Reconnect({ live }: { live: Live }) {
  const [code, setCode] = useState("");
  const [trouble, setTrouble] = useState("");
  const issue = () =>
    rest.code(live.sessionId).then(
      (found) => setCode(found.code),
      (error: unknown) => setTrouble(sentence(error)),
    );
  return (
    <details class="panel">
      <summary>{words.live.newCode}</summary>
      <Trouble text={trouble} />
      {code === "" ? (
        <button type="button" onClick={issue}>
          {words.waiting.show}
        </button>
      ) : (
        <>
          <p>{words.waiting.read}</p>
          <p class="letters small">{code}</p>
        </>
      )}
    </details>
  );
}
