// Procedural surfaces, in metres, averaged over the pixel's footprint so that far away they become their mean colour.
// The numbers are indices of vret.scene.compiled.PATTERNS.
struct Surface { vec3 colour; float roughness; float metallic; vec3 glow; };

float pulse_area(float x, float from, float to) {
    float whole = floor(x);
    return whole * (to - from) + clamp(x - whole - from, 0.0, to - from);
}

// The share of a pixel at `x`, `width` wide, in which a bar from..to of each unit cell lies (a box filter).
float bars(float x, float width, float from, float to) {
    width = max(width, 1e-3);
    return (pulse_area(x + 0.5 * width, from, to) - pulse_area(x - 0.5 * width, from, to)) / width;
}

float near_only(float footprint) {
    return 1.0 - smoothstep(0.25, 1.0, footprint);
}

void facade(inout Surface s, vec2 at, vec2 width, float up) {
    if (abs(up) > 0.5) {
        s.colour *= 0.75;
        return;
    }
    vec2 cell = floor(at);
    float detail = near_only(max(width.x, width.y));
    float glass = bars(at.x, width.x, 0.20, 0.80) * bars(at.y, width.y, 0.28, 0.82);
    float frame_share = bars(at.x, width.x, 0.17, 0.83) * bars(at.y, width.y, 0.24, 0.85) - glass;
    float mullion = bars(at.x, width.x, 0.485, 0.515) * glass;
    float band = bars(at.y, width.y, 0.0, 0.05);
    float chance = lattice(ivec2(cell));
    float hash = mix(0.5, chance, detail);
    float blind = step(0.7, hash) * detail * bars(at.y, width.y, 0.5, 0.82);
    float reveal = bars(at.y, width.y, 0.74, 0.82) * detail;
    vec3 pane = mix(vec3(0.03, 0.04, 0.055) * (0.6 + hash), vec3(0.45, 0.42, 0.36), blind) * (1.0 - 0.6 * reveal);
    s.colour = mix(s.colour, s.colour * 0.82, band);
    s.colour = mix(s.colour, pane, glass);
    s.colour = mix(s.colour, vec3(0.55), clamp(frame_share + mullion, 0.0, 1.0));
    s.roughness = mix(s.roughness, 0.08, glass * (1.0 - 0.7 * blind) * (1.0 - mullion));

    // Behind some panes somebody is at home, each with a lamp of its own warmth; from afar only their share is left.
    float share = frame.environment.lit_windows;
    float lit = mix(share, step(1.0 - share, fract(chance * 37.0)), detail);
    vec3 lamp = mix(vec3(1.0, 0.56, 0.22), vec3(1.0, 0.83, 0.58), mix(0.5, fract(chance * 91.0), detail));
    s.glow = lamp * (0.25 + 0.45 * hash) * lit * glass * (1.0 - mullion) * (1.0 - 0.5 * reveal);
}

void paving(inout Surface s, vec2 at, vec2 width) {
    at.x += 0.5 * mod(floor(at.y), 2.0);
    float stone = bars(at.x, width.x, 0.015, 0.985) * bars(at.y, width.y, 0.015, 0.985);
    float tint = mix(0.5, lattice(ivec2(floor(at))), near_only(max(width.x, width.y)));
    s.colour *= mix(0.55, 0.80 + 0.22 * tint, stone);
}

void wood(inout Surface s, vec2 at, vec2 width, float tint, float grain) {
    s.colour *= (0.70 + 0.30 * tint) * mix(0.35, 1.0, bars(at.x, width.x, 0.012, 0.988));
    s.roughness = clamp(s.roughness + 0.25 * (grain - 0.5), 0.1, 1.0);
}

void concrete(inout Surface s, vec2 at, vec2 width) {
    s.colour *= 0.93 * mix(0.72, 1.0, bars(at.x, width.x, 0.004, 0.996) * bars(at.y, width.y, 0.004, 0.996));
}

// Glass takes away more light the longer its way through it, and gives back little; cut edges are green and nearly solid.
const uint GLASS = 8u;

void pane(inout Surface s, inout float opacity, float facing, bool is_edge) {
    float solid = opacity * opacity;
    opacity = is_edge ? mix(0.8, 1.0, solid) : 1.0 - pow(1.0 - opacity, min(1.0 / facing, 4.0));
    s.colour *= is_edge ? mix(vec3(0.45, 0.72, 0.62), vec3(1.0), solid) : mix(vec3(0.34, 0.38, 0.37), vec3(1.0), solid);
    s.roughness = is_edge ? 0.5 : min(s.roughness, 0.05);
}

// Two noises for all patterns, scaled by these tables: software drivers run every branch of a switch for every pixel.
const vec2 COARSE[11] = vec2[](
    vec2(1.0), vec2(1.7), vec2(0.3), vec2(0.6), vec2(4.0, 0.42), vec2(0.35), vec2(0.5), vec2(0.35, 7.0), vec2(1.0),
    vec2(0.9), vec2(2.3));
const vec2 FINE[11] = vec2[](
    vec2(1.0), vec2(31.0), vec2(9.0), vec2(9.0), vec2(22.0, 0.9), vec2(17.0), vec2(41.0), vec2(3.0, 61.0), vec2(1.0),
    vec2(23.0), vec2(83.0));
const vec2 WEIGHT[11] = vec2[](
    vec2(0.0), vec2(0.45, 0.17), vec2(0.08, 0.0), vec2(0.10, 0.36), vec2(0.25, 0.34), vec2(0.72, 0.88),
    vec2(0.30, 0.40), vec2(0.11, 0.13), vec2(0.0), vec2(0.05, 0.07), vec2(0.07, 0.50));

void pattern(uint kind, inout Surface s, vec2 at, vec2 width, float up) {
    vec2 coarse = COARSE[kind], fine = FINE[kind], weight = WEIGHT[kind];
    float tint = mix(0.5, lattice(ivec2(int(floor(at.x)), 7)), near_only(width.x));
    vec2 shifted = kind == 4u ? at + vec2(0.0, tint * 13.0) : at;
    float patches = cloudy(shifted * coarse, max(width.x * coarse.x, width.y * coarse.y), 2);
    float grain = cloudy(shifted * fine, max(width.x * fine.x, width.y * fine.y), 3);
    s.colour *= 1.0 + weight.x * (patches - 0.5) + weight.y * (grain - 0.5);
    switch (kind) {
        case 1u: concrete(s, at, width); break;
        case 2u: facade(s, at, width, up); break;
        case 3u: paving(s, at, width); break;
        case 4u: wood(s, at, width, tint, grain); break;
        case 5u: s.colour.r *= 0.85 + 0.4 * patches; break;
        default: break;
    }
}
