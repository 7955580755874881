"""The whole `vret check` as a person runs it: private PulseAudio, real coturn, real server."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.server.coturn import LOOPBACK_MAY_BE_REACHED, Coturn
from tests.server.people import Console
from tests.server.programs import ServerProgram
from tests.sound.pulse import Pulse, pulse_server
from tests.voice.test_speaking import babble
from vret.doctor.check import MACHINE_S, conclusion
from vret.doctor.line import ASK_S, KNOCK_S, MEASURE_S
from vret.doctor.server import ANSWER_S
from vret.link.checked import last_check, told

LIMIT_S = 60
MICROPHONE = "desk", "Desk microphone"


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with Coturn(tmp_path_factory.mktemp("coturn"), more=LOOPBACK_MAY_BE_REACHED) as relay:
        yield relay


@pytest.fixture(scope="module")
def clinic(coturn: Coturn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProgram]:
    turn = "--turn-urls", ",".join(coturn.urls), "--turn-secret-file", str(coturn.secret_file)
    program = ServerProgram(tmp_path_factory.mktemp("clinic"), "", *turn)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[Pulse]:
    folder = tmp_path / "pulse"
    folder.mkdir()
    with pulse_server(folder, MICROPHONE) as running:
        yield running


def start(data: Path, *options: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", "from vret.cli import main; main()", "check", "--data", str(data), *options],
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "XR_RUNTIME_JSON": str(data / "none"), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def answer(checking: "subprocess.Popen[str]", words: str) -> None:
    assert checking.stdin is not None
    checking.stdin.write(f"{words}\n")
    checking.stdin.flush()


def read_until(checking: "subprocess.Popen[str]", words: str) -> str:
    assert checking.stdout is not None
    said = ""
    while words not in said:
        line = checking.stdout.readline()
        assert line, said
        said += line
    return said


def test_a_computer_on_which_all_is_well(tmp_path: Path, pulse: Pulse, clinic: ServerProgram, coturn: Coturn) -> None:
    """By the three ways to the relay; a part of what is played comes back into the microphone."""
    console = Console(clinic)
    session_id = console.new_session()
    code = str(console.http.post(f"/api/sessions/{session_id}/check-code").json()["code"])
    pulse.pactl("load-module", "module-loopback", "source=out.monitor", "sink=desk_in", "latency_msec=30")
    (loop,) = [line.split("\t")[0] for line in pulse.pactl("list", "short", "sink-inputs").splitlines()]
    pulse.pactl("set-sink-input-volume", loop, "-14dB")
    trusted = {"SSL_CERT_FILE": str(coturn.authority_file)}
    options = "--server", clinic.url, "--code", code, "--microphone", "desk"
    began_s = time.monotonic()
    with start(tmp_path / "data", *options, **pulse.environment, **trusted) as checking:
        said = read_until(checking, "the table.")
        with pulse.speaking("desk", babble(6, 3).astype(np.float32)):
            answer(checking, "")
            said += read_until(checking, "two seconds.")
        answer(checking, "\ny")
        rest, complaints = checking.communicate(timeout=LIMIT_S)
    lasted_s, said = time.monotonic() - began_s, said + rest
    print(said, complaints, f"{lasted_s:.1f} s")
    assert checking.returncode == 0
    assert complaints == ""
    assert "✗" not in said
    speech_db = re.search(r"good  microphone: “Desk microphone” heard you at (-\d+) dB", said)
    assert speech_db is not None
    assert abs(int(speech_db[1]) + 17) <= 3
    assert "✓ good  sound: you heard it." in said
    leak_db = re.search(r"comes back into the microphone at (-\d+) dB", said)
    if "too busy to measure it" not in said:
        assert leak_db is not None
        assert abs(int(leak_db[1]) + 14) <= 3
    for way in ("UDP", "TCP", "TLS"):
        assert f"✓ good  way to the relay: open by {way}." in said
    assert "✓ good  line: good for talking: by UDP 0.0 % lost" in said
    assert "✓ good  bandwidth: 1.2 Mbit/s" in said
    assert lasted_s < MACHINE_S, "the person of this test takes no time to answer"
    kept = last_check(tmp_path / "data")
    assert kept is not None
    assert kept.bad == ()
    assert "and works. Noted: OpenXR runtime." in told(kept)


def test_what_is_missing_is_told_and_nothing_breaks(tmp_path: Path) -> None:
    nothing = {"PULSE_SERVER": "unix:/nowhere", "ALSA_CONFIG_PATH": "/nowhere", "HOME": str(tmp_path)}
    with start(tmp_path / "data", "--server", "http://127.0.0.1:9", **nothing) as checking:
        said, complaints = checking.communicate("", timeout=LIMIT_S)
    assert checking.returncode == 1
    assert complaints == ""
    assert "Press Enter" not in said, "nobody is asked to speak into nothing"
    assert "✗ bad   microphone: no microphone opens" in said
    assert "✗ bad   sound: no sound device opens" in said
    assert "✗ bad   server: http://127.0.0.1:9 does not answer" in said
    assert said.endswith("Before a session this must be mended: microphone, sound, server.\n")
    kept = last_check(tmp_path / "data")
    assert kept is not None
    assert kept.bad == ("microphone", "sound", "server")


def test_a_silent_microphone_and_a_tone_that_nobody_heard(tmp_path: Path, pulse: Pulse, clinic: ServerProgram) -> None:
    """A muted microphone gives nothing but noughts. The code is a wrong one."""
    options = "--server", clinic.url, "--code", "HK4-7MQ-29RT"
    with start(tmp_path / "data", *options, **pulse.environment) as checking:
        said, complaints = checking.communicate("\n\nn\n", timeout=LIMIT_S)
    assert checking.returncode == 1
    assert complaints == ""
    assert "✗ bad   microphone: the computer's own microphone hears nothing at all." in said
    assert "✗ bad   sound: you did not hear it." in said
    assert "good  echo: nothing of what is played comes back" in said or "too busy to measure it" in said
    assert "✗ bad   line: it could not be tried: This code is not known." in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_ends_it(tmp_path: Path, pulse: Pulse) -> None:
    with start(tmp_path / "data", **pulse.environment) as checking:
        read_until(checking, "the table.")
        checking.send_signal(signal.SIGINT)
        _, complaints = checking.communicate(timeout=LIMIT_S)
    assert checking.returncode == 130
    assert "Traceback" not in complaints
    assert last_check(tmp_path / "data") is None


def test_the_line_too_is_over_in_half_a_minute_whatever_hangs() -> None:
    """What runs in a process of its own shares this time; the line is tried meanwhile."""
    assert ANSWER_S + ASK_S + KNOCK_S + MEASURE_S <= MACHINE_S


def test_the_conclusion_names_each_thing_once() -> None:
    assert conclusion((), ()) == "\nAll is well for a session."
    assert conclusion((), ("line", "line")) == "\nA session can go ahead. Noted: line."
    assert conclusion(("sound",), ("line",)) == "\nBefore a session this must be mended: sound."
