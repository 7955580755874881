#include "frame.glsl"

layout(binding = 1) uniform sampler2DMSArray samples;
#if TELLS_DEPTH
layout(binding = DEPTH_UNIT) uniform sampler2DMSArray depths;
#endif

flat in uint view;

layout(location = 0) out vec4 colour;

// Narkowicz 2015, fitted to the ACES reference curve.
vec3 filmic(vec3 x) {
    return clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0);
}

// The curve comes before the average: a bright edge would otherwise swallow its pixel's other samples.
void main() {
#if VIEWS == VIEWS_LAYER
    ivec3 at = ivec3(gl_FragCoord.xy, view);
#else
    ivec3 at = ivec3(gl_FragCoord.xy, 0);
#endif
    vec3 sum = vec3(0.0);
    for (int s = 0; s < SAMPLES; s++)
        sum += filmic(texelFetch(samples, at, s).rgb * frame.environment.exposure);
    colour = vec4(sum / float(SAMPLES) * (1.0 - frame.veil), 1.0) * (1.0 - frame.clear);
#if TELLS_DEPTH
    float nearest = 0.0;
    for (int s = 0; s < SAMPLES; s++)
        nearest = max(nearest, texelFetch(depths, at, s).r);
    // Depth 1 is what the lenses never show (hidden.vert.glsl): nothing is there.
    gl_FragDepth = nearest < 1.0 ? nearest : 0.0;
#endif
}
