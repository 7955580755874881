"""pyrender: a node for each object, moved by its pose, and a render call for each eye, which reads its picture back."""

import os

os.environ["PYOPENGL_PLATFORM"] = "egl"

import numpy as np
import pyrender
from scene import COLOUR, EYES_M, FAR_M, HALF_FOV_RAD, NEAR_M, TO_LIGHT, Placed, main, meshes


class Nodes:
    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        self.renderer = pyrender.OffscreenRenderer(*size)
        self.scene = pyrender.Scene(bg_color=(0, 0, 0, 1), ambient_light=(0.3, 0.3, 0.3))
        material = pyrender.MetallicRoughnessMaterial(
            baseColorFactor=(*COLOUR, 1.0), metallicFactor=0.0, roughnessFactor=1.0
        )
        kinds = [
            pyrender.Mesh([pyrender.Primitive(mesh.positions, mesh.normals, indices=mesh.triangles, material=material)])
            for mesh in meshes()
        ]
        self.nodes = [self.scene.add(kinds[mesh]) for mesh in mesh_of]
        self.scene.add(pyrender.DirectionalLight(intensity=3.0), pose=_looking(-TO_LIGHT))
        self.cameras = []
        for aside_m in EYES_M:
            pose = np.eye(4)
            pose[0, 3] = aside_m
            camera = pyrender.PerspectiveCamera(2 * HALF_FOV_RAD, znear=NEAR_M, zfar=FAR_M, aspectRatio=1.0)
            self.cameras.append(self.scene.add(camera, pose=pose))
        self.moments = [placed.matrices() for placed in moments]
        self.seen: list[np.ndarray] = []

    def draw(self, step: int) -> None:
        for node, matrix in zip(self.nodes, self.moments[step], strict=True):
            self.scene.set_pose(node, matrix)
        self.seen = []
        for camera in self.cameras:
            self.scene.main_camera_node = camera
            self.seen.append(self.renderer.render(self.scene)[0])

    def finish(self) -> None:
        """Reading the picture back has waited already."""

    def pictures(self) -> np.ndarray:
        return np.stack(self.seen)


def _looking(along: np.ndarray) -> np.ndarray:
    """A pose whose -Z points along a direction."""
    back = -along / np.linalg.norm(along)
    aside = np.cross((0, 0, 1), back)
    aside /= np.linalg.norm(aside)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([aside, np.cross(back, aside), back], 1)
    return pose


if __name__ == "__main__":
    main(Nodes)
