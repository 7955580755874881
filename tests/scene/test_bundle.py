import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from tests.scene.small import write_scene
from vret.scene.animation import Animation
from vret.scene.bundle import BundleError, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.loader import main
from vret.scene.moment import Moment
from vret.scene.scene import load_scene
from vret.scene.tables import AnimationTables


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    bundle = compile_scene(load_scene(write_scene(tmp_path)))
    path = tmp_path / "step.bundle"
    write_bundle(path, bundle)
    read = read_bundle(path)
    assert read.rules == bundle.rules
    assert read.sound == bundle.sound
    assert read.animation == bundle.animation
    for name in ("vertices", "indices", "ranges", "spheres"):
        assert np.array_equal(getattr(read.compiled.meshes, name), getattr(bundle.compiled.meshes, name))
    assert read.compiled.reflections.layers == bundle.compiled.reflections.layers == 1
    assert np.array_equal(read.compiled.reflections.halves, bundle.compiled.reflections.halves)
    assert read.compiled.probes.variants == 1
    assert np.array_equal(read.compiled.probes.texels, bundle.compiled.probes.texels)
    for entry in fields(AnimationTables):
        assert np.array_equal(getattr(read.tables, entry.name), getattr(bundle.tables, entry.name))
    moment = Moment(5_000_000_000, "step", {"height_m": 1.0, "wind_mps": 4.0})
    assert Animation(read).animate(moment).rows.tobytes() == Animation(bundle).animate(moment).rows.tobytes()


def test_the_loader_writes_a_bundle(tmp_path: Path) -> None:
    out = tmp_path / "step.bundle"
    assert main([str(write_scene(tmp_path)), str(out)]) == 0
    assert read_bundle(out).rules.name == "step"


def test_the_loader_names_the_problem_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "step.bundle"
    assert main([str(write_scene(tmp_path, "calm = 0", "clam = 0")), str(out)]) == 1
    assert "axes.height_m.clam: no such key; did you mean calm?" in capsys.readouterr().err
    assert not out.exists()


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    folder = write_scene(tmp_path)
    for name in ("one", "two"):
        write_bundle(tmp_path / name, compile_scene(load_scene(folder)))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("keep", [0, 4, 20, 2000, -200])
def test_a_cut_bundle_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "step.bundle"
    write_bundle(path, compile_scene(load_scene(write_scene(tmp_path))))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BundleError, match="load the scene again"):
        read_bundle(path)


def test_a_missing_bundle_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"none\.bundle: the compiled scene cannot be opened"):
        read_bundle(tmp_path / "none.bundle")


def test_what_the_frame_needs_brings_no_parser_with_it() -> None:
    """The frame process reads bundles and animates them without pydantic, trimesh, embreex, tomllib or asyncio."""
    code = (
        "import sys, vret.scene.bundle, vret.scene.animation, vret.scene.moment\n"
        "print(*{'pydantic', 'trimesh', 'tomllib', 'asyncio', 'embreex', 'OpenEXR'} & sys.modules.keys())"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
