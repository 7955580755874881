"""The set-up's list of system packages, and the words with which it refuses."""

import re
import subprocess

from tests.project.sources import ROOT

PACKAGES = ROOT / "tools" / "apt-packages.txt"


def test_every_line_of_the_package_list_can_be_read() -> None:
    lines = [line for line in PACKAGES.read_text().splitlines() if line and not line.startswith("#")]
    assert lines
    wrong = [
        line for line in lines if not re.fullmatch(r"(run |test|test13|bench) [a-z0-9.+-]+(\|[a-z0-9.+-]+)*", line)
    ]
    assert wrong == []
    names = [(line.split()[0], name) for line in lines for name in line.split()[1].split("|")]
    assert len(names) == len(set(names))


def test_an_unknown_word_is_refused_in_one_line() -> None:
    done = subprocess.run(
        [ROOT / "tools" / "setup.sh", "everything"], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "tools/setup.sh: say run, test or bench, not 'everything'\n"
