"""Kept bundles: compiled scenes of earlier runs, since compiling one takes seconds.

A kept bundle lies in a folder of its scene's name and is named by the key of all that it was made from and by the
SHA-256 of its bytes. So a scene, a program or a library that has changed is compiled again, and a file that was damaged
is thrown away. Of every scene the newest is kept.
"""

import hashlib
import os
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from vret.scene.bundle import write_bundle
from vret.scene.compile import compile_scene
from vret.scene.scene import Scene

_COMPILER = ("vret.core", "vret.scene")
"""The packages whose code has a part in a bundle."""
_LIBRARIES = ("embreex", "numpy", "openexr", "pillow", "trimesh")


def key_of(scene: Scene) -> str:
    """32 hexadecimal digits of the scene's files, of the code that compiles them, and of its libraries' versions."""
    digest = hashlib.sha256(scene.content_hash.encode())
    for path in _sources():
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in _LIBRARIES:
        digest.update(f"{library} {_version(library)}\n".encode())
    return digest.hexdigest()[:32]


class KeptBundles:
    """The bundles in a folder, which is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, scene: Scene, out: Path) -> str:
        """Write the scene's bundle, a kept one where there is one; why it could not be kept, or nothing.

        Raises SceneError, and OSError for `out`.
        """
        key = key_of(scene)
        content = self.find(scene.name, key)
        if content is not None:
            beside = out.with_suffix(".part")
            beside.write_bytes(content)
            beside.replace(out)
            return ""
        write_bundle(out, compile_scene(scene))
        try:
            self.keep(scene.name, key, out.read_bytes())
        except OSError as error:
            return f"{error.filename}: scene {scene.name} is compiled again at every start ({error.strerror})"
        return ""

    def find(self, name: str, key: str) -> bytes | None:
        """The bundle of the scene of this name; None when there is none that is whole and can be read."""
        try:
            for path in (self._folder / name).glob(f"{key}-*.bundle"):
                content = path.read_bytes()
                if path == self._path(name, key, content):
                    return content
                path.unlink(missing_ok=True)
        except OSError:
            return None
        return None

    def keep(self, name: str, key: str, content: bytes) -> None:
        """Keep a bundle in place of the scene's others. Raises OSError."""
        path = self._path(name, key, content)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.part")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        for other in path.parent.glob("*.bundle"):
            if other != path:
                other.unlink(missing_ok=True)

    def _path(self, name: str, key: str, content: bytes) -> Path:
        return self._folder / name / f"{key}-{hashlib.sha256(content).hexdigest()[:32]}.bundle"


def _sources() -> Iterator[Path]:
    for package in _COMPILER:
        yield from sorted(Path(str(files(package))).rglob("*.py"))


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
