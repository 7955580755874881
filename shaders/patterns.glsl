// Procedural surfaces, in metres, averaged over the pixel's footprint so that far away they become their mean colour.
// The numbers are indices of vret.scene.compiled.PATTERNS.
struct Surface { vec3 colour; float roughness; float metallic; float mirror; };

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
    float hash = mix(0.5, lattice(ivec2(cell)), detail);
    float blind = step(0.7, hash) * detail * bars(at.y, width.y, 0.5, 0.82);
    float reveal = bars(at.y, width.y, 0.74, 0.82) * detail;
    vec3 pane = mix(vec3(0.03, 0.04, 0.055) * (0.6 + hash), vec3(0.45, 0.42, 0.36), blind) * (1.0 - 0.6 * reveal);
    s.colour = mix(s.colour, s.colour * 0.82, band);
    s.colour = mix(s.colour, pane, glass);
    s.colour = mix(s.colour, vec3(0.55), clamp(frame_share + mullion, 0.0, 1.0));
    s.mirror = glass * (1.0 - 0.7 * blind) * (1.0 - mullion);
    s.roughness = mix(s.roughness, 0.08, s.mirror);
}

void paving(inout Surface s, vec2 at, vec2 width) {
    at.x += 0.5 * mod(floor(at.y), 2.0);
    float stone = bars(at.x, width.x, 0.015, 0.985) * bars(at.y, width.y, 0.015, 0.985);
    float footprint = max(width.x, width.y);
    float tint = mix(0.5, lattice(ivec2(floor(at))), near_only(footprint));
    float grain = cloudy(at * 9.0, footprint * 9.0, 3);
    s.colour *= mix(0.55, 0.80 + 0.22 * tint, stone) * (0.82 + 0.36 * grain);
}

void wood(inout Surface s, vec2 at, vec2 width) {
    float plank = floor(at.x);
    float footprint = max(width.x, width.y);
    float tint = mix(0.5, lattice(ivec2(int(plank), 7)), near_only(width.x));
    float along = at.y * 0.6 + tint * 13.0;
    float grain = cloudy(vec2(at.x * 22.0, along * 1.5), max(width.x * 22.0, width.y), 4);
    float ring = cloudy(vec2(at.x * 4.0 + 3.0 * grain, along * 0.7), footprint * 4.0, 2);
    float board = bars(at.x, width.x, 0.012, 0.988);
    s.colour *= (0.68 + 0.30 * tint + 0.34 * (grain - 0.5) + 0.25 * (ring - 0.5)) * mix(0.35, 1.0, board);
    s.roughness = clamp(s.roughness + 0.25 * (grain - 0.5), 0.1, 1.0);
}

void concrete(inout Surface s, vec2 at, vec2 width) {
    float footprint = max(width.x, width.y);
    float stain = cloudy(at * 1.7, footprint * 1.7, 4), grain = cloudy(at * 31.0, footprint * 31.0, 2);
    float joint = bars(at.x, width.x, 0.004, 0.996) * bars(at.y, width.y, 0.004, 0.996);
    s.colour *= (0.72 + 0.42 * stain + 0.16 * (grain - 0.5)) * mix(0.72, 1.0, joint);
}

void ground(inout Surface s, vec2 at, vec2 width, float coarse, float fine, float patchy, float grainy) {
    float footprint = max(width.x, width.y);
    float patches = cloudy(at * coarse, footprint * coarse, 3), grain = cloudy(at * fine, footprint * fine, 3);
    s.colour *= 1.0 + patchy * (patches - 0.5) + grainy * (grain - 0.5);
}

void pattern(uint kind, inout Surface s, vec2 at, vec2 width, float up) {
    switch (kind) {
        case 1u: concrete(s, at, width); break;
        case 2u: facade(s, at, width, up); break;
        case 3u: paving(s, at, width); break;
        case 4u: wood(s, at, width); break;
        case 5u: ground(s, at, width, 0.35, 17.0, 0.72, 0.88); s.colour.r *= 0.85 + 0.4 * cloudy(at * 0.8, max(width.x, width.y) * 0.8, 2); break;
        case 6u: ground(s, at, width, 0.5, 41.0, 0.3, 0.4); break;
        case 7u: ground(s, vec2(at.x * 0.05, at.y), vec2(width.x * 0.05, width.y), 7.0, 61.0, 0.11, 0.13); break;
        case 8u: s.mirror = 1.0; break;
        case 9u: ground(s, at, width, 0.9, 23.0, 0.05, 0.07); break;
        case 10u: ground(s, at, width, 2.3, 83.0, 0.07, 0.5); break;
        default: break;
    }
}
