import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import psutil
import pytest

from tests.supervisor.driving import close, run_to_calm, run_to_scene, start, state, until
from vret.core.effects import Cause, State
from vret.core.events import Input, StopPressed
from vret.core.session import Session
from vret.memory.messages import LinkPhase
from vret.recording.log import read_log
from vret.supervisor.recovery import recover_abandoned
from vret.supervisor.supervisor import LINK_HANG_NS, SOUND_HANG_NS, VOICE_HANG_NS, Phase

RESTART_BOUND_S = 5.0


def recorded(tmp_path: Path) -> list[int]:
    return [int(number) for number in (tmp_path / "data" / "records").read_text().split()]


def assert_nothing_is_left(tmp_path: Path, *process_ids: int | None) -> None:
    assert list((tmp_path / "memory").iterdir()) == []
    for process_id in process_ids:
        assert process_id is not None
        assert not _runs(process_id)


def _runs(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_closing_during_a_scene_calms_seals_and_leaves_nothing(tmp_path: Path) -> None:
    supervisor = start(tmp_path)
    run_to_scene(supervisor)
    process_ids = [child.process_id for child in supervisor.children]
    assert close(supervisor) == 0
    assert supervisor.report is not None
    assert supervisor.link_status is not None
    assert (supervisor.report.state, supervisor.report.cause) == (State.STOPPED, Cause.PERSON_STOP)
    assert supervisor.link_status.phase is LinkPhase.ENDED
    numbers = recorded(tmp_path)
    assert numbers == list(range(1, len(numbers) + 1))
    assert_nothing_is_left(tmp_path, *process_ids)


@pytest.mark.parametrize("name", ["frame", "link", "sound", "voice"])
def test_a_killed_child_is_back_at_once(tmp_path: Path, name: str) -> None:
    supervisor = start(tmp_path)
    run_to_scene(supervisor)
    child = next(child for child in supervisor.children if child.program.name == name)
    killed = child.process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    took_s = until(supervisor, lambda: child.process_id not in (None, killed))
    assert took_s < RESTART_BOUND_S
    if name == "frame":
        until(supervisor, lambda: state(supervisor) is State.STOPPED)
        assert supervisor.report is not None
        assert supervisor.report.cause is Cause.PROGRAM_RESTARTED
    assert close(supervisor) == 0
    numbers = recorded(tmp_path)
    assert sorted(set(numbers)) == list(range(1, max(numbers) + 1))
    assert_nothing_is_left(tmp_path, killed)


def test_a_spare_waits_takes_over_from_a_dead_frame_process_and_leaves_another(tmp_path: Path) -> None:
    supervisor = start(tmp_path)
    run_to_scene(supervisor)
    until(supervisor, lambda: supervisor.frame.spare_process_id)
    killed, spare = supervisor.frame.process_id, supervisor.frame.spare_process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(supervisor, lambda: supervisor.frame.process_id not in (None, killed))
    assert supervisor.frame.process_id == spare
    until(supervisor, lambda: state(supervisor) is State.STOPPED)
    until(supervisor, lambda: supervisor.frame.spare_process_id)
    another = supervisor.frame.spare_process_id
    assert close(supervisor) == 0
    assert_nothing_is_left(tmp_path, killed, spare, another)


@pytest.mark.parametrize("habit", ["spoils", "deaf"])
def test_a_frame_process_whose_spare_is_dead_or_hangs_comes_back_without_it(tmp_path: Path, habit: str) -> None:
    supervisor = start(tmp_path, frame=habit)
    run_to_scene(supervisor)
    until(supervisor, lambda: supervisor.frame.spare_process_id)
    killed, spare = supervisor.frame.process_id, supervisor.frame.spare_process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(supervisor, lambda: state(supervisor) is State.STOPPED)
    assert supervisor.frame.process_id not in (None, killed, spare)
    assert close(supervisor) == 0
    assert_nothing_is_left(tmp_path, killed, spare)


@pytest.mark.parametrize("name", ["frame", "link"])
def test_a_needed_child_that_dies_again_and_again_ends_the_session_calm(tmp_path: Path, name: str) -> None:
    supervisor = start(tmp_path, frame="dies") if name == "frame" else start(tmp_path, link="dies")
    until(supervisor, lambda: supervisor.phase is Phase.OVER, pace=4.0)
    child = next(child for child in supervisor.children if child.program.name == name)
    assert child.starts == 6
    assert supervisor.exit_status == 1
    assert "could not be brought back" in supervisor.fault
    assert supervisor.fault.endswith(f"The reason is in {child.output}.")
    assert_nothing_is_left(tmp_path)


def test_a_child_that_says_it_is_hopeless_is_believed_and_quoted(tmp_path: Path) -> None:
    supervisor = start(tmp_path, frame="hopeless")
    until(supervisor, lambda: supervisor.phase is Phase.OVER)
    assert supervisor.frame.starts == 1
    assert supervisor.exit_status == 2
    assert supervisor.fault.endswith("frame has nothing to work with here")
    assert_nothing_is_left(tmp_path)


def test_the_session_goes_on_without_sound_and_says_so(tmp_path: Path) -> None:
    supervisor = start(tmp_path, sound="hopeless")
    run_to_scene(supervisor)
    until(supervisor, lambda: supervisor.notice)
    until(supervisor, lambda: state(supervisor) is State.EXPOSED)
    assert supervisor.notice.startswith("There is no sound.")
    assert close(supervisor) == 0


def test_the_session_goes_on_without_voice_and_says_so(tmp_path: Path) -> None:
    supervisor = start(tmp_path, voice="hopeless")
    run_to_scene(supervisor)
    until(supervisor, lambda: supervisor.notice)
    until(supervisor, lambda: state(supervisor) is State.EXPOSED)
    assert supervisor.notice.startswith("You and your therapist cannot hear each other.")
    assert close(supervisor) == 0


def test_a_hung_voice_process_is_ended_and_started_again(tmp_path: Path) -> None:
    supervisor = start(tmp_path, voice="hangs")
    run_to_scene(supervisor)
    hung = supervisor.voice.process_id
    took_s = until(supervisor, lambda: supervisor.voice.process_id not in (None, hung))
    assert took_s < VOICE_HANG_NS / 1e9 + RESTART_BOUND_S
    assert state(supervisor) is State.EXPOSED
    assert close(supervisor) == 0
    assert_nothing_is_left(tmp_path, hung)


@pytest.mark.parametrize(("name", "hang_ns"), [("link", LINK_HANG_NS), ("sound", SOUND_HANG_NS)])
def test_a_hung_link_or_sound_process_is_ended_and_started_again(tmp_path: Path, name: str, hang_ns: int) -> None:
    supervisor = start(tmp_path, link="hangs") if name == "link" else start(tmp_path, sound="hangs")
    child = supervisor.link if name == "link" else supervisor.sound
    run_to_scene(supervisor)
    hung = child.process_id
    took_s = until(supervisor, lambda: child.process_id not in (None, hung))
    assert took_s < hang_ns / 1e9 + RESTART_BOUND_S
    assert close(supervisor) == 0
    assert_nothing_is_left(tmp_path, hung)


@pytest.mark.parametrize("stop_pressed", [False, True])
def test_a_hung_frame_process_is_ended_and_comes_back_calm(tmp_path: Path, stop_pressed: bool) -> None:
    supervisor = start(tmp_path, frame="hangs")
    run_to_scene(supervisor)
    hung = supervisor.frame.process_id
    if stop_pressed:
        supervisor.press(StopPressed(t_ns=0, input=Input.WINDOW))
    took_s = until(supervisor, lambda: supervisor.frame.process_id not in (None, hung))
    assert took_s < (2.0 if stop_pressed else 3.0)
    until(supervisor, lambda: state(supervisor) is State.STOPPED)
    assert close(supervisor) == 0
    assert_nothing_is_left(tmp_path, hung)


def test_the_code_is_forgiving_and_given_again_to_a_link_that_died_before_it_read_it(tmp_path: Path) -> None:
    supervisor = start(tmp_path)
    supervisor.enter_code(" ab 12-Cd ")
    assert supervisor.memory.to_link.pop() is not None
    until(supervisor, lambda: state(supervisor) is State.CALM)
    newest = supervisor.memory.snapshot.newest
    assert newest is not None
    kept = supervisor.memory.snapshot.read(newest)
    assert kept is not None
    assert msgspec.msgpack.decode(kept, type=Session).session_id == "AB12CD"
    assert close(supervisor) == 0


def test_a_link_that_does_not_end_is_ended_and_what_it_left_is_recovered(tmp_path: Path) -> None:
    supervisor = start(tmp_path, link="lazy")
    run_to_calm(supervisor)
    supervisor.close()
    until(supervisor, lambda: supervisor.phase is Phase.OVER, pace=4.0)
    assert "complete in its log" in supervisor.notice
    assert_nothing_is_left(tmp_path)


def test_a_second_request_to_close_does_not_wait_for_the_upload(tmp_path: Path) -> None:
    supervisor = start(tmp_path, link="stubborn")
    run_to_calm(supervisor)
    supervisor.close()
    supervisor.close()
    assert until(supervisor, lambda: supervisor.phase is Phase.OVER) < 20.0


def test_a_scene_that_cannot_be_compiled_ends_the_start_with_the_loaders_sentence(tmp_path: Path) -> None:
    broken = "import sys; sys.exit('scenes/heights/scene.toml:41: no such axis')"
    supervisor = start(tmp_path, loaders={"heights": [sys.executable, "-c", broken]})
    until(supervisor, lambda: supervisor.phase is Phase.OVER)
    assert supervisor.fault == "scene heights cannot be shown: scenes/heights/scene.toml:41: no such axis"
    assert supervisor.exit_status == 2
    assert_nothing_is_left(tmp_path)


def test_closing_while_scenes_load_ends_the_loader(tmp_path: Path) -> None:
    supervisor = start(tmp_path, loaders={"heights": [sys.executable, "-c", "import time; time.sleep(600)"]})
    until(supervisor, lambda: supervisor.loading.is_running)
    assert close(supervisor) == 0
    assert not supervisor.loading.is_running
    assert_nothing_is_left(tmp_path)


@contextmanager
def driven(tmp_path: Path, link: str = "") -> Iterator[tuple["subprocess.Popen[bytes]", list[int]]]:
    """A supervisor in a process of its own, in a scene, and the process ids of its children and of the spare."""
    command = [sys.executable, "-m", "tests.supervisor.driving", str(tmp_path), link]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
        try:
            assert program.stdout is not None
            yield program, [int(word) for word in program.stdout.readline().split()]
        finally:
            program.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_everything_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with driven(tmp_path) as (program, process_ids):
        program.send_signal(number)
        assert program.wait(30) == 0
        assert_nothing_is_left(tmp_path, *process_ids)


def test_when_the_supervisor_is_killed_its_children_end_and_the_link_clears_up(tmp_path: Path) -> None:
    with driven(tmp_path) as (program, process_ids):
        program.kill()
        program.wait()
        _wait_gone(process_ids)
    numbers = recorded(tmp_path)
    assert numbers == list(range(1, len(numbers) + 1))
    assert_nothing_is_left(tmp_path, *process_ids)


def test_when_everything_is_killed_the_next_start_completes_the_log(tmp_path: Path) -> None:
    with driven(tmp_path, link="lazy") as (program, process_ids):
        os.kill(process_ids[1], signal.SIGSTOP)
        program.kill()
        program.wait()
        os.kill(process_ids[1], signal.SIGKILL)
        _wait_gone(process_ids)
    assert (tmp_path / "memory" / "run").is_dir()
    sentences = recover_abandoned(tmp_path / "memory", tmp_path / "data")
    assert len(sentences) == 1
    log = Path(sentences[0].rpartition(": ")[2])
    numbers = [record.sequence for record in read_log(log) if hasattr(record, "sequence")]
    assert numbers
    assert numbers == list(range(1, len(numbers) + 1))
    assert_nothing_is_left(tmp_path, *process_ids)


def _wait_gone(process_ids: list[int]) -> None:
    until = time.monotonic() + 20
    while any(map(_runs, process_ids)) and time.monotonic() < until:
        time.sleep(0.02)
    assert [process_id for process_id in process_ids if _runs(process_id)] == []


def test_kills_at_random_instants_lose_no_record_and_leave_nothing(tmp_path: Path, full: bool) -> None:
    for seed in range(100 if full else 6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        chance = random.Random(seed)
        with driven(folder) as (program, first):
            everything = {program.pid, *first}
            for _ in range(chance.randint(1, 4)):
                time.sleep(chance.uniform(0.0, 0.4))
                alive = [child.pid for child in psutil.Process(program.pid).children()]
                everything.update(alive)
                victim = chance.choice([*alive, *alive, program.pid])
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                if victim == program.pid:
                    break
            else:
                program.send_signal(signal.SIGINT)
            program.wait(60)
            _wait_gone(sorted(everything))
        recover_abandoned(folder / "memory", folder / "data")
        numbers = sorted(set(recorded(folder)))
        assert numbers == list(range(1, len(numbers) + 1)), f"seed {seed}"
        assert_nothing_is_left(folder)
