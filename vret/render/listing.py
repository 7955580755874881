"""The listing: what each pass draws in a frame, kept for what stands still for as long as it holds.

Theory: what moves is looked for in every frame. What stands still is listed for somewhat more than is seen, and that
list holds until the views have turned or gone past this margin (`Bounds.near_view` says why nothing is missed), or
until something is shown, hidden or begins to move. So a frame's work grows with what moves, and not with the scene.
Rows that have not moved since the last listing count as standing from the next one on.
"""

import numpy as np
import numpy.typing as npt

from vret.render.buffers import DEPTH, MappedRing
from vret.render.crowd import Crowd, command_room, slot_room
from vret.render.culling import Bounds, Floats
from vret.render.drawlist import COMMAND, Bools, GroupedList, SortedList, Span, by_mesh
from vret.render.hands import HAND_DRAWS, HAND_ROWS, Hands
from vret.render.uniforms import MAPS
from vret.scene.compiled import CompiledScene, SceneFrame

TURN_MARGIN = 0.12
"""As the difference of two unit normals: seven degrees."""
REACH_MARGIN_M = 0.15
_ROUNDING = 0.99
_NOTHING: Span = (0, 0)
_GROUPED = ("opaque", "cutout", "decals")
_PASSES = (*_GROUPED, "casters", "blended")


class Listing:
    """Writes the current part of `ring`: its sections `slots` and `commands`, sized by `sections`.

    `in_view` tells of every row whether the views may see it, in the frame of the last `seen`.
    """

    def __init__(self, compiled: CompiledScene, view_count: int, ring: MappedRing, hands: Hands) -> None:
        meshes, count = len(compiled.meshes.ranges), len(compiled.rows)
        self._mesh_of, self._ranges, self._view_count = compiled.mesh_of, compiled.meshes.ranges, view_count
        self._order = by_mesh(compiled.mesh_of)
        self._count, self._ring = count, ring
        self.bounds = Bounds(compiled.meshes.spheres, compiled.mesh_of, view_count)
        self.in_view = np.zeros(count, bool)
        self._first = dict(zip(_PASSES, _firsts(compiled), strict=True))
        self.pointers = {
            name: ring.pointers("commands", first * COMMAND.itemsize) for name, first in self._first.items()
        }
        self._standing = _Kept(count, self._first["casters"])
        self._casting = _Kept(count, meshes)
        self._crowd = Crowd(compiled.people, compiled.materials, first_person(compiled), view_count)
        first_hand = 3 * count + 2 * slot_room(compiled.people)
        ring.fill("slots", first_hand, np.arange(count, count + HAND_ROWS, dtype=np.uint32))
        self._of_hands, self._first_hand = _commands_of(hands, compiled), np.uint32(first_hand)
        self._planes = np.zeros((view_count * 5, 4), np.float32)
        self._change = np.zeros_like(self._planes)
        self._margins = np.diag(np.array([3**0.5 / TURN_MARGIN] * 3 + [1 / REACH_MARGIN_M], np.float32))
        self._moving: Span = _NOTHING
        self._moved: Span = _NOTHING
        self._is_listed = False

    @staticmethod
    def sections(compiled: CompiledScene) -> dict[str, tuple[np.dtype[np.generic], int]]:
        """What a ring needs: slots of what stands, of what moves or is seen through, and of what throws shadows.

        And then of the people who are seen, of those who throw shadows, and of hands.
        """
        count = len(compiled.rows)
        return {
            "slots": (np.dtype(np.uint32), 3 * count + 2 * slot_room(compiled.people) + HAND_ROWS),
            "commands": (COMMAND, _firsts(compiled)[-1] + count),
        }

    def sort_out(self, opaque: Bools, cutout: Bools, decals: Bools, blended: Bools) -> None:
        """Which rows each pass draws."""
        self._grouped = {
            name: self._group(members, self._view_count)
            for name, members in zip(_GROUPED, (opaque, cutout, decals), strict=True)
        }
        self._casters = self._group(opaque | cutout, MAPS)
        self._see_through = SortedList(blended, self._mesh_of, self._ranges, self._view_count)
        self._part(self._moving)
        self.forget()

    def forget(self) -> None:
        """Other rows are visible than before: no list holds."""
        self._is_listed = False
        self._casting.length = -1

    def refit(self, rows: npt.NDArray[np.void], span: Span) -> None:
        """These rows were written."""
        self.bounds.refit(rows, *span)
        self._moved = union(self._moved, span)
        if not (self._moving[0] <= span[0] and span[1] <= self._moving[1]):
            self._is_listed = False

    def refit_all(self, rows: npt.NDArray[np.void]) -> None:
        """Any row may have been written, whether it moves or not."""
        self.bounds.refit(rows, 0, self._count)
        self._moved = self._moving
        self.forget()

    def casters(self, frame: SceneFrame) -> int:
        """Write the shadow pass's commands; returns how many."""
        kept, first = self._casting, 2 * self._count
        if kept.length < 0:
            used = self._casters.fill(frame.visible, kept.slots, kept.commands, 0)
            kept.commands["base_instance"][: self._casters.length] += np.uint32(first)
            kept.take(used, self._casters.length)
        slots, commands = self._ring.arrays["slots"], self._commands("casters")
        kept.copy(self._ring.part, slots[first:], commands)
        if not self._crowd.count:
            return kept.length
        place = 3 * self._count + self._crowd.slot_room
        return kept.length + self._crowd.list_casters(frame.present, slots, place, commands[kept.length :])

    def seen(self, frame: SceneFrame, planes: Floats, eye: Floats) -> tuple[int, int, int, int]:
        """Write the opaque, the cutout, the decals' and the blended pass's commands; returns how many of each."""
        if not (self._is_listed and self._holds(planes)):
            self._list(frame.visible, planes, eye)
        slots = self._ring.arrays["slots"]
        self._standing.copy(self._ring.part, slots, self._commands("opaque"))
        used = self._count
        first, end = self._moving
        if end > first:
            in_view = self.in_view[first:end]
            self.bounds.in_view(planes, in_view, first)
            np.logical_and(in_view, frame.visible[first:end], out=in_view)
            for name, (standing, moving) in self._parts.items():
                used += moving.fill(self.in_view, slots, self._commands(name)[standing.length :], used)
        blended = self._see_through.fill(self.in_view, self.bounds.centres, eye, slots, self._commands("blended"), used)
        opaque, cutout, decals = (standing.length + moving.length for standing, moving in self._parts.values())
        if self._crowd.count:
            self._crowd.place(frame.people, eye)
            behind = self._commands("opaque")[opaque:], self._commands("cutout")[cutout:]
            more = self._crowd.list_seen(frame.present, planes, slots, 3 * self._count, *behind)
            opaque, cutout = opaque + more[0], cutout + more[1]
        return opaque, cutout, decals, blended

    def hold(self, hands: Hands, opaque: int) -> int:
        """Write the commands of placed hands behind the opaque pass's; returns how many that has then."""
        commands, end = self._of_hands, opaque + hands.draws
        commands["instance_count"] = hands.instance_counts
        np.add(hands.first_rows, self._first_hand, out=commands["base_instance"])
        self._commands("opaque")[opaque:end] = commands[: hands.draws]
        return end

    def _holds(self, planes: Floats) -> bool:
        """Whether the views are within the margin of those that were listed for.

        A normal whose components differ by less than a share of 1 / sqrt(3) differs by less than that share itself.
        """
        np.matmul(np.subtract(planes, self._planes, out=self._change), self._margins, out=self._change)
        return bool(np.maximum.reduce(np.abs(self._change, out=self._change), axis=None) <= _ROUNDING)

    def _list(self, visible: Bools, planes: Floats, eye: Floats) -> None:
        if self._moved != self._moving:
            self._part(self._moved)
        self._moved = _NOTHING
        self._planes[:] = planes
        self._margins[:3, 3] = eye / REACH_MARGIN_M
        self.bounds.near_view(planes, eye, TURN_MARGIN, REACH_MARGIN_M, self.in_view)
        np.logical_and(self.in_view, visible, out=self.in_view)
        kept, used = self._standing, 0
        for name, (standing, _) in self._parts.items():
            used += standing.fill(self.in_view, kept.slots, kept.commands[self._first[name] :], used)
        kept.take(used, self._first["decals"] + self._parts["decals"][0].length)
        self._is_listed = True

    def _group(self, members: Bools, copies: int) -> GroupedList:
        return GroupedList(self._order[members[self._order]], self._mesh_of, self._ranges, copies)

    def _part(self, moving: Span) -> None:
        self._moving = moving
        self._parts = {name: grouped.parted(moving) for name, grouped in self._grouped.items()}

    def _commands(self, name: str) -> npt.NDArray[np.void]:
        commands: npt.NDArray[np.void] = self._ring.arrays["commands"][self._first[name] :]
        return commands


class _Kept:
    """Slots and commands that hold for several frames, and which parts of the ring have them. `length` -1: none."""

    def __init__(self, slots: int, commands: int) -> None:
        self.slots = np.zeros(slots, np.uint32)
        self.commands = np.zeros(commands, COMMAND)
        self.length = -1
        self._used = 0
        self._is_stale = [True] * DEPTH

    def take(self, used: int, length: int) -> None:
        """So many slots and commands have been written."""
        self._used, self.length = used, length
        self._is_stale = [True] * DEPTH

    def copy(self, part: int, slots: npt.NDArray[np.uint32], commands: npt.NDArray[np.void]) -> None:
        """Into the ring's part, if it has others."""
        if self._is_stale[part]:
            slots[: self._used] = self.slots[: self._used]
            commands[: self.length] = self.commands[: self.length]
            self._is_stale[part] = False


def _commands_of(hands: Hands, compiled: CompiledScene) -> npt.NDArray[np.void]:
    """Hands' shapes lie behind the scene's own."""
    commands = np.zeros(HAND_DRAWS, COMMAND)
    commands["count"] = hands.counts
    commands["first_index"] = hands.first_indices + np.uint32(compiled.meshes.indices.size)
    commands["base_vertex"] = len(compiled.meshes.vertices)
    return commands


def union(a: Span, b: Span) -> Span:
    return b if a[1] <= a[0] else a if b[1] <= b[0] else (min(a[0], b[0]), max(a[1], b[1]))


def first_person(compiled: CompiledScene) -> int:
    """What a slot names from here on is somebody's part; before are the scene's rows, and then those of hands."""
    return len(compiled.rows) + HAND_ROWS


def _firsts(compiled: CompiledScene) -> list[int]:
    """Where in the commands each pass begins: what stands and what moves has up to one a mesh each; people; hands."""
    meshes, people = len(compiled.meshes.ranges), command_room(compiled.people)
    decals, casters = 2 * meshes, meshes + people
    cutout = 2 * meshes + people
    return [0, *np.cumsum([cutout + HAND_DRAWS, cutout, decals, casters]).tolist()]
