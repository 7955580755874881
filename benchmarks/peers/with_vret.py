"""vret's own renderer. With `submission` it sends and submits alone, as the peers do: everything is in view.

With `opaque` it does even less, for the comparison with a bare indirect draw.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from scene import COLOUR, EYES_M, HALF_FOV_RAD, Placed, main, meshes

from tests.render.city import daylight, frame_of, material, meshes_of
from vret.headset.body import make_eyes
from vret.headset.offscreen import Offscreen
from vret.render import Renderer
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.renderer import _DEPTH, _FAR, _FRAMEBUFFER, _INDEX, _TRIANGLES, Listed
from vret.scene.compiled import ROW, VERTEX, CompiledScene

EVERYWHERE = np.array([0, 0, 0, 1], np.float32)
"""A plane with everything on its inside."""


class Frames:
    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        self.headset = Offscreen(size, 0)
        self.headset.open()
        self.hot = Hot()
        self.renderer = Renderer(self.headset.view_count, self.headset.view_size, self.headset.layout, gl=self.hot)
        self.moments = [_rows(placed) for placed in moments]
        scene = CompiledScene(
            name="peers",
            content_hash="",
            meshes=meshes_of(*(_vret(*mesh) for mesh in meshes())),
            materials=material(COLOUR, roughness=1),
            rows=self.moments[0].copy(),
            mesh_of=mesh_of.astype(np.int32),
            material_of=np.zeros(len(mesh_of), np.int32),
        )
        self.resident = self.renderer.load(scene)
        self.frame = frame_of(scene, environment=daylight(shadow_radius_m=0, indoor=1, sky_horizon=(0, 0, 0)))
        self.eyes = make_eyes(self.headset.view_count)
        self.eyes.head[:] = (0, 0, 0, 0, 0, 0, 1)
        self.eyes.poses[:] = self.eyes.head
        self.eyes.poses[:, 0] = EYES_M
        self.eyes.fovs[:] = (-HALF_FOV_RAD, HALF_FOV_RAD, HALF_FOV_RAD, -HALF_FOV_RAD)
        self.target = self.headset.begin()

    def draw(self, step: int) -> None:
        frame = self.frame
        frame.rows, frame.moved = self.moments[step], (0, len(self.moments[step]))
        self.renderer.draw(self.resident, frame, self.eyes, self.target)
        frame.visible_changed = frame.materials_changed = False

    def finish(self) -> None:
        GL.glFinish()

    def pictures(self) -> np.ndarray:
        return np.stack([self.renderer.read_pixels(self.target, view) for view in range(2)])


class Submission(Frames):
    """What was listed stays in the ring; the driver's flush is left to `finish`, where the peers have it."""

    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        super().__init__(mesh_of, moments, size)
        self.resident.listing.refit = lambda rows, span: None
        for step in range(3):
            super().draw(step)
            counts = self.resident.listing.seen(self.frame, np.tile(EVERYWHERE, (10, 1)), np.zeros(3, np.float32))
        self.listed = Listed(None, *counts, particles=0, quads=0)
        self.hot.glFlush = lambda: None

    def draw(self, step: int) -> None:
        self.frame.rows = self.moments[step]
        self.resident.take(self.frame)
        self.renderer.submit(self.resident, self.listed, self.target)


class OpaquePass(Submission):
    """The copy of the rows, the clearing, and one indirect draw: what moderngl's bare pass does."""

    def draw(self, step: int) -> None:
        gl, resident, renderer = self.hot, self.resident, self.renderer
        passes = renderer._passes[resident.wear]
        self.frame.rows = self.moments[step]
        resident.take(self.frame)
        part = resident.ring.part
        gl.glBindBuffersRange(*resident.uniforms[part])
        gl.glBindVertexArray(resident.vertex_array)
        gl.glBindBuffer(int(GL.GL_DRAW_INDIRECT_BUFFER), resident.ring.buffer)
        gl.glBindBuffersRange(*resident.storage[part])
        passes.opaque.enter(passes.resolve)
        gl.glBindFramebuffer(_FRAMEBUFFER, renderer._picture.framebuffer)
        gl.glClearNamedFramebufferfv(renderer._picture.framebuffer, _DEPTH, 0, _FAR)
        gl.glMultiDrawElementsIndirect(
            _TRIANGLES, _INDEX, resident.listing.pointers["opaque"][part], self.listed.opaque, 0
        )
        renderer._turns.end()

    def pictures(self) -> np.ndarray:
        """What the pass drew, once it is resolved."""
        self.renderer._end(self.resident, self.listed, self.target)
        return super().pictures()


def _rows(placed: Placed) -> np.ndarray:
    rows = np.zeros(len(placed.positions), ROW)
    rows["position"], rows["scale"], rows["rotation"] = placed
    return rows


def _vret(positions: np.ndarray, normals: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    vertices = np.zeros(len(positions), VERTEX)
    vertices["position"], vertices["normal"] = positions, normals
    return vertices, triangles.ravel()


if __name__ == "__main__":
    KINDS = {"submission": Submission, "opaque": OpaquePass}
    main(KINDS[sys.argv.pop()] if sys.argv[-1] in KINDS else Frames)
