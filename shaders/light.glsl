// Light from all around at a point: vret/scene/light/cubes.py and vret/scene/light/probes.py.
layout(binding = CUBE_UNIT) uniform samplerCubeArray cubes;
layout(binding = PROBE_UNIT) uniform sampler3D probes;

// For each colour what falls on a matt surface: the first part, and the others times its normal.
struct Around { vec4 red; vec4 green; vec4 blue; float probed; };

vec3 towards(Around around, vec3 ray) {
    vec4 at = vec4(1.0, ray);
    vec3 found = vec3(dot(around.red, at), dot(around.green, at), dot(around.blue, at));
    return max(found, 0.1 * vec3(around.red.x, around.green.x, around.blue.x));
}

Around from_sky() {
    vec4 mean = frame.environment.light[0], y = frame.environment.light[1], z = frame.environment.light[2],
         x = frame.environment.light[3];
    return Around(vec4(mean.r, x.r, y.r, z.r), vec4(mean.g, x.g, y.g, z.g), vec4(mean.b, x.b, y.b, z.b), 0.0);
}

// The volume's light where `share` of its size leads, as much of it as `weight` says.
void take(inout Around around, vec3 share, float slot, float weight) {
    vec3 cells = vec3(PROBES_X, PROBES_Y, PROBES_Z), texel = 1.0 / vec3(textureSize(probes, 0));
    vec3 at = clamp(share * cells, vec3(0.5), cells - 0.5);
    at.x += frame.environment.variant * 3.0 * cells.x;
    at.z += (slot - 1.0) * cells.z;
    vec3 next = vec3(cells.x * texel.x, 0.0, 0.0);
    at *= texel;
    around.red = mix(around.red, textureLod(probes, at, 0.0), weight);
    around.green = mix(around.green, textureLod(probes, at + next, 0.0), weight);
    around.blue = mix(around.blue, textureLod(probes, at + 2.0 * next, 0.0), weight);
    around.probed = mix(around.probed, 1.0, weight);
}

// The small volume about the person where it reaches, else that of the scene, else the open sky.
Around light_at(vec3 position, vec3 normal) {
    Around around = from_sky();
    if (frame.environment.far_slot > 0.0) {
        vec3 share = (position + normal * frame.environment.far_raise_m - frame.environment.far_low) * frame.environment.far_per_m;
        vec3 inside = smoothstep(0.0, 0.1, 0.5 - abs(share - 0.5));
        take(around, share, frame.environment.far_slot, inside.x * inside.z);
    }
    if (frame.environment.near_slot > 0.0) {
        vec3 share = (position + normal * frame.environment.near_raise_m - frame.environment.near_low) * frame.environment.near_per_m;
        vec3 inside = smoothstep(0.0, 0.1, 0.5 - abs(share - 0.5));
        take(around, share, frame.environment.near_slot, inside.x * inside.y * inside.z);
    }
    return around;
}

// What falls on a matt surface. The open sky has finer parts than the probes'.
vec3 irradiance(Around around, vec3 normal) {
    return mix(ambient(normal), towards(around, normal), around.probed);
}

// What a mirror shows; where the probes see less of the sky than there is, so does it.
vec3 mirrored(Around around, vec3 ray, float roughness) {
    float level = roughness * float(CUBE_LEVELS - 1), cube = frame.environment.cube;
    vec3 found = textureLod(cubes, vec4(ray, cube), level).rgb;
    if (frame.environment.cube_blend > 0.0)
        found = mix(found, textureLod(cubes, vec4(ray, cube + 1.0), level).rgb, frame.environment.cube_blend);
    if (around.probed > 0.0) {
        const vec3 LUMINANCE = vec3(0.2126, 0.7152, 0.0722);
        float open = dot(towards(around, ray), LUMINANCE) / max(dot(towards(from_sky(), ray), LUMINANCE), 1e-4);
        found *= min(open, 1.2);
    }
    return found;
}

// What is scattered more than once within a rough surface, which the split sum leaves out (Fdez-Agüera 2019).
vec3 again(vec3 f0, vec2 shares) {
    float lost = 1.0 - shares.x - shares.y;
    vec3 mean = f0 + (1.0 - f0) / 21.0;
    return (f0 * shares.x + shares.y) * mean * lost / (1.0 - mean * lost);
}

// The second half of the split sum, fitted by Karis (2014, Physically Based Shading on Mobile).
vec2 split(float roughness, float n_v) {
    vec4 r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
    float a = min(r.x * r.x, exp2(-9.28 * n_v)) * r.x + r.y;
    return vec2(-1.04, 1.04) * a + r.zw;
}
