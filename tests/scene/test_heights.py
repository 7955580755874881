"""The scenes that are shipped: what the core, the person and the budget ask of them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.scene.shipped import shipped
from vret.core.axes import AXES, MICRO
from vret.core.ladder import LEVEL_MAX
from vret.paths import data_file
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import SceneFrame
from vret.scene.moment import Moment
from vret.scene.pictures import moments
from vret.scene.scene import Scene, load_scene

_S = 1_000_000_000
CLINICAL_RUNGS = 12
TRIANGLES_FOR_SOFTWARE_DRAWING = 120_000
NEAR_M = 8.0


@pytest.fixture(scope="module")
def heights() -> Scene:
    return load_scene(data_file("scenes/heights"))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return shipped("heights")


@pytest.fixture(scope="module")
def calm() -> Bundle:
    return shipped("calm")


def seen(frame: SceneFrame) -> bytes:
    arrays = (frame.rows[frame.visible], frame.visible, frame.materials, frame.environment, frame.scene_from_stage)
    return b"".join(array.tobytes() for array in arrays)


def middle_and_ends(low: int, calm: int, high: int) -> Iterator[float]:
    for value in sorted({low, calm, (low + high) // 2, high}):
        yield value / MICRO


def test_the_ladder_is_the_clinical_one(bundle: Bundle) -> None:
    rules = bundle.rules
    assert len(rules.rungs) == CLINICAL_RUNGS
    assert rules.rungs[0].values["height_m"] == 0
    assert rules.rungs[1].values["height_m"] == 500_000
    assert rules.rungs[-1].values["walkway_width_m"] == 600_000
    assert all(rung.task for rung in rules.rungs)


def test_every_rung_gives_every_axis_inside_its_range(bundle: Bundle) -> None:
    for rung in bundle.rules.rungs:
        assert rung.values.keys() == {rules.axis for rules in bundle.rules.axes}
        for rules in bundle.rules.axes:
            assert rules.low <= rung.values[rules.axis] <= rules.high
            assert rules.axis in AXES


def test_each_rung_dreads_something_more_than_the_one_before(bundle: Bundle) -> None:
    for lower, upper in pairwise(bundle.rules.rungs):
        rises = [r.axis for r in bundle.rules.axes if r.is_rise(lower.values[r.axis], upper.values[r.axis])]
        assert rises or lower.place != upper.place, f"{upper.name} is no step up from {lower.name}"


def test_the_core_can_ask_for_every_level(bundle: Bundle) -> None:
    before = bundle.rules.values_at_level(0)
    assert before == bundle.rules.calm_values()
    for level in range(0, LEVEL_MAX + 1, 250):
        values = bundle.rules.values_at_level(level)
        for rules in bundle.rules.axes:
            assert rules.low <= values[rules.axis] <= rules.high
            assert not rules.is_rise(values[rules.axis], before[rules.axis])
        before = values


def test_every_axis_changes_what_is_seen_somewhere(bundle: Bundle) -> None:
    animation = Animation(bundle)
    for rules in bundle.rules.axes:
        pictures: dict[float, set[bytes]] = {}
        for moment in moments(bundle).values():
            for value in middle_and_ends(rules.low, rules.calm, rules.high):
                axes = {**moment.axes, rules.axis: value}
                pictures.setdefault(value, set()).add(seen(animation.animate(replace(moment, axes=axes))))
        values = sorted(pictures)
        for one, other in pairwise(values):
            assert pictures[one] != pictures[other], f"{rules.axis}: nothing changes between {one} and {other}"


def test_every_stimulus_is_seen_or_heard_where_it_can_be_met(bundle: Bundle) -> None:
    animation = Animation(bundle)
    heard = {source.stimulus for source in bundle.sound.sources}
    for stimulus in bundle.rules.stimuli:
        moment = moments(bundle)["plank_wind"]
        without = seen(animation.animate(moment))
        during = seen(animation.animate(replace(moment, stimuli=((stimulus.name, 1.0),))))
        assert during != without
        assert stimulus.name in heard


@pytest.mark.parametrize("rung", ["plaza", "balcony_near", "roof", "plank_wind"])
def test_nothing_comes_near_while_held(bundle: Bundle, rung: str) -> None:
    """Held for a minute, no living thing within reach of the person comes nearer than it was."""
    animation = Animation(bundle)
    moment = replace(moments(bundle)[rung], held=True, stimuli=(("bird", 2.0), ("gust", 1.0), ("ball_drop", 2.0)))
    living = np.unique(np.concatenate([bundle.tables.travels["instance"], bundle.tables.flights["instance"]]))
    for second in range(0, 60, 2):
        frame = animation.animate(replace(moment, t_ns=second * _S))
        person = frame.scene_from_stage[:3, 3]
        shown = living[frame.visible[living]]
        distance = np.linalg.norm(frame.rows["position"][shown] - person, axis=1)
        near = distance < NEAR_M
        if rung == "balcony_near":
            near &= frame.rows["position"][shown][:, 1] > person[1] - 3.0
        assert not near.any()


def test_the_floor_is_under_the_feet(bundle: Bundle) -> None:
    """Below the stage's origin lies a triangle of something opaque or of the glass floor, within a centimetre."""
    animation, compiled = Animation(bundle), bundle.compiled
    for name, moment in moments(bundle).items():
        frame = animation.animate(moment)
        feet = frame.scene_from_stage[:3, 3]
        assert any(
            _lies_under(compiled.meshes, int(compiled.mesh_of[row]), frame.rows[row], feet)
            for row in np.flatnonzero(frame.visible)
        ), f"{name}: no floor under {feet}"


def _lies_under(meshes: object, mesh: int, row: np.void, feet: np.ndarray) -> bool:
    first, count, base = meshes.ranges[mesh]  # type: ignore[attr-defined]
    if abs(row["rotation"][3]) < 0.999:
        return False
    corners = meshes.vertices["position"][base + meshes.indices[first : first + count].astype(int)]  # type: ignore[attr-defined]
    corners = (corners * row["scale"] + row["position"]).reshape(-1, 3, 3)
    level = (np.abs(corners[:, :, 1] - feet[1]) < 0.012).all(axis=1)
    flat = corners[level][:, :, [0, 2]] - feet[[0, 2]] - 0.001
    turn = [flat[:, i, 0] * flat[:, (i + 1) % 3, 1] - flat[:, i, 1] * flat[:, (i + 1) % 3, 0] for i in range(3)]
    inside = (np.stack(turn) >= 0).all(axis=0) | (np.stack(turn) <= 0).all(axis=0)
    return bool(inside.any())


def test_the_budget_for_drawing_in_software_is_kept(bundle: Bundle) -> None:
    triangles = bundle.compiled.meshes.ranges[bundle.compiled.mesh_of][:, 1] // 3
    for index, place in enumerate(bundle.animation.places):
        shown = (bundle.tables.places_of >> index) & 1 == 1
        assert triangles[shown].sum() < TRIANGLES_FOR_SOFTWARE_DRAWING, place.name


def test_the_same_scene_is_built_twice_alike(heights: Scene, bundle: Bundle) -> None:
    again = compile_scene(heights).compiled
    assert again.rows.tobytes() == bundle.compiled.rows.tobytes()
    assert again.meshes.vertices.tobytes() == bundle.compiled.meshes.vertices.tobytes()


def test_the_calm_room_cannot_rise_and_stands_still(calm: Bundle) -> None:
    assert calm.rules.axes == ()
    assert calm.rules.rungs == ()
    animation = Animation(calm)
    before = seen(animation.animate(Moment(0, "", {})))
    after = animation.animate(Moment(3600 * _S, "", {}))
    assert seen(after) == before
    assert after.moved == (0, 0)


def test_the_calm_room_has_its_floor_at_the_persons(calm: Bundle) -> None:
    frame = Animation(calm).animate(Moment(0, "", {}))
    assert frame.scene_from_stage[1, 3] == 0
