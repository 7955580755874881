"""Writes the real inputs that fuzzing begins with: `python -m tests.fuzz.make`. What was found stays beside them."""

import io
import json
import struct
import wave

import msgspec
import numpy as np
import OpenEXR

from tests.compat.make import LIVE, SEALED, TRANSCRIPT, conversation
from tests.core.alone import homework_for
from tests.core.ladders import PLAN, SCENE
from tests.fuzz.target import CORPUS, place
from tests.recording.story import told
from tests.scene.glb import checker, packed, plain, png, square
from tests.scene.small import SMALL
from vret.core import commands
from vret.core.device import Checked
from vret.core.report import report
from vret.link.saved import Saved
from vret.link.telemetry import pack
from vret.link.wire import CommandMessage, Heartbeat, Hello, Role
from vret.memory.block import Block
from vret.memory.call import CallAnswer, CallCandidate, CallOffer
from vret.memory.config import ProgramConfig
from vret.memory.messages import EnterCode, LinkPhase, LinkStatus, Wearer
from vret.memory.ring import Ring
from vret.memory.snapshot import Snapshot
from vret.recording import container
from vret.scene.bundle import _DTYPES, BUNDLE_VERSION, _Header
from vret.scene.sounds import SceneSound
from vret.scene.tables import AnimationSpec

_json = msgspec.json.encode
_pack = msgspec.msgpack.encode
SDP = (
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
    "c=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\na=fingerprint:sha-256 "
    + ":".join(["AB"] * 32)
    + "\r\na=setup:actpass\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
)


def asked(command: commands.Command, number: int = 1) -> bytes:
    return _json(CommandMessage(command_id=f"c{number}", sequence=number, beacon=number, sent_ns=5, command=command))


def _commands() -> list[bytes]:
    return [_json(message.command) for message in conversation() if isinstance(message, CommandMessage)]


def sessions() -> dict[str, bytes]:
    each = [message.command for message in conversation() if isinstance(message, CommandMessage)]
    each += [commands.Say(text="Hello, look down."), commands.SayHere()]
    beat = _json(Heartbeat(sequence=1, beacon=1, beacon_received_ns=3, sent_ns=4))
    lines = [b'{"type":"Admit","therapist":"anna"}', b"S" + beat]
    lines += [b"S" + asked(command, number) for number, command in enumerate(each, 1)]
    long = "Ünlöng " * 1500
    return {
        "whole": b"\n".join(lines[:32]),
        "lowering": b"\n".join(b"R" + asked(command) for command in (commands.Stop(), commands.Pause())),
        "long-note": b"S" + asked(commands.Note(text=long)),
        "long-say": b'{"type":"Admit","therapist":"anna"}\nS' + asked(commands.Say(text=long)),
        "long-names": b'{"type":"Admit","therapist":"' + b"a" * 9000 + b'"}\n'
        b'{"type":"PeerJoined","peer":"' + b"p" * 9000 + b'","role":"therapist","program":"x"}',
        "server": b"\n".join(
            _json(message)
            for message in conversation()
            if type(message).__name__ in ("Welcome", "PeerJoined", "PeerLeft", "Admit", "Relayed", "Turned")
        ),
    }


def wav(rate_hz: int = 48000, frames: int = 64) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.full(frames, 3000, "<i2").tobytes())
    return out.getvalue()


def _memory_files() -> dict[str, bytes]:
    ring = Ring.create(place() / "seed-ring", 64)
    ring.push(b"abc")
    block = Block.create(place() / "seed-block", 64)
    block.publish(b"abc")
    snapshot = Snapshot.create(place() / "seed-snapshot", 64)
    snapshot.write(1, b"abc")
    return {name: (place() / f"seed-{name}").read_bytes() for name in ("ring", "block", "snapshot")}


def _exr() -> bytes:
    path = place() / "seed.exr"
    pixels = {name: np.full((2, 4), 0.5, np.float32) for name in "RGB"}
    OpenEXR.File({"type": OpenEXR.scanlineimage}, pixels).write(str(path))
    return path.read_bytes()


def seeds() -> dict[str, dict[str, bytes]]:
    story, memory = told(), _memory_files()
    picture = png(checker((255, 0, 0), (0, 0, 255), 8))
    lines = TRANSCRIPT.read_bytes().split(b"\n")
    signals = [
        CallOffer(call="c", sdp=SDP),
        CallAnswer(call="c", sdp=SDP),
        CallCandidate(call="c", candidate="", mid="0"),
    ]
    materials = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
    redeemed = {"session_id": "s-1", "resume_token": "abc", "plan": msgspec.to_builtins(PLAN)}
    relay = {"turn": {"urls": ["turn:turn.example:3478"], "username": "1:a", "credential": "x"}, "direct": True}
    saved = Saved("https://clinic.example", "s-1", "token", PLAN)
    return {
        "session": sessions(),
        "console": {f"line-{number}": line for number, line in enumerate(lines) if line and len(line) < 3000},
        "room": {"talk": b"\n".join(line for line in lines if len(line) < 1200)[:6000]},
        "hello": {"hello": _json(Hello(role=Role.HEADSET, protocol=(2, 2), axis_vocabulary=1, program="vret"))},
        "signal": {type(signal).__name__: _json(signal) for signal in signals},
        "agreement": {"halves": bytes(32) + b"\x04" + bytes(96)},
        "answer": {
            "redeem": b"r\0" + json.dumps(redeemed).encode(),
            "ways": b"w\0" + json.dumps(relay).encode(),
            "check": b"c\0" + json.dumps(relay).encode(),
            "refused": b'r\x04{"code":"code_unknown","message":"No."}',
            "upload": b'u\0{"offset":0}\n{"offset":50}\n{"offset":100}',
            "takes-nothing": b'u\0{"offset":0}\n{"offset":0}\n{"offset":0}',
            "takes-more": b'u\0{"offset":1000}',
            "takes-less": b'u\0{"offset":-5}',
            "no-utf-8": b'r\0{"session_id":"\xff","resume_token":"","plan":{"scenes":[]}}',
            "half-a-character": b'r\0{"session_id":"s","resume_token":"\\ud800","plan":{"scenes":[]}}',
        },
        "address": {
            "plain": b"http://127.0.0.1:8000",
            "tls": b"https://clinic.example.org/vret/",
            "turn": b"turn:turn.example:3478?transport=tcp",
            "v6": b"http://[::1]:80",
            "broken": b"http://[",
            "line": b"https://clinic.exam\nple",
        },
        "consent": {"yes": b'{"type":"ReportMessage","report":{"recording":{"is_on":true}}}'},
        "telemetry": {"rows": pack(story.frames[:2]), "many": b"VT\x02\0\xff\xff\xff\xff"},
        "saved": {"saved": _json(saved), "no-utf-8": _json(saved).replace(b"token", b"\xff")},
        "acquaintances": {
            "one": b'[{"name":"a","key":"AAAA","met_unix_s":1795000000}]',
            "no-utf-8": b'[{"name":"\xff"}]',
        },
        "homework": {
            "text": _json(homework_for()),
            "kept": _json({"homework": _json(homework_for()).decode(), "key": b"\x04" * 65, "signature": bytes(64)}),
            "far-day": _json(homework_for()).replace(b"1700000000", b"9" * 40),
            "no-utf-8": b'{"homework":"\xff"}',
        },
        "ledger": {
            "one": b'{"homework_id":"h-1","key":"BAAA","newest_unix_s":1795000000,"began_unix_s":[1795000000]}',
            "far-day": b'{"homework_id":"h-1","key":"","newest_unix_s":99999999999999999,"began_unix_s":[-1]}',
            "no-utf-8": b'{"homework_id":"\xff"}',
        },
        "sensor": {
            "falls": b"".join(bytes((6, bpm, *bytes(18))) for bpm in (*[110] * 30, *[70] * 30)),
            "wide": bytes((7, 0x2C, 1, *bytes(17))) * 8,
            "short": bytes((7, 90)),
        },
        "keys": {
            "none": _pack(["s-1", []]),
            "map": _pack({"session_id": "s-1", "agreed": []}),
            "no-utf-8": b"\x81\xa1\xff\xa1\xff",
        },
        "check": {
            "well": _json(Checked(1_795_000_000_000, "vret", (), ())),
            "far-day": _json(Checked(10**18, "vret", ("a",), ())),
            "no-utf-8": b'{"unix_ms":1,"program":"\xff","bad":[],"noted":[]}',
        },
        "config": {
            "config": _json(ProgramConfig(server_url="http://127.0.0.1:8000", data_folder="/x", scene_cache="/c"))
        },
        "secret": {"secret": b"a" * 40},
        "log": {"live": LIVE.read_bytes()[:6000], "sealed": SEALED.read_bytes()},
        "live": {"live": LIVE.read_bytes()[:6000], "short-message": _cut_log()},
        "review": {"sealed": SEALED.read_bytes()},
        "timeline": {"sealed": SEALED.read_bytes()[:2000]},
        "prompt": {"prompt": wav(), "no-rate": wav()[:24] + bytes(4) + wav()[28:], "fast": wav(2_000_000_000)},
        "ring": {"one": memory["ring"]},
        "block": {"one": memory["block"]},
        "snapshot": {"one": memory["snapshot"]},
        "mixed": {"zeros": bytes(1944), "short": b"x"},
        "picture": {
            "four": struct.pack("<qQII", 1, 1, 1, 1) + bytes(4),
            "huge": struct.pack("<qQII", 1, 1, 2**31, 2**31),
        },
        "message": {
            "record": _pack(story.records[0]),
            "report": _pack(report(story.session, 9_000_000_000)),
            "code": _pack(EnterCode("ABC")),
            "status": _pack(LinkStatus(1, LinkPhase.LOST, plan=PLAN)),
            "wearer": _pack(Wearer()),
            "no-utf-8": _pack(EnterCode("ABC")).replace(b"ABC", b"\xff\xff\xff"),
        },
        "findings": {"one": b'[{"about":"a","mark":"good","sentence":"b"}]'},
        "scene": {
            "small": SMALL.encode(),
            "digits": b"format = " + b"9" * 5000,
            "deep": b"format = " + b"[" * 3000,
            "exponent": SMALL.replace("range = [0, 10.5]", "range = [0, 1e999999]").encode(),
            "beyond": SMALL.replace("range = [0, 10.5]", "range = [0, 1e99999999999999999999]").encode(),
            "long-key": ("a." * 1000 + "a = 1").encode(),
        },
        "model": {"square": square(materials, picture), "plain": square(None)},
        "figure": {"square": square(materials, picture)},
        "motions": {"square": square(None), "animated": _motion()},
        "image": {"png": picture, "jpeg": png(plain((1, 2, 3), 8), "JPEG"), "ktx2": _ktx2()},
        "panorama": {"small": _exr()},
        "bundle": {
            "empty": _bundle((0,), 0),
            "huge": _bundle((2**62, 2**62), 0),
            "beyond": _bundle((1,), 2**62),
            "below": _bundle((-1,), 0),
            "none-of-many": _bundle((0, 2**62), 0),
            "short": b"VRETSCN1" + struct.pack("<I", 2) + b"\x81\xa1",
            "long": b"VRETSCN1\xff\xff\xff\xff",
        },
        "plan": {
            "plan": _json(PLAN),
            "half-a-character": b'{"scenes":[{"scene":"\\ud800"}]}',
            "not-a-number": b'{"scenes":[{"scene":"heights","ceilings":{"height_m":NaN}}]}',
            "huge": b'{"scenes":[{"scene":"heights","ceilings":{"height_m":1' + b"0" * 400 + b"}}]}",
            "many": json.dumps({"scenes": [{"scene": f"scene-{n}"} for n in range(2600)]}).encode(),
        },
        "server": _requests(),
        "command": {
            "headset": b"\0--server\0https://clinic.example\0--data\0/x",
            "half": b"\0--data\0/\xff",
            "check": b"x\0--code\0ABC",
            "number": b"\0--picture-scale\0nan",
        },
    }


def _bundle(shape: tuple[int, ...], at: int) -> bytes:
    """A compiled scene in which nothing is; its first array claims to have this shape and to lie there."""
    spec = AnimationSpec("ground", (), (), (), ((),), ())
    places: dict[str, tuple[tuple[int, ...], int]] = dict.fromkeys(_DTYPES, ((0,), 0))
    places["vertices"] = (shape, at)
    header = _pack(_Header(BUNDLE_VERSION, "tower", "0", SCENE, SceneSound(), spec, 0, 0, places))
    return b"VRETSCN1" + struct.pack("<I", len(header)) + header + bytes(64)


def _requests() -> dict[str, bytes]:
    plan = '{"scenes":[{"scene":"heights"}]}'
    return {
        "health": b"GET /api/health",
        "me": b"GET /api/me",
        "create": f'POST /api/sessions\n\n{{"plan":{plan},"label":"x"}}'.encode(),
        "create-half": b'POST /api/sessions\n\n{"plan":{"scenes":[{"scene":"\\ud800"}]},"label":"\\udfff"}',
        "unknown-half": b'POST /api/sessions\n\n{"\\ud800":1}',
        "gate": b'PUT /api/sessions/SID/gate\n\n{"present_address":"x","answers":{"a":true},"reasons":{"\\ud800":"y"}}',
        "code": b"POST /api/sessions/SID/code",
        "turn": b"POST /api/sessions/SID/turn",
        "redeem": b'POST /api/redeem\n\n{"code":"ABC","program":"vret"}',
        "announce": b'POST /api/logs\nauthorization: Bearer x\n\n{"session_id":"s","sha256":"%s","size":5}'
        % (b"0" * 64),
        "append": b"PATCH /api/logs/%s\nauthorization: Bearer x\nupload-offset: 5\n\nabc" % (b"0" * 64),
        "piece": b"PUT /api/sessions/SID/recordings/%s/pieces/0\n\nabc" % (b"0" * 32),
        "recordings": b"GET /api/sessions/SID/recordings",
        "timeline": b"GET /api/sessions/SID/timeline?sha256=%s" % (b"0" * 64),
        "log": b"GET /api/sessions/SID/log",
        "origin": b"POST /api/check\norigin: http://[\n\n{}",
        "length": b"POST /api/check\ncontent-length: \xb2\n\n{}",
        "digits": b"POST /api/check\ncontent-length: " + b"9" * 5000 + b"\n\n{}",
        "cookie": b'GET /api/me\ncookie: vret_login="\\777"',
        "nul": b"GET /api/sessions/%00",
        "page": b"GET /",
        "deep": b"POST /api/check\n\n" + b"[" * 3000,
    }


def _cut_log() -> bytes:
    """A live log whose last part is a message too short to be one, with no check behind it."""
    whole = LIVE.read_bytes()
    with LIVE.open("rb") as file:
        first = next(container.batches(file))
    return whole[: first.end] + struct.pack("<BQ", 5, 3) + b"abc"


def _motion() -> bytes:
    data = struct.pack("<2f8f", 0, 1, 0, 0, 0, 1, 0, 0, 1, 0)
    content = {
        "asset": {"version": "2.0"},
        "nodes": [{"name": "pelvis"}],
        "buffers": [{"byteLength": len(data), "uri": "data:;base64,\u00e9"}, {"byteLength": len(data)}],
        "bufferViews": [{"buffer": 0, "byteLength": 8}, {"buffer": 0, "byteOffset": 8, "byteLength": 32}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 2, "type": "SCALAR"},
            {"bufferView": 1, "componentType": 5126, "count": 2, "type": "VEC4"},
        ],
        "animations": [
            {
                "name": "still",
                "channels": [{"sampler": 0, "target": {"node": 0, "path": "rotation"}}],
                "samplers": [{"input": 0, "output": 1}],
                "extras": {"loop": True},
            }
        ],
    }
    return packed(content, data)


def _ktx2() -> bytes:
    identifier = b"\xabKTX 20\xbb\r\n\x1a\n"
    head = struct.pack("<12s9I", identifier, 145, 1, 4, 4, 0, 0, 1, 1, 0) + bytes(struct.calcsize("<4I2Q"))
    return head + struct.pack("<3Q", 104, 16, 16) + bytes(16)


def main() -> None:
    for name, inputs in seeds().items():
        folder = CORPUS / name
        folder.mkdir(parents=True, exist_ok=True)
        for called, data in inputs.items():
            (folder / called).write_bytes(data)


if __name__ == "__main__":
    main()
