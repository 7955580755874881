"""The flash budget of a scene file: what is written to flash is refused with file, line and key."""

from pathlib import Path

import pytest

from tests.scene.small import SMALL, line_of, write_scene
from vret.scene.scene import SceneError, load_scene
from vret.scene.written.flashes import most_flashes, turns_s

EXPOSURE = "sun_elevation_deg = 30\n"
GLASS = '{ axis = "wind_mps", points = [[0, 1], [10, 0.2]] }'
COMFORT = '[hold]\nshows = "The cars go on."\n'


def exposing(points: str, source: str = 'stimulus = "ball"') -> str:
    return f"{EXPOSURE}exposure = {{ {source}, points = {points} }}\n"


def told(tmp_path: Path, *changes: tuple[str, str]) -> str:
    """All problems of the small scene with something changed; empty if it is good."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    try:
        load_scene(write_scene(tmp_path, text=text))
    except SceneError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("points", "flashes"),
    [
        ("[[0, 1], [2, 0.6], [6, 1]]", 0),
        ("[[0, 1], [0.2, 3], [3, 3]]", 0),
        ("[[0, 1], [0.2, 3], [0.4, 1]]", 1),
        ("[[0, 1], [0.2, 3], [0.5, 3], [0.7, 1]]", 1),
        ("[[0, 1], [0.2, 0], [0.4, 1]]", 1),
        ("[[0, 1], [0.1, 2], [0.2, 1], [0.3, 2], [0.4, 1], [0.5, 2], [0.6, 1], [0.7, 2], [0.8, 1]]", 4),
        ("[[0, 1], [0.1, 1.05], [0.2, 1], [0.3, 1.05], [0.4, 1]]", 0),
        ("[[3.8, 1], [3.9, 4]]", 1),
    ],
)
def test_what_goes_up_and_down_within_a_second_is_a_flash(tmp_path: Path, points: str, flashes: int) -> None:
    found = told(tmp_path, (EXPOSURE, exposing(points)))
    wanted = f"light.exposure: flashes {flashes} times within a second; comfort.flashes_per_s allows 0"
    assert (wanted in found) == bool(flashes)
    assert bool(found) == bool(flashes)


def test_it_names_file_line_and_key(tmp_path: Path) -> None:
    written = exposing("[[0, 1], [0.2, 0], [0.4, 1]]")
    line = line_of("exposure = {", SMALL.replace(EXPOSURE, written))
    assert f"step/scene.toml:{line}: light.exposure: flashes 1 times" in told(tmp_path, (EXPOSURE, written))


def test_a_budget_below_three_may_be_asked_for(tmp_path: Path) -> None:
    twice = exposing("[[0, 1], [0.2, 3], [0.4, 1], [0.6, 3], [0.8, 1]]")
    assert told(tmp_path / "one", (EXPOSURE, twice), (COMFORT, f"{COMFORT}\n[comfort]\nflashes_per_s = 2\n")) == ""
    assert "less than 3" in told(tmp_path / "other", (COMFORT, f"{COMFORT}\n[comfort]\nflashes_per_s = 3\n"))


def test_an_event_that_is_shown_again_and_again_flashes_as_often(tmp_path: Path) -> None:
    once = exposing("[[0, 1], [0.1, 3]]")
    assert told(tmp_path / "long", (EXPOSURE, once)) == ""
    assert "light.exposure: flashes 2 times" in told(
        tmp_path / "short", (EXPOSURE, once), ("duration_s = 4", "duration_s = 0.5")
    )


def test_an_event_may_not_be_so_short_that_its_coming_and_going_flashes(tmp_path: Path) -> None:
    assert "stimuli.ball.duration_s: is less than 0.5 s" in told(tmp_path, ("duration_s = 4", "duration_s = 0.2"))


def test_values_of_one_event_flash_in_turns(tmp_path: Path) -> None:
    """Each alone goes up and down in more than a second."""
    one, other = "[[0, 1], [0.1, 3], [1.2, 1]]", "[[0, 1], [0.6, 1], [0.7, 0.1], [1.8, 1]]"
    found = told(tmp_path, (EXPOSURE, exposing(one)), (GLASS, f'{{ stimulus = "ball", points = {other} }}'))
    assert "stimuli.ball: all that follows ball flashes 1 times within a second" in found


def test_events_that_are_shown_together_share_the_budget(tmp_path: Path) -> None:
    twice = "[[0, 1], [0.2, 3], [0.4, 1], [0.6, 3], [0.8, 1]]"
    found = told(
        tmp_path,
        (EXPOSURE, exposing(twice)),
        (GLASS, f'{{ stimulus = "gull", points = {twice} }}'),
        (COMFORT, f"{COMFORT}\n[comfort]\nflashes_per_s = 2\n"),
    )
    assert "stimuli.gull: all that follows ball and gull flashes 4 times within a second; comfort" in found


def test_an_axis_that_ramps_takes_its_points_in_time(tmp_path: Path) -> None:
    points = "[[0, 1], [1, 3], [2, 1], [3, 3], [4, 1]]"
    source = 'axis = "wind_mps"'
    assert told(tmp_path / "slow", (EXPOSURE, exposing(points, source))) == ""
    fast = told(tmp_path / "fast", (EXPOSURE, exposing(points, source)), ("rate_per_s = 0.5", "rate_per_s = 10"))
    assert "light.exposure: flashes 2 times within a second while wind_mps goes all its way at its rate" in fast
    cuts = exposing(points, 'axis = "height_m"')
    assert told(tmp_path / "cuts", (EXPOSURE, cuts)) == ""


def test_a_turn_is_where_it_goes_the_other_way() -> None:
    assert turns_s([(0, 1), (1, 2), (2, 3), (3, 3), (4, 2.9), (5, 1)]) == [2, 5]
    assert turns_s([]) == []
    assert most_flashes([0.0, 0.1, 0.2, 1.0]) == 1
    assert most_flashes([]) == 0
