/** Sign in with a password, or with a link that works once. */

import { useEffect, useState } from "preact/hooks";
import type { AccountBody } from "../generated/rest";
import { RefusedError, rest } from "../link/rest";
import { words } from "../words/en";
import { Field, Form, Frame, Trouble, sentence } from "./parts";

const TOKEN = "#token=";

export function SignInPage(props: { entered: (account: AccountBody) => Promise<void>; isAgain: boolean }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [token] = useState(() => (location.hash.startsWith(TOKEN) ? location.hash.slice(TOKEN.length) : null));
  const [isTrying, setTrying] = useState(token !== null);
  const [trouble, setTrouble] = useState(props.isAgain ? words.signIn.again : "");

  useEffect(() => {
    if (token === null) return;
    history.replaceState(null, "", location.pathname);
    rest
      .loginByLink(decodeURIComponent(token))
      .then(props.entered)
      .catch((error: unknown) => {
        const isSpent = error instanceof RefusedError && [401, 404, 405, 410, 422].includes(error.status);
        setTrouble(isSpent ? words.signIn.linkFailed : sentence(error));
        setTrying(false);
      });
  }, []);

  if (isTrying) return <Frame title={words.signIn.byLink} />;
  return (
    <Frame title={words.signIn.title}>
      <Trouble text={trouble} />
      <Form
        class="card"
        action={words.signIn.action}
        act={async () => props.entered(await rest.login(email, password))}
      >
        <Field label={words.signIn.email}>
          {(id) => (
            <input
              id={id}
              type="email"
              autocomplete="username"
              required
              value={email}
              onInput={(e) => setEmail(e.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={words.signIn.password}>
          {(id) => (
            <input
              id={id}
              type="password"
              autocomplete="current-password"
              required
              value={password}
              onInput={(e) => setPassword(e.currentTarget.value)}
            />
          )}
        </Field>
      </Form>
    </Frame>
  );
}
