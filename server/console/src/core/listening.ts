/** What stands of a recording when it is opened: how much of it, and whether its end is there. */

export type Opened<B> = { readonly content: B[]; readonly isWhole: boolean };

/** Opens piece by piece: `open` is given a number and whether the piece is taken for the last one. */
export async function openAll<B extends { readonly length: number }>(
  count: number,
  open: (number: number, isLast: boolean) => Promise<B | null>,
): Promise<Opened<B>> {
  const content: B[] = [];
  for (let number = 0; number < count; number += 1) {
    const isFinal = number === count - 1;
    const last = isFinal ? await open(number, true) : null;
    if (last !== null) return { content: [...content, last], isWhole: true };
    const more = await open(number, false);
    if (more === null) throw new ChangedError(number);
    content.push(more);
  }
  return { content, isWhole: false };
}

/** A piece is not what was recorded. */
export class ChangedError extends Error {
  constructor(readonly number: number) {
    super(`piece ${number}`);
  }
}
