import { describe, expect, it } from "vitest";
import { AGAIN_MS } from "../src/core/asking";
import { Earshot } from "../src/core/earshot";
import { inStereo } from "../src/core/ways";

const wish = (is_wanted: boolean, call = "c1") => [{ type: "CallEarshot", call, is_wanted }];
const told = (is_wanted: boolean, is_given: boolean, call = "c1") =>
  ({ type: "CallEarshotGiven", call, is_wanted, is_given }) as const;

function standing(): Earshot {
  const earshot = new Earshot();
  earshot.begin("c1");
  earshot.answered("c1", true);
  earshot.isWanted = true;
  expect(earshot.tick(true, 0)).toEqual(wish(true));
  return earshot;
}

describe("what the person hears", () => {
  it("is asked for only where somebody listens, in a call that is up and has a place for it", () => {
    const earshot = new Earshot();
    expect(earshot.tick(true, 0)).toEqual([]);
    earshot.begin("c1");
    earshot.answered("c1", true);
    expect(earshot.tick(true, 0)).toEqual([]);
    earshot.isWanted = true;
    expect(earshot.tick(false, 0)).toEqual([]);
    expect(earshot.tick(true, 0)).toEqual(wish(true));
  });

  it("is asked for again until the headset has said so, and of another call anew", () => {
    const earshot = standing();
    expect(earshot.tick(true, AGAIN_MS - 1)).toEqual([]);
    expect(earshot.tick(true, AGAIN_MS)).toEqual(wish(true));
    earshot.hear(told(true, true));
    expect(earshot.tick(true, 9 * AGAIN_MS)).toEqual([]);
    earshot.begin("c2");
    earshot.answered("c2", true);
    expect(earshot.tick(true, 9 * AGAIN_MS)).toEqual(wish(true, "c2"));
  });

  it("is said to be on only when it comes", () => {
    const earshot = standing();
    expect(earshot.reception).toBe("waiting");
    earshot.hear(told(true, true, "another"));
    expect(earshot.reception).toBe("waiting");
    earshot.hear(told(true, true));
    expect(earshot.reception).toBe("on");
    earshot.hear(told(true, false));
    expect(earshot.reception).toBe("narrow");
    earshot.tick(false, 1);
    expect(earshot.reception).toBe("waiting");
    earshot.isWanted = false;
    expect(earshot.reception).toBe("off");
  });

  it("cannot come from a program that does not send it", () => {
    const earshot = new Earshot();
    earshot.begin("c1");
    earshot.answered("c1", false);
    earshot.isWanted = true;
    expect(earshot.tick(true, 0)).toEqual([]);
    expect(earshot.reception).toBe("unable");
  });
});

describe("an offer", () => {
  const opus = "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n";
  const section = (kind: string, more: string) => `m=${kind} 9 UDP/TLS/RTP/SAVPF 111\r\n${more}`;

  it("asks for both ears of the second sound, and leaves the voice as it is", () => {
    const head = "v=0\r\n";
    const offered = head + section("audio", opus) + section("video", "") + section("audio", opus);
    const stereo = opus.replace("useinbandfec=1", "useinbandfec=1;stereo=1");
    expect(inStereo(offered)).toBe(head + section("audio", opus) + section("video", "") + section("audio", stereo));
  });

  it("stays as it is where there is nothing to tell", () => {
    expect(inStereo("")).toBe("");
    const strange = "v=0\r\n" + section("audio", opus) + section("audio", "a=mid:1\r\n");
    expect(inStereo(strange)).toBe(strange);
  });
});
