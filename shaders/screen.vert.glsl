#include "frame.glsl"
#include "views.glsl"

flat out uint view;

void main() {
    view = uint(gl_InstanceID) % frame.view_count;
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
    place_in_view(vec4(corner * 2.0 - 1.0, 0.0, 1.0), view, frame.view_count);
}
