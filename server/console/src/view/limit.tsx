/** What the plan permits, beside the control that it limits; and that more is refused, before it is asked for. */

import { words } from "../words/en";

export function Limit({ text, isBeyond }: { text: string; isBeyond: boolean }) {
  if (text === "") return null;
  return (
    <span class={isBeyond ? "limit beyond" : "limit"} role="status">
      {isBeyond ? words.limit.refused(text) : text}
    </span>
  );
}
