#include "frame.glsl"
#include "views.glsl"

out vec3 ray_in_scene;

// Behind everything, and before the empty picture's 0: the depth test need not change for the sky.
const float FARTHEST = 1e-20;

void main() {
    uint view = uint(gl_InstanceID) % frame.view_count;
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
    vec4 tangents = frame.tangents[view];
    vec3 ray_in_eye = vec3(mix(tangents.x, tangents.y, corner.x), mix(tangents.w, tangents.z, corner.y), -1.0);
    ray_in_scene = mat3(frame.scene_from_eye[view]) * ray_in_eye;
    place_in_view(vec4(corner * 2.0 - 1.0, FARTHEST, 1.0), view, frame.view_count);
}
