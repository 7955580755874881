/** A wish to the headset, said again until the headset has said it too, so that none is lost with a connection. */

export const AGAIN_MS = 2000;

export class Asking<T> {
  private told: T;
  private said: { wish: T; tMs: number } | null = null;

  /** `nothing` is what holds before anybody has asked. */
  constructor(private readonly nothing: T) {
    this.told = nothing;
  }

  /** Whom to ask has changed. */
  begin(): void {
    this.told = this.nothing;
    this.said = null;
  }

  hear(wish: T): void {
    this.told = wish;
  }

  /** Whether it is to be said now; then it counts as said. Times are milliseconds of one monotonic clock. */
  isDue(wish: T, tMs: number): boolean {
    const { said } = this;
    if (this.told === wish && (said?.wish ?? this.nothing) === wish) return false;
    if (said?.wish === wish && tMs - said.tMs < AGAIN_MS) return false;
    this.said = { wish, tMs };
    return true;
  }
}
