"""An off-screen OpenGL context and the two shaders that the peers on bare OpenGL share."""

import moderngl

VERTEX = """
#version 430 core
uniform mat4 clip_from_scene;
uniform mat4 scene_from_mesh;
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
out vec3 normal_in_scene;
void main() {
    normal_in_scene = mat3(scene_from_mesh) * normal;
    gl_Position = clip_from_scene * (scene_from_mesh * vec4(position, 1.0));
}
"""
FRAGMENT = """
#version 430 core
uniform vec3 to_light;
uniform vec3 colour;
in vec3 normal_in_scene;
out vec4 painted;
void main() {
    painted = vec4(colour * (0.3 + 0.7 * max(dot(normalize(normal_in_scene), to_light), 0.0)), 1.0);
}
"""


def context() -> moderngl.Context:
    made = moderngl.create_standalone_context(require=430, backend="egl")
    made.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
    return made
