/** What therapist and person write to each other: before they meet, in the scene, and when the voice is lost. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { UNSAID_MAX, hasUnknownLetters, plainText, type Line, type Unsaid } from "../core/conversation";
import { SAY_MAX } from "../generated/core";
import type { Live } from "../link/live";
import { memory } from "../link/memory";
import { words } from "../words/en";
import { Outcome, answerText } from "./outcome";

const ROOM_LEFT = 100;
const FIELD = "conversation-field";
const told = words.conversation;

/** Bring it into view, ready to answer. */
export function showConversation(): void {
  document.getElementById(FIELD)?.focus();
}

export function Conversation({ live }: { live: Live }) {
  const { conversation, report, leads } = live.room;
  const section = useRef<HTMLElement>(null);
  const isInView = useInView(section);
  const isRead = isInView && !live.room.isHidden && conversation.unread > 0;
  useEffect(() => {
    if (isRead) live.readConversation();
  }, [isRead]);
  const saying = report?.saying ?? null;
  const isShown = report !== null && saying !== null && report.rating === null && report.t_ns < saying.until_ns;
  return (
    <section class="panel card conversation" ref={section} aria-labelledby="conversation-title">
      <div class="heading">
        <h2 id="conversation-title">{told.title}</h2>
        {conversation.unread > 0 && <span class="badge">{told.unread(conversation.unread)}</span>}
        <button
          type="button"
          title={told.hereHint}
          disabled={!leads || live.room.headset === null}
          onClick={() => live.order("here", { type: "SayHere" })}
        >
          {told.here}
        </button>
      </div>
      <Outcome live={live} control="here" />
      <Lines live={live} />
      {isShown && <p class="hint">{told.reads}</p>}
      {leads && <Writing live={live} />}
    </section>
  );
}

/** The newest line is in view, unless the therapist reads further up. */
function Lines({ live }: { live: Live }) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const { lines, unsaid } = live.room.conversation;
  const look = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
  };
  useLayoutEffect(() => {
    if (isAtEnd.current) list.current?.scrollTo(0, list.current.scrollHeight);
  }, [lines, unsaid]);
  return (
    <>
      <div
        class="lines"
        ref={list}
        role="log"
        aria-live="polite"
        aria-labelledby="conversation-title"
        tabIndex={0}
        onScroll={(event) => look(event.currentTarget)}
      >
        <ol>
          {lines.map((line) => (
            <Said key={`${line.run}/${line.sequence}`} line={line} />
          ))}
          {unsaid.map((entry) => (
            <Waits key={entry.id} live={live} entry={entry} />
          ))}
        </ol>
      </div>
      {lines.length + unsaid.length === 0 && <p class="hint">{told.nobody}</p>}
    </>
  );
}

function Said({ line }: { line: Line }) {
  const text = line.phrase !== null ? words.phrases[line.phrase] : line.isHere ? told.hereLine : line.text;
  return (
    <li class={`${line.by} ${line.phrase === null ? "" : "phrase"}`}>
      <small>
        {told.by[line.by]}, <Time atMs={line.atMs} />
        {line.by === "therapist" && ` · ${told.delivered}`}
      </small>
      <span class="said" dir="auto">
        {text}
      </span>
    </li>
  );
}

function Waits({ live, entry }: { live: Live; entry: Unsaid }) {
  return (
    <li class="therapist unsaid">
      <small>
        {told.by.therapist}, <Time atMs={entry.atMs} /> ·{" "}
        <strong>{entry.answer === null ? told.undelivered : told.refused(answerText(entry.answer))}</strong>
      </small>
      <span class="said" dir="auto">
        {entry.text}
      </span>
      {entry.answer !== null && (
        <button type="button" onClick={() => live.dropText(entry.id)}>
          {told.drop}
        </button>
      )}
    </li>
  );
}

function Time({ atMs }: { atMs: number }) {
  const at = new Date(atMs);
  return <time dateTime={at.toISOString()}>{at.toLocaleTimeString("en-GB")}</time>;
}

function Writing({ live }: { live: Live }) {
  const [text, setText] = useState(() => memory.message(live.sessionId));
  const isFull = live.room.conversation.unsaid.length >= UNSAID_MAX;
  const left = SAY_MAX - [...text].length;
  const write = (typed: string) => {
    setText(typed);
    memory.keepMessage(live.sessionId, typed);
  };
  const send = () => {
    const plain = plainText(text);
    if (plain !== "" && live.write(plain)) write("");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat) send();
  };
  return (
    <>
      <div class="row">
        <textarea
          id={FIELD}
          aria-label={told.label}
          rows={2}
          maxLength={SAY_MAX}
          placeholder={told.placeholder}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={press}
        />
        <button type="button" onClick={send} disabled={isFull}>
          {told.send}
        </button>
      </div>
      {isFull && <p class="hint">{told.full}</p>}
      {left <= ROOM_LEFT && <p class="hint">{told.left(left)}</p>}
      {hasUnknownLetters(text) && <p class="hint">{told.letters}</p>}
    </>
  );
}

/** Whether some of it can be seen on the page, if the page itself can. */
function useInView(element: { current: HTMLElement | null }): boolean {
  const [isInView, setInView] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const watcher = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting ?? false), {
      threshold: 0.3,
    });
    watcher.observe(element.current);
    return () => watcher.disconnect();
  }, []);
  return isInView;
}
