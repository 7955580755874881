"""Tell many stories of the simulation, each another, on every processor: `python tools/simulate.py COUNT [FIRST]`.

A story that breaks an invariant is named with its seed, and the next are told all the same; the exit status says
whether there were any. The result is written to docs/simulation.md.
"""

import collections
import multiprocessing
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import track

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from tests.simulation.story import Told, tell  # noqa: E402
from tests.simulation.witness import Broken  # noqa: E402
from tools.soak import sources_hash  # noqa: E402

PAGE = ROOT / "docs" / "simulation.md"
BLOCK = 100
SHOWN = 20


class Block:
    """What came of the stories with these seeds."""

    def __init__(self, seeds: range) -> None:
        self.entries = self.records = 0
        self.troubles: collections.Counter[str] = collections.Counter()
        self.broken: list[tuple[int, str]] = []
        for seed in seeds:
            try:
                self._add(tell(seed))
            except Broken as broken:
                self.broken.append((seed, str(broken)))

    def _add(self, told: Told) -> None:
        self.entries += told.entries
        self.records += told.records
        self.troubles.update(told.troubles)


def blocks(first: int, count: int) -> Iterator[Block]:
    seeds = [range(at, min(at + BLOCK, first + count)) for at in range(first, first + count, BLOCK)]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        yield from pool.imap_unordered(Block, seeds)


def page(count: int, first: int, entries: int, records: int, troubles: "collections.Counter[str]", broken: int) -> str:
    rows = [f"| {name} | {often} |" for name, often in sorted(troubles.items())]
    return "\n".join(
        [
            "# Simulation",
            "",
            "`make simulate` tells stories of two people and a bad world to the real cores of headset, room and",
            "console, in virtual time; `tests/simulation/__init__.py` shows how, `witness.py` lists the invariants.",
            "",
            f"{count} stories from seed {first} on, {datetime.now(UTC):%Y-%m-%d}, sources `{sources_hash()}`: "
            f"**{broken} broken**. In them a scene was gone into {entries} times, and {records} records were made.",
            "",
            "| what went wrong in them | times |",
            "|---|--:|",
            *rows,
            "",
        ]
    )


def main() -> None:
    count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    entries = records = 0
    troubles: collections.Counter[str] = collections.Counter()
    broken: list[tuple[int, str]] = []
    told = track(blocks(first, count), "stories", total=-(-count // BLOCK))
    for block in told:
        entries, records = entries + block.entries, records + block.records
        troubles += block.troubles
        broken += block.broken
    for seed, what in sorted(broken)[:SHOWN]:
        print(f"seed {seed}: {what}")
    PAGE.write_text(page(count, first, entries, records, troubles, len(broken)), encoding="utf-8")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
