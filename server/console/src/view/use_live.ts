import { useEffect, useState } from "preact/hooks";
import type { Live } from "../link/live";

/** Draw this component anew whenever the session changes. */
export function useLive(live: Live): void {
  const [, setChanged] = useState(live.changed);
  useEffect(() => live.watch(() => setChanged(live.changed)), [live]);
}
