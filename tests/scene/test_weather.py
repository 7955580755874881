"""Rain, snow and dust of a scene file: how much, where and when."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scene.shipped import shipped
from tests.scene.small import SMALL, write_scene
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.moment import Moment
from vret.scene.pictures import moments
from vret.scene.scene import SceneError, load_scene

WEATHER = """
[weather]
snow = { axis = "wind_mps", points = [[0, 0.2], [10, 1]] }
drift_mps = [1.5, -0.5]

[variants.winter]
title = "Snow"

[variants.spring]
title = "Rain"

[variants.spring.weather]
rain = 0.6
snow = 0
"""


def compiled(tmp_path: Path, weather: str = WEATHER, text: str = SMALL) -> Bundle:
    return compile_scene(load_scene(write_scene(tmp_path, text=text + weather)))


def fallen(
    bundle: Bundle, variant: str = "", *, place: str = "step", wind_mps: float = 0.0, held: bool = False
) -> dict[str, Any]:
    moment = Moment(7, place, {"height_m": 2.0, "wind_mps": wind_mps}, held=held, variant=variant)
    (row,) = Animation(bundle).animate(moment).environment
    return {name: row[name].tolist() for name in ("rain", "snow", "dust", "shelter_m", "drift_mps")}


def test_weather_follows_the_axes_and_the_variant(tmp_path: Path) -> None:
    bundle = compiled(tmp_path)
    assert fallen(bundle)["snow"] == pytest.approx(0.2)
    assert fallen(bundle, wind_mps=5.0)["snow"] == pytest.approx(0.6)
    spring = fallen(bundle, "spring", wind_mps=5.0)
    assert (spring["rain"], spring["snow"], spring["dust"]) == (pytest.approx(0.6), 0, 0)
    assert spring["drift_mps"] == [1.5, -0.5]


def test_it_goes_on_while_held_and_its_time_is_the_moments(tmp_path: Path) -> None:
    bundle = compiled(tmp_path)
    assert fallen(bundle, held=True) == fallen(bundle)
    animation = Animation(bundle)
    for t_ns in (5, 900, 3):
        assert animation.animate(Moment(t_ns, "step", {"height_m": 0, "wind_mps": 0}, held=True)).t_ns == t_ns


def test_a_roof_belongs_to_a_place(tmp_path: Path) -> None:
    bundle = compiled(tmp_path, text=SMALL.replace('title = "On the step"', 'title = "On the step"\nshelter_m = 2.5'))
    assert [fallen(bundle, place=place)["shelter_m"] for place in ("ground", "step")] == [0, 2.5]


def test_a_written_bundle_has_the_same_weather(tmp_path: Path) -> None:
    bundle = compiled(tmp_path, text=SMALL.replace('title = "On the step"', 'title = "On the step"\nshelter_m = 2.5'))
    write_bundle(tmp_path / "step.bundle", bundle)
    read = read_bundle(tmp_path / "step.bundle")
    for variant in ("winter", "spring"):
        assert fallen(read, variant, wind_mps=3.0) == fallen(bundle, variant, wind_mps=3.0)
    assert fallen(read)["shelter_m"] == 2.5


def test_a_scene_that_says_nothing_has_none(tmp_path: Path) -> None:
    assert fallen(compiled(tmp_path, "")) == {"rain": 0, "snow": 0, "dust": 0, "shelter_m": 0, "drift_mps": [0, 0]}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("rain = 0.6", "rain = 1.2", "variants.spring.weather.rain: must be from 0 to 1"),
        ("[10, 1]]", "[10, 3]]", "weather.snow: must be from 0 to 1"),
        ('axis = "wind_mps"', 'axis = "wind"', "weather.snow: no such bound axis as wind"),
        ("rain = 0.6", "hail = 0.6", "variants.spring.weather.hail: no such key"),
        ("[1.5, -0.5]", "[1.5]", "weather.drift_mps"),
        (
            "rain = 0.6",
            'dust = { stimulus = "ball", points = [[0, 0], [0.1, 1], [0.2, 0], [0.3, 1], [0.4, 0]] }',
            "variants.spring.weather.dust: flashes 2 times within a second",
        ),
    ],
)
def test_what_is_wrong_with_the_weather_is_told(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert WEATHER.count(old) == 1
    with pytest.raises(SceneError) as error:
        compiled(tmp_path, WEATHER.replace(old, new))
    assert problem in str(error.value)


def test_it_rains_on_the_heights_in_the_rain_alone() -> None:
    bundle = shipped("heights")
    animation = Animation(bundle)
    for variant in [rules.name for rules in bundle.rules.variants]:
        for moment in moments(bundle, variant=variant).values():
            assert (animation.animate(moment).environment["rain"][0] > 0) == (variant == "rain")
    assert np.isfinite(bundle.tables.environment["rain"]).all()
