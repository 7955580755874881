"""The project's own sources as the project tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE_ROOTS = (ROOT, ROOT / "server")


@dataclass(frozen=True)
class Module:
    """One module of `vret` or `vret_server`."""

    name: str
    path: Path

    @property
    def package(self) -> str:
        """What the dependency table calls it: `vret.<folder or module>`, or `vret_server`."""
        parts = self.name.split(".")
        return ".".join(parts[:2]) if parts[0] == "vret" else parts[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(), str(self.path))

    @cached_property
    def imports(self) -> dict[str, int]:
        """Every module imported anywhere in this one, with its first line; `from a import b` counts as `a.b`."""
        found: dict[str, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in names:
                found.setdefault(name, node.lineno)
        return found


def modules() -> list[Module]:
    return list(_modules())


def _modules() -> Iterator[Module]:
    for root, package in zip(SOURCE_ROOTS, ("vret", "vret_server"), strict=True):
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield Module(".".join(parts).removesuffix(".__init__"), path)


def text_files() -> list[Path]:
    """What git keeps, or would, except pictures, sounds and the lock."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=30,
    )
    paths = [ROOT / name.decode() for name in listing.stdout.split(b"\0") if name]
    binary = {".png", ".jpg", ".wav", ".ogg", ".flac", ".glb", ".mcap", ".lock", ".npz"}
    return [path for path in paths if path.suffix not in binary and path.is_file()]
