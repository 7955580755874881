"""Read requirements.lock: which packages an extra needs, and which of them another platform installs.

The lock is universal; each package names what asked for it ("# via"), and the ones that only some platforms need carry
a marker.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+))?")
WINDOWS = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"}


@dataclass
class Pinned:
    """One line of the lock. `via` are the packages, or the project itself, that asked for it."""

    name: str
    version: str
    marker: str | None
    via: set[str] = field(default_factory=set)

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version}"

    def applies(self, platform: dict[str, str], python: str) -> bool:
        environment = {**platform, "python_version": python, "python_full_version": f"{python}.0"}
        return self.marker is None or Marker(self.marker).evaluate({**environment, "extra": ""})


def pinned(lock: Path = ROOT / "requirements.lock") -> list[Pinned]:
    found: list[Pinned] = []
    in_via = False
    for line in lock.read_text().splitlines():
        if match := _PACKAGE.match(line):
            found.append(Pinned(match[1], match[2], match[3].strip() if match[3] else None))
            in_via = False
        elif line.strip().startswith("# via"):
            in_via = True
            if asked := line.strip().removeprefix("# via").strip():
                found[-1].via.add(asked)
        elif in_via and line.strip().startswith("#"):
            found[-1].via.add(line.strip().removeprefix("#").strip())
    return found


def constraints(lock: Path) -> list[str]:
    """The lock as limits for pip, without hashes, since the wheel itself has none."""
    return [
        f"{package.requirement} ; {package.marker}" if package.marker else package.requirement
        for package in pinned(lock)
    ]


def direct(*extras: str) -> set[str]:
    """What the project itself asks for: always, and for these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    return {canonicalize_name(Requirement(one).name) for one in asked}


def closure(*extras: str, platform: dict[str, str], python: str) -> list[Pinned]:
    """Every locked package that these extras install on a platform."""
    candidates = [package for package in pinned() if package.applies(platform, python)]
    inside = direct(*extras)
    while True:
        more = {
            package.name for package in candidates if {name.split("[")[0] for name in package.via} & inside
        } - inside
        if not more:
            return [package for package in candidates if package.name in inside]
        inside |= more
