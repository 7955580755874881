"""Films of scenes: what the shipped scenes show flashes no more than it may, and what flashes is found."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.scene.shipped import shipped
from tests.scene.small import write_scene
from vret.headset.contract import HeadsetError
from vret.paths import data_file
from vret.scene.bundle import Bundle
from vret.scene.command import app
from vret.scene.compile import compile_scene
from vret.scene.scene import load_scene

pytest.importorskip("vret.scene.pictures", reason="needs the headset extra: pip install vret[headset]")
from vret.scene.films import STEPS_PER_S, FilmCamera, films

FEW = {"room", "look_down, dusk", "plank_wind, day, ball_drop"}
FEW_STEPS = slice(STEPS_PER_S, 5 * STEPS_PER_S // 2)
"""Of a stimulus, from when it comes into view."""
QUICK = "rate_per_s = 100"
"""An axis that needs no time, so that its film is short."""
PASSING = """\
[nodes.passing]
mesh = { kind = "box", size_m = [0.3, 6, 3] }
material = "stone"
loop = { points = [[-3, 0, -3], [3, 0, -3], [3, 0, -9], [-3, 0, -9]], speed_mps = SPEED, count = 12, corner_m = 1 }

[light]
"""


@pytest.fixture
def filmed() -> Iterator[list[FilmCamera]]:
    """Cameras that are closed afterwards."""
    made: list[FilmCamera] = []
    yield made
    for camera in made:
        camera.close()


def camera_for(bundle: Bundle, filmed: list[FilmCamera]) -> FilmCamera:
    try:
        filmed.append(FilmCamera(bundle))
    except HeadsetError as error:
        pytest.skip(f"needs OpenGL without a display: {error}")
    return filmed[-1]


def posture_of(name: str) -> str:
    return load_scene(data_file(f"scenes/{name}")).file.posture


@pytest.mark.parametrize("name", ["calm", "heights"])
def test_no_shipped_scene_flashes_too_much(name: str, full: bool, filmed: list[FilmCamera]) -> None:
    bundle = shipped(name)
    camera, found = camera_for(bundle, filmed), {}
    for film in films(bundle, posture_of(name)):
        if full or film.name in FEW:
            few = film if full or len(film.moments) < FEW_STEPS.stop else replace(film, moments=film.moments[FEW_STEPS])
            found[film.name] = camera.flashes(few)
    assert found
    assert {film: flashes for film, flashes in found.items() if flashes.is_too_many} == {}


def test_every_rung_variant_stimulus_and_axis_of_the_heights_has_its_film() -> None:
    bundle = shipped("heights")
    rules, names = bundle.rules, [film.name for film in films(bundle, "standing")]
    assert len(set(names)) == len(names)
    assert {f"{rung.name}, {variant.name}" for rung in rules.rungs for variant in rules.variants} <= set(names)
    assert {
        f"plank_wind, {variant.name}, {stimulus.name}" for variant in rules.variants for stimulus in rules.stimuli
    } <= {*names}
    assert {f"plank_wind, all of {axis.axis}" for axis in rules.axes} <= set(names)


def small(tmp_path: Path, speed_mps: float) -> Path:
    text = PASSING.replace("SPEED", f"{speed_mps}")
    folder = write_scene(tmp_path, "[light]\n", text)
    toml = folder / "scene.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("rate_per_s = 0.5", QUICK), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("speed_mps", "general"), [(0.5, 0), (16.0, 5)])
def test_what_passes_before_the_eyes_too_often_is_found(
    tmp_path: Path, speed_mps: float, general: int, filmed: list[FilmCamera]
) -> None:
    scene = load_scene(small(tmp_path, speed_mps))
    bundle = compile_scene(scene)
    film = next(iter(films(bundle, scene.file.posture)))
    moments = tuple(replace(moment, place="ground") for moment in film.moments)
    found = camera_for(bundle, filmed).flashes(replace(film, moments=moments))
    assert found.red == 0
    assert found.general >= general
    assert found.is_too_many == (general > 3)


def test_an_event_begins_and_ends_in_its_film(tmp_path: Path) -> None:
    scene = load_scene(write_scene(tmp_path))
    film = next(film for film in films(compile_scene(scene), "standing") if film.name == "high, ball")
    shown = [bool(moment.stimuli) for moment in film.moments]
    assert (shown[0], shown[-1]) == (False, False)
    assert sum(shown) == pytest.approx(4 * STEPS_PER_S, abs=1)


def test_an_axis_goes_there_and_back_at_its_rate(tmp_path: Path) -> None:
    scene = load_scene(write_scene(tmp_path))
    film = next(film for film in films(compile_scene(scene), "standing") if film.name == "high, all of wind_mps")
    values = [moment.axes["wind_mps"] for moment in film.moments]
    assert (min(values), max(values), values[0], values[-1]) == (0, 10.5, 0, 0)
    assert len(values) == pytest.approx(2 * 21 * STEPS_PER_S, abs=2)


def test_the_command_tells_each_film_and_fails_where_there_are_too_many(tmp_path: Path) -> None:
    folder = small(tmp_path, 16.0)
    text = (folder / "scene.toml").read_text(encoding="utf-8").replace("duration_s = 4", "duration_s = 0.6")
    (folder / "scene.toml").write_text(text.replace('place = "step"', 'place = "ground"'), encoding="utf-8")
    found = CliRunner().invoke(app, ["flashes", str(folder)])
    if isinstance(found.exception, HeadsetError):
        pytest.skip(f"needs OpenGL without a display: {found.exception}")
    assert found.exit_code == 1
    assert "flashes in the worst second" in found.stdout
    assert all(told in found.stdout for told in ("low  ", "high, ball  ", "high, all of wind_mps  ", "too many"))
    assert "more than 3 general or 0 red flashes in a second" in found.stderr
