/** The page's address, which changes without loading anything; a live session is not left without a question. */

import { useEffect, useState } from "preact/hooks";

type Guard = (go: () => void) => void;

let guard: Guard | null = null;
let shown = location.pathname;
const watchers = new Set<(path: string) => void>();

/** Ask `question` before this page is left, by a link or by the browser's back; null: no question. */
export function guardLeaving(question: Guard | null): void {
  guard = question;
}

/** Whether a live session is shown. */
export function isGuarded(): boolean {
  return guard !== null;
}

export function navigate(path: string): void {
  if (guard !== null) guard(() => show(path));
  else show(path);
}

export function usePath(): string {
  const [path, setPath] = useState(shown);
  useEffect(() => {
    watchers.add(setPath);
    return () => void watchers.delete(setPath);
  }, []);
  return path;
}

/** Follow the browser's back and forward. */
export function follow(): void {
  addEventListener("popstate", () => {
    const asked = location.pathname;
    if (guard === null) return tell(asked);
    history.pushState(null, "", shown);
    guard(() => show(asked));
  });
}

function show(path: string): void {
  guard = null;
  history.pushState(null, "", path);
  tell(path);
}

function tell(path: string): void {
  shown = path;
  scrollTo(0, 0);
  for (const watcher of watchers) watcher(path);
}
