/** By which ways the call may go, and in which codecs: what is given to the browser, and what may leave it. */

import type { TurnBody } from "../generated/rest";

/** The other end's jitter buffer is nearly loss-proof with redundant Opus (RFC 2198), so that is wanted most. */
const WANTED = ["audio/red", "audio/opus"];
/** Its colours are those of one standard for every browser (RFC 6386, 9.2); others leave it to guesses. */
const WANTED_PICTURES = ["video/vp8", "video/vp9"];

export interface Ways {
  readonly iceServers: { urls: string[]; username: string; credential: string }[];
  readonly iceTransportPolicy: "all" | "relay";
}

/** Null where nothing is left by which a call could go. */
export function waysOf({ turn, direct }: TurnBody): Ways | null {
  if (turn === null && !direct) return null;
  const { urls, username, credential } = turn ?? { urls: [], username: "", credential: "" };
  return {
    iceServers: turn === null ? [] : [{ urls, username, credential }],
    iceTransportPolicy: direct ? "all" : "relay",
  };
}

/** Whether an address may be told to the other end: where the call is relayed, none but the relay's (RFC 8828). */
export function mayLeave(candidate: string, isRelayed: boolean): boolean {
  return !isRelayed || / typ relay( |$)/.test(candidate);
}

/** Of a whole description likewise. */
export function mayLeaveWhole(sdp: string, isRelayed: boolean): boolean {
  const candidates = sdp.split(/\r?\n/).filter((line) => line.startsWith("a=candidate:"));
  return candidates.every((candidate) => mayLeave(candidate, isRelayed));
}

/** All codecs of a browser, in the order in which they are wanted. */
export function inOrder<T extends { mimeType: string }>(codecs: readonly T[], wanted = WANTED): T[] {
  const place = ({ mimeType }: T) => (wanted.indexOf(mimeType.toLowerCase()) + wanted.length + 1) % (wanted.length + 1);
  return [...codecs].sort((one, other) => place(one) - place(other));
}

/** A description in which the second sound, what the person hears, has a left and a right ear (RFC 7587, 7.1). */
export function inStereo(sdp: string): string {
  let sounds = 0;
  const sections = sdp.split(/^(?=m=)/m);
  return sections
    .map((section) => (section.startsWith("m=audio") && ++sounds === 2 ? withStereo(section) : section))
    .join("");
}

function withStereo(section: string): string {
  const opus = /^a=rtpmap:(\d+) opus\//m.exec(section)?.[1];
  return opus === undefined ? section : section.replace(new RegExp(`^a=fmtp:${opus} .*$`, "m"), "$&;stereo=1");
}

/** Of video codecs. */
export function picturesInOrder<T extends { mimeType: string }>(codecs: readonly T[]): T[] {
  return inOrder(codecs, WANTED_PICTURES);
}
