"""pygfx on wgpu: a mesh for each object, moved by its matrix, and a render call for each eye."""

import numpy as np
import pygfx
from scene import COLOUR, EYES_M, FAR_M, HALF_FOV_RAD, NEAR_M, TO_LIGHT, Placed, main, meshes


class Meshes:
    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        self.targets = [pygfx.Texture(dim=2, size=(*size, 1), format="rgba8unorm") for _ in EYES_M]
        self.renderers = [pygfx.renderers.WgpuRenderer(target, pixel_ratio=1) for target in self.targets]
        self.scene = pygfx.Scene()
        geometries = [
            pygfx.Geometry(positions=mesh.positions, normals=mesh.normals, indices=mesh.triangles.astype(np.int32))
            for mesh in meshes()
        ]
        material = pygfx.MeshPhongMaterial(color=(*COLOUR, 1.0), specular="#000")
        self.objects = [pygfx.Mesh(geometries[mesh], material) for mesh in mesh_of]
        light = pygfx.DirectionalLight(intensity=3.0)
        light.local.position = tuple((10 * TO_LIGHT).tolist())
        self.scene.add(*self.objects, light, pygfx.AmbientLight(intensity=0.3))
        self.cameras = []
        for aside_m in EYES_M:
            camera = pygfx.PerspectiveCamera(np.degrees(2 * HALF_FOV_RAD), 1, depth_range=(NEAR_M, FAR_M))
            camera.local.position = (aside_m, 0, 0)
            self.cameras.append(camera)
        self.moments = [placed.matrices().astype(np.float64) for placed in moments]

    def draw(self, step: int) -> None:
        for thing, matrix in zip(self.objects, self.moments[step], strict=True):
            thing.local.matrix = matrix
        for renderer, camera in zip(self.renderers, self.cameras, strict=True):
            renderer.render(self.scene, camera)

    def finish(self) -> None:
        self.renderers[-1].snapshot()

    def pictures(self) -> np.ndarray:
        return np.stack([np.asarray(renderer.snapshot())[..., :3] for renderer in self.renderers])


if __name__ == "__main__":
    main(Meshes)
