"""What stands still in a scene, as triangles that rays can hit: Embree, through embreex."""

import numpy as np
import numpy.typing as npt
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene

from vret.scene.compiled import DECAL, PATTERNS, CompiledScene, SceneFrame

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_MEAN_SHADE = {"facade": 0.65, "paving": 0.85, "wood": 0.85, "concrete": 0.93}
_SHINING_M2 = 0.05
"""What shines from less than this is hit by a ray too seldom; its light is for the scene's lamps."""


class Triangles:
    """Those of all that stands still, as they lie in one frame. What follows an axis is moved, but never grows here."""

    def __init__(self, compiled: CompiledScene, frame: SceneFrame, still: Bools) -> None:
        meshes, materials = compiled.meshes, compiled.materials
        is_body = (materials["opacity"] > 0.5) & (materials["traits"] & DECAL == 0)
        solid = still & is_body[compiled.material_of]
        corners, owner = [np.zeros((0, 3, 3), np.float32)], [np.zeros(0, np.intp)]
        for instance in np.flatnonzero(solid):
            first, count, base = meshes.ranges[compiled.mesh_of[instance]]
            row = frame.rows[instance]
            places = meshes.vertices["position"][base + meshes.indices[first : first + count].astype(np.intp)]
            corners.append(_rotated(row["rotation"], places * row["scale"]).reshape(-1, 3, 3))
            owner.append(np.full(count // 3, instance))
        self._corners, self._owner = np.concatenate(corners), np.concatenate(owner)
        across = np.cross(self._corners[:, 1] - self._corners[:, 0], self._corners[:, 2] - self._corners[:, 0])
        self._normals = np.asarray(across / np.maximum(np.linalg.norm(across, axis=1), 1e-12)[:, None], np.float32)
        of = compiled.material_of[self._owner]
        shades = np.array([_MEAN_SHADE.get(name, 1.0) for name in PATTERNS], np.float32)
        self._albedo = materials["base_colour"][of] * shades[materials["pattern"][of]][:, None]
        large = np.linalg.norm(across, axis=1) > 2 * _SHINING_M2
        self._emission = materials["emission"][of] * large[:, None]

    def solid(self, frame: SceneFrame, chosen: Bools) -> "Solid":
        """Of the instances that are chosen, where they are in this frame."""
        used = chosen[self._owner]
        corners = self._corners[used] + frame.rows["position"][self._owner[used]][:, None]
        return Solid(corners, self._normals[used], self._albedo[used], self._emission[used])


class Solid:
    """Triangles to be hit by rays."""

    def __init__(self, corners: Floats, normals: Floats, albedo: Floats, emission: Floats) -> None:
        self.corners, self.normals, self.albedo, self.emission = corners, normals, albedo, emission
        self._embree = EmbreeScene()
        if len(corners):
            TriangleMesh(self._embree, np.ascontiguousarray(corners, np.float32))

    def hit(self, origins: Floats, rays: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
        """The triangle that each ray hits first, -1 for none, and how far away."""
        if not len(self.corners):
            return np.full(len(rays), -1, np.intp), np.full(len(rays), np.inf, np.float32)
        found = self._embree.run(origins, rays, output=1)
        return found["primID"].astype(np.intp), found["tfar"]

    def is_open(self, origins: Floats, rays: Floats) -> Bools:
        return self.hit(origins, rays)[0] < 0


def _rotated(quaternion: Floats, vectors: Floats) -> Floats:
    axis, w = quaternion[:3], quaternion[3]
    return np.asarray(vectors + 2 * np.cross(axis, np.cross(axis, vectors) + w * vectors), np.float32)
