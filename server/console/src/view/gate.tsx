/** The safety check, asked aloud before anybody is let in. */

import { useEffect, useState } from "preact/hooks";
import type { QuestionBody, SessionBody } from "../generated/rest";
import { memory } from "../link/memory";
import { rest } from "../link/rest";
import { words } from "../words/en";
import { Choices, Field, Form, Trouble, sentence } from "./parts";

export function Gate(props: { session: SessionBody; saved: (session: SessionBody) => void }) {
  const { gate, session_id } = props.session;
  const [questions, setQuestions] = useState<QuestionBody[]>([]);
  const [address, setAddress] = useState(gate.present_address);
  const [number, setNumber] = useState(gate.callback_number);
  const [emergency, setEmergency] = useState(gate.emergency_number);
  const [answers, setAnswers] = useState(gate.answers);
  const [reasons, setReasons] = useState(gate.reasons);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [trouble, setTrouble] = useState("");
  const isBlocked = questions.some(({ key, kind }) => kind === "block" && answers[key]);

  useEffect(() => {
    rest.questions().then(
      (found) => {
        setQuestions(found.questions);
        setEmergency((entered) => entered || found.emergency_number);
      },
      (error: unknown) => setTrouble(sentence(error)),
    );
  }, []);

  const save = async () => {
    memory.keepContact(session_id, { number, address, emergency });
    const session = await rest.putGate(session_id, {
      present_address: address,
      callback_number: number,
      answers,
      reasons,
      emergency_number: emergency,
    });
    setMissing(session.gate.missing);
    if (session.gate.complete) props.saved(session);
  };

  return (
    <Form class="gate" action={words.gate.action} act={save} disabled={isBlocked}>
      <Trouble text={trouble} />
      <p>{words.gate.intro}</p>
      <div class="card">
        <Field label={words.gate.address} hint={words.gate.addressHint}>
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              maxLength={1000}
              autocomplete="off"
              value={address}
              onInput={(e) => setAddress(e.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={words.gate.number} hint={words.gate.numberHint}>
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              type="tel"
              maxLength={64}
              autocomplete="off"
              value={number}
              onInput={(e) => setNumber(e.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={words.gate.emergency} hint={words.gate.emergencyHint}>
          {(id, hint) => (
            <input
              id={id}
              class="short"
              aria-describedby={hint}
              type="tel"
              maxLength={64}
              autocomplete="off"
              value={emergency}
              onInput={(e) => setEmergency(e.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <div class="card">
        <ul class="questions">
          {questions.map((question) => (
            <Question
              key={question.key}
              question={question}
              answer={answers[question.key]}
              reason={reasons[question.key] ?? ""}
              setAnswer={(yes) => setAnswers({ ...answers, [question.key]: yes })}
              setReason={(text) => setReasons({ ...reasons, [question.key]: text })}
            />
          ))}
        </ul>
        <button
          type="button"
          onClick={() => setAnswers(Object.fromEntries(questions.map(({ key }) => [key, answers[key] ?? false])))}
        >
          {words.gate.allNo}
        </button>
      </div>
      <Trouble
        text={isBlocked ? words.gate.blocked : missing.length > 0 ? words.gate.missing(missingWords(missing)) : ""}
      />
    </Form>
  );
}

function Question(props: {
  question: QuestionBody;
  answer: boolean | undefined;
  reason: string;
  setAnswer: (yes: boolean) => void;
  setReason: (text: string) => void;
}) {
  const { question, answer } = props;
  return (
    <li>
      <Choices
        legend={question.text}
        options={[["no", words.gate.no] as const, ["yes", words.gate.yes] as const]}
        value={answer === undefined ? null : answer ? "yes" : "no"}
        choose={(value) => props.setAnswer(value === "yes")}
      />
      {answer && question.kind === "block" && <p class="hint">{words.gate.blocks}</p>}
      {answer && question.kind === "override" && (
        <Field label={words.gate.reason}>
          {(id) => (
            <input
              id={id}
              maxLength={2000}
              value={props.reason}
              onInput={(e) => props.setReason(e.currentTarget.value)}
            />
          )}
        </Field>
      )}
    </li>
  );
}

/** The server names what is missing by field; a person reads what is to be done. */
function missingWords(missing: readonly string[]): string {
  const count = (field: string) => missing.filter((name) => name.startsWith(`${field}.`)).length;
  const [answers, reasons] = [count("answers"), count("reasons")];
  return [
    ...missing.flatMap((name) => words.questions[name] ?? []),
    ...(answers > 0 ? [words.gate.answers(answers)] : []),
    ...(reasons > 0 ? [words.gate.reasons(reasons)] : []),
  ].join(", ");
}
