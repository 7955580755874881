"""moderngl, used as its examples do: a uniform and a render call for each object."""

import moderngl
import numpy as np
from opengl import FRAGMENT, VERTEX, context
from scene import COLOUR, TO_LIGHT, Placed, clip_from_scene, main, meshes


class Each:
    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        self.context = context()
        self.program = self.context.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        self.program["to_light"].value = tuple(TO_LIGHT.tolist())
        self.program["colour"].value = COLOUR
        arrays = [self._vertex_array(*mesh) for mesh in meshes()]
        self.of_object = [arrays[mesh] for mesh in mesh_of]
        self.eyes = [np.ascontiguousarray(clip_from_scene(eye).T).tobytes() for eye in range(2)]
        self.moments = [np.ascontiguousarray(placed.matrices().transpose(0, 2, 1)) for placed in moments]
        self.targets = [
            self.context.framebuffer(self.context.texture(size, 4), self.context.depth_renderbuffer(size))
            for _ in range(2)
        ]

    def draw(self, step: int) -> None:
        matrices, of_object = self.moments[step], self.of_object
        eye_uniform, model = self.program["clip_from_scene"], self.program["scene_from_mesh"]
        for target, eye in zip(self.targets, self.eyes, strict=True):
            target.use()
            target.clear()
            eye_uniform.write(eye)
            for matrix, array in zip(matrices, of_object, strict=True):
                model.write(matrix)
                array.render()

    def finish(self) -> None:
        self.context.finish()

    def pictures(self) -> np.ndarray:
        return read(self.targets)

    def _vertex_array(self, positions: np.ndarray, normals: np.ndarray, triangles: np.ndarray) -> moderngl.VertexArray:
        vertices = self.context.buffer(np.hstack([positions, normals]).tobytes())
        return self.context.vertex_array(
            self.program, [(vertices, "3f 3f", 0, 1)], index_buffer=self.context.buffer(triangles.tobytes())
        )


def read(targets: list[moderngl.Framebuffer]) -> np.ndarray:
    pictures = [np.frombuffer(target.read(), np.uint8).reshape(target.height, target.width, 3) for target in targets]
    return np.stack(pictures)[:, ::-1]


if __name__ == "__main__":
    main(Each)
