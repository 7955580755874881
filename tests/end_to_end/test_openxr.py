"""A whole session on a real OpenXR runtime: server, therapist, headset program on Monado, and a person who moves."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.end_to_end.rig import HeadsetProgram, Therapist, climb, until
from tests.end_to_end.test_session import difference, entered, headset_state, in_order, rung_accepted
from tests.headset.openxr.wearing import other_program
from tests.monado import Monado, RemoteDriver, running
from tests.server.people import add_account
from tests.server.programs import ServerProgram
from vret.core import commands, effects, events
from vret.core.effects import Cause, State
from vret.core.measures import EndedHow
from vret.core.report import Report
from vret.headset.controls import Button
from vret.memory.messages import Shown
from vret.recording.log import read_log
from vret.recording.record import FrameRecord, Record
from vret.recording.verification import verify
from vret_server.accounts import AccountRole

RUNGS = ("plaza", "balcony_near")


def test_a_session_in_a_real_headset(sqlite_server: ServerProgram, tmp_path: Path) -> None:
    add_account(sqlite_server, "t@clinic.example", AccountRole.THERAPIST)
    (tmp_path / "monado").mkdir()
    with running(tmp_path / "monado") as monado:
        log = asyncio.run(_session(sqlite_server, monado, tmp_path))
    _check_log(log)


async def _session(server: ServerProgram, monado: Monado, folder: Path) -> Path:
    person = monado.person()
    therapist = Therapist(server.url)
    async with therapist.link:
        code = await therapist.prepare("t@clinic.example")
        environment = {**monado.environment, "VRET_HEADSET": "openxr"}
        headset = await HeadsetProgram(folder, server.url, environment).start(code)
        watching = asyncio.create_task(headset.watch())
        try:
            await _play(headset, therapist, person, monado)
            assert await headset.ended() == 0, headset.output()
        finally:
            watching.cancel()
            person.close()
            if headset.process is not None and headset.process.poll() is None:
                headset.process.kill()
    (sealed,) = [path for path in headset.logs() if ".sealed." in path.name]
    return sealed


async def _play(headset: HeadsetProgram, therapist: Therapist, person: RemoteDriver, monado: Monado) -> None:
    status = headset.frame_status()
    assert status is not None
    assert status.headset.startswith("openxr: Monado")
    await therapist.admit()
    calm = await headset.look()

    assert await therapist.tell(commands.SetRung(scene="heights", rung=RUNGS[0])) is not None
    await press_stop(headset, person, "right")
    await ready(therapist, person, "right")
    await therapist.until_words_are_asked()
    await headset.frames(3)
    await hold(person, "right", lambda: therapist.report and not therapist.report.words_asked, trigger_value=1.0)
    await therapist.until_words_are_compared()
    await therapist.insist(commands.Resume(level=commands.ResumeLevel.CALM))
    await therapist.state(State.CALM)
    await _lose_focus_and_regain_it(headset, therapist, person, monado)

    seen = [calm]
    for rung in RUNGS:
        await climb(therapist, rung)
        seen.append(await headset.look())
        assert all(difference(seen[-1], before) > 2 for before in seen[:-1]), f"{rung} looks like what came before"

    person.stand(0.1, 1.5, 0.2)
    person.turn(0, 0.7071068, 0, 0.7071068)
    await until(lambda: abs(rotation(headset)[1] - 0.7071) < 1e-3, "the head turned to the left")
    assert difference(await headset.look(), seen[-1]) > 2
    person.turn(0, 0, 0, 1)

    await headset.press(Button.LESS)  # in the memory block, which presses for nobody in a person's own session
    after = headset.frame_number() + 4
    await hold(person, "right", lambda: headset.frame_number() > after, a_click=True)
    await until(lambda: headset_state(headset) in (State.HELD, State.STOPPED), "the hold, or more on a slow machine")

    await press_stop(headset, person, "right")
    assert await therapist.tell(commands.SetRung(scene="heights", rung=RUNGS[1])) is not None
    await until(lambda: therapist.report and therapist.report.state is State.STOPPED, "the therapist sees the stop")

    monado.kill()
    await until(lambda: (status := headset.frame_status()) and "gone" in status.trouble, "the loss of the runtime")
    monado.start()
    await until(lambda: (status := headset.frame_status()) and not status.trouble, "the runtime")
    await focus(therapist, True)

    before = headset.frame_number()
    await headset.kill("frame")
    await until(lambda: headset.frame_number() < before, "a new frame process")
    await headset.frames(20)
    await until(lambda: (status := headset.frame_status()) and not status.trouble, "a picture")
    await until(lambda: therapist.report and therapist.report.focused and therapist.report.inputs, "focus")
    await therapist.insist(commands.End(how=EndedHow.CHOSEN_STEP))


async def _lose_focus_and_regain_it(
    headset: HeadsetProgram, therapist: Therapist, person: RemoteDriver, monado: Monado
) -> None:
    """Calm at once, and calm it stays when focus returns: the person and the therapist decide.

    The other program has come while the calm room was shown, so that the machine is not busy with its start.
    """
    with other_program(monado.environment) as other:
        await focus(therapist, False)
        monado.show(1)
        await focus(therapist, True)
        await therapist.state(State.CALM)
        # Both hands were lost and found again, and stop was practised with the right one.
        await hold(person, "right", lambda: therapist.report and therapist.report.can_rise, a_click=True)
        for rung in RUNGS:
            await climb(therapist, rung)
        monado.show(2)
        lost = await focus(therapist, False)
        assert (lost.state, lost.cause, lost.scene) == (State.STOPPED, Cause.FOCUS_LOST, "")
        monado.show(1)
        await focus(therapist, True)
        other.kill()
    await headset.frames(10)
    report = therapist.report
    assert report is not None
    assert (report.state, report.ready, report.focused) == (State.STOPPED, False, True)
    assert await therapist.tell(commands.SetRung(scene="heights", rung=RUNGS[0])) is not None
    await ready(therapist, person, "right")
    await therapist.insist(commands.Resume(level=commands.ResumeLevel.CALM))
    await therapist.state(State.CALM)


async def focus(therapist: Therapist, is_focused: bool) -> Report:
    def told() -> Report | None:
        report = therapist.report
        return report if report is not None and report.focused is is_focused else None

    return await until(told, "focus" if is_focused else "the loss of focus")


async def hold(person: RemoteDriver, side: str, reached: Callable[[], object], **values: float) -> None:
    """Press until it has been heard, then let go."""
    person.set(side, **values)
    await until(lambda: bool(reached()), f"what follows from {values}")
    person.set(side, **dict.fromkeys(values, 0))


async def press_stop(headset: HeadsetProgram, person: RemoteDriver, side: str) -> None:
    """Squeeze as long as it takes: a held grip is one stop, also where something technical came first."""

    def heard() -> bool:
        assert headset.memory is not None
        payload = headset.memory.report.read()
        told = None if payload is None else msgspec.msgpack.decode(payload, type=Report)
        return told is not None and (told.state, told.cause) == (State.STOPPED, Cause.PERSON_STOP)

    await hold(person, side, heard, squeeze_force=1.0, squeeze_value=1.0)
    await headset.frames(3)


async def ready(therapist: Therapist, person: RemoteDriver, side: str) -> None:
    await hold(person, side, lambda: therapist.report and therapist.report.ready, trigger_value=1.0)


def rotation(headset: HeadsetProgram) -> tuple[float, float, float, float]:
    assert headset.memory is not None
    payload = headset.memory.shown.read()
    assert payload is not None
    return msgspec.msgpack.decode(payload, type=Shown).head_rotation_in_scene


def _check_log(path: Path) -> None:
    found = verify(path)
    assert found.equal, found.difference
    entries = list(read_log(path))
    records = [entry for entry in entries if isinstance(entry, Record)]
    frames = [entry for entry in entries if isinstance(entry, FrameRecord)]
    stops = [record.event for record in records if isinstance(record.event, events.StopPressed)]
    assert [stop.input for stop in stops] == ["controller_right", "controller_right"]
    assert not any(isinstance(record.event, events.LessPressed) for record in records)
    for stop in stops:
        same = [frame for frame in frames if frame.t_ns == stop.t_ns]
        assert [(frame.scene, frame.veil) for frame in same] == [("", 0)]
    assert in_order(
        records,
        [
            lambda record: isinstance(record.event, events.SessionOpened),
            lambda record: isinstance(record.event, events.Admitted),
            lambda record: effects.StopPractised(input="controller_right") in record.effects,
            lambda record: isinstance(record.event, events.ReadyPressed),
            *(rung_accepted(rung) for rung in RUNGS),
            entered(State.STOPPED, Cause.FOCUS_LOST),
            lambda record: isinstance(record.event, events.FocusGained),
            lambda record: isinstance(record.event, events.ReadyPressed),
            *(rung_accepted(rung) for rung in RUNGS),
            lambda record: isinstance(record.event, events.WaitPressed),
            lambda record: isinstance(record.event, events.StopPressed),
            lambda record: isinstance(record.event, events.FocusLost),
            lambda record: isinstance(record.event, events.FocusGained),
            lambda record: isinstance(record.event, events.ProgramRestarted),
            lambda record: isinstance(record.event, events.FocusGained),
            lambda record: any(
                isinstance(effect, effects.StateChanged) and effect.state is State.ENDED for effect in record.effects
            ),
        ],
    )
