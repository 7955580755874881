// What a decal's own material says of each point: colour, roughness, and how much of it there is. The numbers are
// indices of vret.scene.compiled.DECAL_PATTERNS. `at` is in metres from the decal's middle, right and up; `edge` the
// same in shares of its half size; `pixel_m` is a pixel's width; `look` tells one copy from another.
const uint PUDDLE = 3u;

struct Lying { vec2 at; vec2 edge; vec2 half_m; float pixel_m; float look; };

// 1 inside a shape whose distance, in metres, is negative.
float within(float distance_m, float pixel_m) {
    return clamp(0.5 - distance_m / max(pixel_m, 1e-4), 0.0, 1.0);
}

float to_box(vec2 at, vec2 half_m) {
    vec2 away = abs(at) - half_m;
    return length(max(away, 0.0)) + min(max(away.x, away.y), 0.0);
}

float hash_of(float look, int salt) {
    return lattice(ivec2(int(look) * 31 + salt, 977 * salt));
}

// One leaf a cell, here and there, turned anyhow; returns its share of the pixel and tints the surface.
float leaf(Lying lies, vec2 shift, float cell_m, inout vec3 colour) {
    vec2 at = lies.at / cell_m + shift, cell = floor(at);
    ivec2 id = ivec2(cell) + int(lies.look) * 131;
    vec2 middle = (cell - shift + 0.5) * cell_m / lies.half_m;
    float there = step(lattice(id), 1.15 * (1.0 - length(middle)) * 0.8 + 0.1) * step(length(middle), 0.95);
    float angle = 6.2831853 * lattice(id + 71);
    vec2 from = (at - cell - 0.5 - 0.2 * (vec2(lattice(id + 13), lattice(id + 29)) - 0.5)) * cell_m;
    from = mat2(cos(angle), sin(angle), -sin(angle), cos(angle)) * from;
    float half_length = cell_m * mix(0.28, 0.4, lattice(id + 5)), along = from.x / half_length;
    float half_width = half_length * 0.5 * max(1.0 - along * along, 0.0);
    float share = there * within(max(abs(from.y) - half_width, abs(from.x) - half_length), lies.pixel_m);
    vec3 tint = mix(vec3(1.2, 0.95, 0.62), vec3(0.62, 0.52, 0.48), lattice(id + 43));
    tint = mix(tint, vec3(0.7, 0.95, 0.5), step(0.85, lattice(id + 57)));
    float rib = mix(1.0, 0.75, within(abs(from.y) - 0.002, lies.pixel_m));
    colour = mix(colour, tint * rib, share);
    return share;
}

float leaves(Lying lies, inout Surface s) {
    vec3 base = s.colour, tint = vec3(1.0);
    float share = 0.0;
    for (int layer = 0; layer < 3; layer++) {
        float one = leaf(lies, vec2(0.37, 0.61) * float(layer), 0.13, tint);
        share = max(share, one);
    }
    s.colour = base * tint;
    return share;
}

float cover_of_iron(Lying lies, inout Surface s) {
    float radius = length(lies.at), outer = min(lies.half_m.x, lies.half_m.y);
    float detail = near_only(lies.pixel_m / 0.05);
    vec2 stud = abs(fract(lies.at / 0.055) - 0.5) - 0.28;
    float raised = within(max(stud.x, stud.y) * 0.055, lies.pixel_m) * detail * step(radius, outer * 0.78);
    float gap = within(abs(radius - outer * 0.86) - 0.012, lies.pixel_m);
    float holes = within(length(abs(lies.at) - vec2(outer * 0.52, 0.0)) - 0.022, lies.pixel_m);
    s.colour *= mix(0.8, 1.25, raised) * mix(1.0, 0.12, max(gap, holes));
    s.roughness = mix(s.roughness, s.roughness * 0.7, raised);
    return within(radius - outer * 0.98, lies.pixel_m);
}

float grating(Lying lies, inout Surface s) {
    float bar_m = 0.06, width = lies.pixel_m / bar_m;
    float open = bars(lies.at.x / bar_m, width, 0.22, 0.78) * within(to_box(lies.at, lies.half_m - 0.05), lies.pixel_m);
    float tie = within(abs(lies.at.y) - 0.02, lies.pixel_m);
    s.colour *= mix(1.0, 0.06, open * (1.0 - tie));
    return within(to_box(lies.at, lies.half_m * 0.99), lies.pixel_m);
}

float arrow(Lying lies) {
    vec2 at = lies.at / lies.half_m;
    float shaft = max(abs(at.x) - 0.16, abs(at.y + 0.3) - 0.68);
    float head = max(abs(at.x) * 0.9 + (at.y - 0.98) * 0.62, 0.2 - at.y);
    return within(min(shaft, head) * lies.half_m.x, lies.pixel_m);
}

float crack(Lying lies, float footprint) {
    float along = lies.at.x, length_share = abs(lies.edge.x);
    float seed = lies.look * 17.0;
    float way = (cloudy(vec2(along * 2.3 + seed, seed), footprint, 4) - 0.5) * lies.half_m.y * 1.7;
    float branch_from = lies.half_m.x * (hash_of(lies.look, 3) - 0.6);
    float branch = way + max(along - branch_from, 0.0) * 0.7 * (hash_of(lies.look, 4) < 0.5 ? 1.0 : -1.0)
        + (cloudy(vec2(along * 5.0, seed + 9.0), footprint, 2) - 0.5) * 0.2;
    float half_width = 0.006 * (1.0 - length_share * length_share) + 0.0005;
    float split = within(abs(lies.at.y - way) - half_width, lies.pixel_m);
    return max(split, 0.8 * step(branch_from, along) * within(abs(lies.at.y - branch) - half_width * 0.6, lies.pixel_m))
        * step(abs(lies.edge.y), 0.98) * smoothstep(1.0, 0.9, length_share);
}

float drops(Lying lies) {
    float away = 1e3;
    for (int each = 0; each < 9; each++) {
        float size = each == 0 ? 0.42 : 0.05 + 0.13 * hash_of(lies.look, 40 + each);
        float angle = 6.2831853 * hash_of(lies.look, 10 + each), far = each == 0 ? 0.0 : 0.35 + 0.55 * hash_of(lies.look, 25 + each);
        vec2 middle = vec2(cos(angle), sin(angle)) * min(far, 0.97 - size);
        away = min(away, length(lies.edge - middle) - size);
    }
    return within(away * min(lies.half_m.x, lies.half_m.y), lies.pixel_m);
}

float sign_plate(Lying lies, inout Surface s) {
    float corner_m = 0.12 * min(lies.half_m.x, lies.half_m.y);
    float away = to_box(lies.at, lies.half_m - corner_m) - corner_m;
    float border = within(abs(away + 2.0 * corner_m) - 0.35 * corner_m, lies.pixel_m);
    s.colour = mix(s.colour, vec3(0.9), border);
    return within(away, lies.pixel_m);
}

// Rings that drops make in water, where it rains: each cell has its own, again and again. Turns the normal's x and z.
vec2 ripples(vec2 at_m, float footprint_m) {
    vec2 turn = vec2(0.0);
    for (int layer = 0; layer < 2; layer++) {
        vec2 at = at_m / 0.22 + 0.5 * float(layer), cell = floor(at);
        float own = lattice(ivec2(cell) + 400 * layer), age = fract(frame.weather_turns * float(WEATHER_PERIOD_S) * 1.5 + own);
        vec2 from = at - cell - 0.5 - 0.3 * (vec2(lattice(ivec2(cell) + 9), lattice(ivec2(cell) + 23)) - 0.5);
        float away = length(from), front = away - age * 0.36;
        float ring = sin(front * 70.0) * exp(-front * front * 300.0) * (1.0 - age) * smoothstep(0.36, 0.3, away);
        turn += from / max(away, 0.02) * ring;
    }
    return turn * near_only(footprint_m / 0.05);
}

// How much of the decal is at this point; what it is made of in `s`, and in `film` whether it is water that one sees
// the ground through.
float decal(uint kind, inout Surface s, Lying lies, out float film) {
    vec2 at = lies.at + 7.3 * lies.look;
    float reach = max(lies.half_m.x, lies.half_m.y), scale = 2.2 / reach;
    float patches = cloudy(at * scale, lies.pixel_m * scale, 4);
    float grain = cloudy(at * 23.0, lies.pixel_m * 23.0, 3);
    float radius = length(lies.edge) + 1.1 * (patches - 0.5);
    float border = smoothstep(1.0, 0.8, max(abs(lies.edge.x), abs(lies.edge.y)));
    film = 0.0;
    switch (kind) {
        case 1u:
            return (1.0 - smoothstep(0.25, 0.9, radius)) * (0.55 + 0.6 * grain) * border;
        case 2u:
            return smoothstep(0.28, 0.52, patches * 0.8 + grain * 0.25 - 0.5 * smoothstep(0.2, 1.0, length(lies.edge))) * border;
        case PUDDLE:
            film = 1.0 - smoothstep(0.56, 0.62, radius);
            s.roughness = mix(0.5, s.roughness, film);
            return (1.0 - smoothstep(0.6, 0.82, radius)) * border;
        case 4u:
            return crack(lies, lies.pixel_m);
        case 5u:
            return leaves(lies, s);
        case 6u:
            return cover_of_iron(lies, s);
        case 7u:
            return grating(lies, s);
        case 8u:
            s.colour *= 0.88 + 0.24 * grain;
            return within(to_box(lies.at, lies.half_m * 0.99), lies.pixel_m) * smoothstep(0.30, 0.42, grain * 0.6 + patches * 0.4);
        case 9u:
            s.colour *= 0.88 + 0.24 * grain;
            return arrow(lies) * smoothstep(0.30, 0.42, grain * 0.6 + patches * 0.4);
        case 10u: {
            float track = 1.0 - smoothstep(0.7, 1.0, abs(abs(lies.edge.x) - 0.75) * 5.0);
            float tread = mix(1.0, bars(lies.at.y / 0.035 + lies.at.x * 6.0, lies.pixel_m / 0.035, 0.0, 0.72), 0.5);
            return track * tread * (1.0 - lies.edge.y * lies.edge.y) * (0.45 + 0.75 * patches);
        }
        case 11u:
            return drops(lies);
        case 12u:
            return sign_plate(lies, s);
        default:
            return 1.0;
    }
}
