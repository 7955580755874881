/** All sessions of this account, newest first. */

import { useEffect, useState } from "preact/hooks";
import { SCENES } from "../generated/scenes";
import type { AccountBody, SessionBody } from "../generated/rest";
import type { Plan } from "../generated/wire";
import { rest } from "../link/rest";
import { words } from "../words/en";
import { Frame, Link, Trouble, sentence } from "./parts";
import { navigate } from "./path";

export function SessionsPage(props: { account: AccountBody; leave: () => void }) {
  const [sessions, setSessions] = useState<SessionBody[] | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    rest.sessions().then(
      (found) => setSessions(found.sessions),
      (error: unknown) => setTrouble(sentence(error)),
    );
  }, []);
  return (
    <Frame title={words.sessions.title} {...props} wide>
      <Trouble text={trouble} />
      {props.account.role === "therapist" && !props.account.watches && (
        <p>
          <button type="button" class="main" onClick={() => navigate("/sessions/new")}>
            {words.sessions.create}
          </button>
        </p>
      )}
      {sessions?.length === 0 && <p>{words.sessions.none}</p>}
      {sessions !== null && sessions.length > 0 && (
        <div class="card scrolls" tabIndex={0} role="region" aria-label={words.sessions.title}>
          <table>
            <thead>
              <tr>
                {words.sessions.columns.map((column) => (
                  <th key={column} scope="col">
                    {column === "" ? <span class="unseen">{words.sessions.open}</span> : column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sessions.map((session) => (
                <Row key={session.session_id} session={session} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Frame>
  );
}

function Row({ session }: { session: SessionBody }) {
  const label = session.label === "" ? words.sessions.unnamed : session.label;
  return (
    <tr>
      <th scope="row">
        <bdi>{label}</bdi>
      </th>
      <td>{new Date(session.created_unix_ms).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}</td>
      <td>{sceneTitles(session)}</td>
      <td>{words.sessions.stages[stage(session)]}</td>
      <td class="end">
        <Link to={`/sessions/${session.session_id}`}>
          {words.sessions.open}
          <span class="unseen"> {label}</span>
        </Link>
      </td>
    </tr>
  );
}

/** How far a session has come. */
export function stage(session: SessionBody): keyof typeof words.sessions.stages {
  if (session.ended) return "ended";
  if (session.admitted) return "live";
  return session.gate.complete ? "waiting" : "gate";
}

function sceneTitles(session: SessionBody): string {
  const plan = session.plan as unknown as Plan;
  return plan.scenes.map(({ scene }) => SCENES.find(({ name }) => name === scene)?.title ?? scene).join(", ");
}
