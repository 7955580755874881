"""The golden pictures: what every scene and mesh kind looks like is what it looked like when a person last looked.

`make test` draws a few, `make soak` all; `make golden` draws them anew.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest

from tests.render import gallery
from tests.render.gallery import GOLDEN, Room, golden, keep, rooms
from tests.render.likeness import unlike
from vret.headset.egl import SurfacelessContext
from vret.render.context import driver
from vret.scene.pictures import DOWN_ENDING
from vret.scene.written.model import AnyMesh

FEW = {
    "calm/as_it_is/01-room",
    "heights/day/05-glass_rail",
    "heights/dusk/01-plaza",
    "heights/overcast/11-plank",
    "heights/down/09-glass_floor",
    "heights/stimuli/ball_drop-down",
    "kinds/building",
    "kinds/glass_rail",
    "kinds/model",
    "kinds/tree",
    "people/as_it_is/01-all",
}
BYTES_MAX = 4 * 1024 * 1024


@pytest.fixture(scope="module")
def hung() -> list[Room]:
    return list(rooms())


@pytest.fixture(autouse=True)
def own_context(context: SurfacelessContext) -> Iterator[None]:
    """A room draws in a context of its own; afterwards the tests' own is current again."""
    yield
    context.make_current()


def room_with(hung: list[Room], name: str) -> Room:
    return next(room for room in hung if name in room.shots)


def redrawn(room: Room, name: str, hidden: npt.NDArray[np.bool_] | None = None, **light: float) -> str:
    """How a picture differs from its golden one when some rows are never shown, or with another light."""
    tables = room.bundle.tables
    environment, places_of = tables.environment.copy(), tables.places_of.copy()
    for field, value in light.items():
        environment[field] = value
    if hidden is not None:
        places_of[hidden] = 0
    bundle = replace(room.bundle, tables=replace(tables, environment=environment, places_of=places_of))
    ((_, picture),) = Room(bundle, room.shots).drawn({name})
    return unlike(golden(name), picture)


def test_every_picture_looks_like_its_golden_one(hung: list[Room], full: bool) -> None:
    drawn_by, differing = driver(), []
    for room in hung:
        for name, picture in room.drawn(room.shots if full else FEW):
            if why := unlike(golden(name), picture):
                differing.append(f"{name}: {why}; look at {keep(name, golden(name), picture)}")
    hint = f"drawn by {drawn_by}; if a person finds the new pictures right, run `make golden`"
    assert not differing, "\n".join([hint, *differing])


def test_every_rung_variant_stimulus_and_kind_has_its_picture_and_nothing_else_has(hung: list[Room]) -> None:
    shown = {name for room in hung for name in room.shots}
    assert set(gallery.names()) == shown, "run `make golden`"
    assert set(re.findall(r"\((\S+)\.png\)", (GOLDEN / "README.md").read_text())) == shown, "run `make golden`"
    assert shown >= FEW
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(AnyMesh)[0])}
    assert {name.removeprefix("kinds/") for name in shown if name.startswith("kinds/")} == kinds | {"decals"}
    for room in hung[:-1]:
        rules = room.bundle.rules
        for variant in [variant.name for variant in rules.variants] or ["as_it_is"]:
            found = [name for name in shown if name.startswith(f"{rules.name}/{variant}/")]
            assert len(found) == max(len(rules.rungs), 1)


def test_they_are_small_enough_to_be_kept() -> None:
    assert sum(path.stat().st_size for path in GOLDEN.rglob("*.png")) < BYTES_MAX


def test_a_stimulus_that_does_not_come_fails(hung: list[Room]) -> None:
    """One of a stimulus' two pictures shows it, whichever way it comes."""
    for room in hung:
        of = {name: shot for name, shot in room.shots.items() if "/stimuli/" in name}
        calm = {name: shot._replace(moment=replace(shot.moment, stimuli=())) for name, shot in of.items()}
        seen = {name for name, picture in Room(room.bundle, calm).drawn(calm) if unlike(golden(name), picture)}
        assert {name.removesuffix(DOWN_ENDING) for name in seen} == {name.removesuffix(DOWN_ENDING) for name in of}


def test_a_picture_does_not_depend_on_those_drawn_before(hung: list[Room]) -> None:
    name = "heights/stimuli/ball_drop-down"
    room = room_with(hung, name)
    before = {"heights/day/05-glass_rail", "heights/dusk/01-plaza"}
    ((_, alone),) = room.drawn({name})
    np.testing.assert_array_equal(dict(room.drawn({name} | before))[name], alone)


def test_a_missing_thing_fails(hung: list[Room]) -> None:
    """A trunk of 0.4 m under a tree of 8 m; two cars on a street that leads past."""
    room = room_with(hung, "kinds/tree")
    places = [place.name for place in room.bundle.animation.places]
    is_tree = room.bundle.tables.places_of == 1 << places.index("tree")
    leaves, trunk = np.unique(room.bundle.compiled.material_of[is_tree])
    assert redrawn(room, "kinds/tree", is_tree & (room.bundle.compiled.material_of == trunk))
    assert leaves != trunk
    street = room_with(hung, "heights/day/05-glass_rail")
    travelling = np.isin(np.arange(len(street.bundle.compiled.rows)), street.bundle.tables.travels["instance"])
    assert redrawn(street, "heights/day/05-glass_rail", travelling)


@pytest.mark.parametrize("name", ["kinds/stool", "heights/dusk/05-glass_rail"])
def test_a_shadow_that_has_gone_fails(hung: list[Room], name: str) -> None:
    assert redrawn(room_with(hung, name), name, shadow_radius_m=0)


def test_what_differs_is_kept_side_by_side(
    hung: list[Room], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    monkeypatch.setattr(gallery, "KEPT", folder)
    path = keep("kinds/ball", golden("kinds/ball"), golden("kinds/box"))
    assert path == folder / "kinds" / "ball.png"
    assert path.stat().st_size > 0
