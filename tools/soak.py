"""Run every repeated or random test with its full count, file by file, and write docs/soak.md (`make soak`).

What passed is not run again as long as no source changed, so a soak that was cut short goes on where it was, also in
another checkout: per file, and in files of many long tests per PART_TESTS of them. What passed is kept beside the
page, each result with the hash of the sources that it belongs to; on other sources it is shown with theirs until it is
run again. `make soak ONLY=voice` runs the files with that in their names.

Two tests run at a time, but where a call is measured nothing runs beside it: leave the machine alone meanwhile.
"""

import hashlib
import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "soak.md"
KEPT = ROOT / "docs" / "soak.json"
SOURCES = ("vret", "server", "scenes", "shaders", "assets", "tests", "requirements.lock")
PART_TESTS = 10
ALONE = ("tests/console/test_voice.py", "tests/voice/test_memory.py")
LONG = re.compile("end_to_end|test_fuzz")
REPEATED = re.compile(r"^from hypothesis|\bfull: bool\b", re.MULTILINE)
HEAD = """# Soak

`make soak` runs every repeated or random test with its full count; `make test` runs the same tests with fewer rounds.
Each result belongs to the sources whose hash stands beside it.
"""


class Result(TypedDict):
    """What one part said, and on which sources."""

    sources: str
    passed: int
    date: str
    took_s: float


def sources_hash(sources: tuple[str, ...] = SOURCES) -> str:
    """Of what these files and folders hold as they lie there."""
    listing = subprocess.run(["git", "ls-files", "-z", *sources], cwd=ROOT, capture_output=True, check=True)
    total = hashlib.sha256()
    for name in sorted(listing.stdout.split(b"\0")):
        if name:
            total.update(name + b"\0" + hashlib.sha256((ROOT / name.decode()).read_bytes()).digest())
    return total.hexdigest()[:16]


def parts(path: str) -> list[list[str]]:
    """What is run, and kept, in one go: the file, or PART_TESTS of its tests where each takes long."""
    if not LONG.search(path):
        return [[path]]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--collect-only", "--full", path]
    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    tests = [line for line in said.splitlines() if line.startswith(path)]
    return [tests[first : first + PART_TESTS] for first in range(0, len(tests), PART_TESTS)]


def run(part: list[str], sources: str) -> Result:
    """One part with full counts: how many tests passed, when, and how long it took."""
    began = time.monotonic()
    at_a_time = "1" if part[0] in ALONE else "2"
    command = [sys.executable, "-m", "pytest", "-q", "-n", at_a_time, "--full", "--timeout", "0", *part]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, flush=True)
    passed = re.search(r"(\d+) passed", done.stdout)
    if done.returncode or not (passed or re.search(r"\d+ skipped", done.stdout)):
        raise SystemExit(f"{part[0]}: failed; nothing is written for it, and the next soak begins here")
    count, took_s = int(passed[1]) if passed else 0, time.monotonic() - began
    return Result(sources=sources, passed=count, date=f"{datetime.now(UTC):%Y-%m-%d}", took_s=took_s)


def repeated() -> list[str]:
    """The test files with counts, those that kill whole programs for an hour last."""
    found = [path for path in (ROOT / "tests").rglob("test_*.py") if REPEATED.search(path.read_text())]
    return sorted((str(path.relative_to(ROOT)) for path in found), key=lambda name: ("end_to_end" in name, name))


def row(name: str, results: list[Result], count: int) -> str:
    """How far a file has come; of parts that were run on different sources the newest sources are named."""
    passed, took = sum(result["passed"] for result in results), sum(result["took_s"] for result in results) / 60
    said = f"{passed} passed in {took:.1f} min" if passed else "skipped where this was run" if results else ""
    missing = "" if len(results) == count else "not yet run to its end"
    newest = max(results, key=lambda result: result["date"], default=None)
    date, sources = (newest["date"], f"`{newest['sources']}`") if newest else ("", "")
    return f"| `{name}` | {'; '.join(filter(None, (said, missing)))} | {date} | {sources} |"


def page(sources: str, files: dict[str, list[list[str]]], results: dict[str, Result]) -> str:
    """What has been run, of every file that there is now."""
    rows = [row(name, [results[key(p)] for p in of if key(p) in results], len(of)) for name, of in files.items()]
    head = ["| tests | result | date | sources |", "|---|---|---|---|"]
    return "\n".join([HEAD, f"The newest of them are of `{sources}`.", "", *head, *rows, ""])


def key(part: list[str]) -> str:
    return " ".join(part)


def main() -> None:
    sources, only = sources_hash(), sys.argv[1] if len(sys.argv) > 1 else ""
    results: dict[str, Result] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    files = {name: parts(name) for name in repeated()}
    known = {key(part) for of in files.values() for part in of}
    results = {part: result for part, result in results.items() if part in known}
    for part in [part for name, of in files.items() if only in name for part in of]:
        if key(part) in results and results[key(part)]["sources"] == sources:
            continue
        results[key(part)] = run(part, sources)
        KEPT.write_text(json.dumps(results, indent=1) + "\n")
        PAGE.write_text(page(sources, files, results))
    print(f"{len(files)} files, written to {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
