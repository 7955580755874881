"""What the head is turned to, as the frame loop asks for it."""

from pathlib import Path

import pytest

from tests.scene.small import write_scene
from vret.headset.looking import PERIOD_NS, Looking
from vret.scene.animation import Animation
from vret.scene.areas import NOWHERE, Look
from vret.scene.compile import compile_scene
from vret.scene.compiled import Quaternion
from vret.scene.moment import Moment
from vret.scene.scene import load_scene

AREAS = """\
[areas.wall]
title = "The wall"
feared = true
regions = [{ centre = [0, 1.6, -4], size_m = [4, 4, 0.2] }]

[light]
"""
ON_THE_GROUND = Moment(0, "ground", {"height_m": 0.0, "wind_mps": 0.0})
AHEAD: Quaternion = (0.0, 0.0, 0.0, 1.0)
BACK: Quaternion = (0.0, 1.0, 0.0, 0.0)
AT_THE_WALL, AWAY = Look("wall", 3.9), Look("", 3.9)


@pytest.fixture
def walled(tmp_path: Path) -> Animation:
    (tmp_path / "walled").mkdir()
    return Animation(compile_scene(load_scene(write_scene(tmp_path / "walled", "[light]\n", AREAS))))


def at(looking: Looking, t_ns: int, shown: Animation, rotation: Quaternion) -> Look:
    return looking.at(t_ns, shown, shown.animate(ON_THE_GROUND), (0.0, 1.6, 0.0), rotation)


def test_it_is_found_out_ten_times_a_second(walled: Animation) -> None:
    looking = Looking()
    assert at(looking, 5 * PERIOD_NS, walled, AHEAD) == AT_THE_WALL
    assert at(looking, 6 * PERIOD_NS - 1, walled, BACK) == AT_THE_WALL
    assert at(looking, 6 * PERIOD_NS, walled, BACK) == AWAY


def test_another_scene_is_looked_at_at_once(walled: Animation, tmp_path: Path) -> None:
    """No frame of the calm room may say that something of the scene before is looked at."""
    bare = Animation(compile_scene(load_scene(write_scene(tmp_path))))
    looking = Looking()
    assert at(looking, 0, walled, AHEAD) == AT_THE_WALL
    assert at(looking, 1, bare, AHEAD) == NOWHERE
    assert at(looking, 2, walled, AHEAD) == AT_THE_WALL
