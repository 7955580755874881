"""The same scene at another hour, in other weather, with other people."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.scene.shipped import shipped
from tests.scene.small import SMALL, write_scene
from vret.core.ladder import VariantRules
from vret.headset.contract import HeadsetError
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import SceneFrame
from vret.scene.moment import Moment
from vret.scene.scene import SceneError, load_scene

VARIANTS = """
[variants.day]
title = "Day"

[variants.dusk]
title = "Dusk"
bed = "room_tone"

[variants.dusk.light]
sun_elevation_deg = 10
exposure = { axis = "wind_mps", points = [[0, 1.5], [10, 2.5]] }
lit_windows = 0.25

[variants.dusk.sky]
zenith = "#102040"
"""
CAR = '[nodes.car]\nmesh = { kind = "car" }\n'
WIND = 'name = "wind"\n'


def varied(tmp_path: Path, *, nodes: str = "", sources: str = "", variants: str = VARIANTS) -> Path:
    text = SMALL.replace(CAR, f"{CAR}{nodes}").replace(WIND, f"{WIND}{sources}") + variants
    return write_scene(tmp_path, text=text)


def compiled(folder: Path) -> Bundle:
    return compile_scene(load_scene(folder))


def moment(variant: str = "", wind_mps: float = 0.0, t_ns: int = 0) -> Moment:
    return Moment(t_ns, "step", {"height_m": 2.0, "wind_mps": wind_mps}, variant=variant)


def everything(frame: SceneFrame) -> bytes:
    arrays = (frame.rows, frame.visible, frame.materials, frame.environment, frame.scene_from_stage)
    return b"".join(array.tobytes() for array in arrays)


def test_a_variant_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    frames = Animation(compiled(varied(tmp_path)))
    day = frames.animate(moment("day")).environment.copy()[0]
    dusk = frames.animate(moment("dusk")).environment.copy()[0]
    changed = {name for name in day.dtype.names if not np.array_equal(day[name], dusk[name])}
    follows = {"variant", "cube", "light", "ground_colour"}
    assert changed == {"sun_direction", "exposure", "lit_windows", "sky_zenith"} | follows, "the light of another sky"
    assert dusk["sun_direction"][1] == pytest.approx(np.sin(np.radians(10)))


def test_without_a_name_or_with_an_unknown_one_it_is_the_first(tmp_path: Path) -> None:
    bundle = compiled(varied(tmp_path))
    named = everything(Animation(bundle).animate(moment("day")))
    assert all(everything(Animation(bundle).animate(moment(name))) == named for name in ("", "fog"))


def test_a_variants_values_follow_the_axes(tmp_path: Path) -> None:
    frames = Animation(compiled(varied(tmp_path)))
    exposures = [float(frames.animate(moment("dusk", wind)).environment["exposure"][0]) for wind in (0.0, 5.0, 10.0)]
    assert exposures == pytest.approx([1.5, 2.0, 2.5])
    assert float(frames.animate(moment("day", 10.0)).environment["exposure"][0]) == 1.0


def test_a_frame_depends_on_the_variant_and_not_on_those_before(tmp_path: Path) -> None:
    bundle = compiled(varied(tmp_path, nodes='variants = ["day"]\n'))
    travelled = Animation(bundle)
    for name in ("dusk", "day", "dusk", "", "dusk"):
        travelled.animate(moment(name, t_ns=5_000_000_000))
        wanted = moment(name, 3.0, 9_000_000_000)
        assert everything(travelled.animate(wanted)) == everything(Animation(bundle).animate(wanted))


def test_a_node_is_shown_in_its_variants_only(tmp_path: Path) -> None:
    bundle = compiled(varied(tmp_path, nodes='variants = ["dusk"]\n'))
    frames = Animation(bundle)
    cars = np.unique(bundle.tables.travels["instance"])
    assert not frames.animate(moment("day")).visible[cars].any()
    assert frames.animate(moment("dusk")).visible[cars].all()
    assert frames.animate(moment("dusk")).visible_changed is False


def test_what_names_no_variant_is_in_all_of_them(tmp_path: Path) -> None:
    bundle = compiled(varied(tmp_path))
    assert (bundle.tables.variants_of == 0b11).all()
    (tmp_path / "plain").mkdir()
    assert (compiled(write_scene(tmp_path / "plain")).tables.variants_of == 1).all()


def test_the_core_and_the_sound_know_the_variants(tmp_path: Path) -> None:
    path = tmp_path / "scene.bundle"
    write_bundle(path, compiled(varied(tmp_path, sources='variants = ["dusk"]\n')))
    bundle = read_bundle(path)
    assert bundle.rules.variants == (VariantRules("day", "Day"), VariantRules("dusk", "Dusk"))
    assert bundle.rules.base_variant == "day"
    assert [bundle.sound.bed_in(name) for name in ("", "day", "dusk")] == ["city", "city", "room_tone"]
    assert bundle.sound.sources[0].variants == ("dusk",)
    assert Animation(bundle).animate(moment("dusk")).environment["lit_windows"] == 0.25


@pytest.mark.parametrize(
    ("changes", "line", "problem"),
    [
        ({"nodes": 'variants = ["dsk"]\n'}, 'variants = ["dsk"]', "no such variant as dsk; did you mean dusk?"),
        (
            {"sources": 'variants = ["night"]\n'},
            'variants = ["night"]',
            "no such variant as night; there are day",
        ),
        ({"variants": VARIANTS.replace("room_tone", "rom_tone")}, "bed = ", "no such sound as rom_tone; did you mean"),
        ({"variants": VARIANTS.replace("zenith", "zenit")}, "zenit =", "no such key; did you mean zenith?"),
        ({"variants": VARIANTS.replace('title = "Dusk"\n', "")}, "[variants.dusk]", "variants.dusk.title: is missing"),
        ({"variants": VARIANTS.replace("= 10\n", "= -4\n")}, "sun_elevation_deg = -4", "should be greater than 0"),
        ({"variants": VARIANTS.replace("wind_mps", "wind")}, "exposure = {", "no such bound axis as wind"),
        (
            {"variants": VARIANTS.replace('"Day"\n', '"Day"\nbed = "city"\n')},
            "[variants.day]",
            "is the first, in which the scene is entered as its tables stand: give it a title alone",
        ),
    ],
)
def test_what_is_wrong_with_a_variant_is_told_at_its_line(
    tmp_path: Path, changes: dict[str, str], line: str, problem: str
) -> None:
    folder = varied(tmp_path, **changes)
    with pytest.raises(SceneError) as error:
        load_scene(folder)
    (told,) = error.value.problems
    place = told.split(": ")[0]
    at = [number for number, text in enumerate((folder / "scene.toml").read_text().splitlines(), 1) if line in text]
    assert problem in told
    assert int(place.rsplit(":", 1)[1]) in at


def test_a_flash_in_a_variant_is_found(tmp_path: Path) -> None:
    flashes = "[[0, 1], [0.1, 2], [0.2, 1], [0.3, 2], [0.4, 1]]"
    exposure = f'exposure = {{ stimulus = "ball", points = {flashes} }}'
    variants = "\n".join(exposure if text.startswith("exposure") else text for text in VARIANTS.splitlines())
    with pytest.raises(SceneError, match=r"variants\.dusk\.light\.exposure: flashes 2 times within a second"):
        load_scene(varied(tmp_path, variants=variants))


def test_heights_can_be_shown_in_four_variants() -> None:
    bundle = shipped("heights")
    assert [variant.name for variant in bundle.rules.variants] == ["day", "dusk", "overcast", "rain"]
    assert len(np.unique(bundle.tables.environment)) == 4


def test_the_pixels_of_every_variant_differ_and_none_is_black_or_burnt_out() -> None:
    pictures = pytest.importorskip("vret.scene.pictures", reason="needs the headset extra: pip install vret[headset]")
    bundle = shipped("heights")
    try:
        camera = pictures.Camera(bundle, (320, 180))
    except HeadsetError as error:
        pytest.skip(f"needs OpenGL without a display: {error}")
    try:
        for rung in ("plaza", "balcony_near", "glass_floor", "plank_wind"):
            drawn = {
                name: camera.draw(pictures.moments(bundle, variant=name)[rung]).astype(float)
                for name in ("day", "dusk", "overcast", "rain")
            }
            assert np.array_equal(camera.draw(pictures.moments(bundle)[rung]), drawn["day"])
            for one, other in combinations(drawn, 2):
                assert np.abs(drawn[one] - drawn[other]).mean() > 12, (rung, one, other)
            for name, picture in drawn.items():
                assert 45 < picture.mean() < 200, (rung, name)
                assert picture.std() > 15, (rung, name)
            warmth = {name: picture[..., 0].mean() - picture[..., 2].mean() for name, picture in drawn.items()}
            assert warmth["dusk"] > warmth["day"] + 15, rung
    finally:
        camera.close()
