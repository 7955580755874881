import subprocess
import sys
import threading
from pathlib import Path

import pytest

from vret.memory import Claim, claim
from vret.memory.claim import claim_path, take_abandoned

HOLD = """
import sys
from pathlib import Path
from vret.memory import Claim

claim = Claim.take(Path(sys.argv[1]))
assert claim is not None
print("held", flush=True)
sys.stdin.read()
"""


def test_only_one_program_holds_a_folder_and_its_death_frees_it(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert Claim.take(folder) is None
        assert take_abandoned(tmp_path) == []
        holder.kill()
    claims = take_abandoned(tmp_path)
    assert [claim.folder for claim in claims] == [folder]
    claims[0].remove()
    assert list(tmp_path.iterdir()) == []


def test_an_heir_waits_until_the_lock_of_the_dead_is_lifted_and_no_longer_for_the_living(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program's input and its locks do not end at the same instant."""
    folder = tmp_path / "run"
    held = Claim.take(folder)
    assert held is not None
    lifting = threading.Timer(0.2, held.release)
    lifting.start()
    heir = Claim.inherit(folder)
    assert heir is not None
    lifting.join()
    monkeypatch.setattr(claim, "LIFTED_S", 0.1)
    assert Claim.inherit(folder) is None
    heir.remove()


def test_a_released_folder_can_be_taken_again(tmp_path: Path) -> None:
    claim = Claim.take(tmp_path / "run")
    assert claim is not None
    claim.release()
    again = Claim.take(tmp_path / "run")
    assert again is not None
    again.remove()


def test_a_claim_without_a_folder_is_swept_away(tmp_path: Path) -> None:
    claim_path(tmp_path / "gone").touch()
    assert take_abandoned(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
