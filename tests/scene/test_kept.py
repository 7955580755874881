"""Compiled scenes that are kept from one start to the next, through the loader."""

from pathlib import Path

import pytest

from tests.scene.small import write_scene
from vret.scene import kept, loader
from vret.scene.bundle import Bundle, read_bundle
from vret.scene.compile import compile_scene
from vret.scene.kept import KeptBundles, key_of
from vret.scene.scene import Scene, load_scene


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of scenes that the loader compiled, newest last."""
    names = []

    def compiling(scene: Scene) -> Bundle:
        names.append(scene.name)
        return compile_scene(scene)

    for module in (loader, kept):
        monkeypatch.setattr(module, "compile_scene", compiling)
    return names


def load(folder: Path, out: Path, cache: Path) -> bytes:
    assert loader.main([str(folder), str(out), str(cache)]) == 0
    assert read_bundle(out).rules.name == folder.name
    return out.read_bytes()


def test_a_scene_is_compiled_once(tmp_path: Path, compiled: list[str]) -> None:
    folder, cache = write_scene(tmp_path), tmp_path / "cache"
    first = load(folder, tmp_path / "one.bundle", cache)
    assert load(folder, tmp_path / "two.bundle", cache) == first
    assert compiled == ["step"]


def test_without_the_folder_nothing_is_kept(tmp_path: Path, compiled: list[str]) -> None:
    folder = write_scene(tmp_path)
    for _ in range(2):
        assert loader.main([str(folder), str(tmp_path / "step.bundle")]) == 0
    assert compiled == ["step", "step"]


def test_what_has_changed_is_compiled_again_and_the_newest_is_kept(
    tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out, cache = write_scene(tmp_path), tmp_path / "step.bundle", tmp_path / "cache"
    load(folder, out, cache)
    path = folder / "scene.toml"
    path.write_text(path.read_text() + "\n# the same scene in another file\n")
    load(folder, out, cache)
    monkeypatch.setattr(kept, "_version", lambda library: "another")
    load(folder, out, cache)
    monkeypatch.setattr(kept, "_sources", lambda: iter([path]))
    load(folder, out, cache)
    assert len(compiled) == 4
    assert len(list((cache / "step").iterdir())) == 1


@pytest.mark.parametrize("damaged", [b"", b"VRET but not a bundle", None], ids=["empty", "other", "one bit"])
def test_a_damaged_one_is_thrown_away_and_never_shown(
    tmp_path: Path, compiled: list[str], damaged: bytes | None
) -> None:
    folder, out, cache = write_scene(tmp_path), tmp_path / "step.bundle", tmp_path / "cache"
    first = load(folder, out, cache)
    (path,) = (cache / "step").iterdir()
    path.write_bytes(bytes([*first[:-1], first[-1] ^ 1]) if damaged is None else damaged)
    assert KeptBundles(cache).find("step", key_of(load_scene(folder))) is None
    assert not path.exists()
    assert load(folder, out, cache) == first
    assert compiled == ["step", "step"]
    assert path.read_bytes() == first


def test_where_nothing_can_be_kept_the_scene_is_shown_and_it_is_said(
    tmp_path: Path, compiled: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    cache.write_text("a file where the folder should be")
    load(write_scene(tmp_path), tmp_path / "step.bundle", cache)
    assert "scene step is compiled again at every start" in capsys.readouterr().err
    assert compiled == ["step"]


def test_one_scene_does_not_push_out_another(tmp_path: Path) -> None:
    bundles = KeptBundles(tmp_path)
    bundles.keep("heights", "1", b"tall")
    bundles.keep("heights-2", "1", b"taller")
    bundles.keep("heights", "2", b"tallest")
    assert bundles.find("heights", "1") is None
    assert bundles.find("heights", "2") == b"tallest"
    assert bundles.find("heights-2", "1") == b"taller"
