"""Draw lists: which instances a pass draws, as commands of one glMultiDrawElementsIndirect.

A command says where its instances begin in the slot table (`base_instance`); the table holds rows' indices. Opaque
things need no order, so there is one command for each mesh; what one sees through is drawn from far to near, so there
each instance is a command of its own.
"""

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]

COMMAND = np.dtype(
    [
        ("count", "u4"),
        ("instance_count", "u4"),
        ("first_index", "u4"),
        ("base_vertex", "i4"),
        ("base_instance", "u4"),
    ]
)


class GroupedList:
    """The members (bool for each instance) grouped by mesh; `copies` instances are drawn of each."""

    def __init__(
        self, members: Bools, mesh_of: npt.NDArray[np.int32], ranges: npt.NDArray[np.int32], copies: int
    ) -> None:
        chosen = np.flatnonzero(members)
        self._order = chosen[np.argsort(mesh_of[chosen], kind="stable")].astype(np.uint32)
        meshes, self._starts = np.unique(mesh_of[self._order], return_index=True)
        self._copies = copies
        self._commands = _commands(ranges, meshes)
        self._keep = np.zeros(len(self._order), bool)
        self._counts = np.zeros(len(meshes), np.uint32)
        self.length = len(meshes)

    def fill(self, visible: Bools, slots: npt.NDArray[np.uint32], commands: npt.NDArray[np.void], base: int) -> int:
        """Write slots from `base` on and the commands; returns how many slots were written."""
        if not self.length:
            return 0
        np.take(visible, self._order, out=self._keep)
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
        slots: npt.NDArray[np.uint32],
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
