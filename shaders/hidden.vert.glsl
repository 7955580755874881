#include "frame.glsl"
#include "views.glsl"

// A corner of what a lens never shows: x and y on the plane 1 m ahead of the eye, and the number of the view.
layout(location = 0) in vec3 corner;

void main() {
    uint view = uint(corner.z);
    vec4 tangents = frame.tangents[view];
    vec2 low = tangents.xw, high = tangents.yz;
    place_in_view(vec4((2.0 * corner.xy - low - high) / (high - low), 1.0, 1.0), view, frame.view_count);
}
