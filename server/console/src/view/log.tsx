/** After the session: one timeline of everything, and the same as a table. */

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { AccountBody, SessionBody } from "../generated/rest";
import type { Record, SceneRules } from "../generated/wire";
import { memory } from "../link/memory";
import { rest } from "../link/rest";
import { words } from "../words/en";
import { clock } from "../words/number";
import { tell, type Who } from "../words/telling";
import { Recordings } from "./listening";
import { Choices, Frame, Trouble, sentence } from "./parts";
import { Timeline } from "./timeline";

const ASK_AGAIN_MS = 3000;

export function LogPage(props: { session: SessionBody; reload: () => void; account: AccountBody; leave: () => void }) {
  const { session } = props;
  const isSealed = session.log !== null;
  const [records, setRecords] = useState<Record[]>(() => memory.room(session.session_id)?.records ?? []);
  const [trouble, setTrouble] = useState("");

  useEffect(() => {
    if (!isSealed) {
      const asking = setInterval(props.reload, ASK_AGAIN_MS);
      return () => clearInterval(asking);
    }
    rest.timeline(session.session_id).then(setRecords, (error: unknown) => setTrouble(sentence(error)));
    return undefined;
  }, [isSealed]);

  return (
    <Frame title={words.log.title} account={props.account} leave={props.leave} back wide>
      <p>
        <strong>
          <bdi>{session.label || words.sessions.unnamed}</bdi>
        </strong>
        , {new Date(session.created_unix_ms).toLocaleString("en-GB")}.{" "}
        {isSealed ? words.log.sealed : records.length > 0 ? words.log.waiting : words.log.nothing}{" "}
        {isSealed && <a href={rest.logAddress(session.session_id)}>{words.log.download}</a>}
      </p>
      <Recordings session={session} account={props.account} />
      <Trouble text={trouble} />
      {records.length > 0 && <Told records={records} />}
    </Frame>
  );
}

function Told({ records }: { records: Record[] }): ComponentChildren {
  const scenes = useMemo(() => scenesOf(records), [records]);
  const beginNs = records[0]!.event.t_ns;
  const lines = useMemo(() => records.flatMap((record) => tell(record, scenes)), [records]);
  const [who, setWho] = useState<Who | "everything">("everything");
  const whos = [
    ["everything", words.log.everything] as const,
    ...(Object.keys(words.log.who) as Who[]).map((key) => [key, words.log.who[key]] as const),
  ];
  const shown = lines.filter((line) => who === "everything" || line.who === who);
  return (
    <>
      <Timeline records={records} scenes={scenes} />
      <h2>{words.log.table}</h2>
      <Choices legend={words.log.filter} options={whos} value={who} choose={setWho} />
      <div class="card scrolls" tabIndex={0} role="region" aria-label={words.log.table}>
        <table class="told">
          <thead>
            <tr>
              {words.log.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((line, index) => (
              <tr key={index}>
                <td class="time">{clock((line.tNs - beginNs) / 1e6)}</td>
                <td>{words.log.who[line.who]}</td>
                <td>{line.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function scenesOf(records: Record[]): SceneRules[] {
  return records.flatMap(({ event }) => (event.type === "SessionOpened" ? event.scenes : []));
}
