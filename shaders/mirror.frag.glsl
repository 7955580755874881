#include "frame.glsl"

#if LAYERED
layout(binding = MIRROR_UNIT) uniform sampler2DArray seen;
#define TEXEL(x, y) texelFetch(seen, ivec3(x, y, 0), 0)
#else
layout(binding = MIRROR_UNIT) uniform sampler2D seen;
#define TEXEL(x, y) texelFetch(seen, ivec2(x, y), 0)
#endif

layout(location = 0) out vec4 colour;

const vec2 SMALL = vec2(MIRROR_WIDTH, MIRROR_HEIGHT);

// The mean light of all that a small pixel covers, each texel by the share of it that lies under the pixel (a box
// filter): a pattern finer than the mirror becomes its mean, never another pattern. The mirror covers the largest part
// of its own proportions from the middle of the view. The top row comes first.
void main() {
    vec2 view = vec2(frame.view_size);
    float size = min(view.x / SMALL.x, view.y / SMALL.y);
    vec2 at = floor(gl_FragCoord.xy);
    vec2 low = 0.5 * (view - size * SMALL) + vec2(at.x, SMALL.y - 1.0 - at.y) * size, high = low + size;
    ivec2 first = ivec2(floor(low)), end = min(ivec2(ceil(high)), ivec2(frame.view_size));
    vec3 sum = vec3(0.0);
    for (int y = first.y; y < end.y; y++) {
        float tall = min(high.y, float(y + 1)) - max(low.y, float(y));
        for (int x = first.x; x < end.x; x++) {
            float wide = min(high.x, float(x + 1)) - max(low.x, float(x));
            sum += tall * wide * TEXEL(x, y).rgb;
        }
    }
    colour = vec4(sum / (size * size), 1.0);
}
