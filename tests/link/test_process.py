import asyncio
import hashlib
from pathlib import Path

import pytest

from tests.core.ladders import SCENE
from tests.link.rig import Rig, refusal_of, state_of, until, until_headset
from tests.server.programs import ServerProgram
from tests.supervisor.stand_in import DEVICE
from vret.core import commands, events
from vret.core.effects import Cause, Refusal, State, StateChanged
from vret.core.measures import EndedHow
from vret.link.therapist import TherapistLink, TurnedError
from vret.memory.messages import EnterCode, LinkPhase
from vret.recording.log import Log, read_log, read_records
from vret.recording.record import ClockEstimate
from vret.recording.recover import recover
from vret.recording.verification import verify
from vret.testing.cut import Cable

RUNG = SCENE.rungs[1].name
END = commands.End(how=EndedHow.CHOSEN_STEP)
ENDED = StateChanged(state=State.ENDED, cause=Cause.ENDED)


def run(coroutine: object) -> None:
    async def limited() -> None:
        async with asyncio.timeout(60):
            await coroutine  # type: ignore[misc]

    asyncio.run(limited())


def test_a_session_from_the_code_to_the_stored_log(rig: Rig, server: ServerProgram) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist:
            session_id = await rig.enter(therapist)
            assert await refusal_of(therapist, commands.SetRung(scene=SCENE.name, rung=RUNG)) is Refusal.NO_STOP_INPUT
            await rig.practise_stop(therapist)
            assert await refusal_of(therapist, commands.SetRung(scene=SCENE.name, rung=RUNG)) is None
            await until(therapist, lambda: state_of(therapist) is State.EXPOSED)
            rig.press(events.StopPressed(t_ns=0, input=events.Input.WINDOW))
            await until(therapist, lambda: state_of(therapist) is State.STOPPED)
            assert await refusal_of(therapist, commands.Note(text="höher als letzte Woche")) is None
            assert await refusal_of(therapist, END) is None
            status = await rig.until_phase(LinkPhase.ENDED, uploaded=True)
            assert await rig.until_ended() == 0
            path = Path(status.log_path).with_name(f"{session_id}.sealed.mcap")
            stored = await therapist.log(session_id)
            assert hashlib.sha256(stored).digest() == hashlib.sha256(path.read_bytes()).digest()
            assert verify(path).equal
            recorded = read_records(path)
            first = therapist.records[0].sequence - 1
            end = first + len(therapist.records)
            assert therapist.records == recorded[first:end]
            assert any(ENDED in record.effects for record in therapist.records)
            # What is logged just before the line closes is not sent: echoes, and gaps of a slow machine.
            assert all(isinstance(record.event, events.HeartbeatReceived | events.Tick) for record in recorded[end:])
            assert therapist.console.missed == 0
            assert therapist.console.device == DEVICE
            log = Log(path)
            assert len(list(log.items())) > 0
            assert (log.device or {})["device"] == DEVICE.headset
            assert (log.device or {})["runtime"] == DEVICE.runtime
            assert any(isinstance(entry, ClockEstimate) for entry in read_log(path))
            assert sorted(file.name for file in path.parent.iterdir()) == [path.name, path.name + ".sha256"]

    run(lead())


def test_a_wrong_code_is_told_in_the_servers_words_and_another_asked_for(rig: Rig) -> None:
    async def enter() -> None:
        await rig.until_phase(LinkPhase.NEEDS_CODE)
        rig.order(EnterCode("222-222-2222"))
        status = await rig.until_phase(LinkPhase.NEEDS_CODE, told=True)
        assert status.message == "This code is not known. Check each letter, or ask the therapist for a new code."
        rig.quit()
        assert await rig.until_ended() == 0

    run(enter())


def test_a_killed_link_comes_back_without_a_code_and_loses_nothing(rig: Rig, server: ServerProgram) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist:
            session_id = await rig.enter(therapist)
            peer = await until_headset(therapist)
            for _ in range(3):
                rig.link.kill()
                await rig.until_ended()
                rig.link.start()
                peer = await until_headset(therapist, after=peer)
                assert await refusal_of(therapist, commands.Tag(tag="seen")) is None
            assert await refusal_of(therapist, END) is None
            status = await rig.until_phase(LinkPhase.ENDED, uploaded=True)
            sealed = Path(status.log_path).with_name(f"{session_id}.sealed.mcap")
            found = verify(sealed)
            assert found.equal
            assert found.final.state is State.ENDED

    run(lead())


def test_a_killed_server_comes_back_and_the_session_goes_on(rig: Rig, server: ServerProgram) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist:
            await rig.enter(therapist)
            server.kill()
            await rig.until_phase(LinkPhase.LOST)
            await asyncio.to_thread(server.start)
            await until_headset(therapist)
            await rig.until_phase(LinkPhase.CONNECTED)
            assert await refusal_of(therapist, commands.Tag(tag="back")) is None
            assert therapist.console.missed == 0
            sequences = [record.sequence for record in therapist.records]
            assert sequences == list(range(sequences[0], sequences[-1] + 1))

    run(lead())


def test_quitting_seals_and_uploads_an_unfinished_session(rig: Rig, server: ServerProgram) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist:
            session_id = await rig.enter(therapist)
            rig.frame.end(5.0)
            rig.quit()
            assert await rig.until_ended() == 0
            status = rig.status()
            assert status is not None
            assert status.uploaded
            assert rig.memory.records.fill == 0.0
            assert len((await therapist.session(session_id))["logs"]) == 1

    run(lead())


def test_commands_that_are_not_understood_whole_are_turned_away(rig: Rig, server: ServerProgram) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist:
            await rig.enter(therapist)
            socket = therapist._socket
            assert socket is not None
            before = len(therapist.turned)
            await socket.send(
                '{"type":"CommandMessage","command_id":"x1","sequence":1,"beacon":1,"sent_ns":1,'
                '"command":{"type":"SetLevel","level":3,"levle":9}}'
            )
            await until(therapist, lambda: len(therapist.turned) > before)
            turned = therapist.turned[-1]
            assert (turned.code, turned.command_id) == ("unknown_field", "x1")
            assert "command.levle" in turned.message

    run(lead())


def test_with_the_supervisor_dead_the_log_is_finished_and_the_memory_gone(rig: Rig, server: ServerProgram) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist:
            await rig.enter(therapist)
            rig.frame.kill()
            status = rig.status()
            assert status is not None
            rig.claim.release()
            process = rig.link._process
            assert process is not None
            assert process.stdin is not None
            process.stdin.close()
            assert await asyncio.to_thread(process.wait, 20) == 0
            assert not rig.claim.folder.exists()
            assert verify(Path(status.log_path).with_name(Path(status.log_path).stem + ".sealed.mcap")).equal

    run(lead())


def test_an_address_without_encryption_is_refused_in_one_sentence(tmp_path: Path, bundle: Path) -> None:
    with Rig(tmp_path, "http://clinic.example", bundle) as rig:
        run_status = asyncio.run(rig.until_ended())
        assert run_status == 2
        assert rig.link.last_words() == (
            "http://clinic.example is not encrypted: enter the address with https://, or pass --allow-plain-http."
        )


def test_a_cut_cable_is_noticed_and_nothing_is_missed_when_it_is_mended(
    tmp_path: Path, server: ServerProgram, bundle: Path
) -> None:
    async def lead() -> None:
        async with Cable("127.0.0.1", server.port) as cable, TherapistLink(server.url) as therapist:
            with Rig(tmp_path, f"http://127.0.0.1:{cable.port}", bundle) as rig:
                await rig.enter(therapist)
                cable.cut()
                await rig.until_phase(LinkPhase.LOST)
                with pytest.raises((TurnedError, TimeoutError)):
                    await therapist.command(commands.Tag(tag="unheard"), 0.5)
                cable.mend()
                await rig.until_phase(LinkPhase.CONNECTED)
                assert await refusal_of(therapist, commands.Tag(tag="heard")) is None
                sequences = [record.sequence for record in therapist.records]
                assert sequences == list(range(sequences[0], sequences[-1] + 1))

    run(lead())


def test_a_program_started_anew_goes_on_without_a_code_and_hands_everything_in(
    tmp_path: Path, server: ServerProgram, bundle: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    async def lead() -> None:
        async with TherapistLink(server.url) as therapist:
            with Rig(first, server.url, bundle) as rig:
                session_id = await rig.enter(therapist)
                rig.frame.kill()
                rig.link.kill()
                rig.frame.end(5.0)
                await rig.until_ended()
                assert recover(rig.claim.folder) is not None
                rig.data.rename(second / "data")
            with Rig(second, server.url, bundle) as rig:
                await rig.until_phase(LinkPhase.CONNECTED)
                await until(therapist, lambda: state_of(therapist) is State.CALM)
                assert await refusal_of(therapist, commands.Tag(tag="again")) is None
                assert await refusal_of(therapist, END) is None
                await rig.until_phase(LinkPhase.ENDED, uploaded=True)
                logs = sorted(path.name for path in (rig.data / "sessions" / session_id).glob("*.mcap"))
                assert logs == [f"{session_id}-2.sealed.mcap", f"{session_id}.sealed.mcap"]
                assert len((await therapist.session(session_id))["logs"]) == 2

    run(lead())
