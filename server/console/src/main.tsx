/** The pages, and which of them an address shows. */

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AccountBody } from "./generated/rest";
import { unlock } from "./link/sound";
import { rest, whenSignedOut } from "./link/rest";
import "./style.css";
import { NewSessionPage } from "./view/new_session";
import { Frame } from "./view/parts";
import { follow, isGuarded, navigate, usePath } from "./view/path";
import { SessionPage } from "./view/session";
import { SessionsPage } from "./view/sessions";
import { SignInPage } from "./view/sign_in";

function Console() {
  const path = usePath();
  const [account, setAccount] = useState<AccountBody | null | undefined>(undefined);

  const wasSignedIn = useRef(false);

  useEffect(() => {
    whenSignedOut(() => {
      // A live session goes on as long as its connection does, which was let in before.
      if (isGuarded()) return;
      setAccount((before) => {
        wasSignedIn.current ||= before != null;
        return before && null;
      });
    });
    if (location.hash.startsWith("#token=")) setAccount(null);
    else rest.me().then(setAccount, () => setAccount(null));
  }, []);

  if (account === undefined) return <Frame title="" />;
  if (account === null) {
    const enter = async (found: AccountBody) => {
      setAccount(found);
      const { sessions } = await rest.sessions();
      if (path === "/" && sessions.length === 0) navigate("/sessions/new");
    };
    return <SignInPage entered={enter} isAgain={wasSignedIn.current} />;
  }
  const leave = () => void rest.logout().finally(() => setAccount(null));
  const [, sessionId] = /^\/sessions\/([^/]+)$/.exec(path) ?? [];
  if (sessionId === "new") return <NewSessionPage account={account} leave={leave} />;
  if (sessionId !== undefined)
    return <SessionPage key={sessionId} sessionId={sessionId} account={account} leave={leave} />;
  return <SessionsPage account={account} leave={leave} />;
}

addEventListener("pointerdown", unlock, { capture: true });
addEventListener("keydown", unlock, { capture: true });
follow();
render(<Console />, document.getElementById("page")!);
