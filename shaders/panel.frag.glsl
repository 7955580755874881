#include "frame.glsl"

layout(binding = 2) uniform sampler2DArray texts;

in vec2 uv;

layout(location = 0) out vec4 colour;

// Red is the lettering, green the panel behind it.
void main() {
    vec2 cover = texture(texts, vec3(uv.x, 1.0 - uv.y, frame.panel_layer)).rg;
    float alpha = cover.g * mix(0.78, 1.0, cover.r);
    colour = vec4(mix(vec3(0.02, 0.024, 0.03), vec3(0.85), cover.r) * alpha, alpha);
}
