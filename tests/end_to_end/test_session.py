"""One whole session with nothing faked: server on PostgreSQL, cable, headset program, therapist, log."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from tests.end_to_end.rig import HeadsetProgram, Picture, Therapist, climb, compare, refusal_of, settled, until
from tests.server.people import add_account
from tests.server.programs import ServerProgram
from vret.core import commands, effects, events
from vret.core.effects import Cause, State
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow
from vret.core.report import Report
from vret.headset.controls import Button
from vret.recording.log import read_log
from vret.recording.record import FrameRecord, Record
from vret.recording.verification import verify
from vret.testing.cut import Cable
from vret_server.accounts import AccountRole

RUNGS = ("plaza", "balcony_near", "lift", "roof")
NOTICE_DIFFERENCE = 12.0


def difference(one: Picture, other: Picture) -> float:
    """Mean absolute difference in sRGB steps of 0 to 255."""
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


def test_a_session_up_the_ladder_and_back(postgres_server: ServerProgram, tmp_path: Path) -> None:
    add_account(postgres_server, "t@clinic.example", AccountRole.THERAPIST)
    asyncio.run(_session(postgres_server, tmp_path))


async def _session(server: ServerProgram, tmp_path: Path) -> None:
    async with Cable("127.0.0.1", server.port) as cable:
        therapist = Therapist(server.url)
        async with therapist.link:
            code = await therapist.prepare("t@clinic.example")
            headset = await HeadsetProgram(tmp_path, f"http://127.0.0.1:{cable.port}").start(code)
            watching = asyncio.create_task(headset.watch())
            try:
                await _play(headset, therapist, cable)
                assert await headset.ended() == 0, headset.output()
            finally:
                watching.cancel()
                if headset.process is not None and headset.process.poll() is None:
                    headset.process.kill()
            log = await therapist.link.log(therapist.session_id)
    sealed = [path for path in headset.logs() if ".sealed." in path.name]
    assert [path.read_bytes() for path in sealed] == [log]
    _check_log(sealed[0])


async def _play(headset: HeadsetProgram, therapist: Therapist, cable: Cable) -> None:
    await therapist.admit()
    calm = await headset.look()

    first = commands.SetRung(scene="heights", rung=RUNGS[0])
    assert await refusal_of(therapist, first) is effects.Refusal.STOP_NOT_PRACTISED
    await headset.press(Button.STOP)
    await therapist.state(State.STOPPED)
    await headset.press(Button.READY)
    assert await refusal_of(therapist, commands.Resume(level=commands.ResumeLevel.CALM)) is None
    await therapist.state(State.CALM)
    assert await refusal_of(therapist, first) is effects.Refusal.WORDS_NOT_COMPARED
    await compare(headset, therapist)
    await therapist.state(State.CALM)

    seen = [calm]
    for rung in RUNGS:
        await climb(therapist, rung)
        seen.append(await headset.look())
        assert all(difference(seen[-1], before) > 2 for before in seen[:-1]), f"{rung} looks like what came before"

    await therapist.insist(commands.AskRating())
    await until(lambda: therapist.report and therapist.report.rating, "the question")
    headset.wear(dial=65)
    await headset.press(Button.RATE_CONFIRM)
    await until(lambda: therapist.report and not therapist.report.rating, "the answer")

    before = therapist.report
    assert before is not None
    await headset.press(Button.LESS)
    await until(lambda: therapist.report and therapist.report.step_index == before.step_index - 1, "one step down")
    await settled(therapist)

    await headset.press(Button.STOP)
    await therapist.state(State.STOPPED)
    assert difference(await headset.look(), calm) < NOTICE_DIFFERENCE
    await resume(headset, therapist)

    cable.cut()
    await until(lambda: headset_state(headset) is State.HELD, "the hold")
    await until(lambda: headset_state(headset) is State.STOPPED, "the calm room")
    cable.mend()
    await until(lambda: therapist.report and therapist.report.cause is Cause.LEASE_LOST, "contact")
    await resume(headset, therapist)

    headset.wear(tracked=False)
    await until(lambda: headset_state(headset) is State.HELD, "the hold")
    await until(lambda: therapist.report and therapist.report.cause is Cause.TRACKING_LOST, "the calm room")
    await therapist.state(State.STOPPED)
    headset.wear(tracked=True)
    await resume(headset, therapist)
    await therapist.insist(commands.End(how=EndedHow.CHOSEN_STEP))


async def resume(headset: HeadsetProgram, therapist: Therapist) -> None:
    """Ready, an offer, and yes: three steps by two people. A yes while the machine is slow withdraws the offer."""
    await until(lambda: therapist.report and therapist.report.veil == 0, "an open veil")
    await headset.press(Button.READY)
    while therapist.report is None or therapist.report.state is State.STOPPED:
        await therapist.insist(commands.Resume(level=commands.ResumeLevel.SAME))
        await until(lambda: therapist.report and therapist.report.offer, "the offer")
        await headset.press(Button.ACCEPT)
        await until(lambda: therapist.report and not therapist.report.offer, "the answer to the offer")
    await settled(therapist)


def headset_state(headset: HeadsetProgram) -> State | None:
    """What the headset itself says, without the network."""
    assert headset.memory is not None
    payload = headset.memory.report.read()
    return None if payload is None else msgspec.msgpack.decode(payload, type=Report).state


def _check_log(path: Path) -> None:
    found = verify(path)
    assert found.equal, found.difference
    entries = list(read_log(path))
    records = [entry for entry in entries if isinstance(entry, Record)]
    frames = [entry for entry in entries if isinstance(entry, FrameRecord)]
    assert [record.sequence for record in records] == list(range(1, len(records) + 1))
    _check_stop(records, frames)
    _check_cut(records, frames)
    _check_tracking(records, frames)
    _check_looks(frames)
    assert in_order(
        records,
        [
            lambda record: isinstance(record.event, events.SessionOpened),
            lambda record: isinstance(record.event, events.Admitted),
            lambda record: effects.StopPractised(input="keyboard") in record.effects,
            *(rung_accepted(rung) for rung in RUNGS),
            lambda record: any(isinstance(e, effects.RatingRecorded) and e.suds == 65 for e in record.effects),
            lambda record: isinstance(record.event, events.LessPressed),
            lambda record: isinstance(record.event, events.StopPressed),
            lambda record: isinstance(record.event, events.ResumeAccepted),
            held_by_machine_or_link,
            entered(State.STOPPED, Cause.LEASE_LOST),
            lambda record: isinstance(record.event, events.ReadyPressed),
            lambda record: any(isinstance(effect, effects.ResumeOffered) for effect in record.effects),
            lambda record: isinstance(record.event, events.ResumeAccepted),
            lambda record: isinstance(record.event, events.TrackingLost),
            held_by_machine_or_headset,
            entered(State.STOPPED, Cause.TRACKING_LOST),
            lambda record: isinstance(record.event, events.TrackingFound),
            lambda record: isinstance(record.event, events.ResumeAccepted),
            entered(State.ENDED, Cause.ENDED),
        ],
    )


def _check_looks(frames: list[FrameRecord]) -> None:
    """A head that looks straight ahead: what it meets and how near the edge is, in the scene and nowhere else."""
    assert {(frame.area, frame.feared_m) for frame in frames if frame.scene == ""} == {("", None)}
    inside = [frame for frame in frames if frame.scene == "heights"]
    assert {"building", "city"} <= {frame.area for frame in inside}
    assert {0.4, 0.6, None} <= {frame.feared_m for frame in inside}


def _check_stop(records: list[Record], frames: list[FrameRecord]) -> None:
    """The frame in which stop was read already shows the calm room."""
    stops = [record for record in records if isinstance(record.event, events.StopPressed)]
    assert len(stops) == 2
    for stop in stops:
        same = [frame for frame in frames if frame.t_ns == stop.event.t_ns]
        assert [(frame.scene, frame.veil) for frame in same] == [("", 0)]


def _check_cut(records: list[Record], frames: list[FrameRecord]) -> None:
    """Held, then calm in the first frame in which the newest beacon that came back was over 8 s old; no rise."""
    calm = next(number for number, record in enumerate(records) if entered(State.STOPPED, Cause.LEASE_LOST)(record))
    held = max(number for number, record in enumerate(records[:calm]) if held_by_machine_or_link(record))
    calm_ns, contact_ns = records[calm].event.t_ns, _contact_ns(records[:calm])
    before_ns = max(frame.t_ns for frame in frames if frame.t_ns < calm_ns)
    assert before_ns - contact_ns <= LIMITS.lease_calm_ns < calm_ns - contact_ns
    ramps = [effect for record in records[held : calm + 1] for effect in record.effects]
    assert not any(isinstance(effect, effects.AxisRamped) for effect in ramps)


def _check_tracking(records: list[Record], frames: list[FrameRecord]) -> None:
    """Held, then calm in the first frame in which the head had been lost for over 3 s."""
    (lost_ns,) = [record.event.t_ns for record in records if isinstance(record.event, events.TrackingLost)]
    held_ns, calm_ns = (
        next(record.event.t_ns for record in records if record.event.t_ns >= lost_ns and is_it(record))
        for is_it in (held_by_machine_or_headset, entered(State.STOPPED, Cause.TRACKING_LOST))
    )
    assert held_ns < calm_ns
    before_ns = max(frame.t_ns for frame in frames if frame.t_ns < calm_ns)
    assert before_ns - lost_ns <= LIMITS.tracking_calm_ns < calm_ns - lost_ns


def _contact_ns(records: list[Record]) -> int:
    """When the newest beacon that came back was issued; after a gap in time none from before it counts."""
    issued_ns: dict[int, int] = {}
    contact_ns = 0
    for record in records:
        event = record.event
        if isinstance(event, events.Tick) and event.gap_ns > LIMITS.tick_gap_ns:
            issued_ns.clear()
        if isinstance(event, events.HeartbeatReceived | events.CommandReceived):
            contact_ns = max(contact_ns, issued_ns.get(event.beacon, 0))
        issued = (effect for effect in record.effects if isinstance(effect, effects.BeaconIssued))
        issued_ns.update((effect.number, event.t_ns) for effect in issued)
    return contact_ns


def held_by_machine_or_link(record: Record) -> bool:
    """A machine that stands still for a moment holds before the link's age does."""
    return any(entered(State.HELD, cause)(record) for cause in (Cause.LEASE_OLD, Cause.TIME_GAP))


def held_by_machine_or_headset(record: Record) -> bool:
    return any(entered(State.HELD, cause)(record) for cause in (Cause.TRACKING_LOST, Cause.TIME_GAP))


Question = Callable[[Record], bool]


def entered(state: State, cause: Cause) -> Question:
    return lambda record: effects.StateChanged(state=state, cause=cause) in record.effects


def rung_accepted(rung: str) -> Question:
    def is_it(record: Record) -> bool:
        event = record.event
        asked = isinstance(event, events.CommandReceived) and event.command == commands.SetRung(
            scene="heights", rung=rung
        )
        return asked and any(isinstance(effect, effects.CommandAccepted) for effect in record.effects)

    return is_it


def in_order(records: list[Record], questions: list[Question]) -> bool:
    """Whether the questions are answered by the records one after the other."""
    left = iter(records)
    for number, question in enumerate(questions):
        assert any(question(record) for record in left), f"step {number} is not in the log, or not in its place"
    return True
