/** Small parts that several pages are made of. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { AccountBody } from "../generated/rest";
import { RefusedError } from "../link/rest";
import { words } from "../words/en";
import { navigate } from "./path";

/** A page before or after a session: a heading and a column. */
export function Frame(props: {
  title: string;
  account?: AccountBody;
  leave?: () => void;
  back?: boolean;
  wide?: boolean;
  children?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = props.title === "" ? words.product : `${props.title} · ${words.product}`;
    heading.current?.focus();
  }, [props.title]);
  return (
    <>
      <header class="head">
        <span class="brand">{words.product}</span>
        {props.account && (
          <span class="who">
            {props.account.email}
            <button type="button" class="quiet" onClick={props.leave}>
              {words.signIn.out}
            </button>
          </span>
        )}
      </header>
      <main class={props.wide ? "page wide" : "page"}>
        {props.back && <Link to="/">← {words.live.leave}</Link>}
        {props.title !== "" && (
          <h1 ref={heading} tabIndex={-1}>
            {props.title}
          </h1>
        )}
        {props.children}
      </main>
    </>
  );
}

export function Link(props: { to: string; children: ComponentChildren }) {
  const go = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    navigate(props.to);
  };
  return (
    <a href={props.to} onClick={go}>
      {props.children}
    </a>
  );
}

export function Field(props: {
  label: string;
  hint?: string;
  children: (id: string, hintId?: string) => ComponentChildren;
}) {
  const id = useId();
  const hintId = props.hint === undefined ? undefined : `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children(id, hintId)}
      {props.hint !== undefined && (
        <p class="hint" id={hintId}>
          {props.hint}
        </p>
      )}
    </div>
  );
}

export function Choices<T extends string>(props: {
  legend: string;
  hidesLegend?: boolean;
  options: readonly (readonly [T, string])[];
  value: T | null;
  choose: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="choices">
      <legend class={props.hidesLegend ? "unseen" : undefined}>{props.legend}</legend>
      {props.options.map(([value, label]) => (
        <label key={value}>
          <input type="radio" name={name} checked={props.value === value} onChange={() => props.choose(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** A form that runs one REST call at a time and says in a sentence why one was refused. */
export function Form(props: {
  act: () => Promise<void>;
  action: string;
  children: ComponentChildren;
  class?: string;
  disabled?: boolean;
}) {
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const isRunning = useRef(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isRunning.current) return;
    isRunning.current = true;
    setBusy(true);
    setTrouble("");
    try {
      await props.act();
    } catch (error) {
      setTrouble(sentence(error));
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  };
  return (
    <form class={props.class} onSubmit={submit} noValidate>
      {props.children}
      <Trouble text={trouble} />
      <button type="submit" class="main" disabled={busy || props.disabled}>
        {props.action}
      </button>
    </form>
  );
}

export function Trouble(props: { text: string }) {
  return (
    <p class="trouble" role="alert" hidden={props.text === ""}>
      {props.text}
    </p>
  );
}

/** What went wrong, for a person. What is no refusal is a mistake of ours and goes on to the browser. */
export function sentence(error: unknown): string {
  if (!(error instanceof RefusedError)) throw error;
  return error.message === "" ? words.unreachable : error.message;
}
