"""A resident scene: what of it lives on the GPU, and what of that changes from frame to frame."""

import ctypes
from collections.abc import Generator, Mapping

import numpy as np
import numpy.typing as npt

from vret.render.buffers import DEPTH, MappedRing, Turns
from vret.render.gl import GL
from vret.render.hands import HAND_ROWS, Hands
from vret.render.hot import Hot
from vret.render.light import bring_light
from vret.render.listing import Listing, first_person, union
from vret.render.passes import Wear
from vret.render.poses import Poses, bring_poses
from vret.render.staging import Staging, Steps
from vret.render.textures import TextureArrays, bring_clouds
from vret.render.typesetting import QUAD, QUADS_MAX
from vret.render.uniforms import FRAME
from vret.render.video import VIDEO_QUADS
from vret.scene.compiled import BLENDED, DECAL, MATERIAL, ROW, TWO_SIDED, VERTEX, CompiledScene, SceneFrame
from vret.scene.people.persons import PERSON

MOVING_SHADOW_FRAMES = 9
_UNIFORM, _STORAGE = int(GL.GL_UNIFORM_BUFFER), int(GL.GL_SHADER_STORAGE_BUFFER)
_PEOPLE_HEAD = 16
_ROW_BYTES = ROW.itemsize
_BYTE = np.dtype(np.uint8)
"""Structures are copied into the ring as bytes: numpy would go through them field by field."""


class ResidentScene:
    """Made by `bring`. Of the rows only those are copied that moved since the ring's part was written."""

    def __init__(
        self,
        compiled: CompiledScene,
        buffers: tuple[int, int, int],
        textures: TextureArrays,
        ring: MappedRing,
        listing: Listing,
        poses: Poses | None,
    ) -> None:
        count = len(compiled.rows)
        self._rows_of_hands = slice(ROW.itemsize * count, None)
        self.name = compiled.name
        self.rows_written = 0
        self._material_of, self._buffers = compiled.material_of, buffers
        self.textures, self.ring, self.listing, self.poses = textures, ring, listing, poses
        is_textured = (compiled.materials["traits"] & ~np.uint32(DECAL)).any()
        self.wear = Wear.PEOPLED if poses is not None else Wear.TEXTURED if is_textured else Wear.PLAIN
        self.vertex_array = vertex_array(*buffers[:2])
        self.uniforms = ring.ranges(_UNIFORM, 0, ["frame"])
        material_of = (buffers[2], 4 * (first_person(compiled) + compiled.people.material_of.size))
        self.storage = ring.ranges(_STORAGE, 0, ["rows", "slots", "materials", material_of, "quads"])
        self._classes: npt.NDArray[np.int8] = np.full(1, -1, np.int8)
        self._moved = [(0, count)] * DEPTH
        self._rows = compiled.rows
        self._row_bytes = compiled.rows.view(np.uint8)
        self._materials_stale = [True] * DEPTH
        self._fresh = True
        self._shadow_age = 0
        self._people_s = np.zeros(1, np.float32)
        self._people_s_bytes: npt.NDArray[np.uint8] = self._people_s.view(np.uint8)

    def interrupted(self) -> None:
        """Frames may have been missed: take nothing that is on the GPU for current."""
        self._fresh = True

    def take(self, frame: SceneFrame) -> bool:
        """Go on to the ring's next part and copy into it what has changed; True when shadows must be drawn again now.

        What only moves throws its new shadow within MOVING_SHADOW_FRAMES: the maps cost as much as the picture.
        """
        part, arrays = self.ring.turn()
        everything, moved = self._fresh, frame.moved
        changed = everything or frame.visible_changed
        if everything:
            self._fresh, moved = False, (0, len(frame.rows))
            self._moved = [moved] * DEPTH
            self.listing.refit_all(frame.rows)
        elif moved[1] > moved[0]:
            self.listing.refit(frame.rows, moved)
            self._shadow_age += 1
        if frame.visible_changed:
            self.listing.forget()
        if everything or frame.materials_changed:
            self._materials_stale = [True] * DEPTH
            changed |= self.sort_out(frame.materials)
        self._write_rows(arrays["rows"], part, frame.rows, moved)
        if self._materials_stale[part]:
            arrays["materials"][: frame.materials.nbytes] = frame.materials.view(np.uint8)
            self._materials_stale[part] = False
        if self.poses is not None:
            persons = arrays["people"]
            self._people_s[0] = frame.people_s
            persons[:4] = self._people_s_bytes
            persons[_PEOPLE_HEAD:] = frame.people.view(np.uint8)
            self._shadow_age += moved[1] <= moved[0] and bool(frame.present.any())
        changed |= self._shadow_age >= MOVING_SHADOW_FRAMES
        if changed:
            self._shadow_age = 0
        return changed

    def _write_rows(
        self, written: npt.NDArray[np.uint8], part: int, rows: npt.NDArray[np.void], moved: tuple[int, int]
    ) -> None:
        """What has moved in this frame and in those since this part of the ring was written, DEPTH frames in all."""
        spans = self._moved
        spans[part] = moved
        a, b, c = spans
        first, end = moved if a == b == c else union(union(a, b), c)
        self.rows_written = end - first
        if rows is not self._rows:
            self._rows, self._row_bytes = rows, rows.view(np.uint8)
        if end > first:
            span = slice(first * _ROW_BYTES, end * _ROW_BYTES)
            written[span] = self._row_bytes[span]

    def hold(self, hands: Hands, opaque: int) -> int:
        """Take the placed hands into the frame; returns how many commands the opaque pass has then."""
        self.ring.arrays["rows"][self._rows_of_hands] = hands.rows.view(np.uint8)
        return self.listing.hold(hands, opaque)

    def leave(self) -> Steps:
        """Free everything, one thing at a time."""
        self.ring.release()
        yield
        for texture in self.textures.made:
            GL.glDeleteTextures(1, [texture])
            yield
        if self.poses is not None:
            yield from self.poses.leave()
        GL.glDeleteVertexArrays(1, [self.vertex_array])
        for buffer in self._buffers:
            GL.glDeleteBuffers(1, [buffer])
            yield

    def sort_out(self, materials: npt.NDArray[np.void]) -> bool:
        """Who is opaque and who is seen through, by the materials' opacity; what has none is not drawn at all.

        Whether that has changed.
        """
        opacity, traits = materials["opacity"][self._material_of], materials["traits"][self._material_of]
        blended, shown = (opacity < 1) | (traits & BLENDED > 0), opacity > 0
        open_ = (materials["cutoff"][self._material_of] > 0) | (traits & TWO_SIDED > 0)
        lies = traits & DECAL > 0
        classes = 8 * lies.astype(np.int8) + 4 * open_ + 2 * blended + shown
        if np.array_equal(classes, self._classes):
            return False
        self._classes = classes
        solid = ~(blended | lies)
        self.listing.sort_out(solid & ~open_, solid & open_, lies & shown, blended & shown & ~lies)
        return True


def bring(
    gl: Hot,
    turns: Turns,
    staging: Staging,
    compiled: CompiledScene,
    view_count: int,
    fixed: Mapping[int, int],
    hands: Hands,
    *,
    slants: bool,
) -> Generator[None, None, ResidentScene]:
    """Bring a scene to the GPU in small steps. `fixed` are the renderer's own textures, by unit."""
    count, meshes, materials = len(compiled.rows), compiled.meshes, len(compiled.materials)
    vertices = yield from staging.buffer(meshes.vertices, hands.vertices)
    indices = yield from staging.buffer(meshes.indices, hands.indices)
    material_of = yield from staging.buffer(_materials_of(compiled, hands))
    textures = TextureArrays(fixed)
    yield from textures.bring(compiled.textures, staging, slants=slants)
    yield from bring_clouds(compiled.clouds, textures, staging)
    yield from bring_light(compiled.reflections, compiled.probes, textures, staging)
    ring = MappedRing(
        turns,
        {
            "frame": (_BYTE, FRAME.itemsize),
            "rows": (_BYTE, ROW.itemsize * (count + HAND_ROWS)),
            "materials": (_BYTE, MATERIAL.itemsize * (materials + len(hands.materials))),
            "quads": (_BYTE, QUAD.itemsize * (VIDEO_QUADS + QUADS_MAX)),
            "people": (_BYTE, _PEOPLE_HEAD + PERSON.itemsize * len(compiled.people.body_of)),
            **Listing.sections(compiled),
        },
    )
    ring.fill("materials", MATERIAL.itemsize * materials, hands.materials.view(np.uint8))
    yield
    listing = Listing(compiled, view_count, ring, hands)
    yield
    poses = None
    if len(compiled.people.body_of):
        poses = yield from bring_poses(gl, staging, compiled, ring, first_person(compiled))
    resident = ResidentScene(compiled, (vertices, indices, material_of), textures, ring, listing, poses)
    yield
    resident.sort_out(compiled.materials)
    return resident


def _materials_of(compiled: CompiledScene, hands: Hands) -> npt.NDArray[np.uint32]:
    """By what a slot names: the material of every row, of those of hands, and of everyone's parts."""
    of_hands = hands.material_of + np.uint32(len(compiled.materials))
    parts = compiled.people.material_of.ravel()
    return np.concatenate([part.astype(np.uint32) for part in (compiled.material_of, of_hands, parts)])


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
