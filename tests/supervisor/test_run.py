import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.supervisor.picture import wait_for
from vret.memory.config import ProgramConfig
from vret.supervisor.run import StartError, run


def command(tmp_path: Path, *code: str, window: str = "no") -> list[str]:
    return [sys.executable, "-m", "tests.supervisor.running", str(tmp_path), window, *code]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_tells_what_happens_and_an_interrupt_ends_it(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(command(tmp_path, "ab12cd"), stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr is not None
        told: list[str] = []
        for line in program.stderr:
            told.append(line)
            if "calm room" in line:
                program.send_signal(number)
        assert program.wait(30) == 0
    assert told[0].startswith("vret headset: Getting ready. The rooms are being built")
    assert any("Closing. Your session is being saved" in line for line in told)
    assert list((tmp_path / "memory").iterdir()) == []
    assert (tmp_path / "data" / "logs" / "frame.log").exists()


def test_without_a_window_and_without_a_code_it_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(command(tmp_path), stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith("vret headset: The program has to end. Give the join code with --code.")
    assert list((tmp_path / "memory").iterdir()) == []


def test_an_acted_person_is_refused_in_a_session_with_another_computer(tmp_path: Path) -> None:
    config = ProgramConfig(server_url="https://clinic.example.org", data_folder=str(tmp_path), acted_person=True)
    with pytest.raises(StartError, match="--acted-person: nobody but the person in the headset may press"):
        run(config, "ab12cd", False, base=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_second_program_leaves_the_first_ones_memory_alone(tmp_path: Path) -> None:
    with subprocess.Popen(command(tmp_path, "ab12cd"), stderr=subprocess.PIPE, text=True) as first:
        assert first.stderr is not None
        next(line for line in first.stderr if "calm room" in line)
        mine = {path.name for path in (tmp_path / "memory").iterdir()}
        done = subprocess.run(command(tmp_path), stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        assert done.returncode == 2
        assert {path.name for path in (tmp_path / "memory").iterdir()} == mine
        first.send_signal(signal.SIGINT)
        first.stderr.read()
        assert first.wait(30) == 0


def test_the_window_ends_with_an_interrupt_too(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    running = command(tmp_path, "ab12cd", window="window")
    with subprocess.Popen(running, stderr=subprocess.PIPE, text=True, env=environment) as program:
        wait_for(lambda: (tmp_path / "data" / "records").exists())
        program.send_signal(signal.SIGINT)
        assert program.stderr is not None
        assert program.stderr.read() == ""
        assert program.wait(30) == 0
    assert list((tmp_path / "memory").iterdir()) == []


def test_no_display_is_said_and_the_program_goes_on_without(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "DISPLAY": ":4711"}
    running = command(tmp_path, "ab12cd", window="window")
    with subprocess.Popen(running, stderr=subprocess.PIPE, text=True, env=environment) as program:
        assert program.stderr is not None
        assert "There is no desktop window" in program.stderr.readline()
        next(line for line in program.stderr if "calm room" in line)
        program.send_signal(signal.SIGINT)
        program.stderr.read()
        assert program.wait(30) == 0
