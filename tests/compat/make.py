"""Writes what later programs must still read: `python -m tests.compat.make wire`, or `log`, at the root.

Run it only for a new protocol or log format, which gets new files; the old ones stay as they are for good.
"""

import sys
from pathlib import Path

import msgspec

from tests.recording.story import OPENED, told
from vret.core import commands
from vret.core.measures import Anchors, EndedHow, RatingMoment
from vret.core.report import report
from vret.link.wire import (
    Admit,
    CommandMessage,
    ErrorCode,
    Heartbeat,
    Hello,
    PeerJoined,
    PeerLeft,
    RecordsMessage,
    Relayed,
    ReportMessage,
    Role,
    Signed,
    Snapshot,
    Turned,
    Welcome,
)
from vret.recording.identity import FORMAT, Identity
from vret.recording.live import LiveLog
from vret.recording.record import ClockEstimate
from vret.recording.seal import seal

FOLDER = Path(__file__).parent
TRANSCRIPT = FOLDER / "wire-2.jsonl"
OLDER = FOLDER / "wire-1.jsonl"
"""Of a protocol that is spoken no more: an end that speaks it is told so."""
LIVE = FOLDER / "log-1.mcap"
SEALED = FOLDER / "log-1.sealed.mcap"
IDENTITY = Identity(
    session_id="s-1",
    program="vret 0.1.0",
    axis_vocabulary=1,
    mark="trial with staff only",
    scenes={"stairs": "c0ffee"},
    started_utc="2026-11-21T20:00:00.000+00:00",
    started_t_ns=1_000_000_000,
    format=FORMAT,
)
CLOCK = ClockEstimate(t_ns=3_000_000_000, peer="anna", offset_ns=-250, uncertainty_ns=1500, round_trip_ns=3000)
COMMANDS: tuple[commands.Command, ...] = (
    commands.SetRung(scene="stairs", rung="floor-1"),
    commands.SetLevel(level=2500),
    commands.SetAxis(axis="height_m", target=3_000_000, rate=500_000),
    commands.ShowStimulus(stimulus="gust", warned=False),
    commands.StepDown(),
    commands.Pause(),
    commands.Calm(),
    commands.Stop(),
    commands.Continue(),
    commands.Resume(level=commands.ResumeLevel.SAME),
    commands.AskRating(moment=RatingMoment.PEAK),
    commands.EnterRating(suds=70, moment=RatingMoment.STEP),
    commands.SetAnchors(anchors=Anchors("Sofa", "Queue", "Interview", "Ski lift", "Tower")),
    commands.ExpectBefore(feared_outcome="I fall", probability=80, how_known="I see it"),
    commands.ExpectAfter(occurred=False, surprise=60, probability=20, learnt="I can stand here"),
    commands.MarkSafetyBehaviour(behaviour="grips the rail"),
    commands.Tag(tag="a"),
    commands.Note(text="höher als letzte Woche"),
    commands.End(how=EndedHow.CHOSEN_STEP, note=""),
)


def conversation() -> list[msgspec.Struct]:
    """Every kind of message at least once."""
    story = told()
    newest = report(story.session, 9_000_000_000)
    hello = Hello(role=Role.HEADSET, protocol=(2, 2), axis_vocabulary=1, program="vret 0.1.0", capabilities=("x",))
    beat = Heartbeat(sequence=1, beacon=2, beacon_received_ns=3, sent_ns=4)
    asked = [
        CommandMessage(command_id=f"c{number}", sequence=number, beacon=9, sent_ns=10, command=command)
        for number, command in enumerate(COMMANDS, 1)
    ]
    return [
        hello,
        Welcome(protocol=2, session_id="s-1", peer="headset-1", admitted=True, mark="trial with staff only"),
        PeerJoined(peer="anna", role=Role.THERAPIST, program="console 0.1.0"),
        Admit(therapist="anna"),
        Snapshot(opened=OPENED, report=newest, last_sequence=len(story.records)),
        ReportMessage(report=newest),
        RecordsMessage(records=tuple(story.records)),
        *(Signed(content=msgspec.json.encode(said).decode(), mac=bytes(range(32))) for said in (beat, *asked)),
        *asked,
        Relayed(sender="anna", message=msgspec.Raw(msgspec.json.encode(asked[0]))),
        Turned(code=ErrorCode.UNKNOWN_FIELD, message="The field x is not known here.", command_id="c1"),
        PeerLeft(peer="anna", role=Role.THERAPIST),
    ]


def write_transcript() -> None:
    TRANSCRIPT.write_bytes(b"".join(msgspec.json.encode(message) + b"\n" for message in conversation()))


def write_logs() -> None:
    story = told()
    for path in (LIVE, SEALED):
        path.unlink(missing_ok=True)
    for _ in range(2):
        log = LiveLog.create(LIVE, IDENTITY)
        log.append([*story.records[:10], *story.frames[:10]])
        log.describe("vret.device", {"headset": "offscreen", "renderer": "llvmpipe"})
        log.append([*story.records[10:], CLOCK, *story.frames[10:]])
        log.close()
        if not SEALED.exists():
            seal(LIVE)
    SEALED.with_name(SEALED.name + ".sha256").unlink()


if __name__ == "__main__":
    {"wire": write_transcript, "log": write_logs}[sys.argv[1]]()
