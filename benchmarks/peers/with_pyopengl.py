"""PyOpenGL with its accelerator and without its checks: a uniform and a draw call for each object."""

import os

os.environ["PYOPENGL_PLATFORM"] = "egl"

from importlib import import_module

import numpy as np
import OpenGL
from opengl import FRAGMENT, VERTEX, context
from scene import COLOUR, TO_LIGHT, Mesh, Placed, clip_from_scene, main, meshes

OpenGL.ERROR_CHECKING = False
GL = import_module("OpenGL.GL")
"""PyOpenGL heeds its settings only as they are when this is imported."""


class Each:
    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        self.context = context()
        self.program = self.context.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        self.program["to_light"].value = tuple(TO_LIGHT.tolist())
        self.program["colour"].value = COLOUR
        self.eye_location = self.program["clip_from_scene"].location
        self.model_location = self.program["scene_from_mesh"].location
        arrays = [_vertex_array(mesh) for mesh in meshes()]
        self.of_object = [arrays[mesh] for mesh in mesh_of]
        self.eyes = [clip_from_scene(eye) for eye in range(2)]
        self.moments = [placed.matrices() for placed in moments]
        self.targets = [
            self.context.framebuffer(self.context.texture(size, 4), self.context.depth_renderbuffer(size))
            for _ in range(2)
        ]
        self.size = size

    def draw(self, step: int) -> None:
        matrices, of_object, model = self.moments[step], self.of_object, self.model_location
        GL.glUseProgram(self.program.glo)
        for target, eye in zip(self.targets, self.eyes, strict=True):
            GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target.glo)
            GL.glViewport(0, 0, *self.size)
            GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
            GL.glUniformMatrix4fv(self.eye_location, 1, GL.GL_TRUE, eye)
            for matrix, (array, count) in zip(matrices, of_object, strict=True):
                GL.glUniformMatrix4fv(model, 1, GL.GL_TRUE, matrix)
                GL.glBindVertexArray(array)
                GL.glDrawElements(GL.GL_TRIANGLES, count, GL.GL_UNSIGNED_INT, None)

    def finish(self) -> None:
        GL.glFinish()

    def pictures(self) -> np.ndarray:
        width, height = self.size
        pictures = [np.frombuffer(target.read(), np.uint8).reshape(height, width, 3) for target in self.targets]
        return np.stack(pictures)[:, ::-1]


def _vertex_array(mesh: Mesh) -> tuple[int, int]:
    array = GL.glGenVertexArrays(1)
    vertices, indices = GL.glGenBuffers(2)
    data = np.hstack([mesh.positions, mesh.normals])
    GL.glBindVertexArray(array)
    GL.glBindBuffer(GL.GL_ARRAY_BUFFER, vertices)
    GL.glBufferData(GL.GL_ARRAY_BUFFER, data.nbytes, data, GL.GL_STATIC_DRAW)
    GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, indices)
    GL.glBufferData(GL.GL_ELEMENT_ARRAY_BUFFER, mesh.triangles.nbytes, mesh.triangles, GL.GL_STATIC_DRAW)
    for location in range(2):
        GL.glEnableVertexAttribArray(location)
        GL.glVertexAttribPointer(location, 3, GL.GL_FLOAT, False, 24, GL.GLvoidp(12 * location))
    return array, mesh.triangles.size


if __name__ == "__main__":
    main(Each)
