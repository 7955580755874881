/** The plan of one session: what may be shown, how far, and what the person agreed to. */

import { useState } from "preact/hooks";
import type { AccountBody } from "../generated/rest";
import { SCENES } from "../generated/scenes";
import { LIMITS } from "../generated/core";
import { rest } from "../link/rest";
import { words } from "../words/en";
import { Field, Form, Frame } from "./parts";
import { navigate } from "./path";

const HOLDS_S = [0, 10, 20, LIMITS.hold_extension_ceiling_ns / 1e9];

export function NewSessionPage(props: { account: AccountBody; leave: () => void }) {
  const [label, setLabel] = useState("");
  const [sceneName, setScene] = useState<string>(SCENES[0].name);
  const [top, setTop] = useState<string | null>(null);
  const [surprises, setSurprises] = useState(false);
  const [holdS, setHold] = useState(0);
  const scene = SCENES.find(({ name }) => name === sceneName)!;

  const create = async () => {
    const plan = {
      scenes: [{ scene: scene.name, top_rung: top }],
      surprises_consented: surprises,
      hold_on_link_loss_ns: holdS * 1e9,
    };
    const session = await rest.create(plan, label.trim());
    navigate(`/sessions/${session.session_id}`);
  };

  return (
    <Frame title={words.plan.title} {...props} back>
      <Form class="card" action={words.plan.action} act={create}>
        <Field label={words.plan.label} hint={words.plan.labelHint}>
          {(id, hint) => (
            <input
              id={id}
              aria-describedby={hint}
              maxLength={100}
              value={label}
              onInput={(e) => setLabel(e.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={words.plan.scene} hint={`${words.plan.warnings}: ${scene.warnings.join(", ")}.`}>
          {(id, hint) => (
            <select
              id={id}
              aria-describedby={hint}
              value={sceneName}
              onChange={(e) => {
                setScene(e.currentTarget.value);
                setTop(null);
              }}
            >
              {SCENES.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.plan.top} hint={words.plan.topHint}>
          {(id, hint) => (
            <select
              id={id}
              aria-describedby={hint}
              value={top ?? scene.rungs.at(-1)!.name}
              onChange={(e) =>
                setTop(e.currentTarget.value === scene.rungs.at(-1)!.name ? null : e.currentTarget.value)
              }
            >
              {scene.rungs.map(({ name, title }, index) => (
                <option key={name} value={name}>
                  {index + 1}. {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.plan.hold}>
          {(id) => (
            <select id={id} value={holdS} onChange={(e) => setHold(Number(e.currentTarget.value))}>
              {HOLDS_S.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {seconds === 0 ? words.plan.holdNone : words.plan.holdS(seconds)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <label class="tick">
          <input type="checkbox" checked={surprises} onChange={(e) => setSurprises(e.currentTarget.checked)} />
          <span>{words.plan.surprises}</span>
        </label>
      </Form>
    </Frame>
  );
}
