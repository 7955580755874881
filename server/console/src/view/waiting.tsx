/**
 * The code to read out, who waits, and letting in.
 *
 * A new code makes the one before it worthless, which may just be typed in somewhere; so after a reload it is asked for.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import type { CodeBody, SessionBody } from "../generated/rest";
import type { Live } from "../link/live";
import { serverNowMs } from "../link/clock";
import { rest } from "../link/rest";
import { words } from "../words/en";
import { Conversation } from "./conversation";
import { DeviceHints } from "./device";
import { Trouble, sentence } from "./parts";
import { useLive } from "./use_live";

export function Waiting(props: {
  live: Live;
  admitted: (session: SessionBody) => void;
  change: () => void;
  wantsCode: boolean;
}) {
  const { live } = props;
  const [code, setCode] = useState<CodeBody | null>(null);
  const [trouble, setTrouble] = useState("");
  const isBusy = useRef(false);
  useLive(live);
  const headset = live.room.headset;

  /** One call at a time: of two codes that were asked for at once, the older may arrive last and is worth nothing. */
  const attempt = (call: () => Promise<void>) => {
    if (isBusy.current) return;
    isBusy.current = true;
    void call()
      .then(
        () => setTrouble(""),
        (error: unknown) => setTrouble(sentence(error)),
      )
      .finally(() => (isBusy.current = false));
  };
  const issue = () => attempt(() => rest.code(live.sessionId).then(setCode));
  const admit = () => attempt(() => rest.admit(live.sessionId).then(props.admitted));

  useEffect(() => {
    if (props.wantsCode && headset === null) issue();
  }, []);

  return (
    <div class="waiting">
      <section class="card code" aria-labelledby="code-title">
        <h2 id="code-title">{words.waiting.read}</h2>
        {code && <Code code={code} />}
        {code === null && <p class="hint">{words.waiting.replaces}</p>}
        <button type="button" onClick={issue}>
          {code ? words.waiting.again : words.waiting.show}
        </button>
      </section>
      <section class="card" aria-labelledby="waits-title">
        <h2 id="waits-title">
          <span role="status">{headset ? words.waiting.somebody : words.waiting.nobody}</span>
        </h2>
        {headset && <p class="hint">{words.waiting.program(headset.program)}</p>}
        {headset && <DeviceHints device={live.room.device} />}
        <p>{words.waiting.check}</p>
        <Trouble text={trouble} />
        <button type="button" class="main" onClick={admit} disabled={headset === null}>
          {words.waiting.admit}
        </button>
        <button type="button" class="quiet" onClick={props.change}>
          {words.waiting.change}
        </button>
      </section>
      <Conversation live={live} />
    </div>
  );
}

function Code({ code }: { code: CodeBody }) {
  const leftS = Math.max(0, Math.round((code.expires_unix_ms - serverNowMs()) / 1000));
  return (
    <>
      <p class="letters" aria-label={[...code.code].join(" ")}>
        {code.code}
      </p>
      <p class="hint">
        {leftS === 0 ? words.waiting.expired : words.waiting.expires(Math.floor(leftS / 60), leftS % 60)}
      </p>
    </>
  );
}
