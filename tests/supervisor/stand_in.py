"""Small real programs in the place of the headset program's processes: `python stand_in.py NAME:HABIT FOLDER [spare]`.

The frame runs the real core on the real rings, without drawing. The link lets the person in, answers beacons, goes up
to a rung as soon as stop has been practised, writes to the person there, and goes on after a gap in
time; it writes the numbers of the records that it drains to `DATA/records`. Habits are what a broken program does.
"""

import os
import sys
import time
from pathlib import Path

import msgspec

from tests.core.ladders import PLAN, SCENE
from vret.clock import now_ns
from vret.core.commands import Command, Continue, Resume, ResumeLevel, Say, SetRung
from vret.core.device import Device
from vret.core.effects import Cause, State
from vret.core.events import (
    Admitted,
    CommandReceived,
    Event,
    HeartbeatReceived,
    ProgramRestarted,
    SessionOpened,
    Tick,
)
from vret.core.report import Report, report
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.link.transcript import Transcript
from vret.memory import Claim, Ring, SessionMemory
from vret.memory.call import VoiceStatus
from vret.memory.child import CALL, SPARE
from vret.memory.config import read_config
from vret.memory.messages import EnterCode, FrameStatus, LinkPhase, LinkStatus, Quit, ToLink
from vret.memory.platform import end_with_parent, ignore_interrupt, on_parent_death
from vret.recording.record import Record

encode = msgspec.msgpack.Encoder().encode
PERIOD_S = 0.01
WRITTEN = "I am with you. Tell me when it changes."
DEVICE = Device("Stand-in", "nothing 1.0")


def frame(memory: SessionMemory, habit: str) -> int:
    end_with_parent()
    memory.frame_pulse.publish(b"")
    events = msgspec.msgpack.Decoder(Event)
    session: Session | None = None
    sequence = memory.snapshot.newest or 0
    if (kept := memory.snapshot.read(sequence)) is not None:
        session = msgspec.msgpack.decode(kept, type=Session)
    inbox: list[Event] = [ProgramRestarted(t_ns=0)] if session else []
    before_ns, number = now_ns(), 0
    while not memory.is_closing:
        t_ns = now_ns()
        inbox += [events.decode(payload) for ring in (memory.from_window, memory.from_link) for payload in drain(ring)]
        inbox.append(Tick(t_ns=0, gap_ns=t_ns - before_ns))
        for event in inbox:
            stamped = msgspec.structs.replace(event, t_ns=t_ns)
            after, effects = (session, ()) if session is None else step(session, stamped)
            if session is None and isinstance(stamped, SessionOpened):
                after = open_session(stamped)
            if after is not session and after is not None:
                session, sequence = after, sequence + 1
                assert memory.records.push(encode(Record(sequence, stamped, effects, session.digest())))
                memory.snapshot.write(sequence, encode(session))
        if session is not None:
            memory.report.publish(encode(report(session, t_ns)))
        inbox, before_ns, number = [], t_ns, number + 1
        memory.frame_status.publish(encode(FrameStatus(t_ns, number, "stand-in", "", "none", 0, device=DEVICE)))
        if habit == "hangs" and session is not None and session.state is State.EXPOSED:
            time.sleep(600)
        time.sleep(PERIOD_S)
    return 0


def drain(ring: Ring) -> list[bytes]:
    payloads = ring.read()
    ring.release(len(payloads))
    return payloads


def link(memory: SessionMemory, habit: str) -> int:
    log_path = Path(read_config(memory.folder).data_folder) / "records"
    orphaned: list[bool] = []
    on_parent_death(lambda: orphaned.append(True))
    messages = msgspec.msgpack.Decoder(ToLink)
    if not memory.link_status.sequence:
        say(memory, LinkPhase.NEEDS_CODE, log_path)
    sequence, quitting, transcript, has_written = 0, False, Transcript(), False
    while True:
        memory.link_pulse.publish(b"")
        for payload in drain(memory.to_link):
            match messages.decode(payload):
                case EnterCode(code):
                    say(memory, LinkPhase.CONNECTED, log_path)
                    opened = SessionOpened(t_ns=0, session_id=code, plan=PLAN, scenes=(SCENE,))
                    for event in (opened,) if habit == "waits" else (opened, _admitted()):
                        memory.from_link.push(encode(event))
                case Quit():
                    quitting = True
        payloads = [] if habit == "lazy" else memory.records.read()
        with log_path.open("ab") as file:
            file.write(b"".join(b"%d " % msgspec.msgpack.decode(payload)["sequence"] for payload in payloads))
        memory.records.release(len(payloads))
        before = transcript.records
        for payload in payloads:
            transcript.add(msgspec.msgpack.decode(payload, type=Record))
        if transcript.records != before:
            memory.conversation.publish(encode(transcript.shown(1 << 62)))
        if not payloads and orphaned:
            memory.close()
            claim = Claim.inherit(memory.folder)
            if claim is not None:
                claim.remove()
            return 0
        if not payloads and quitting and habit != "stubborn":
            say(memory, LinkPhase.ENDED, log_path)
            return 0
        if (content := memory.report.read()) is not None:
            sequence += 1
            seen = msgspec.msgpack.decode(content, type=Report)
            if seen.state is State.EXPOSED and not has_written:
                has_written = True
                _ask(memory, Say(text=WRITTEN), seen, sequence)
            else:
                _steer(memory, seen, sequence)
            if habit == "hangs" and seen.state is State.EXPOSED:
                time.sleep(600)
        time.sleep(PERIOD_S)


def _admitted() -> Admitted:
    return Admitted(t_ns=0, therapist="T")


def _steer(memory: SessionMemory, seen: Report, sequence: int) -> None:
    memory.from_link.push(encode(HeartbeatReceived(t_ns=0, sender="T", beacon=seen.beacon)))
    command: Command | None = None
    if seen.state is State.HELD and seen.cause is Cause.TIME_GAP:
        command = Continue()
    elif seen.practised and seen.state is State.CALM:
        command = SetRung(scene=SCENE.name, rung="rung3")
    elif seen.state is State.STOPPED and seen.ready and seen.offer is None:
        command = Resume(level=ResumeLevel.LOWER)
    if command is not None:
        _ask(memory, command, seen, sequence)


def _ask(memory: SessionMemory, command: Command, seen: Report, sequence: int) -> None:
    asked = CommandReceived(
        t_ns=0, sender="T", command_id=f"c{sequence}", sequence=now_ns(), beacon=seen.beacon, command=command
    )
    memory.from_link.push(encode(asked))


def say(memory: SessionMemory, phase: LinkPhase, log_path: Path) -> None:
    memory.link_status.publish(
        encode(LinkStatus(now_ns(), phase, "", "", f"{log_path}.mcap", phase is LinkPhase.ENDED, PLAN))
    )


def sound(memory: SessionMemory, habit: str) -> int:
    end_with_parent()
    while not memory.is_closing:
        memory.sound_pulse.publish(b"")
        shown = memory.report.read()
        is_in_scene = shown is not None and msgspec.msgpack.decode(shown, type=Report).state is State.EXPOSED
        time.sleep(600 if habit == "hangs" and is_in_scene else PERIOD_S)
    return 0


def voice(memory: SessionMemory, habit: str) -> int:
    end_with_parent()
    while not memory.is_closing:
        memory.voice_status.publish(encode(VoiceStatus(t_ns=now_ns(), run="stand-in", certificate=bytes(32))))
        time.sleep(600 if habit == "hangs" else PERIOD_S)
    return 0


def main() -> int:
    name, _, habit = sys.argv[1].partition(":")
    ignore_interrupt()
    if sys.argv[3:] == [SPARE]:
        if habit == "spoils":
            os._exit(9)
        if os.read(0, len(CALL)) != CALL:
            return 0
        if habit == "deaf":
            time.sleep(600)
    if habit == "hopeless":
        print(f"vret: {name} has nothing to work with here", file=sys.stderr)
        return 2
    if habit == "dies":
        os._exit(9)
    memory = SessionMemory.attach(Path(sys.argv[2]))
    return {"frame": frame, "link": link, "sound": sound, "voice": voice}[name](memory, habit)


if __name__ == "__main__":
    sys.exit(main())
