"""Run every program in benchmarks/ and write what they print into docs/performance.md (`make bench`).

With `gpu` those of benchmarks/gpu (`make bench-gpu`). With the names of programs only these, each in place of what the
page had of it (`make bench ONLY=voice`). Each is a small program whose docstring's first line is its title
and which prints one Markdown table; one that ends with NOTHING_TO_MEASURE says why, and the page keeps what it has.
"""

import ast
import functools
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
NOTHING_TO_MEASURE = 3


def machine() -> str:
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        names = [line.partition(":")[2].strip() for line in described.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def section(program: Path) -> str | None:
    """The table of one program under its title, None where it had nothing to measure. SystemExit if it fails."""
    title = (ast.get_docstring(ast.parse(program.read_text())) or program.stem).splitlines()[0].rstrip(".")
    print(f"== {title}", flush=True)
    done = subprocess.run([sys.executable, str(program)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, flush=True)
    if done.returncode == NOTHING_TO_MEASURE:
        return None
    if done.returncode:
        raise SystemExit(f"{program.relative_to(ROOT)} failed with exit status {done.returncode}")
    return f"### {title}\n\n{done.stdout.strip()}\n"


def placed(page: str, found: str) -> str:
    """The page's part with this section in place of the one of the same title, or after all others."""
    title, _, table = found.partition("\n\n")
    alone = f"{title}\n\nMeasured by itself on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n\n{table}"
    head, *sections = re.split(r"^(?=### )", page, flags=re.MULTILINE)
    titles = [other.partition("\n")[0] for other in sections]
    if title in titles:
        at = titles.index(title)
        sections[at] = alone + ("\n" if at + 1 < len(sections) else "")
    else:
        sections += ["\n", alone]
    return head + "".join(sections)


def main(arguments: list[str]) -> None:
    kind = "bench-gpu" if arguments == ["gpu"] else "bench"
    folder = ROOT / "benchmarks" / "gpu" if kind == "bench-gpu" else ROOT / "benchmarks"
    names = arguments if kind == "bench" else []
    programs = [folder / f"{name}.py" for name in names] or sorted(folder.glob("*.py"))
    sections = [found for program in programs if (found := section(program)) is not None]
    if not sections:
        print(f"Nothing was measured; {PAGE.relative_to(ROOT)} stays as it is.")
        return
    begin, end = f"<!-- {kind}: from make {kind} -->", f"<!-- end of {kind} -->"
    before, _, rest = PAGE.read_text().partition(begin)
    had, _, after = rest.partition(end)
    measured = f"\nMeasured on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n\n" + "\n".join(sections)
    if names:
        measured = functools.reduce(placed, sections, had)
    PAGE.write_text(f"{before}{begin}{measured}{end}{after}")


if __name__ == "__main__":
    main(sys.argv[1:])
