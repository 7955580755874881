"""What is listed beside what is seen, with heads that turn, walk and jump, and things that begin and cease to move."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.city import box, compiled, frame_of, material, meshes_of
from vret.headset.body import make_eyes, see_stereo
from vret.render.buffers import DEPTH, MappedRing, Turns
from vret.render.culling import Bounds
from vret.render.drawlist import COMMAND
from vret.render.hands import Hands
from vret.render.hot import Hot
from vret.render.listing import Listing
from vret.render.uniforms import FrameUniforms
from vret.scene.compiled import CompiledScene

VIEWS, COUNT, MOVERS = 2, 120, 20
KINDS = ("opaque", "cutout", "decals", "blended")
STEPS = {"still": 0.2, "turn": 0.25, "walk": 0.2, "jump": 0.05, "move": 0.2, "begin": 0.05, "hide": 0.05}

pytestmark = pytest.mark.usefixtures("context")

Seen = npt.NDArray[np.bool_]


def crowd(seed: int) -> CompiledScene:
    chance = np.random.default_rng(seed)
    meshes = meshes_of(*(box(*chance.uniform(0.1, 2.0, 3)) for _ in range(5)))
    materials = np.concatenate([material((0.5, 0.5, 0.5), opacity=opacity) for opacity in (1, 1, 1, 0.5)])
    things = [
        (
            int(chance.integers(5)),
            int(chance.integers(len(KINDS))),
            [*chance.uniform(-15, 15, 3), float(chance.uniform(0.2, 2)), 0],
        )
        for _ in range(COUNT)
    ]
    return compiled(meshes, materials, things)


class Watched:
    """A listing with the views of a head, and what brute force finds for the same frame."""

    def __init__(self, seed: int) -> None:
        self.scene = crowd(seed)
        self.frame = frame_of(self.scene)
        self.eyes, self.uniforms = make_eyes(VIEWS), FrameUniforms(VIEWS, (8, 8))
        self.turns = Turns(Hot())
        self.ring = MappedRing(self.turns, Listing.sections(self.scene))
        self.listing = Listing(self.scene, VIEWS, self.ring, Hands(VIEWS))
        self.bounds = Bounds(self.scene.meshes.spheres, self.scene.mesh_of, VIEWS)
        self.kind = self.scene.material_of
        self.listing.sort_out(*(self.kind == number for number in range(len(KINDS))))
        self.listing.refit_all(self.frame.rows)

    def look(self, position: npt.NDArray[np.float64], yaw: float) -> None:
        head = np.array([*position, 0, np.sin(yaw / 2), 0, np.cos(yaw / 2)], np.float32)
        see_stereo(self.eyes, head)
        self.uniforms.look(self.frame, self.eyes, 0, 0)

    def move(self, first: int, end: int, by: npt.NDArray[np.float64]) -> None:
        self.frame.rows["position"][first:end] += by
        self.listing.refit(self.frame.rows, (first, end))

    def seen(self) -> Seen:
        self.bounds.refit(self.frame.rows, 0, COUNT)
        found = np.zeros(COUNT, bool)
        self.bounds.in_view(self.uniforms.planes, found)
        return found & self.frame.visible

    def listed(self) -> dict[str, list[int]]:
        """The rows that the next frame's commands draw, by pass; each command's of its own mesh alone."""
        self.turns.begin()
        planes, eye = self.uniforms.planes, self.eyes.head[:3]
        counts = self.listing.seen(self.frame, planes, eye)
        return {name: list(self._rows(name, count, VIEWS)) for name, count in zip(KINDS, counts, strict=True)}

    def casting(self) -> list[int]:
        self.turns.begin()
        return list(self._rows("casters", self.listing.casters(self.frame), 2))

    def _rows(self, name: str, count: int, copies: int) -> Iterator[int]:
        pointer = self.listing.pointers[name][self.ring.part].value or 0
        first = (pointer - self.ring.part * self.ring.part_size - self.ring.spans["commands"][0]) // COMMAND.itemsize
        for command in self.ring.arrays["commands"][first : first + count]:
            begin, instances = int(command["base_instance"]), int(command["instance_count"])
            rows = self.ring.arrays["slots"][begin : begin + instances // copies]
            meshes = self.scene.meshes.ranges[self.scene.mesh_of[rows], 0]
            assert (meshes == command["first_index"]).all()
            yield from rows.tolist()


@given(st.integers(0, 10_000))
def test_nothing_that_is_seen_is_missing_and_nothing_is_drawn_twice(seed: int) -> None:
    chance = np.random.default_rng(seed)
    one = Watched(seed % 7)
    position, yaw = np.array([0.0, 1.6, 0.0]), 0.0
    for _ in range(40):
        step = chance.choice(list(STEPS), p=list(STEPS.values()))
        if step == "turn":
            yaw += float(chance.normal(0, 0.05))
        elif step == "walk":
            position = position + chance.normal(0, 0.05, 3)
        elif step == "jump":
            position, yaw = chance.uniform(-10, 10, 3), float(chance.uniform(-3, 3))
        elif step == "move":
            one.move(0, MOVERS, chance.normal(0, 1, 3))
        elif step == "begin":
            first = int(chance.integers(COUNT - 5))
            one.move(first, first + 5, chance.normal(0, 5, 3))
        elif step == "hide":
            one.frame.visible[:] = chance.random(COUNT) < 0.8
            one.listing.forget()
        one.look(position, yaw)
        listed, seen = one.listed(), one.seen()
        for kind, name in enumerate(KINDS):
            rows = listed[name]
            assert len(set(rows)) == len(rows)
            assert set(np.flatnonzero(seen & (one.kind == kind))) <= set(rows)
            assert set(rows) <= set(np.flatnonzero(one.frame.visible & (one.kind == kind)))
        assert (one.listing.in_view >= seen).all()
    one.ring.release()
    one.turns.release()


def test_the_list_of_what_stands_is_kept_until_the_head_has_turned_away_from_it() -> None:
    one = Watched(1)
    one.look(np.zeros(3), 0.0)
    first, seen = one.listed(), one.seen()
    for number in range(2 * DEPTH):
        one.look(np.array([0.01 * number, 0, 0]), 0.01 * number)
        assert one.listed() == first | {"blended": one.listed()["blended"]}
    assert (one.seen() != seen).any()
    one.look(np.zeros(3), 0.5)
    assert one.listed()["opaque"] != first["opaque"]


def test_most_of_what_is_behind_is_not_drawn() -> None:
    one = Watched(2)
    one.look(np.zeros(3), 0.0)
    listed = one.listed()
    behind = np.flatnonzero(one.frame.rows["position"][:, 2] > 6)
    assert len(behind) > 10
    assert not set(behind) & {row for rows in listed.values() for row in rows}


def test_what_throws_shadows_is_all_that_is_visible_and_solid_wherever_the_head_looks() -> None:
    one = Watched(3)
    solid = one.kind <= KINDS.index("cutout")
    assert sorted(one.casting()) == np.flatnonzero(solid).tolist()
    one.frame.visible[::3] = False
    one.listing.forget()
    for _ in range(2 * DEPTH):
        assert sorted(one.casting()) == np.flatnonzero(solid & one.frame.visible).tolist()
