"""Lamps of a scene file: where they are, how brightly they shine, and what is wrong with them."""

from pathlib import Path

import numpy as np
import pytest

from tests.scene.shipped import shipped
from tests.scene.small import SMALL, line_of, write_scene
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import LAMPS_MAX, SceneFrame
from vret.scene.moment import Moment
from vret.scene.pictures import moments
from vret.scene.scene import SceneError, load_scene

LAMPS = """
[lamps.door]
kind = "spot"
colour = "#ff0000"
intensity_cd = { axis = "wind_mps", points = [[0, 50], [10, 100]] }
range_m = 4
direction = [0, -3, 0]
inner_cone_deg = 60
outer_cone_deg = 90
anchor = "step"
position = [0, 2, -1]

[lamps.street]
kind = "point"
intensity_cd = 200
range_m = 10
copies = [[-5, 6, 0], [5, 6, 0]]
visible = { wind_mps = { below = 4 } }
variants = ["day"]
"""
VARIANTS = """
[variants.day]
title = "Day"

[variants.dusk]
title = "Dusk"

[variants.dusk.light]
unit_lux = 20
lamps = 0.5
"""


def lit_scene(tmp_path: Path, lamps: str = LAMPS, variants: str = VARIANTS) -> Path:
    return write_scene(tmp_path, text=SMALL.replace("\n[light]", f"{lamps}\n[light]") + variants)


def bundle_of(tmp_path: Path, lamps: str = LAMPS) -> Bundle:
    return compile_scene(load_scene(lit_scene(tmp_path, lamps)))


def frame_at(bundle: Bundle, variant: str = "", place: str = "step", wind_mps: float = 0.0) -> SceneFrame:
    return Animation(bundle).animate(Moment(0, place, {"height_m": 2.0, "wind_mps": wind_mps}, variant=variant))


def test_a_lamp_hangs_on_its_anchor_and_its_copies_stand_apart(tmp_path: Path) -> None:
    frame = frame_at(bundle_of(tmp_path))
    assert frame.lamp_count == 3
    np.testing.assert_allclose(frame.lamps["position"][:3], [[1, 4, 1], [-5, 6, 0], [5, 6, 0]])
    np.testing.assert_allclose(frame.lamps["per_range_m2"][:3], [1 / 16, 0.01, 0.01])


def test_the_cone_is_gltfs(tmp_path: Path) -> None:
    """From all of the light at 60 degrees to none at 90; a point's is the same all around."""
    door, street = frame_at(bundle_of(tmp_path)).lamps[:2]
    np.testing.assert_allclose(door["direction"], [0, -1, 0])
    np.testing.assert_allclose(
        np.cos(np.radians([60, 90])) * door["cone_scale"] + door["cone_offset"], [1, 0], atol=1e-6
    )
    assert (street["cone_scale"], street["cone_offset"]) == (0, 1)


def test_candela_are_seen_by_what_the_eye_is_used_to(tmp_path: Path) -> None:
    """1 cd throws 1 lux at 1 m: by day 1 of 100, at dusk, when lamps are half on, 0.5 of 20."""
    bundle = bundle_of(tmp_path)
    np.testing.assert_allclose(frame_at(bundle, "day").lamps["intensity"][0], [0.5, 0, 0])
    np.testing.assert_allclose(frame_at(bundle, "dusk").lamps["intensity"][0], [1.25, 0, 0])
    np.testing.assert_allclose(frame_at(bundle, "dusk", wind_mps=10).lamps["intensity"][0], [2.5, 0, 0])


def test_a_lamp_shines_only_where_and_when_it_should(tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path)
    shining = {
        (place, variant, wind): frame_at(bundle, variant, place, wind).lamp_count
        for place in ("ground", "step")
        for variant in ("day", "dusk")
        for wind in (3.0, 4.0)
    }
    assert [shining["ground", "day", wind] for wind in (3.0, 4.0)] == [2, 0]
    assert [shining["step", "day", wind] for wind in (3.0, 4.0)] == [3, 1]
    assert [shining["ground", "dusk", wind] for wind in (3.0, 4.0)] == [0, 0]
    assert [shining["step", "dusk", wind] for wind in (3.0, 4.0)] == [1, 1]


def test_lamps_depend_on_the_moment_and_not_on_those_before(tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path)
    travelled = Animation(bundle)
    for place, variant in (("step", "day"), ("ground", "dusk"), ("ground", "day"), ("step", "dusk")):
        frame = travelled.animate(Moment(0, place, {"height_m": 2.0, "wind_mps": 0.0}, variant=variant))
        fresh = frame_at(bundle, variant, place)
        assert frame.lamp_count == fresh.lamp_count
        assert np.array_equal(frame.lamps[: frame.lamp_count], fresh.lamps[: fresh.lamp_count])


def test_a_written_bundle_shines_as_the_compiled_one(tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path)
    write_bundle(tmp_path / "step.bundle", bundle)
    read = frame_at(read_bundle(tmp_path / "step.bundle"))
    assert read.lamp_count == 3
    assert read.lamps.tobytes() == frame_at(bundle).lamps.tobytes()


def many(count: int) -> str:
    return "".join(
        f'\n[lamps.l{number}]\nkind = "point"\nintensity_cd = 1\nrange_m = 1\n' for number in range(1, count + 1)
    )


def test_the_seventeenth_lamp_is_refused_by_name(tmp_path: Path) -> None:
    assert frame_at(bundle_of(tmp_path, many(LAMPS_MAX))).lamp_count == LAMPS_MAX
    (tmp_path / "more").mkdir()
    with pytest.raises(
        SceneError, match=r"lamps\.l17: brings the lamps at places\.ground in variants\.day to 17"
    ) as told:
        load_scene(lit_scene(tmp_path / "more", many(LAMPS_MAX + 1)))
    text = (tmp_path / "more" / "step" / "scene.toml").read_text()
    assert f":{line_of('[lamps.l17]', text)}: " in told.value.problems[0]


def test_lamps_that_never_shine_together_may_be_more(tmp_path: Path) -> None:
    day = many(12).replace("range_m", 'variants = ["day"]\nrange_m')
    dusk = many(12).replace("lamps.l", "lamps.m").replace("range_m", 'variants = ["dusk"]\nrange_m')
    bundle = bundle_of(tmp_path, day + dusk)
    assert [frame_at(bundle, name).lamp_count for name in ("day", "dusk")] == [12, 12]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'anchor = "step"\nposition = [0, 2',
            'anchor = "stp"\nposition = [0, 2',
            "no such anchor as stp; did you mean step",
        ),
        ('["day"]\n', '["night"]\n', "lamps.street.variants.0: no such variant as night"),
        ("visible = { wind_mps", "visible = { wind", "no such bound axis as wind"),
        ("inner_cone_deg = 60", "inner_cone_deg = 90", "inner_cone_deg must be less than outer_cone_deg"),
        ("direction = [0, -3, 0]", "direction = [0, 0, 0]", "direction must have a length"),
        ("range_m = 10", "range_m = 10\nouter_cone_deg = 30", 'only kind = "spot" has a direction and cones'),
        ("range_m = 10", "range_m = 0", "lamps.street.range_m: should be greater than 0"),
        ("intensity_cd = 200", "intensity_cd = -1", "intensity_cd may not be negative"),
        (
            "intensity_cd = 200",
            'intensity_cd = { stimulus = "ball", points = [[0, 1], [0.1, 2], [0.2, 1], [0.3, 2], [0.4, 1]] }',
            "lamps.street.intensity_cd: flashes 2 times within a second",
        ),
    ],
)
def test_what_is_wrong_with_a_lamp_is_told(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert LAMPS.count(old) == 1
    with pytest.raises(SceneError) as error:
        load_scene(lit_scene(tmp_path, LAMPS.replace(old, new)))
    assert problem in str(error.value)


def test_a_scene_without_lamps_has_none(tmp_path: Path) -> None:
    (tmp_path / "dark").mkdir()
    assert frame_at(compile_scene(load_scene(write_scene(tmp_path / "dark")))).lamp_count == 0


def test_the_heights_have_lamps_in_the_evening_alone() -> None:
    bundle = shipped("heights")
    animation = Animation(bundle)
    for variant, shines in (("day", False), ("dusk", True), ("overcast", False), ("rain", False)):
        for rung, moment in moments(bundle, variant=variant).items():
            assert (animation.animate(moment).lamp_count > 0) is shines, (variant, rung)
