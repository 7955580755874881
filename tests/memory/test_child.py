"""How a child program ends, seen from the process that started it."""

import subprocess
import sys
from pathlib import Path

import pytest

from vret.memory.child import CALL, EXIT_HOPELESS, SPARE

PROGRAM = """
import sys
from pathlib import Path
from vret.errors import VretError
from vret.memory.child import run_child

def run(folder: Path) -> None:
    {body}

sys.exit(run_child(run))
"""


@pytest.mark.parametrize(
    ("body", "status", "last_line"),
    [
        ("print(folder.name)", 0, "run-1"),
        ("raise VretError('there is no sound: install the program again')", EXIT_HOPELESS, "there is no sound"),
        ("raise KeyError('a bug')", 1, "KeyError: 'a bug'"),
    ],
)
def test_the_status_says_whether_to_start_again(tmp_path: Path, body: str, status: int, last_line: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(body=body), str(tmp_path / "run-1")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    lines = ended.stdout.splitlines()
    assert ended.returncode == status, ended.stdout
    assert lines[-1].startswith(last_line)
    assert ("Traceback" in ended.stdout) == (status == 1)


WAITING = """
import sys
from pathlib import Path
from vret.memory.child import run_child

sys.exit(run_child(lambda folder: print("runs", flush=True), prepare=lambda folder: print("waits", flush=True)))
"""


@pytest.mark.parametrize(("said", "printed"), [(CALL, "waits runs"), (b"", "waits")])
def test_a_spare_waits_until_it_is_called_and_goes_when_nobody_is_left_to_call_it(said: bytes, printed: str) -> None:
    spare = [sys.executable, "-c", WAITING, "folder", SPARE]
    with subprocess.Popen(spare, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"waits\n"
        assert process.poll() is None
        process.stdin.write(said)
        process.stdin.close()
        assert process.wait(60) == 0
        assert f"waits {process.stdout.read().decode()}".split() == printed.split()
