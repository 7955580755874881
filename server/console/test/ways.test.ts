import { describe, expect, it } from "vitest";
import { inOrder, mayLeave, mayLeaveWhole, picturesInOrder, waysOf } from "../src/core/ways";

const TURN = { urls: ["turn:relay.example"], username: "1:s", credential: "x", expires_unix_ms: 1 };
const HOST = "candidate:1 1 udp 2122260223 192.168.1.5 50000 typ host generation 0";
const HOST_NAME = "candidate:1 1 udp 2122260223 5f9c1c0e.local 50000 typ host";
const REFLEXIVE = "candidate:2 1 udp 1686052607 203.0.113.7 50000 typ srflx raddr 192.168.1.5 rport 50000";
const PEER = "candidate:2 1 udp 1686052607 203.0.113.7 50000 typ prflx raddr 0.0.0.0 rport 0";
const RELAY = "candidate:3 1 udp 41885439 198.51.100.9 55000 typ relay raddr 0.0.0.0 rport 0 generation 0";

describe("the ways of a call", () => {
  it("are through the relay alone, unless the clinic allows others", () => {
    const { urls, username, credential } = TURN;
    const iceServers = [{ urls, username, credential }];
    expect(waysOf({ turn: TURN, direct: false })).toEqual({ iceServers, iceTransportPolicy: "relay" });
    expect(waysOf({ turn: TURN, direct: true })).toEqual({ iceServers, iceTransportPolicy: "all" });
    expect(waysOf({ turn: null, direct: true })).toEqual({ iceServers: [], iceTransportPolicy: "all" });
  });

  it("are none without a relay where nothing else is allowed", () => {
    expect(waysOf({ turn: null, direct: false })).toBeNull();
  });
});

describe("an own address", () => {
  it.each([HOST, HOST_NAME, REFLEXIVE, PEER])("never leaves when the call is relayed: %s", (candidate) => {
    expect(mayLeave(candidate, true)).toBe(false);
    expect(mayLeave(candidate, false)).toBe(true);
    expect(mayLeaveWhole(`v=0\r\na=${RELAY}\r\na=${candidate}\r\n`, true)).toBe(false);
    expect(mayLeaveWhole(`v=0\r\na=${candidate}\r\n`, false)).toBe(true);
  });

  it("of the relay does", () => {
    expect(mayLeave(RELAY, true)).toBe(true);
    expect(mayLeave("candidate:3 1 udp 1 198.51.100.9 1 typ relay", true)).toBe(true);
    expect(mayLeaveWhole(`v=0\r\na=${RELAY}\r\na=mid:0\r\n`, true)).toBe(true);
    expect(mayLeaveWhole("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n", true)).toBe(true);
  });
});

it("redundant Opus is wanted before plain Opus, and that before all others, which keep their order", () => {
  const codecs = ["audio/opus", "audio/G722", "audio/red", "audio/PCMU", "audio/CN"].map((mimeType) => ({ mimeType }));
  expect(inOrder(codecs).map(({ mimeType }) => mimeType)).toEqual([
    "audio/red",
    "audio/opus",
    "audio/G722",
    "audio/PCMU",
    "audio/CN",
  ]);
  expect(inOrder([{ mimeType: "audio/opus" }])).toHaveLength(1);
});

it("of pictures VP8 is wanted first, since all browsers agree on its colours", () => {
  const codecs = ["video/H264", "video/rtx", "video/VP9", "video/VP8", "video/AV1"].map((mimeType) => ({ mimeType }));
  expect(picturesInOrder(codecs).map(({ mimeType }) => mimeType)).toEqual([
    "video/VP8",
    "video/VP9",
    "video/H264",
    "video/rtx",
    "video/AV1",
  ]);
});
