#include "frame.glsl"
#include "views.glsl"

out vec2 uv;

void main() {
    uint view = uint(gl_InstanceID) % frame.view_count;
    uv = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    place_in_view(frame.clip_from_panel[view] * vec4(uv * 2.0 - 1.0, 0.0, 1.0), view, frame.view_count);
}
