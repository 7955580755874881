/** A code with which the person checks their own computer, days before the session. It lets nobody in. */

import { useState } from "preact/hooks";
import type { CodeBody } from "../generated/rest";
import { rest } from "../link/rest";
import { words } from "../words/en";
import { Trouble, sentence } from "./parts";

export function CheckCode({ sessionId }: { sessionId: string }) {
  const [code, setCode] = useState<CodeBody | null>(null);
  const [trouble, setTrouble] = useState("");
  const issue = () =>
    void rest.checkCode(sessionId).then(
      (made) => {
        setCode(made);
        setTrouble("");
      },
      (error: unknown) => setTrouble(sentence(error)),
    );
  return (
    <section class="card" aria-labelledby="check-title">
      <h2 id="check-title">{words.check.title}</h2>
      <p class="hint">{words.check.hint}</p>
      {code && (
        <>
          <p class="letters small" aria-label={[...code.code].join(" ")}>
            {code.code}
          </p>
          <p>{words.check.command(code.code)}</p>
          <p class="hint">{words.check.until(new Date(code.expires_unix_ms))}</p>
        </>
      )}
      <Trouble text={trouble} />
      <button type="button" onClick={issue}>
        {code ? words.waiting.again : words.check.show}
      </button>
    </section>
  );
}
