"""A resident scene: what of it lives on the GPU, and the lists of what is drawn."""

import ctypes
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from vret.render.buffers import DEPTH, MappedRing, upload
from vret.render.crowd import Crowd
from vret.render.culling import Bounds
from vret.render.drawlist import COMMAND, GroupedList, SortedList
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.passes import Wear
from vret.render.poses import Poses
from vret.render.textures import TextureArrays
from vret.render.typesetting import QUAD, QUADS_MAX
from vret.render.uniforms import FRAME, MAPS
from vret.scene.compiled import BLENDED, MATERIAL, ROW, TWO_SIDED, VERTEX, CompiledScene, SceneFrame
from vret.scene.persons import PERSON

MOVING_SHADOW_FRAMES = 9
HAND_SLOTS = 4
"""Hands are drawn by a scene's program in slots of their own, which must mean no person there."""

_PEOPLE_HEAD = 16
_COMMANDS = ("opaque", "casters", "cutout", "blended")
_BYTE = np.dtype(np.uint8)
"""Structures are copied into the ring as bytes: numpy would go through them field by field."""


class ResidentScene:
    """Made by `Renderer.load`. Of the rows only those are copied that moved since the ring's part was written.

    `fixed` are the renderer's own textures, by unit.
    """

    def __init__(self, gl: Hot, compiled: CompiledScene, view_count: int, fixed: Mapping[int, int]) -> None:
        meshes, count = compiled.meshes, len(compiled.rows)
        self.name = compiled.name
        self.rows_written = 0
        self._mesh_of, self._material_of = compiled.mesh_of, compiled.material_of
        self._ranges, self._view_count = meshes.ranges, view_count
        people = compiled.people
        first_person = max(count, HAND_SLOTS)
        between = np.zeros(first_person - count, np.int32)
        material_of = np.concatenate([compiled.material_of, between, people.material_of.ravel()]).astype(np.uint32)
        self._buffers = (upload(meshes.vertices), upload(meshes.indices), upload(material_of))
        self.textures = TextureArrays(compiled.textures, fixed)
        self.wear = Wear.TEXTURED if compiled.materials["traits"].any() else Wear.PLAIN
        self.vertex_array = vertex_array(*self._buffers[:2])
        self.material_of_buffer = self._buffers[2]
        self.material_of_size = max(material_of.nbytes, 4)
        self.bounds = Bounds(meshes.spheres, compiled.mesh_of, view_count, len(people.body_of))
        self._crowd = Crowd(people, compiled.materials, first_person, view_count, self.bounds)
        self._room = len(meshes.ranges) + self._crowd.command_room
        self._caster_slots = 2 * count + self._crowd.slot_room // 2
        self.ring = MappedRing(
            gl,
            {
                "frame": (_BYTE, FRAME.itemsize),
                "rows": (_BYTE, ROW.itemsize * count),
                "slots": (np.dtype(np.uint32), 3 * count + self._crowd.slot_room),
                "materials": (_BYTE, MATERIAL.itemsize * len(compiled.materials)),
                "commands": (COMMAND, 3 * self._room + count),
                "quads": (_BYTE, QUAD.itemsize * QUADS_MAX),
                "people": (_BYTE, _PEOPLE_HEAD + PERSON.itemsize * self._crowd.count),
            },
        )
        self._people_s = np.zeros(1, np.float32)
        self._people_s_bytes: npt.NDArray[np.uint8] = self._people_s.view(np.uint8)
        self.poses: Poses | None = None
        if self._crowd.count:
            self.wear = Wear.PEOPLED
            self.poses = Poses(gl, people, self.ring, first_person, len(meshes.vertices) - len(people.skins))
        self._in_view = np.zeros(count + self._crowd.count, np.bool_)
        self.in_view, self._people_in_view = self._in_view[:count], self._in_view[count:]
        self._casting = np.zeros(count, bool)
        self._classes: npt.NDArray[np.int8] = np.full(1, -1, np.int8)
        self._sort_out(compiled.materials)
        self._dirty = [(0, count)] * DEPTH
        self._materials_stale = [True] * DEPTH
        self._fresh = True
        self._shadow_age = 0

    def interrupted(self) -> None:
        """Frames may have been missed: take nothing that is on the GPU for current."""
        self._fresh = True

    def take(self, frame: SceneFrame) -> bool:
        """Go on to the ring's next part and copy into it what has changed; True when shadows must be drawn again now.

        What only moves throws its new shadow within MOVING_SHADOW_FRAMES: the maps cost as much as the picture.
        """
        self.ring.begin()
        everything, count = self._fresh, len(frame.rows)
        self._fresh = False
        moved = (0, count) if everything else frame.moved
        changed = everything or frame.visible_changed
        if moved[1] > moved[0]:
            self.bounds.refit(frame.rows, *moved)
            self._dirty = [_union(dirty, moved) for dirty in self._dirty]
            self._shadow_age += 1
        if everything or frame.materials_changed:
            self._materials_stale = [True] * DEPTH
            changed |= self._sort_out(frame.materials)
        part = self.ring.part
        first, end = self._dirty[part]
        self.rows_written = end - first
        if end > first:
            span = slice(first * ROW.itemsize, end * ROW.itemsize)
            self.ring.arrays["rows"][span] = frame.rows.view(np.uint8)[span]
            self._dirty[part] = (0, 0)
        if self._materials_stale[part]:
            self.ring.arrays["materials"][: frame.materials.nbytes] = frame.materials.view(np.uint8)
            self._materials_stale[part] = False
        if self._crowd.count:
            persons = self.ring.arrays["people"]
            self._people_s[0] = frame.people_s
            persons[:4] = self._people_s_bytes
            persons[_PEOPLE_HEAD:] = frame.people.view(np.uint8)
            self._shadow_age += moved[1] <= moved[0] and bool(frame.present.any())
        changed |= self._shadow_age >= MOVING_SHADOW_FRAMES
        if changed:
            self._shadow_age = 0
        return changed

    def list_casters(self, frame: SceneFrame) -> int:
        """Write the shadow pass's commands; returns how many."""
        arrays = self.ring.arrays
        slots, commands, base = arrays["slots"], self._commands("casters"), self._caster_slots
        used = self._casters.fill(frame.visible, slots, commands, base)
        listed = self._casters.length
        if self._crowd.count:
            listed += self._crowd.list_casters(frame.present, slots, base + used, commands[listed:])
        return listed

    def list_seen(
        self, frame: SceneFrame, planes: npt.NDArray[np.float32], eye: npt.NDArray[np.float32]
    ) -> tuple[int, int, int]:
        """Write the opaque, the cutout and the blended pass's commands; returns how many of each."""
        if self._crowd.count:
            self._crowd.place(frame.people, eye)
        self.bounds.in_view(planes, self._in_view)
        np.logical_and(self.in_view, frame.visible, out=self.in_view)
        slots = self.ring.arrays["slots"]
        used = self._opaque.fill(self.in_view, slots, self._commands("opaque"), 0)
        used += self._cutout.fill(self.in_view, slots, self._commands("cutout"), used)
        blended = self._see_through.fill(self.in_view, self.bounds.centres, eye, slots, self._commands("blended"), used)
        used += blended
        opaque, cutout = self._opaque.length, self._cutout.length
        if not self._crowd.count:
            return opaque, cutout, blended
        np.logical_and(self._people_in_view, frame.present, out=self._people_in_view)
        more = self._crowd.list_seen(
            self._people_in_view, slots, used, self._commands("opaque")[opaque:], self._commands("cutout")[cutout:]
        )
        return opaque + more[0], cutout + more[1], blended

    def commands_offset(self, name: str) -> int:
        return self.ring.offset("commands") + self._first_command(name) * COMMAND.itemsize

    def release(self) -> None:
        self.ring.release()
        self.textures.release()
        if self.poses is not None:
            self.poses.release()
        GL.glDeleteVertexArrays(1, [self.vertex_array])
        GL.glDeleteBuffers(len(self._buffers), list(self._buffers))

    def _sort_out(self, materials: npt.NDArray[np.void]) -> bool:
        """Who is opaque and who is seen through, by the materials' opacity; what has none is not drawn at all."""
        opacity, traits = materials["opacity"][self._material_of], materials["traits"][self._material_of]
        blended, shown = (opacity < 1) | (traits & BLENDED > 0), opacity > 0
        open_ = (materials["cutoff"][self._material_of] > 0) | (traits & TWO_SIDED > 0)
        classes = 4 * open_.astype(np.int8) + 2 * blended + shown
        if np.array_equal(classes, self._classes):
            return False
        self._classes = classes
        solid = ~blended
        self._opaque = GroupedList(solid & ~open_, self._mesh_of, self._ranges, self._view_count)
        self._cutout = GroupedList(solid & open_, self._mesh_of, self._ranges, self._view_count)
        self._casters = GroupedList(solid, self._mesh_of, self._ranges, MAPS)
        self._see_through = SortedList(blended & shown, self._mesh_of, self._ranges, self._view_count)
        return True

    def _first_command(self, name: str) -> int:
        return _COMMANDS.index(name) * self._room

    def _commands(self, name: str) -> npt.NDArray[np.void]:
        commands: npt.NDArray[np.void] = self.ring.arrays["commands"][self._first_command(name) :]
        return commands


def _union(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return b if a[1] <= a[0] else (min(a[0], b[0]), max(a[1], b[1]))


def vertex_array(vertices: int, indices: int) -> int:
    """A vertex array over a buffer of VERTEX and one of 32-bit indices."""
    array = ctypes.c_uint()
    GL.glCreateVertexArrays(1, ctypes.byref(array))
    GL.glVertexArrayVertexBuffer(array.value, 0, vertices, 0, VERTEX.itemsize)
    GL.glVertexArrayElementBuffer(array.value, indices)
    for location, name in enumerate(("position", "normal", "uv")):
        dtype, offset = VERTEX.fields[name][:2] if VERTEX.fields else (VERTEX, 0)
        GL.glEnableVertexArrayAttrib(array.value, location)
        GL.glVertexArrayAttribFormat(array.value, location, dtype.shape[0], GL.GL_FLOAT, GL.GL_FALSE, offset)
        GL.glVertexArrayAttribBinding(array.value, location, 0)
    return array.value
