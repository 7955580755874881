"""Who can speak in a scene, and where they are when they do."""

from math import dist
from pathlib import Path

import pytest

from tests.scene.people import SCENE
from tests.scene.small import SMALL, line_of, write_scene
from tests.scene.test_people import LIGHT, WALKERS, built, refused
from vret.core.ladder import VoiceRules
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import Vector
from vret.scene.moment import Moment
from vret.scene.scene import SceneError, load_scene

VOICES = """\
[voices.guide]
title = "The guide beside you"
anchor = "step"
at = [0.8, 1.6, { axis = "height_m", points = [[0, 0], [10, 1]] }]

[voices.board]
title = "The board"
node = "flag"

[voices.stone]
title = "The step"
node = "step"

[light]
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return compile_scene(load_scene(write_scene(tmp_path_factory.mktemp("voices"), "[light]\n", VOICES)))


def at(bundle: Bundle, name: str, t_s: float = 0.0, **axes: float) -> Vector | None:
    animation = Animation(bundle)
    frame = animation.animate(Moment(int(t_s * 1e9), "step", {"height_m": 0.0, "wind_mps": 0.0} | axes))
    return animation.voices.at(name, frame)


def test_the_core_is_told_who_speaks_and_where(bundle: Bundle) -> None:
    assert bundle.rules.voices == (
        VoiceRules("guide", "The guide beside you", ("step",)),
        VoiceRules("board", "The board"),
        VoiceRules("stone", "The step", ("step",)),
    )


def test_a_point_hangs_on_its_anchor_and_follows_axes(bundle: Bundle) -> None:
    assert at(bundle, "guide") == pytest.approx((1.8, 1.6, 2.0))
    assert at(bundle, "guide", height_m=5.0) == pytest.approx((1.8, 6.6, 2.5))
    assert at(bundle, "nobody") is None


def test_a_node_speaks_from_its_middle_and_takes_the_voice_along(bundle: Bundle) -> None:
    assert at(bundle, "stone", height_m=2.0) == pytest.approx((1.0, 1.8 + 0.1, 2.5), abs=0.11)
    hanging, swung = at(bundle, "board"), at(bundle, "board", 0.5, wind_mps=10.0)
    assert hanging is not None
    assert swung is not None
    assert 0.1 < dist(hanging, swung) < 1.5


def test_someone_of_the_people_speaks_while_they_walk(tmp_path: Path) -> None:
    voice = '[voices.passer_by]\ntitle = "Somebody who passes"\nperson = "walkers"\nnumber = 4\n'
    made = built(tmp_path, SCENE.replace(LIGHT, WALKERS + voice + LIGHT))
    animation = Animation(made)
    for t_s in (0, 30, 31):
        frame = animation.animate(Moment(t_s * 1_000_000_000, "here", {"count": 12.0, "gaze_at_client": 0.0}))
        spoken = animation.voices.at("passer_by", frame)
        assert spoken is not None
        others = len(made.tables.cast) - 9
        feet = frame.people[others + 3]["position"].tolist()
        assert (spoken[0], spoken[2]) == pytest.approx((feet[0], feet[2]))
        assert 0.8 < spoken[1] - feet[1] < 2.2


def test_a_bundle_keeps_them(bundle: Bundle, tmp_path: Path) -> None:
    write_bundle(tmp_path / "step.bundle", bundle)
    again = read_bundle(tmp_path / "step.bundle")
    assert again.rules.voices == bundle.rules.voices
    assert at(again, "guide", height_m=5.0) == at(bundle, "guide", height_m=5.0)


@pytest.mark.parametrize(
    ("written", "key", "message"),
    [
        ('node = "flags"', "node", "no such node as flags; did you mean flag?"),
        ('person = "crowd"', "person", "no such group of people as crowd"),
        ('at = [0, 0, 0]\nanchor = "stp"', "anchor", "no such anchor as stp; did you mean step?"),
        ('at = [0, 0, 0]\nplaces = ["stp"]', "places", "no such place as stp"),
        ('node = "car"', "node", "has copies; a voice needs a node of its own"),
        ('node = "pane"', "node", "is not always there"),
        ('node = "gull"', "node", "is not always there"),
        ('node = "flag"\nat = [0, 0, 0]', "", "give node, person or at, one of them"),
        ('node = "flag"\nanchor = "step"', "", "anchor and places go with at"),
        ('node = "flag"\nnumber = 2', "", "number goes with person"),
        ('at = [0, "heigt_m", 0]', "at", "heigt_m"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_key(tmp_path: Path, written: str, key: str, message: str) -> None:
    text = SMALL.replace("[light]\n", f'[voices.guide]\ntitle = "The guide"\n{written}\n\n[light]\n', 1)
    folder = write_scene(tmp_path, text=text)
    with pytest.raises(SceneError) as caught:
        load_scene(folder)
    (problem,) = caught.value.problems
    assert message in problem
    line = line_of(key or "[voices.guide]", text[text.index("[voices.guide]") :]) if key else 1
    assert f"voices.guide{'.' + key if key else ''}" in problem
    assert f"scene.toml:{line_of('[voices.guide]', text) + (line - 1 if key else 0)}" in problem


def test_a_person_beyond_the_group_is_named(tmp_path: Path) -> None:
    voice = '[voices.passer_by]\ntitle = "Somebody"\nperson = "walkers"\nnumber = 10\n'
    assert "is more than the 9 people of walkers" in refused(tmp_path, SCENE.replace(LIGHT, WALKERS + voice + LIGHT))
