#include "frame.glsl"
#include "sky.glsl"
#include "light.glsl"
#include "patterns.glsl"
#include "material.glsl"
#if TEXTURED
#include "textures.glsl"
#endif
#if DECAL
#include "decals.glsl"
#endif

layout(binding = 0) uniform sampler2DShadow shadow_map;

in vec3 position_in_scene;
in vec3 normal_in_scene;
#if PEOPLED
in vec3 position_in_cast;
#else
#define position_in_cast position_in_scene
#endif
in vec2 surface_m;
#if TEXTURED
in vec2 texture_uv;
flat in uint base_texture;
#endif
flat in uint material_id;
flat in uint view;

layout(location = 0) out vec4 radiance;

const float PI = 3.14159265;
const vec2 SHADOW_SIZE = vec2(SHADOW_WIDTH, SHADOW_WIDTH / 2);

// Where this point is in one of the maps, raised off its surface against shadowing itself.
vec3 in_map(int map, vec3 normal, float facing) {
    vec3 raised = position_in_cast + normal * frame.shadow_texel_m[map] * (1.0 + 2.0 * (1.0 - facing));
    return (frame.shadow_from_scene[map] * vec4(raised, 1.0)).xyz;
}

// 1 in the sun, 0 in the shade; beyond the far map everything is lit.
float sunlight(vec3 normal, float facing) {
    vec3 near = in_map(0, normal, facing), far = in_map(1, normal, facing);
    bool is_near = max(abs(near.x), abs(near.y)) < 0.97;
    vec3 at = is_near ? near : far;
    vec2 uv = vec2((at.x * 0.5 + (is_near ? 0.5 : 1.5)) * 0.5, at.y * 0.5 + 0.5);
    float sum = 0.0;
    for (int tap = 0; tap < 4; tap++)
        sum += texture(shadow_map, vec3(uv + (vec2(tap & 1, tap >> 1) - 0.5) / SHADOW_SIZE, at.z));
    float beyond = is_near ? 0.0 : smoothstep(0.8, 0.97, max(abs(far.x), abs(far.y)));
    return mix(sum / 4.0, 1.0, frame.environment.shadow_radius_m > 0.0 ? beyond : 1.0);
}

// GGX with Smith's height-correlated visibility (Heitz 2014), Schlick's Fresnel.
float highlight(float n_h, float n_l, float n_v, float roughness) {
    float a = max(roughness * roughness, 0.002), a2 = a * a;
    float d = n_h * n_h * (a2 - 1.0) + 1.0;
    float v = n_l * sqrt(n_v * n_v * (1.0 - a2) + a2) + n_v * sqrt(n_l * n_l * (1.0 - a2) + a2);
    return a2 / (PI * d * d) * 0.5 / max(v, 1e-4);
}

// What a lamp throws here on a surface that faces it. The window at the end of its range and the soft edge of its cone
// are those of KHR_lights_punctual.
vec3 lamplight(Lamp lamp, vec3 to_lamp, float distance_m2) {
    float reached = distance_m2 * lamp.per_range_m2;
    float cone = clamp(lamp.cone_offset - dot(lamp.direction, to_lamp) * lamp.cone_scale, 0.0, 1.0);
    return lamp.intensity * max(1.0 - reached * reached, 0.0) * cone * cone / max(distance_m2, 1e-4);
}

#if TEXTURED
// The normal map's frame from derivatives (Schüler 2013, Normal Mapping Without Precomputed Tangents). Green is up in the
// picture, against v; a back face shows the same bumps from behind.
vec3 bumped(vec3 normal, vec3 texel, float scale, Spread at) {
    vec3 step_x = cross(normal, dFdx(position_in_scene)), step_y = cross(dFdy(position_in_scene), normal);
    vec3 along_u = step_y * at.dx.x + step_x * at.dy.x, along_v = step_y * at.dx.y + step_x * at.dy.y;
    float size = max(dot(along_u, along_u), dot(along_v, along_v));
    vec2 tilt = (texel.xy * 2.0 - 1.0) * scale * (gl_FrontFacing ? 1.0 : -1.0);
    vec3 turned = (along_u * tilt.x - along_v * tilt.y) * inversesqrt(max(size, 1e-30));
    return normalize(turned + normal * max(texel.z * 2.0 - 1.0, 0.05));
}
#endif

void main() {
    Material material = materials[material_id];
    vec3 to_eye = frame.scene_from_eye[view][3].xyz - position_in_scene;
    float distance_m = length(to_eye);
    to_eye /= distance_m;
    vec3 normal = normalize(normal_in_scene) * (gl_FrontFacing ? 1.0 : -1.0);

    // Derivatives only of what is interpolated: a pixel outside the triangle reads nothing from buffers on some drivers.
    vec2 repeat_m = max(material.pattern_scale, vec2(0.01));
    vec2 at = surface_m / repeat_m, width = fwidth(surface_m) / repeat_m;
    Surface s = Surface(material.base_colour, material.roughness, material.metallic, vec3(0.0));
    vec3 facing = normal, emission = material.emission;
    float opacity = material.opacity, occlusion = 1.0, covered = 1.0;
#if DECAL
    // A decal's normal is as long as there is much of it: vret/scene/looks/decals.py.
    vec2 half_m = 0.5 * material.pattern_scale, step_m = fwidth(texture_uv) * material.pattern_scale;
    vec2 edge = (texture_uv - vec2(floor(texture_uv.x), 0.0)) * vec2(2.0, -2.0) + vec2(-1.0, 1.0);
    float film;
    Lying lies = Lying(edge * half_m, edge, half_m, max(step_m.x, step_m.y), floor(texture_uv.x));
    covered = decal(material.pattern, s, lies, film) * length(normal_in_scene) * opacity;
    opacity = material.pattern == PUDDLE ? 0.3 + 0.12 * film : 1.0;
    vec2 rings = vec2(0.0);
    if (film > 0.0 && frame.environment.rain > 0.0)
        rings = film * ripples(position_in_scene.xz, lies.pixel_m);
    normal = normalize(normal + 0.3 * vec3(rings.x, 0.0, rings.y));
#else
    pattern(material.pattern, s, at, width, normal.y);
    bool is_pane = material.pattern == GLASS && opacity < 1.0;
    if (is_pane)
        pane(s, opacity, max(dot(normal, to_eye), 0.05), length(normal_in_scene) < 0.75);
#endif
    s.colour = max(s.colour, vec3(0.0));
    float wet = frame.environment.rain * (1.0 - frame.environment.indoor) * smoothstep(0.3, 0.8, facing.y);
    s.colour *= 1.0 - 0.24 * wet * (1.0 - s.metallic);
    s.roughness = mix(s.roughness, max(0.45 * s.roughness, min(s.roughness, 0.2)), min(wet, 1.0));

#if TEXTURED
    // As glTF 2.0 has it, section 3.9.
    Spread spread = spread_at(texture_uv, dFdx(texture_uv), dFdy(texture_uv));
    vec3 bump = vec3(0.5, 0.5, 1.0);
    vec4 base = vec4(1.0);
    if (base_texture != 0u)
        base = colour_of(base_texture, spread);
    s.colour *= base.rgb;
    // The share of a mask's pixel that is there: an edge is one pixel wide (Golus 2017, Anti-aliased Alpha Test).
#if DECAL
    covered *= base.a;
#else
    float soft = max(fwidth(base.a), 1e-4);
    if (material.cutoff > 0.0)
        covered = clamp((base.a - material.cutoff) / soft + 0.5, 0.0, 1.0);
#endif
    if ((material.traits & BLENDED) != 0u)
        opacity *= base.a;
    if (material.surface_texture != 0u) {
        vec3 surface = numbers_of(material.surface_texture, spread).rgb;
        occlusion = mix(1.0, surface.r, material.occlusion);
        s.roughness *= surface.g;
        s.metallic *= surface.b;
    }
    if (material.normal_texture != 0u)
        bump = numbers_of(material.normal_texture, spread).rgb;
    if (material.emission_texture != 0u)
        emission *= colour_of(material.emission_texture, spread).rgb;
    vec3 bumps = bumped(facing, bump, material.normal_scale, spread);
    if (material.normal_texture != 0u)
        normal = bumps;
#endif

    // A normal that turns within a pixel widens the highlight (Tokuyoshi and Kaplanyan 2019).
    vec3 turn_x = dFdx(facing), turn_y = dFdy(facing);
    float a = s.roughness * s.roughness;
    s.roughness = sqrt(sqrt(min(a * a + min(dot(turn_x, turn_x) + dot(turn_y, turn_y), 0.18), 1.0)));

    vec3 sun = frame.environment.sun_direction;
    float n_l = max(dot(normal, sun), 0.0), n_v = max(dot(normal, to_eye), 1e-3);
    vec3 half_way = normalize(sun + to_eye);
    vec3 f0 = mix(vec3(0.04), s.colour, s.metallic);
    vec3 diffuse = s.colour * (1.0 - s.metallic);
    vec3 fresnel_sun = f0 + (1.0 - f0) * pow(1.0 - max(dot(half_way, to_eye), 0.0), 5.0);
    float lit = n_l > 0.0 && frame.environment.sun_power > 0.0 ? n_l * sunlight(facing, max(dot(facing, sun), 0.0)) : 0.0;
    vec3 sun_light = frame.environment.sun_colour * frame.environment.sun_power * lit;
    float gloss = highlight(max(dot(normal, half_way), 0.0), n_l, n_v, s.roughness);

    // Half a metal is half of each: only what is none lets light in, by its own reflectance.
    vec2 shares = split(s.roughness, n_v);
    vec3 again_plain = again(vec3(0.04), shares);
    vec3 fresnel = f0 * shares.x + shares.y;
    vec3 scattered = mix(again_plain, again(s.colour, shares), s.metallic);
    vec3 let_in = 1.0 - (0.04 * shares.x + shares.y) - again_plain;
    Around around = light_at(position_in_scene, facing);
    vec3 matt = irradiance(around, normal) * occlusion;
    vec3 around_it = mirrored(around, reflect(-to_eye, normal), s.roughness);
#if DECAL
    // Still water shows more of the sky than Fresnel's share of it, or nobody would know it for water.
    around_it *= 1.0 + film * (1.2 + 3.0 * length(rings));
#endif
    vec3 reflected = around_it * fresnel * occlusion + scattered * matt + fresnel_sun * gloss * sun_light;
    vec3 colour = diffuse * (sun_light / PI + let_in * matt) + emission * frame.environment.lamps + s.glow;

    // Surfaces throw no shadows here: range and cone keep a lamp's light in the room that it is for.
    for (uint each = 0u; each < frame.lamp_count; each++) {
        Lamp lamp = frame.lamps[each];
        vec3 to_lamp = lamp.position - position_in_scene;
        float distance_m2 = dot(to_lamp, to_lamp);
        if (distance_m2 * lamp.per_range_m2 >= 1.0)
            continue;
        to_lamp *= inversesqrt(max(distance_m2, 1e-4));
        float n_lamp = max(dot(normal, to_lamp), 0.0);
        vec3 thrown = lamplight(lamp, to_lamp, distance_m2) * n_lamp;
        vec3 between = normalize(to_lamp + to_eye);
        vec3 fresnel_lamp = f0 + (1.0 - f0) * pow(1.0 - max(dot(between, to_eye), 0.0), 5.0);
        float shine = highlight(max(dot(normal, between), 0.0), n_lamp, n_v, s.roughness);
        colour += diffuse * thrown / PI;
        reflected += fresnel_lamp * shine * thrown;
    }

    float share = opacity < 1.0 ? opacity : 1.0;
#if TEXTURED
    if ((material.traits & OWN) != 0u)
        reflected *= share;
    else
#endif
    if (opacity < 1.0)
        opacity = clamp(opacity + max(max(fresnel.r, fresnel.g), fresnel.b) * (opacity > 0.0 ? 1.0 : 0.0), 0.0, 1.0);
#if !DECAL
    // Of a pane one sees the side that is turned this way; the light that its far side throws back is in its Fresnel.
    if (is_pane && !gl_FrontFacing)
        opacity = share = 0.0, reflected = vec3(0.0);
#endif
    float haze = 1.0 - exp(-distance_m * frame.environment.fog_density);
    vec3 seen = mix(colour * share + reflected, frame.environment.sky_horizon * opacity, haze);
#if DECAL
    // Not through a thin wall from behind.
    radiance = gl_FrontFacing ? vec4(seen, opacity) * covered : vec4(0.0);
#else
    radiance = vec4(seen, opacity * covered);
#endif
#if TEXTURED && !DECAL
    // Last, because what is discarded gives its neighbours no derivatives.
    if (SAMPLES == 1 && covered < 0.5 || (material.traits & (BLENDED | TWO_SIDED)) == BLENDED && !gl_FrontFacing)
        discard;
#endif
}
