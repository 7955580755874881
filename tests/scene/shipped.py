"""The scenes that vret ships, compiled once for all tests: the heights take ten seconds of processor."""

import functools
import tempfile
from pathlib import Path

from vret.paths import data_file
from vret.scene.bundle import Bundle, read_bundle
from vret.scene.kept import KeptBundles
from vret.scene.scene import load_scene
from vret.settings import SCENE_CACHE


@functools.cache
def shipped(name: str) -> Bundle:
    """The bundle of `scenes/NAME`, as the headset program reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.bundle"
        trouble = KeptBundles(SCENE_CACHE.default).write(load_scene(data_file(f"scenes/{name}")), path)
        assert not trouble, trouble
        return read_bundle(path)
