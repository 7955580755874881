// Value noise on an integer lattice; the same everywhere, so that a picture can be drawn again.
float lattice(ivec2 cell) {
    uint h = uint(cell.x) * 0x9E3779B1u ^ uint(cell.y) * 0x85EBCA77u;
    h ^= h >> 15; h *= 0x2C1B3C6Du; h ^= h >> 12; h *= 0x297A2D39u; h ^= h >> 15;
    return float(h >> 8) / 16777216.0;
}

float noise(vec2 at) {
    vec2 cell = floor(at), f = at - cell;
    ivec2 c = ivec2(cell);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(lattice(c), lattice(c + ivec2(1, 0)), f.x),
               mix(lattice(c + ivec2(0, 1)), lattice(c + ivec2(1, 1)), f.x), f.y);
}

// Octaves finer than the pixel's footprint fade to their mean.
float cloudy(vec2 at, float footprint, int octaves) {
    float sum = 0.0, weight = 0.5;
    for (int octave = 0; octave < octaves; octave++) {
        sum += weight * mix(noise(at), 0.5, smoothstep(0.4, 1.2, footprint));
        at = mat2(1.6, 1.2, -1.2, 1.6) * at;
        footprint *= 2.0;
        weight *= 0.5;
    }
    return sum / (1.0 - weight * 2.0);
}

vec3 clear_sky(vec3 ray) {
    float up = max(ray.y, 0.0);
    vec3 sky = mix(frame.environment.sky_horizon, frame.environment.sky_zenith, 1.0 - exp(-4.0 * up));
    float towards = max(dot(ray, frame.environment.sun_direction), 0.0);
    sky += frame.environment.sun_colour * (0.10 * pow(towards, 8.0) + 0.15 * pow(towards, 64.0)) * (1.0 - exp(-frame.environment.sun_power));
    return mix(frame.environment.ground_colour, sky, smoothstep(-0.06, 0.02, ray.y));
}

// What falls on a matt surface from all around but the sun, over pi: `terms` of vret/scene/light/harmonics.py.
vec3 ambient(vec3 n) {
    vec4 light[9] = frame.environment.light;
    vec4 sum = light[0] + n.y * light[1] + n.z * light[2] + n.x * light[3]
        + n.x * n.y * light[4] + n.y * n.z * light[5] + (3.0 * n.z * n.z - 1.0) * light[6] + n.x * n.z * light[7]
        + (n.x * n.x - n.y * n.y) * light[8];
    return max(sum.rgb, vec3(0.0));
}
