"""moderngl, used as an expert would: one indirect draw of everything, both eyes side by side in one picture."""

import numpy as np
from opengl import FRAGMENT, context
from scene import COLOUR, TO_LIGHT, Placed, clip_from_scene, main, meshes

VERTEX = """
#version 430 core
#extension GL_ARB_shader_draw_parameters : require
struct Row { vec3 position; float scale; vec4 rotation; };
layout(std430, binding = 0) readonly buffer Rows { Row rows[]; };
uniform mat4 clip_from_scene[2];
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
out vec3 normal_in_scene;
out float gl_ClipDistance[1];
vec3 rotated(vec4 q, vec3 v) {
    return v + 2.0 * cross(q.xyz, cross(q.xyz, v) + q.w * v);
}
void main() {
    int eye = gl_InstanceID % 2;
    Row row = rows[gl_BaseInstanceARB + gl_InstanceID / 2];
    normal_in_scene = rotated(row.rotation, normal);
    vec4 clip = clip_from_scene[eye] * vec4(row.position + row.scale * rotated(row.rotation, position), 1.0);
    gl_ClipDistance[0] = eye == 0 ? clip.w - clip.x : clip.w + clip.x;
    clip.x = 0.5 * clip.x + (eye == 0 ? -0.5 : 0.5) * clip.w;
    gl_Position = clip;
}
"""
CLIP_DISTANCE0 = 0x3000
COMMAND = np.dtype([(name, "u4") for name in ("count", "instances", "first_index", "base_vertex", "base_instance")])


class Indirect:
    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        self.context = context()
        self.context.enable_direct(CLIP_DISTANCE0)
        self.program = self.context.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        self.program["to_light"].value = tuple(TO_LIGHT.tolist())
        self.program["colour"].value = COLOUR
        eyes = np.stack([np.ascontiguousarray(clip_from_scene(eye).T) for eye in range(2)])
        self.eyes = eyes.tobytes()
        self.program["clip_from_scene"].write(self.eyes)
        order = np.argsort(mesh_of, kind="stable")
        self.moments = [_rows(placed, order) for placed in moments]
        self.rows = self.context.buffer(reserve=self.moments[0].nbytes, dynamic=True)
        made, kinds = meshes(), np.bincount(mesh_of, minlength=len(meshes()))
        commands, index, vertex = np.zeros(len(made), COMMAND), 0, 0
        for number, mesh in enumerate(made):
            begins = int(kinds[:number].sum())
            commands[number] = (mesh.triangles.size, 2 * kinds[number], index, vertex, begins)
            index, vertex = index + mesh.triangles.size, vertex + len(mesh.positions)
        vertices = np.vstack([np.hstack([mesh.positions, mesh.normals]) for mesh in made])
        triangles = np.concatenate([mesh.triangles.ravel() for mesh in made])
        self.array = self.context.vertex_array(
            self.program,
            [(self.context.buffer(vertices.tobytes()), "3f 3f", 0, 1)],
            index_buffer=self.context.buffer(triangles.tobytes()),
        )
        self.commands = self.context.buffer(commands.tobytes())
        self.size = size
        wide = (2 * size[0], size[1])
        self.target = self.context.framebuffer(self.context.texture(wide, 4), self.context.depth_renderbuffer(wide))

    def draw(self, step: int) -> None:
        self.rows.orphan()
        self.rows.write(self.moments[step])
        self.rows.bind_to_storage_buffer(0)
        self.target.use()
        self.target.clear()
        self.array.render_indirect(self.commands)

    def finish(self) -> None:
        self.context.finish()

    def pictures(self) -> np.ndarray:
        width, height = self.size
        both = np.frombuffer(self.target.read(), np.uint8).reshape(height, 2 * width, 3)[::-1]
        return np.stack([both[:, :width], both[:, width:]])


def _rows(placed: Placed, order: np.ndarray) -> np.ndarray:
    rows = np.hstack([placed.positions, placed.scales[:, None], placed.rotations]).astype(np.float32)
    return np.ascontiguousarray(rows[order])


if __name__ == "__main__":
    main(Indirect)
