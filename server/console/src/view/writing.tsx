/** What the therapist writes down while the session runs: notes, marks, expectations, anchors, and how it ended. */

import { useState } from "preact/hooks";
import { ANCHOR_MAX } from "../generated/core";
import type { EndedHow } from "../generated/wire";
import type { Live } from "../link/live";
import { memory } from "../link/memory";
import { words } from "../words/en";
import { Outcome } from "./outcome";
import { Choices, Field } from "./parts";

const ANCHORS = [0, 25, 50, 75, 100];

export function Note({ live }: { live: Live }) {
  const [text, setText] = useState(() => memory.draft(live.sessionId));
  const write = (draft: string) => {
    setText(draft);
    memory.keepDraft(live.sessionId, draft);
  };
  const save = () => {
    if (text.trim() === "") return;
    live.order("note", { type: "Note", text: text.trim() });
    write("");
  };
  return (
    <section class="panel note">
      <div class="heading">
        <h2 id="note-title">{words.notes.title}</h2>
        <span class="hint" id="note-hint">
          {words.notes.hint}
        </span>
      </div>
      <textarea
        aria-labelledby="note-title"
        aria-describedby="note-hint"
        rows={2}
        maxLength={4000}
        placeholder={words.notes.placeholder}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && event.ctrlKey && !event.repeat && save()}
      />
      <div class="row">
        <button type="button" onClick={save}>
          {words.notes.save}
        </button>
        <Outcome live={live} control="note" />
      </div>
    </section>
  );
}

export function Marks({ live }: { live: Live }) {
  const [other, setOther] = useState("");
  const behaviour = (text: string) => live.order("mark", { type: "MarkSafetyBehaviour", behaviour: text });
  return (
    <details class="panel marks">
      <summary>
        {words.marks.title} <Outcome live={live} control="mark" />
      </summary>
      <div class="chips" role="group" aria-label={words.marks.safety}>
        <span>{words.marks.safety}</span>
        {words.marks.behaviours.map((text) => (
          <button key={text} type="button" onClick={() => behaviour(text)}>
            {text}
          </button>
        ))}
      </div>
      <div class="chips" role="group" aria-label={words.marks.tags}>
        <span>{words.marks.tags}</span>
        {words.marks.tagWords.map((tag) => (
          <button key={tag} type="button" onClick={() => live.order("mark", { type: "Tag", tag })}>
            {tag}
          </button>
        ))}
      </div>
      <div class="row">
        <input
          aria-label={`${words.marks.safety}: ${words.marks.other}`}
          placeholder={words.marks.other}
          maxLength={200}
          value={other}
          onInput={(event) => setOther(event.currentTarget.value)}
        />
        <button
          type="button"
          disabled={other.trim() === ""}
          onClick={() => {
            behaviour(other.trim());
            setOther("");
          }}
        >
          {words.marks.add}
        </button>
      </div>
    </details>
  );
}

export function Expectancy({ live }: { live: Live }) {
  const [feared, setFeared] = useState("");
  const [probability, setProbability] = useState("");
  const [howKnown, setHowKnown] = useState("");
  const [occurred, setOccurred] = useState<"yes" | "no" | null>(null);
  const [surprise, setSurprise] = useState("");
  const [later, setLater] = useState("");
  const [learnt, setLearnt] = useState("");
  const before = () =>
    live.order("before", {
      type: "ExpectBefore",
      feared_outcome: feared,
      probability: Number(probability),
      how_known: howKnown,
    });
  const after = () =>
    live.order("after", {
      type: "ExpectAfter",
      occurred: occurred === "yes",
      surprise: Number(surprise),
      probability: Number(later),
      learnt,
    });
  return (
    <details class="panel expectancy">
      <summary>{words.expectancy.title}</summary>
      <h3>{words.expectancy.before}</h3>
      <Text label={words.expectancy.feared} value={feared} set={setFeared} />
      <Percent label={words.expectancy.probability} value={probability} set={setProbability} />
      <Text label={words.expectancy.howKnown} value={howKnown} set={setHowKnown} />
      <p class="row">
        <button type="button" disabled={feared.trim() === "" || !isPercent(probability)} onClick={before}>
          {words.expectancy.record}
          <span class="unseen"> {words.expectancy.before}</span>
        </button>
        <Outcome live={live} control="before" />
      </p>
      <h3>{words.expectancy.after}</h3>
      <Choices
        legend={words.expectancy.occurred}
        options={[["no", words.gate.no] as const, ["yes", words.gate.yes] as const]}
        value={occurred}
        choose={setOccurred}
      />
      <Percent label={words.expectancy.surprise} value={surprise} set={setSurprise} />
      <Percent label={words.expectancy.probabilityNow} value={later} set={setLater} />
      <Text label={words.expectancy.learnt} value={learnt} set={setLearnt} />
      <p class="row">
        <button type="button" disabled={occurred === null || !isPercent(surprise) || !isPercent(later)} onClick={after}>
          {words.expectancy.record}
          <span class="unseen"> {words.expectancy.after}</span>
        </button>
        <Outcome live={live} control="after" />
      </p>
    </details>
  );
}

export function ScaleAnchors({ live }: { live: Live }) {
  const [texts, setTexts] = useState<string[]>(ANCHORS.map(() => ""));
  const keep = () => {
    const [at_0, at_25, at_50, at_75, at_100] = texts as [string, string, string, string, string];
    live.order("anchors", { type: "SetAnchors", anchors: { at_0, at_25, at_50, at_75, at_100 } });
  };
  return (
    <details class="panel">
      <summary>{words.anchors.title}</summary>
      <p class="hint">{words.anchors.hint}</p>
      {ANCHORS.map((suds, index) => (
        <Text
          key={suds}
          label={words.anchors.at(suds)}
          maxLength={ANCHOR_MAX}
          value={texts[index]!}
          set={(text) => setTexts(texts.map((before, other) => (other === index ? text : before)))}
        />
      ))}
      <p class="row">
        <button type="button" disabled={texts.some((text) => text.trim() === "")} onClick={keep}>
          {words.anchors.action}
        </button>
        <Outcome live={live} control="anchors" />
      </p>
    </details>
  );
}

export function Ending({ live }: { live: Live }) {
  const [how, setHow] = useState<EndedHow | null>(null);
  const [note, setNote] = useState("");
  const endings = (["chosen_step", "escaped", "technical"] as const).map((key) => [key, words.endings[key]] as const);
  return (
    <details class="panel ending">
      <summary>{words.end.title}</summary>
      <Choices legend={words.end.how} options={endings} value={how} choose={setHow} />
      <Text label={words.end.note} value={note} set={setNote} />
      <p class="row">
        <button
          type="button"
          disabled={how === null}
          onClick={() => how && live.order("end", { type: "End", how, note })}
        >
          {words.end.action}
        </button>
        <Outcome live={live} control="end" />
      </p>
    </details>
  );
}

function Text(props: { label: string; value: string; maxLength?: number; set: (value: string) => void }) {
  return (
    <Field label={props.label}>
      {(id) => (
        <input
          id={id}
          maxLength={props.maxLength ?? 1000}
          autocomplete="off"
          value={props.value}
          onInput={(event) => props.set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Percent(props: { label: string; value: string; set: (value: string) => void }) {
  return (
    <Field label={props.label}>
      {(id) => (
        <input
          id={id}
          class="number"
          inputMode="numeric"
          maxLength={3}
          autocomplete="off"
          value={props.value}
          onInput={(event) => props.set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function isPercent(text: string): boolean {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) <= 100;
}
