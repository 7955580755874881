import { describe, expect, it } from "vitest";
import { PIECE_MAX, SILENT_MS, Waiting, cut, wish } from "../src/core/recording";
import type { Report } from "../src/generated/wire";

const report = (changes: Partial<Report>) => changes as Report;
const ON = { number: 2, until_ns: 0, is_on: true };

describe("what is recorded", () => {
  it("is nothing before both have said yes", () => {
    expect(wish(null, null, true, 0)).toBe("off");
    expect(wish(report({}), 0, true, 0)).toBe("off");
    expect(wish(report({ recording: null }), 0, true, 0)).toBe("off");
    expect(wish(report({ recording: { ...ON, is_on: false } }), 0, true, 0)).toBe("off");
  });

  it("is what both say while both want it, on the page that leads", () => {
    expect(wish(report({ recording: ON }), 0, true, 0)).toBe("on");
    expect(wish(report({ recording: ON }), 0, false, 0)).toBe("off");
  });

  it("is silence while somebody is there, and while nobody can say no", () => {
    expect(wish(report({ recording: ON, is_private: false }), 0, true, 0)).toBe("hushed");
    expect(wish(report({ recording: ON }), SILENT_MS + 1, true, 0)).toBe("hushed");
    expect(wish(report({ recording: ON }), null, true, 0)).toBe("hushed");
  });

  it("is nothing once it was ended here, whatever is told; a new yes is another recording", () => {
    expect(wish(report({ recording: ON }), 0, true, 2)).toBe("off");
    expect(wish(report({ recording: { ...ON, number: 3 } }), 0, true, 2)).toBe("on");
  });
});

describe("what waits", () => {
  it("is cut into pieces that the server takes", () => {
    const content = Uint8Array.from({ length: 2 * PIECE_MAX + 5 }, (_, at) => at % 251);
    const pieces = cut(content);
    expect(pieces.map(({ length }) => length)).toEqual([PIECE_MAX, PIECE_MAX, 5]);
    expect(Uint8Array.from(pieces.flatMap((piece) => [...piece]))).toEqual(content);
    expect(cut(new Uint8Array())).toEqual([]);
  });

  it("keeps its order and takes no more than it has room for", () => {
    const waiting = new Waiting<Uint8Array>(10);
    expect(waiting.add({ number: 0, sealed: new Uint8Array(6) })).toBe(true);
    expect(waiting.add({ number: 1, sealed: new Uint8Array(5) })).toBe(false);
    expect(waiting.add({ number: 1, sealed: new Uint8Array(4) })).toBe(true);
    expect(waiting.first?.number).toBe(0);
    waiting.kept();
    expect([waiting.first?.number, waiting.bytes, waiting.count]).toEqual([1, 4, 1]);
    waiting.kept();
    expect(waiting.first).toBeUndefined();
  });
});
