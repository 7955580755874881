"""`vret server` as a program: how it starts, what it says when it cannot, and how it ends."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from .people import PASSWORD, Console
from .programs import ServerProgram

_VRET = [sys.executable, "-c", "from vret.cli import main; main()"]


def _vret(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([*_VRET, *arguments], input=stdin, capture_output=True, text=True, timeout=120, check=False)


def test_an_added_user_can_sign_in_and_ctrl_c_ends_cleanly(tmp_path: Path) -> None:
    add = ["server", "--data", str(tmp_path), "add-user", "anna@clinic.example", "--role", "therapist"]
    added = _vret(*add, "--password-stdin", stdin=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    assert "Added therapist anna@clinic.example" in added.stdout
    program = ServerProgram(tmp_path, "")
    program.start()
    body = {"email": "anna@clinic.example", "password": PASSWORD}
    assert httpx.post(program.url + "/api/login", json=body, timeout=20).json()["role"] == "therapist"
    busy = _vret("server", "--data", str(tmp_path), "--port", str(program.port))
    assert busy.returncode == 2
    assert "another program uses this port" in busy.stderr
    assert busy.stderr.count("\n") == 1
    assert program.stop() == 0
    assert program.complaints() == ""
    again = _vret(*add, "--password-stdin", stdin=PASSWORD + "\n")
    assert (again.returncode, again.stderr) == (2, "vret: There is an account for anna@clinic.example already.\n")


def test_the_clinics_emergency_number_is_an_option(tmp_path: Path) -> None:
    program = ServerProgram(tmp_path, "", "--emergency-number", "144")
    program.start()
    console = Console(program)
    assert console.http.get("/api/gate").json()["emergency_number"] == "144"
    assert program.stop() == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("add-user", "anna", "--password-stdin"), PASSWORD, "not an e-mail address"),
        (("add-user", "anna@clinic.example", "--password-stdin"), "short\n", "at least 12 characters"),
        (("--host", "0.0.0.0"), "", "--behind-tls-proxy"),
        (("--host", "192.0.2.1", "--behind-tls-proxy"), "", "cannot be used"),
        (("--emergency-number", "112 or 999"), "", "not one number"),
        (("--database", "nonsense"), "", "is not a database address"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], stdin: str, words: str
) -> None:
    ended = _vret("server", "--data", str(tmp_path / "data"), *arguments, stdin=stdin)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = _vret("server", "--data", str(tmp_path / "file"), "--port", "0")
    assert ended.returncode == 2
    assert "--data" in ended.stderr
