"""Running a fuzzer: one target in a process of its own, for a while, under a limit of memory."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz.target import Target

ROOT = Path(__file__).parents[2]
FOUND = ROOT / "build" / "fuzz"
"""Where an input that is a fault is written."""
MEMORY_MB, TIMEOUT_S = 2500, 20
_START_S = 120
_SAID_MAX = 20_000
_TRIED = re.compile(r"stat::number_of_executed_units: +(\d+)")
NEEDED = "needs Atheris, of which there are wheels for Linux on x86-64 and Python 3.11 to 3.14"


def is_there() -> bool:
    """Whether this computer has the fuzzer."""
    return importlib.util.find_spec("atheris") is not None


def fuzz(target: Target, seconds: int, work: Path) -> str:
    """What libFuzzer said about a fault, with its trace; empty where it found none. New inputs go to `work`."""
    FOUND.mkdir(parents=True, exist_ok=True)
    work.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.program", target.name]
    options = [f"-max_total_time={seconds}", f"-timeout={TIMEOUT_S}", f"-rss_limit_mb={MEMORY_MB}"]
    told = ["-print_final_stats=1", f"-artifact_prefix={FOUND}/{target.name}-"]
    folders = [str(work), str(target.corpus)]
    paths = [str(ROOT), str(ROOT / "server"), os.environ.get("PYTHONPATH", "")]
    said = subprocess.run(
        [*command, *options, *told, *folders],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=seconds + TIMEOUT_S + _START_S,
        check=False,
    )
    tried = _TRIED.search(said.stdout)
    is_well = said.returncode == 0 and tried is not None and int(tried[1]) > 0
    return "" if is_well else said.stdout[-_SAID_MAX:]
