"""Tell many stories of the simulation, each another, on every processor (`make simulate COUNT=1000000`).

A story that breaks an invariant is named with its seed, and the next are told all the same; the exit status says
whether there were any. What came of them is kept in docs/simulation.json and told in docs/simulation.md. As long as
nothing that is simulated changes, the next run goes on where the last one was cut, until COUNT stories are told.
"""

import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.progress import track

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from tests.simulation.story import tell  # noqa: E402
from tests.simulation.witness import Broken  # noqa: E402
from tools.soak import sources_hash  # noqa: E402

PAGE = ROOT / "docs" / "simulation.md"
KEPT = ROOT / "docs" / "simulation.json"
SIMULATED = (
    "vret/core",
    "vret/link",
    "server/vret_server/rooms.py",
    "server/console/src/core",
    "server/console/test/simulated.ts",
    "tests/simulation",
)
BLOCK = 100
KEPT_EVERY = 10
SHOWN = 20


class Stories(msgspec.Struct):
    """What came of the stories with the seeds below `told`: how often a scene was gone into, the records that were
    made, what went wrong in them by its name, and what each broke, by its seed."""

    sources: str = ""
    date: str = ""
    told: int = 0
    entries: int = 0
    records: int = 0
    troubles: dict[str, int] = msgspec.field(default_factory=dict)
    broken: dict[int, str] = msgspec.field(default_factory=dict)

    def tell(self, seed: int) -> None:
        self.told += 1
        try:
            told = tell(seed)
        except Broken as broken:
            self.broken[seed] = str(broken)
            return
        self.entries += told.entries
        self.records += told.records
        self._count(Counter(told.troubles))

    def add(self, more: "Stories") -> None:
        self.told += more.told
        self.entries += more.entries
        self.records += more.records
        self._count(more.troubles)
        self.broken |= more.broken
        self.date = f"{datetime.now(UTC):%Y-%m-%d}"

    def _count(self, troubles: Mapping[str, int]) -> None:
        for trouble, often in troubles.items():
            self.troubles[trouble] = self.troubles.get(trouble, 0) + often

    def page(self) -> str:
        return "\n".join(
            [
                "# Simulation",
                "",
                "`make simulate` tells stories of two people and a bad world to the real cores of headset, room and",
                "console, in virtual time; `tests/simulation/__init__.py` shows how, `witness.py` lists invariants.",
                "",
                f"{self.told} stories, the last of them on {self.date}, on sources `{self.sources}`: "
                f"**{len(self.broken)} broken**. In them a scene was gone into {self.entries} times, and "
                f"{self.records} records were made.",
                "",
                "| what went wrong in them | times |",
                "|---|--:|",
                *(f"| {trouble} | {often} |" for trouble, often in sorted(self.troubles.items())),
                "",
            ]
        )


def block(seeds: range) -> Stories:
    stories = Stories()
    for seed in seeds:
        stories.tell(seed)
    return stories


def blocks(first: int, count: int) -> Iterator[Stories]:
    """In the order of their seeds, so that what is kept has no gap."""
    seeds = [range(at, min(at + BLOCK, count)) for at in range(first, count, BLOCK)]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        yield from pool.imap(block, seeds)


def kept(sources: str) -> Stories:
    """Of the same sources, or none."""
    stories = msgspec.json.decode(KEPT.read_bytes(), type=Stories) if KEPT.exists() else Stories()
    return stories if stories.sources == sources else Stories(sources=sources)


def keep(stories: Stories) -> None:
    content = msgspec.json.format(msgspec.json.encode(stories, order="sorted"), indent=1)
    new = KEPT.with_suffix(".new")
    new.write_bytes(content + b"\n")
    new.replace(KEPT)
    PAGE.write_text(stories.page(), encoding="utf-8")


def main() -> None:
    count = int(sys.argv[1])
    stories = kept(sources_hash(SIMULATED))
    total = -(-max(0, count - stories.told) // BLOCK)
    for number, more in enumerate(track(blocks(stories.told, count), "stories", total=total), start=1):
        stories.add(more)
        if number % KEPT_EVERY == 0 or number == total:
            keep(stories)
    for seed, what in sorted(stories.broken.items())[:SHOWN]:
        print(f"seed {seed}: {what}")
    print(f"{stories.told} stories, {len(stories.broken)} broken; written to {PAGE.relative_to(ROOT)}")
    sys.exit(1 if stories.broken else 0)


if __name__ == "__main__":
    main()
