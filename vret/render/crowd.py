"""The crowd: which people are drawn, in which detail, as commands beside those of everything else.

Someone who is seen is drawn part by part; a command draws one part of one body at one level of detail for all who show
that. What a slot of theirs names is a *drawable*: a person's part, counted on after the rows of the scene.
"""

import numpy as np
import numpy.typing as npt

from vret.render.culling import Spheres
from vret.render.drawlist import COMMAND
from vret.render.uniforms import MAPS
from vret.scene.compiled import BLENDED, TWO_SIDED
from vret.scene.people.persons import LODS, PARTS, People

LOD_ENDS_M = (5.0, 14.0)
"""How far each level of detail but the last is seen."""

_SHADOW_LOD = 1
_REACH = 0.75
"""The radius of a person's sphere, in body heights: arms up, or stretched out."""

Commands = npt.NDArray[np.void]


class Crowd:
    """The people of one scene. Call `place`, then `list_seen` and `list_casters`."""

    def __init__(self, people: People, materials: npt.NDArray[np.void], first_drawable: int, views: int) -> None:
        count = len(people.body_of)
        self.count, self.slot_room = count, slot_room(people)
        self._spheres = Spheres(count, views)
        self._spheres.minus_radii[:] = -_REACH * people.sizes_m
        self._half_m = np.float32(0.5) * people.sizes_m
        self._group_of_body = people.body_of.astype(np.intp) * LODS
        self._drawables = first_drawable + len(PARTS) * np.arange(count, dtype=np.uint32)
        self._in_view = np.zeros(count, np.bool_)
        self._away = np.zeros((3, count), np.float32)
        self._distance2 = np.zeros(count, np.float32)
        self._groups = np.zeros(count, np.intp)
        self._ends_m2 = np.square(np.array(LOD_ENDS_M, np.float32))
        open_ = (materials["cutoff"] > 0) | (materials["traits"] & (TWO_SIDED | BLENDED) > 0)
        parts = people.ranges[..., 1] > 0
        holed = np.zeros(parts.shape, np.bool_)
        np.logical_or.at(holed, people.body_of, open_[people.material_of][:, None, :])
        self._seen = _PartList(people.ranges, (parts & ~holed, parts & holed), views)
        self._casters = _PartList(people.ranges, (parts,), MAPS)

    def place(self, persons: npt.NDArray[np.void], eye: npt.NDArray[np.float32]) -> None:
        """Where everyone is now, and how far from the eye."""
        centres = self._spheres.centres
        centres[:3] = persons["position"].T
        centres[1] += self._half_m
        np.subtract(centres[:3], eye[:, None], out=self._away)
        np.einsum("ij,ij->j", self._away, self._away, out=self._distance2)
        np.add(self._group_of_body, self._ends_m2.searchsorted(self._distance2), out=self._groups)

    def list_seen(
        self,
        present: npt.NDArray[np.bool_],
        planes: npt.NDArray[np.float32],
        slots: npt.NDArray[np.uint32],
        base: int,
        opaque: Commands,
        cutout: Commands,
    ) -> tuple[int, int]:
        """Write slots from `base` on and both passes' commands; returns how many commands each has."""
        self._spheres.in_view(planes, self._in_view)
        np.logical_and(self._in_view, present, out=self._in_view)
        seen = np.flatnonzero(self._in_view)
        self._seen.fill(self._drawables[seen], self._groups[seen], slots, base, (opaque, cutout))
        return self._seen.lengths[0], self._seen.lengths[1]

    def list_casters(
        self, present: npt.NDArray[np.bool_], slots: npt.NDArray[np.uint32], base: int, commands: Commands
    ) -> int:
        """Write the shadow pass's; returns how many commands. A shadow needs less detail than who throws it."""
        cast = np.flatnonzero(present)
        groups = np.maximum(self._groups[cast], self._group_of_body[cast] + _SHADOW_LOD)
        self._casters.fill(self._drawables[cast], groups, slots, base, (commands,))
        return self._casters.lengths[0]


def slot_room(people: People) -> int:
    """The most slots that one pass can need."""
    return len(people.body_of) * len(PARTS)


def command_room(people: People) -> int:
    """The most commands that one pass can need."""
    return len(people.ranges) * LODS * len(PARTS)


class _PartList:
    """The parts that passes draw: a command for each part of each body at each level of detail, pass by pass."""

    def __init__(self, ranges: npt.NDArray[np.int32], chosen: tuple[npt.NDArray[np.bool_], ...], copies: int) -> None:
        body, lod, part = np.concatenate([np.nonzero(each) for each in chosen], axis=1)
        self._groups, self._group_count, self._copies = body * LODS + lod, len(ranges) * LODS, copies
        parts, self._row_of = np.unique(part, return_inverse=True)
        self._parts = parts.astype(np.uint32)[:, None]
        self._commands = np.zeros(len(body), COMMAND)
        self._commands["first_index"], self._commands["count"], self._commands["base_vertex"] = ranges[
            body, lod, part
        ].T
        self.lengths = tuple(int(each.sum()) for each in chosen)
        self._bytes: npt.NDArray[np.uint8] = self._commands.view(np.uint8)

    def fill(
        self,
        drawables: npt.NDArray[np.uint32],
        groups: npt.NDArray[np.intp],
        slots: npt.NDArray[np.uint32],
        base: int,
        passes: tuple[Commands, ...],
    ) -> None:
        """Write the slots of these persons, of whom each belongs to a group, and every pass's commands."""
        count, parts = len(groups), self._parts
        counts = np.bincount(groups, minlength=self._group_count)
        starts = np.cumsum(counts)
        starts -= counts
        ordered = drawables[np.argsort(groups, kind="stable")]
        np.add(ordered, parts, out=slots[base : base + count * len(parts)].reshape(len(parts), count))
        np.multiply(counts[self._groups], self._copies, out=self._commands["instance_count"], casting="unsafe")
        starts += base
        np.add(starts[self._groups], self._row_of * count, out=self._commands["base_instance"], casting="unsafe")
        at = 0
        for commands, length in zip(passes, self.lengths, strict=True):
            end = at + length * COMMAND.itemsize
            commands.view(np.uint8)[: end - at] = self._bytes[at:end]
            at = end
