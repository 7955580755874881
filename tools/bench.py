"""Run every program in benchmarks/ and write what they print into docs/performance.md (`make bench`).

Each is a small program whose docstring's first line is its title and which prints one Markdown table.
"""

import ast
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- bench: from make bench -->", "<!-- end of bench -->"


def machine() -> str:
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        names = [line.partition(":")[2].strip() for line in described.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def section(program: Path) -> str:
    """The table of one program under its title. Raises SystemExit if the program fails."""
    title = (ast.get_docstring(ast.parse(program.read_text())) or program.stem).splitlines()[0].rstrip(".")
    print(f"== {title}", flush=True)
    done = subprocess.run([sys.executable, str(program)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{program.relative_to(ROOT)} failed with exit status {done.returncode}")
    print(done.stdout, flush=True)
    return f"### {title}\n\n{done.stdout.strip()}\n"


def main() -> None:
    programs = sorted((ROOT / "benchmarks").glob("*.py"))
    sections = "\n".join(section(program) for program in programs)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    measured = f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n\n{sections}"
    PAGE.write_text(f"{before}{BEGIN}\n{measured}{END}{after}")


if __name__ == "__main__":
    main()
