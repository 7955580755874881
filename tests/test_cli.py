"""The command `vret`, run as a person runs it: help, mistakes, missing parts, Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from vret.cli import MOUNTS

RUN = "import sys; [sys.modules.__setitem__(name, None) for name in {missing!r}]; from vret.cli import main; main()"


def vret(*arguments: str, missing: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN.format(missing=missing), *arguments],
        env=os.environ | {"COLUMNS": "200", "PYTHONIOENCODING": "utf-8"} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def sentence(ended: subprocess.CompletedProcess[str]) -> str:
    """The one line on standard error of a command that could not do what was asked."""
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    (line,) = ended.stderr.strip().splitlines()
    return line


def test_help_lists_every_command_and_imports_none_of_them() -> None:
    ended = vret("--help", missing=("fastapi", "sqlalchemy", "httpx", "OpenGL", "miniaudio", "mcap", "numpy"))
    assert ended.returncode == 0, ended.stderr
    for name, mount in MOUNTS.items():
        assert f" {name} " in ended.stdout
        assert mount.help[:40] in ended.stdout


@pytest.mark.parametrize("name", MOUNTS)
def test_every_command_has_help(name: str) -> None:
    ended = vret(name, "--help")
    assert ended.returncode == 0, ended.stderr
    assert f"vret {name}" in ended.stdout
    assert ended.stderr == ""


def test_version() -> None:
    assert vret("--version").stdout == f"vret {version('vret')}\n"


@pytest.mark.parametrize(
    ("arguments", "library", "extra"),
    [
        (("server",), "fastapi", "server"),
        (("server",), "sqlalchemy", "server"),
        (("replay", "x.mcap"), "mcap", "headset"),
        (("doctor",), "httpx", "headset"),
    ],
)
def test_missing_extra_is_told_in_one_sentence(arguments: tuple[str, ...], library: str, extra: str) -> None:
    told = sentence(vret(*arguments, missing=(library,)))
    assert library in told
    assert f'pip install "vret[{extra}]"' in told


@pytest.mark.parametrize("name", ["replay", "review"])
def test_log_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    ended = vret(name, str(tmp_path / "no such log.mcap"))
    assert ended.returncode == 2
    assert "no such log.mcap" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_file_that_is_no_log_is_named(tmp_path: Path) -> None:
    other = tmp_path / "letter.mcap"
    other.write_text("Dear Sir or Madam")
    assert "letter.mcap is not a session log" in sentence(vret("replay", str(other)))


def test_scene_that_is_not_there_is_named(tmp_path: Path) -> None:
    ended = vret("scene", "check", str(tmp_path / "moon"))
    assert ended.returncode in (1, 2)
    assert "moon" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_unknown_command_suggests_the_nearest() -> None:
    ended = vret("docter")
    assert ended.returncode == 2
    assert "Did you mean 'doctor'" in ended.stderr


@pytest.mark.parametrize("arguments", [("server", "--port", "many"), ("headset", "--sound", "loud")])
def test_wrong_value_names_the_option(arguments: tuple[str, ...]) -> None:
    ended = vret(*arguments)
    assert ended.returncode == 2
    assert arguments[1] in ended.stderr
    assert "Traceback" not in ended.stderr


def test_environment_variable_counts_and_is_named_when_wrong() -> None:
    ended = vret("server", VRET_SERVER_PORT="many")
    assert ended.returncode == 2
    assert "VRET_SERVER_PORT" in ended.stderr


def test_port_in_use_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = sentence(vret("server", "--port", str(port), "--data", str(tmp_path)))
    assert str(port) in told


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX: a process of its own is interrupted")
def test_ctrl_c_ends_the_server_cleanly(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN.format(missing=()), "server", "--port", "0", "--data", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        assert "vret server listens on http://127.0.0.1:" in server.stdout.readline()
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) in (0, 130)
        assert "Traceback" not in server.stderr.read()
