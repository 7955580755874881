#include "frame.glsl"
#include "views.glsl"

// What stands on the panel or on the video's, in metres on it: QUAD of vret/render/typesetting.py (std430).
struct Quad { vec4 rect; vec4 uv; vec4 colour; vec4 shape; };

layout(std430, binding = 4) readonly buffer Quads { Quad quads[]; };

out vec2 uv;
out vec2 from_middle_m;
flat out vec2 half_size_m;
flat out vec4 colour;
flat out float radius_m;
flat out float is_picture;

void main() {
    uint view = uint(gl_InstanceID) % frame.view_count;
    Quad quad = quads[uint(gl_InstanceID) / frame.view_count];
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 at = mix(quad.rect.xw, quad.rect.zy, corner);
    uv = mix(quad.uv.xw, quad.uv.zy, corner);
    half_size_m = abs(quad.rect.zw - quad.rect.xy) * 0.5;
    from_middle_m = (corner * 2.0 - 1.0) * half_size_m;
    colour = quad.colour;
    radius_m = quad.shape.x;
    is_picture = quad.shape.z;
    mat4 clip_from_quad = quad.shape.y > 0.0 ? frame.clip_from_video[view] : frame.clip_from_panel[view];
    place_in_view(clip_from_quad * vec4(at, 0.0, 1.0), view, frame.view_count);
}
