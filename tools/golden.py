"""Draw the golden pictures of tests/render/golden anew (`make golden`), with the sheet that a pull request shows.

A picture that still looks like its golden one leaves the file alone, so that a pull request shows what has changed for
a person and nothing else. What was and what is stands side by side in build/golden.
"""

import shutil
import sys
from itertools import groupby
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.render.gallery import GOLDEN, KEPT, SIZE, golden, keep, names, rooms  # noqa: E402
from tests.render.likeness import Picture, unlike  # noqa: E402

SHEET = GOLDEN / "README.md"
COLUMNS = 4
HEAD = """# Golden pictures

What a person sees in every scene at every rung, in every variant, with every stimulus, and every mesh kind.
`make golden` draws them anew; look at every picture that a pull request changes.
"""


def hang(name: str, picture: Picture) -> str:
    """Put a picture into its place; in a word what happened to it."""
    path = GOLDEN / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        before = golden(name)
        if not unlike(before, picture):
            return ""
        keep(name, before, picture)
    word = "changed" if path.exists() else "new"
    Image.fromarray(picture).save(path, optimize=True)
    return word


def take_down(gone: set[str]) -> None:
    """Remove the pictures of what is no longer there."""
    for name in sorted(gone):
        (GOLDEN / f"{name}.png").unlink()
        print(f"gone: {name}")


def sheet(shown: list[str]) -> str:
    """All pictures as a page, COLUMNS in a row, by folder."""
    lines = [HEAD]
    for folder, group in groupby(sorted(shown), key=lambda name: name.rpartition("/")[0]):
        hung = list(group)
        lines += [f"## {folder}", "", "|" + " |" * COLUMNS, "|" + "---|" * COLUMNS]
        for first in range(0, len(hung), COLUMNS):
            row = hung[first : first + COLUMNS]
            lines.append("|" + "|".join(f" ![]({name}.png)<br>{name.rpartition('/')[2]} " for name in row) + "|")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    shutil.rmtree(KEPT, ignore_errors=True)
    drawn: list[str] = []
    for room in rooms():
        for name, picture in room.drawn(room.shots):
            drawn.append(name)
            if word := hang(name, picture):
                print(f"{word}: {name}")
    take_down(set(names()) - set(drawn))
    SHEET.write_text(sheet(drawn))
    size = sum((GOLDEN / f"{name}.png").stat().st_size for name in drawn)
    print(f"{len(drawn)} pictures of {SIZE[0]} x {SIZE[1]}, {size // 1024} KiB, {SHEET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
