"""Rain, snow and dust on real pixels: each particle is where its number and the time say, for both eyes."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.city import box, compiled, daylight, frame_of, material, meshes_of
from tests.render.test_renderer import CountingHot
from vret.headset.body import make_eyes, see_stereo
from vret.headset.contract import Layout
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.weather import RAIN_MAX, WEATHER_PERIOD_S
from vret.scene.compiled import SceneFrame

SIZE = 160
BOX_M = np.array([10.0, 9.0, 10.0])
FEW = 300
BLACK = {
    "sky_zenith": (0, 0, 0),
    "sky_horizon": (0, 0, 0),
    "ground_colour": (0, 0, 0),
    "cloud_cover": 0.0,
    "fog_density": 0.0,
    "sun_direction": (0, 0, 1),
    "sun_colour": (1, 1, 1),
    "sun_power": 80.0,
}
"""A black sky with the sun behind the person, so that only what is in the air shines."""
S = 1_000_000_000

Floats = npt.NDArray[np.float64]

pytestmark = pytest.mark.usefixtures("context")


def chances(count: int, salt: int) -> Floats:
    """The integer lattice of shaders/sky.glsl."""
    x, y = np.arange(count, dtype=np.uint32), np.uint32(7919 * salt)
    h = x * np.uint32(0x9E3779B1) ^ np.multiply(y, np.uint32(0x85EBCA77), dtype=np.uint64).astype(np.uint32)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x2C1B3C6D)
    h ^= h >> np.uint32(12)
    h *= np.uint32(0x297A2D39)
    h ^= h >> np.uint32(15)
    return np.asarray((h >> np.uint32(8)) / 16777216.0)


def drops(count: int, t_s: float, head: Floats, drift_mps: tuple[float, float] = (0, 0)) -> Floats:
    """(count, 3): the middles of drops in the scene, in a box around the head that comes round again."""
    fall_mps = -8.0 * (1 + 0.2 * (2 * chances(count, 0) - 1))
    wanted = np.stack([np.full(count, drift_mps[0]), fall_mps, np.full(count, drift_mps[1])], axis=1)
    boxes = np.round(wanted * WEATHER_PERIOD_S / BOX_M)
    place = np.stack([chances(count, salt) for salt in (1, 2, 3)], axis=1) + boxes * (t_s / WEATHER_PERIOD_S)
    return np.asarray(head + (np.mod(place - head / BOX_M + 0.5, 1) - 0.5) * BOX_M)


class Shower:
    """A renderer of two eyes with nothing but what falls before them."""

    def __init__(self, layout: Layout, gl: Hot | None) -> None:
        self.renderer = Renderer(2, (SIZE, SIZE), layout, gl=gl)
        self.picture = EyePicture(2, (SIZE, SIZE), layout)
        self.scene = compiled(meshes_of(box(1, 1, 1)), material((1, 1, 1)), [])
        self.resident = self.renderer.load(self.scene)
        self.eyes = make_eyes(2)
        self.head = np.array([0.4, 1.6, -0.7])
        self.look()

    def look(self) -> None:
        see_stereo(self.eyes, np.array([*self.head, 0, 0, 0, 1], np.float32))

    def frame(self, t_s: float = 3.0, **weather: Any) -> SceneFrame:
        frame = frame_of(self.scene, daylight(**BLACK | weather))
        frame.t_ns = round(t_s * S)
        return frame

    def draw(self, frame: SceneFrame) -> npt.NDArray[np.uint8]:
        """(2, SIZE, SIZE) of the green of each eye."""
        self.look()
        self.renderer.draw(self.resident, frame, self.eyes, self.picture.target)
        assert GL.glGetError() == GL.GL_NO_ERROR
        return np.stack([self.renderer.read_pixels(self.picture.target, view)[..., 1] for view in range(2)])

    def seen(self, places: Floats) -> Floats:
        """(2, n, 3): column, row and distance of points of the scene, for each eye."""
        found = []
        for pose, fov in zip(self.eyes.poses, self.eyes.fovs, strict=True):
            x, y, z = (places - pose[:3]).T
            z[z >= 0] = np.nan
            left, right, up, down = np.tan(fov)
            column, row = (x / -z - left) / (right - left) * SIZE, (up - y / -z) / (up - down) * SIZE
            found.append(np.stack([column, row, -z], axis=1))
        return np.array(found)


@contextmanager
def shower(layout: Layout = Layout.ARRAY, gl: Hot | None = None) -> Iterator[Shower]:
    made = Shower(layout, gl)
    yield made
    made.renderer.release(made.resident)
    made.renderer.close()
    made.picture.release()


def near(seen: Floats) -> npt.NDArray[np.bool_]:
    """Those near enough to be drawn whole, and well inside both pictures."""
    column, row, away_m = seen[..., 0], seen[..., 1], seen[..., 2]
    inside = (column > 8) & (column < SIZE - 8) & (row > 8) & (row < SIZE - 8)
    return np.asarray((inside & (away_m > 1.0) & (away_m < 3.4)).all(axis=0))


@pytest.mark.parametrize("drift_mps", [(0.0, 0.0), (1.5, -2.0)])
@pytest.mark.parametrize("t_s", [3.0, 3.05, 400.0 + 7 * WEATHER_PERIOD_S])
def test_both_eyes_see_each_drop_at_the_parallax_of_its_distance(t_s: float, drift_mps: tuple[float, float]) -> None:
    with shower() as one:
        lit = one.draw(one.frame(t_s, rain=FEW / RAIN_MAX, drift_mps=drift_mps))
        seen = one.seen(drops(FEW, t_s, one.head, drift_mps))
        chosen = np.flatnonzero(near(seen))
    assert len(chosen) >= 4
    for eye in range(2):
        for column, row, _ in seen[eye, chosen]:
            assert lit[eye, int(row), int(column) - 1 : int(column) + 2].max() > 25
    disparity = seen[0, chosen, 0] - seen[1, chosen, 0]
    assert disparity.max() - disparity.min() > 1
    assert (lit > 0).mean() < 0.12


def test_drops_fall_and_stay_in_the_scene_when_the_head_moves() -> None:
    with shower() as one:
        start, later = drops(FEW, 3.0, one.head), drops(FEW, 3.02, one.head)
        sank = later[:, 1] - start[:, 1]
        assert np.median(sank) == pytest.approx(-0.16, abs=0.02)
        before = one.seen(start)
        one.head = one.head + np.array([0.2, 0.0, 0.1])
        lit = one.draw(one.frame(3.0, rain=FEW / RAIN_MAX))
        after = one.seen(start)
        chosen = np.flatnonzero(near(after) & (np.abs(drops(FEW, 3.0, one.head) - start).max(axis=1) < 1e-6))
        assert len(chosen) >= 4
        for column, row, _ in after[0, chosen]:
            assert lit[0, int(row), int(column) - 1 : int(column) + 2].max() > 25
        assert np.nanmax(np.abs(after[0, chosen, 0] - before[0, chosen, 0])) > 3


def test_the_same_time_gives_the_same_picture_and_another_another() -> None:
    everything = {"rain": 0.3, "snow": 0.3, "dust": 1.0}
    with shower() as one:
        first = one.draw(one.frame(3.0, **everything))
        other = one.draw(one.frame(3.011, **everything))
        np.testing.assert_array_equal(one.draw(one.frame(3.0, **everything)), first)
        np.testing.assert_array_equal(one.draw(one.frame(3.0 + WEATHER_PERIOD_S, **everything)), first)
    assert (other != first).mean() > 0.02


def test_rain_and_snow_stay_outdoors_and_off_what_is_sheltered_and_dust_does_not() -> None:
    with shower() as one:
        for kind in ("rain", "snow"):
            share = {kind: 1.0}
            assert one.draw(one.frame(**share)).max() > 40
            assert one.draw(one.frame(**share, indoor=1.0)).max() == 0
            assert one.draw(one.frame(**share, shelter_m=20.0)).max() == 0
        assert one.draw(one.frame(dust=1.0, indoor=1.0, shelter_m=20.0)).max() > 0
        assert one.draw(one.frame()).max() == 0


def test_a_roof_keeps_off_what_is_nearer_than_it_reaches() -> None:
    with shower() as one:
        one.head[:] = 0.0, 1.6, 0.0
        open_sky, lit = (one.draw(one.frame(rain=500 / RAIN_MAX, shelter_m=reach_m))[0] for reach_m in (0.0, 2.2))
        places = drops(500, 3.0, one.head)
        seen = one.seen(places)
        away_m = np.hypot(places[:, 0], places[:, 2])
        whole = near(seen)
    dry, wet = np.flatnonzero(whole & (away_m < 2.2)), np.flatnonzero(whole & (away_m > 2.2))
    assert len(dry) >= 2
    assert len(wet) >= 2
    (wet_columns, wet_rows), (dry_columns, dry_rows) = (seen[0, each, :2].astype(int).T for each in (wet, dry))
    assert (lit[wet_rows, wet_columns] > 0).all()
    assert (lit[dry_rows, dry_columns] < open_sky[dry_rows, dry_columns]).all()


@pytest.mark.parametrize(("away_m", "is_seen"), [(0.25, False), (1.4, True)])
def test_nothing_is_drawn_before_an_eye(away_m: float, is_seen: bool) -> None:
    """The head is put behind one drop."""
    with shower() as one:
        (drop,) = drops(1, 3.0, one.head)
        one.head = drop + np.array([0, 0, away_m])
        lit = one.draw(one.frame(rain=1 / RAIN_MAX))
    assert (lit.reshape(2, -1).max(axis=1) > 25).all() == is_seen
    assert lit.any() == is_seen


def test_things_hide_what_falls_behind_them() -> None:
    with shower() as one:
        wall = compiled(meshes_of(box(60, 60, 0.1, -30)), material((0, 0, 0)), [(0, 0, [0, 0, -2.2, 1, 0])])
        one.resident = one.renderer.load(wall)
        one.scene = wall
        bare, wet = one.draw(one.frame()), one.draw(one.frame(rain=0.5))
        frame = one.frame(rain=0.5)
        frame.visible[:] = False
        assert (one.draw(frame) > 25).sum() > 4 * (wet != bare).sum()
        assert (wet != bare).any()


def test_a_shower_does_not_flicker() -> None:
    """Over half a second the whole picture stays as bright as it was, within a few per cent."""
    with shower() as one:
        for kind in ("rain", "snow", "dust"):
            frames = [one.draw(one.frame(3 + step / 90, **{kind: 0.3})).mean() for step in range(0, 40, 4)]
            assert np.std(frames) < 0.06 * np.mean(frames), kind


def test_more_falls_without_a_jump() -> None:
    with shower() as one:
        brightness = [one.draw(one.frame(rain=share)).astype(float).sum() for share in np.linspace(0, 0.02, 9)]
    assert brightness[0] == 0
    steps = np.diff(brightness)
    assert (steps >= 0).all()
    assert steps.max() < 0.5 * brightness[-1]


def test_every_layout_shows_the_same_shower() -> None:
    pictures = []
    for layout in Layout:
        with shower(layout) as one:
            pictures.append(one.draw(one.frame(rain=0.2, snow=0.2, dust=0.5)).astype(int))
    for other in pictures[1:]:
        assert np.abs(pictures[0] - other).max() <= 3
    assert (pictures[0] > 25).mean() > 0.01


def test_a_shower_is_one_more_draw_however_much_falls() -> None:
    hot = CountingHot()
    calls: list[Counter[str]] = []
    with shower(gl=hot) as one:
        one.draw(one.frame())
        for weather in ({}, {"rain": 0.001}, {"rain": 1.0, "snow": 1.0, "dust": 1.0}):
            frame = one.frame(**weather)
            one.draw(frame)
            one.draw(frame)
            hot.counts.clear()
            one.draw(frame)
            calls.append(hot.counts.copy())
    assert calls[1] == calls[2]
    assert calls[1]["glDrawArraysInstanced"] == calls[0]["glDrawArraysInstanced"] + 1
    assert calls[1].total() <= calls[0].total() + 8
    assert calls[1].total() <= 60
