// Texture arrays, SLOTS of them for colours and as many for numbers: vret/render/textures.py. Which one is read differs
// from pixel to pixel, and OpenGL allows no such index, so a switch chooses; the derivatives are taken before it.
const uint OWN = 1u, BLENDED = 2u, TWO_SIDED = 4u;

layout(binding = COLOUR_UNIT) uniform sampler2DArray colours[SLOTS];
layout(binding = NUMBER_UNIT) uniform sampler2DArray numbers[SLOTS];

struct Spread { vec2 uv; vec2 dx; vec2 dy; };

// A pixel that covers more than the whole picture shows its mean; software drivers would look at every repeat of it.
Spread spread_at(vec2 uv, vec2 dx, vec2 dy) {
    float most = sqrt(max(max(dot(dx, dx), dot(dy, dy)), 1.0));
    return Spread(uv, dx / most, dy / most);
}

vec4 colour_of(uint word, Spread at) {
    vec3 uv = vec3(at.uv, float(word & 0xffffu));
    switch ((word >> 24) & 0x7fu) {
        case 0u: return textureGrad(colours[0], uv, at.dx, at.dy);
        case 1u: return textureGrad(colours[1], uv, at.dx, at.dy);
        case 2u: return textureGrad(colours[2], uv, at.dx, at.dy);
        case 3u: return textureGrad(colours[3], uv, at.dx, at.dy);
        case 4u: return textureGrad(colours[4], uv, at.dx, at.dy);
        default: return textureGrad(colours[5], uv, at.dx, at.dy);
    }
}

vec4 numbers_of(uint word, Spread at) {
    vec3 uv = vec3(at.uv, float(word & 0xffffu));
    switch ((word >> 24) & 0x7fu) {
        case 0u: return textureGrad(numbers[0], uv, at.dx, at.dy);
        case 1u: return textureGrad(numbers[1], uv, at.dx, at.dy);
        case 2u: return textureGrad(numbers[2], uv, at.dx, at.dy);
        case 3u: return textureGrad(numbers[3], uv, at.dx, at.dy);
        case 4u: return textureGrad(numbers[4], uv, at.dx, at.dy);
        default: return textureGrad(numbers[5], uv, at.dx, at.dy);
    }
}
