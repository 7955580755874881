"""A session of homework by the real link process: no server, a log of its own, and the therapist is told next time."""

import asyncio
import time
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.core.alone import DAY_S, homework_for
from tests.link.rig import PATIENCE_S, Rig, refusal_of, until
from tests.link.signing import given
from tests.server.programs import ServerProgram
from vret.core import commands, events
from vret.core.effects import Cause, Refusal, State
from vret.core.homework import HomeworkEnd
from vret.core.measures import EndedHow
from vret.core.report import Report
from vret.link.homework import HomeworkFolder
from vret.link.homework_done import untold
from vret.link.therapist import TherapistLink, TurnedError
from vret.memory.messages import LinkPhase
from vret.recording.verification import verify

NOWHERE = "http://127.0.0.1:9"
WINDOW = events.Input.WINDOW


def homework_now() -> commands.GiveHomework:
    now = int(time.time())
    return given(replace(homework_for(), signed_unix_s=now, expires_unix_s=now + DAY_S))


async def until_report(rig: Rig, state: State) -> Report:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            content = rig.memory.report.read()
            report = None if content is None else msgspec.msgpack.decode(content, type=Report)
            if report is not None and report.state is state:
                return report
            await asyncio.sleep(0.01)


def test_homework_is_done_without_a_server_and_told_at_the_next_contact(
    tmp_path: Path, server: ServerProgram, bundle: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    async def practise() -> Path:
        with Rig(first, NOWHERE, bundle, homework=True) as rig:
            status = await rig.until_phase(LinkPhase.CONNECTED)
            assert status.homework is not None
            report = await until_report(rig, State.CALM)
            assert report.cause is Cause.HOMEWORK
            rig.press(events.InputGained(t_ns=0, input=WINDOW), events.LessPressed(t_ns=0, input=WINDOW))
            rig.link.kill()
            await rig.until_ended()
            rig.link.start()
            await rig.until_phase(LinkPhase.CONNECTED)
            rig.press(events.Finished(t_ns=0))
            await until_report(rig, State.ENDED)
            status = await rig.until_phase(LinkPhase.ENDED)
            assert await rig.until_ended() == 0
            return Path(status.log_path)

    async def tell() -> None:
        async with TherapistLink(server.url) as therapist:
            with Rig(second, server.url, bundle) as rig:
                await rig.enter(therapist)
                done = therapist.console.homework_done
                assert [(one.ended, one.log) for one in done] == [(HomeworkEnd.NOT_TODAY, "homework-h-1-1")]
                assert therapist.console.homework is not None
                await rig.practise_stop(therapist)
                assert await refusal_of(therapist, homework_now()) is Refusal.HOMEWORK_NOT_DONE
                forged = replace(homework_now(), signature=bytes(64))
                with pytest.raises(TurnedError, match="signature"):
                    await therapist.command(forged)
                assert await refusal_of(therapist, commands.WithdrawHomework()) is None
                await until(therapist, lambda: not (rig.data / "homework.json").exists())
                await refusal_of(therapist, commands.End(how=EndedHow.CHOSEN_STEP))
                await rig.until_phase(LinkPhase.ENDED, uploaded=True)
                assert await rig.until_ended() == 0

    data = first / "data"
    data.mkdir()
    HomeworkFolder(data).keep(homework_now())
    log = asyncio.run(practise())
    assert log.parent == data / "sessions" / "homework-h-1-1"
    assert verify(log.with_name("homework-h-1-1.sealed.mcap")).equal
    HomeworkFolder(data).ready()
    data.rename(second / "data")
    asyncio.run(tell())
    assert untold(second / "data") == ()


def test_without_homework_the_process_ends_with_what_to_do(tmp_path: Path, bundle: Path) -> None:
    with Rig(tmp_path, NOWHERE, bundle, homework=True) as rig:
        assert asyncio.run(rig.until_ended()) == 2
        assert rig.link.last_words() == (
            "There is no homework on this computer. Ask your therapist for it in your next session."
        )
