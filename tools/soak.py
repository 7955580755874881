"""Run every repeated or random test with its full count, file by file, and write docs/soak.md (`make soak`).

A file that passed is not run again as long as no source changed, so a soak that was cut short goes on where it was.
The page names the sources by their hash: results belong to them and to nothing else.
"""

import hashlib
import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "soak.md"
SOURCES = ("vret", "server", "scenes", "shaders", "assets", "tests", "requirements.lock")
REPEATED = re.compile(r"^from hypothesis|\bfull: bool\b", re.MULTILINE)
HEAD = """# Soak

`make soak` runs every repeated or random test with its full count; `make test` runs the same tests with fewer rounds.
These results belong to the sources with the hash below.
"""


def sources_hash() -> str:
    listing = subprocess.run(["git", "ls-files", "-z", *SOURCES], cwd=ROOT, capture_output=True, check=True)
    total = hashlib.sha256()
    for name in sorted(listing.stdout.split(b"\0")):
        if name:
            total.update(name + b"\0" + hashlib.sha256((ROOT / name.decode()).read_bytes()).digest())
    return total.hexdigest()[:16]


def run(path: str) -> dict[str, str | float]:
    """One test file with full counts: what pytest said last, when, and how long it took."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--full", "--timeout", "0", path]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, flush=True)
    if done.returncode:
        raise SystemExit(f"{path}: failed; nothing is written for it, and the next soak begins here")
    said = done.stdout.strip().splitlines()[-1].strip("= ")
    return {"said": said, "date": f"{datetime.now(UTC):%Y-%m-%d}", "took_s": round(time.monotonic() - began, 1)}


def repeated() -> list[str]:
    """The test files with counts, those that kill whole programs for an hour last."""
    found = [path for path in (ROOT / "tests").rglob("test_*.py") if REPEATED.search(path.read_text())]
    return sorted((str(path.relative_to(ROOT)) for path in found), key=lambda name: ("end_to_end" in name, name))


def page(sources: str, results: dict[str, dict[str, str | float]]) -> str:
    """What has been run on these sources, and what has not yet."""
    rows = [
        f"| `{name}` | {results[name]['said']} | {results[name]['date']} |"
        if name in results
        else f"| `{name}` | not yet run to its end on these sources | |"
        for name in repeated()
    ]
    return "\n".join([HEAD, f"Sources `{sources}`.", "", "| tests | result | date |", "|---|---|---|", *rows, ""])


def main() -> None:
    sources = sources_hash()
    kept = ROOT / "build" / "soak" / f"{sources}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    results: dict[str, dict[str, str | float]] = json.loads(kept.read_text()) if kept.exists() else {}
    for name in repeated():
        if name not in results:
            results[name] = run(name)
            kept.write_text(json.dumps(results, indent=1))
            PAGE.write_text(page(sources, results))
    print(f"{len(results)} files, written to {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
