/** Homework: what was done together and may go on without a therapist; what the headset keeps of it. */

import { useRef, useState } from "preact/hooks";
import {
  DAYS_MAX,
  MINUTES,
  PER_DAY,
  anchorsOf,
  chosen,
  homeworkOf,
  lacks,
  newDraft,
  offers,
  type Draft,
  type Offer,
} from "../core/homework";
import { homeworkObstacles } from "../core/obstacles";
import { HOMEWORK } from "../generated/core";
import type { CrisisNumber, Homework, Report, SceneRules, SessionOpened } from "../generated/wire";
import { nowMs, serverNowMs } from "../link/clock";
import type { Live } from "../link/live";
import { memory } from "../link/memory";
import { SigningError, giving } from "../link/signing";
import { words as all } from "../words/en";
import { dayText, homeworkLines, homeworkRise, homeworkWords as words, timeText } from "../words/homework";
import { Outcome } from "./outcome";
import { Field, Trouble } from "./parts";
import { armingPressOf } from "./press";

const DAY_S = 24 * 60 * 60;

/** Who only looks on gives nothing. */
export function HomeworkPanel({ live }: { live: Live }) {
  const { opened, report, homework, leads } = live.room;
  if (!leads || opened === null || report === null) return null;
  return (
    <details class="panel homework">
      <summary>
        {words.title} <Outcome live={live} control="homework" />
      </summary>
      <p class="hint">{words.hint}</p>
      {homework !== null && <Kept live={live} homework={homework} scenes={opened.scenes} />}
      <Giving live={live} opened={opened} report={report} />
    </details>
  );
}

function Kept({ live, homework, scenes }: { live: Live; homework: Homework; scenes: SceneRules[] }) {
  const until = homework.expires_unix_s;
  const isOver = until * 1000 < serverNowMs();
  return (
    <section class="kept" aria-labelledby="homework-kept-title">
      <h3 id="homework-kept-title">
        {words.keeps} {!isOver && words.keepsUntil(timeText(until))}
      </h3>
      {isOver && <p>{words.ranOut(timeText(until))}</p>}
      {homeworkLines(homework, scenes).map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p class="row">
        <button type="button" onClick={() => live.order("withdraw", { type: "WithdrawHomework" })}>
          {words.takeBack}
        </button>
        <Outcome live={live} control="withdraw" />
      </p>
      <p class="hint">{words.replaces}</p>
    </section>
  );
}

function Giving({ live, opened, report }: { live: Live; opened: SessionOpened; report: Report }) {
  const { room } = live;
  const [draft, setDraft] = useState(() => newDraft(callable(live.sessionId)));
  const [trouble, setTrouble] = useState("");
  const changes = useRef(0);
  const offered = offers(opened, report);
  const missing = lacks(report.state, offered, draft);
  const isArmed = room.arming.rise?.control === "homework";

  /** What is armed was signed as it stood before. */
  const change = (changed: Partial<Draft>) => {
    changes.current += 1;
    if (isArmed) live.disarm();
    setDraft({ ...draft, ...changed });
  };
  const prepare = async (event: MouseEvent) => {
    const [press, before] = [armingPressOf(event), changes.current];
    const nowS = serverNowMs() / 1000;
    const anchors = anchorsOf(room.records);
    const homework = homeworkOf(crypto.randomUUID(), nowS, opened.plan, offered, draft, anchors);
    setTrouble("");
    try {
      const command = await giving(homework);
      if (before === changes.current) live.arm(homeworkRise(command, homework, opened.scenes), press);
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      setTrouble(words.faults[error.fault]);
    }
  };

  if (missing.includes("nothing_done")) return <p>{words.nothingDone}</p>;
  return (
    <>
      {offered.map((offer) => (
        <Steps
          key={offer.scene.name}
          offer={offer}
          draft={draft}
          choose={(rung) => change({ tops: { ...draft.tops, [offer.scene.name]: rung } })}
        />
      ))}
      <Bounds draft={draft} change={change} />
      <Numbers numbers={draft.numbers} set={(numbers) => change({ numbers })} />
      <div class="read-out">
        <h3>{words.readOut}</h3>
        {words.happens.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <Missing title={words.missing} lines={missing.map((lack) => words.lacks[lack])} />
      <Missing title={words.cannot} lines={homeworkObstacles(room, nowMs()).map((obstacle) => all.cannot[obstacle])} />
      <Trouble text={trouble} />
      <p class="row">
        <button type="button" class="main" disabled={missing.length > 0} onClick={(event) => void prepare(event)}>
          {words.prepare}
        </button>
        <span role="status">{isArmed && words.prepared}</span>
      </p>
    </>
  );
}

/** The safety check's own number to call back is the person's; theirs to call are others. */
function callable(sessionId: string): CrisisNumber[] {
  return [
    { title: words.emergency, number: memory.contact(sessionId)?.emergency ?? "" },
    { title: words.clinic, number: "" },
    { title: words.crisisLine, number: "" },
  ];
}

function Steps(props: { offer: Offer; draft: Draft; choose: (rung: string) => void }) {
  const { scene, top, bar } = props.offer;
  const highest = chosen([props.offer], props.draft)[0]?.top ?? -1;
  const barred = scene.rungs[top + 1];
  const name = `homework-${scene.name}`;
  return (
    <fieldset class="steps">
      <legend>{words.upTo(scene.title)}</legend>
      <label>
        <input type="radio" name={name} checked={highest < 0} onChange={() => props.choose("")} />
        <span class="title">{words.none}</span>
      </label>
      {scene.rungs.slice(0, top + 1).map((rung, step) => (
        <label key={rung.name} class={step <= highest ? "included" : undefined}>
          <input type="radio" name={name} checked={step === highest} onChange={() => props.choose(rung.name)} />
          <span class="title">
            {step + 1}. {rung.title}
          </span>
          {step < highest && <small>{words.included}</small>}
        </label>
      ))}
      {barred !== undefined && bar !== null && (
        <p class="hint">{words.notAbove(`${top + 2}. ${barred.title}`, words.bars[bar])}</p>
      )}
    </fieldset>
  );
}

function Bounds({ draft, change }: { draft: Draft; change: (changed: Partial<Draft>) => void }) {
  const days = Array.from({ length: DAYS_MAX }, (_, index) => index + 1);
  const nowS = serverNowMs() / 1000;
  return (
    <div class="bounds">
      <Select
        label={words.minutes}
        value={draft.minutes}
        options={MINUTES.map((min) => [min, words.min(min)])}
        set={(minutes) => change({ minutes })}
      />
      <Select
        label={words.perDay}
        value={draft.perDay}
        options={PER_DAY.map((count) => [count, words.perDayIs(count)])}
        set={(perDay) => change({ perDay })}
      />
      <Select
        label={words.days}
        value={draft.days}
        options={days.map((count) => [count, words.daysUntil(count, dayText(nowS + count * DAY_S))])}
        set={(chosenDays) => change({ days: chosenDays })}
      />
    </div>
  );
}

function Select(props: { label: string; value: number; options: [number, string][]; set: (value: number) => void }) {
  return (
    <Field label={props.label}>
      {(id) => (
        <select id={id} value={props.value} onChange={(event) => props.set(Number(event.currentTarget.value))}>
          {props.options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Numbers({ numbers, set }: { numbers: CrisisNumber[]; set: (numbers: CrisisNumber[]) => void }) {
  const write = (row: number, changed: Partial<CrisisNumber>) =>
    set(numbers.map((entry, index) => (index === row ? { ...entry, ...changed } : entry)));
  return (
    <fieldset class="numbers">
      <legend>{words.numbers}</legend>
      <p class="hint">{words.numbersHint}</p>
      {numbers.map(({ title, number }, row) => (
        <div key={row} class="pair">
          <input
            aria-label={words.whose(row + 1)}
            maxLength={HOMEWORK.NUMBER_TITLE_MAX}
            autocomplete="off"
            value={title}
            onInput={(event) => write(row, { title: event.currentTarget.value })}
          />
          <input
            aria-label={words.number(row + 1)}
            type="tel"
            maxLength={HOMEWORK.NUMBER_MAX}
            autocomplete="off"
            value={number}
            onInput={(event) => write(row, { number: event.currentTarget.value })}
          />
        </div>
      ))}
      {numbers.length < HOMEWORK.NUMBERS_MAX && (
        <button type="button" class="quiet" onClick={() => set([...numbers, { title: "", number: "" }])}>
          {words.addNumber}
        </button>
      )}
    </fieldset>
  );
}

function Missing({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <div class="obstacles">
      <strong>{title}</strong>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
