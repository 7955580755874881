"""Draw lists: which instances a pass draws, as commands of one glMultiDrawElementsIndirect.

A command says where its instances begin in the slot table (`base_instance`); the table holds rows' indices. Opaque
things need no order, so there is one command for each mesh; what one sees through is drawn from far to near, so there
each instance is a command of its own.
"""

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Slots = npt.NDArray[np.uint32]
Span = tuple[int, int]

COMMAND = np.dtype(
    [
        ("count", "u4"),
        ("instance_count", "u4"),
        ("first_index", "u4"),
        ("base_vertex", "i4"),
        ("base_instance", "u4"),
    ]
)


def by_mesh(mesh_of: npt.NDArray[np.int32]) -> Slots:
    """All rows, those of one mesh side by side."""
    return np.argsort(mesh_of, kind="stable").astype(np.uint32)


class GroupedList:
    """Rows grouped by mesh; `copies` instances are drawn of each. `order` has those of one mesh side by side."""

    def __init__(
        self, order: Slots, mesh_of: npt.NDArray[np.int32], ranges: npt.NDArray[np.int32], copies: int
    ) -> None:
        self._order, self._mesh_of, self._ranges, self._copies = order, mesh_of, ranges, copies
        meshes = mesh_of[order]
        self._starts = np.flatnonzero(np.diff(meshes, prepend=-1))
        self._commands = _commands(ranges, meshes[self._starts])
        self._keep = np.zeros(len(order), bool)
        self._counts = np.zeros(len(self._starts), np.uint32)
        self.length = len(self._starts)

    def parted(self, span: Span) -> tuple["GroupedList", "GroupedList"]:
        """Two lists of the same members: those outside of the `span` of rows, and those within."""
        within = (self._order >= span[0]) & (self._order < span[1])
        outside, inside = (
            GroupedList(self._order[kept], self._mesh_of, self._ranges, self._copies) for kept in (~within, within)
        )
        return outside, inside

    def fill(self, visible: Bools, slots: Slots, commands: npt.NDArray[np.void], base: int) -> int:
        """Write slots from `base` on and the commands; returns how many slots were written."""
        if not self.length:
            return 0
        np.take(visible, self._order, out=self._keep, mode="clip")
        kept = self._order[self._keep]
        slots[base : base + len(kept)] = kept
        np.add.reduceat(self._keep, self._starts, dtype=np.uint32, out=self._counts)
        np.multiply(self._counts, self._copies, out=self._commands["instance_count"])
        ends = self._commands["base_instance"]
        np.cumsum(self._counts, out=ends)
        ends += np.uint32(base)
        ends -= self._counts
        commands[: self.length] = self._commands
        return len(kept)


class SortedList:
    """The members one by one, farthest first."""

    def __init__(
        self, members: Bools, mesh_of: npt.NDArray[np.int32], ranges: npt.NDArray[np.int32], copies: int
    ) -> None:
        self._members = np.flatnonzero(members).astype(np.uint32)
        self._commands = _commands(ranges, mesh_of[self._members])
        self._commands["instance_count"] = copies
        self.capacity = len(self._members)

    def fill(
        self,
        visible: Bools,
        centres: npt.NDArray[np.float32],
        eye: npt.NDArray[np.float32],
        slots: Slots,
        commands: npt.NDArray[np.void],
        base: int,
    ) -> int:
        """Write slots from `base` on and the commands; returns how many there are of both."""
        if not self.capacity:
            return 0
        shown = np.flatnonzero(visible[self._members])
        away = centres[:3, self._members[shown]] - eye[:, None]
        shown = shown[np.argsort(-np.einsum("ij,ij->j", away, away), kind="stable")]
        count = len(shown)
        slots[base : base + count] = self._members[shown]
        commands[:count] = self._commands[shown]
        commands["base_instance"][:count] = np.arange(base, base + count, dtype=np.uint32)
        return count


def _commands(ranges: npt.NDArray[np.int32], meshes: npt.NDArray[np.integer]) -> npt.NDArray[np.void]:
    commands = np.zeros(len(meshes), COMMAND)
    commands["first_index"], commands["count"], commands["base_vertex"] = ranges[meshes].T
    return commands
