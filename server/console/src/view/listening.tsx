/** The recordings of a session, on the page about it: opened in this page alone, played, deleted. */

import { useEffect, useState } from "preact/hooks";
import type { AccountBody, RecordingBody, SessionBody } from "../generated/rest";
import { openRecording, type Listening } from "../link/listening";
import { rest } from "../link/rest";
import { WordsError } from "../link/sealing";
import { secrets } from "../link/secrets";
import { faultText, recordingWords } from "../words/recording";
import { Field, Trouble, sentence } from "./parts";
import { RecordingWords } from "./recording";

const words = recordingWords.listen;
/** What was on its way when the session ended comes within so long. */
const ASK_AGAIN_MS = 3000;

export function Recordings(props: { session: SessionBody; account: AccountBody }) {
  const { session_id } = props.session;
  const [recordings, setRecordings] = useState<RecordingBody[]>([]);
  const [trouble, setTrouble] = useState("");
  const load = () =>
    rest.recordings(session_id).then(
      (found) => setRecordings(found.recordings),
      (error: unknown) => setTrouble(sentence(error)),
    );
  useEffect(() => {
    void load();
    const late = setTimeout(load, ASK_AGAIN_MS);
    return () => clearTimeout(late);
  }, [session_id]);
  const mayDelete = props.account.role === "therapist" && !props.account.watches;
  if (recordings.length === 0 && secrets.untold(session_id) === null) return <Trouble text={trouble} />;
  return (
    <section class="card recordings" aria-labelledby="recordings-title">
      <h2 id="recordings-title">{words.title}</h2>
      <RecordingWords sessionId={session_id} />
      <Trouble text={trouble} />
      <ul>
        {recordings.map((recording) => (
          <li key={recording.recording_id}>
            <One
              session={session_id}
              recording={recording}
              mayDelete={mayDelete}
              isLastOne={recordings.length === 1}
              gone={load}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function One(props: {
  session: string;
  recording: RecordingBody;
  mayDelete: boolean;
  isLastOne: boolean;
  gone: () => void;
}) {
  const { session, recording } = props;
  const [listening, setListening] = useState<Listening>({ is: "closed" });
  const [typed, setTyped] = useState("");
  const [trouble, setTrouble] = useState("");
  const [isSure, setSure] = useState(false);
  const address = listening.is === "open" ? listening.address : null;
  useEffect(() => () => void (address !== null && URL.revokeObjectURL(address)), [address]);
  const listen = async (text: string | null) => {
    setTrouble("");
    try {
      setListening(await openRecording(session, recording, text, setListening));
    } catch (error) {
      setListening({ is: text === null ? "closed" : "asks" });
      setTrouble(error instanceof WordsError ? faultText(error.fault) : sentence(error));
    }
  };
  const remove = async () => {
    try {
      await rest.deleteRecording(session, recording.recording_id);
      await secrets.forget(session, recording.recording_id, props.isLastOne);
      props.gone();
    } catch (error) {
      setTrouble(sentence(error));
    }
  };
  return (
    <>
      <p class="row">
        <span>{words.made(new Date(recording.begun_unix_ms).toLocaleTimeString("en-GB"), lengthText(recording))}</span>
        {listening.is === "closed" && (
          <button type="button" onClick={() => void listen(null)}>
            {words.action}
          </button>
        )}
        {props.mayDelete && !isSure && (
          <button type="button" class="quiet" onClick={() => setSure(true)}>
            {words.delete}
          </button>
        )}
      </p>
      {isSure && (
        <p class="row" role="alert">
          {words.sure}
          <button type="button" onClick={() => void remove()}>
            {words.deleteYes}
          </button>
          <button type="button" onClick={() => setSure(false)}>
            {words.deleteNo}
          </button>
        </p>
      )}
      <Trouble text={trouble} />
      {listening.is === "opening" && <p role="status">{words.opening(listening.share)}</p>}
      {listening.is === "changed" && (
        <p class="trouble" role="alert">
          {words.changed}
        </p>
      )}
      {(listening.is === "asks" || listening.is === "wrong") && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void listen(typed);
          }}
        >
          <p class="hint">{words.why}</p>
          <Field label={words.ask}>
            {(id) => (
              <textarea
                id={id}
                rows={3}
                autocomplete="off"
                spellcheck={false}
                value={typed}
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
            )}
          </Field>
          <Trouble text={listening.is === "wrong" ? words.wrong : ""} />
          <button type="submit" class="main">
            {words.open}
          </button>
        </form>
      )}
      {listening.is === "open" && (
        <>
          <audio controls src={listening.address} aria-label={words.play} onLoadedMetadata={findLength} />
          {!listening.isWhole && (
            <p class="hint" role="status">
              {words.cut}
            </p>
          )}
        </>
      )}
    </>
  );
}

/** What a browser has recorded does not tell its length; looking for the end finds it. */
function findLength({ currentTarget: audio }: { currentTarget: HTMLAudioElement }): void {
  if (audio.duration !== Infinity) return;
  audio.addEventListener("durationchange", () => (audio.currentTime = 0), { once: true });
  audio.currentTime = Number.MAX_SAFE_INTEGER;
}

function lengthText({ begun_unix_ms, newest_unix_ms }: RecordingBody): string {
  const minutes = Math.round((newest_unix_ms - begun_unix_ms) / 60_000);
  return minutes === 0 ? words.short : words.minutes(minutes);
}
