#include "frame.glsl"
#include "views.glsl"
#include "sky.glsl"

// What is in the air, in a box around the head: where each particle is, is a function of its number and the time alone.
// It stands in the scene, not before the eyes: the box moves with the head, and what leaves it on one side is on the
// other side, where it is too faint to be seen.
const vec3 BOX_M = vec3(10.0, 9.0, 10.0);
const uint RAIN = 0u, SNOW = 1u, DUST = 2u;
const float NEAREST_M = 0.3, WHOLE_FROM_M = 1.3;
const float STREAK_S = 0.035;
const vec3 SPEED_MPS = vec3(8.0, 1.1, 0.02), SPEED_SPREAD = vec3(0.2, 0.35, 1.0);
const vec3 RADIUS_M = vec3(0.0025, 0.012, 0.004), COVER = vec3(0.75, 0.95, 0.8);

flat out vec4 painted;
flat out float roundness;
out vec2 at;

float chance(uint particle, int salt) {
    return lattice(ivec2(int(particle), 7919 * salt));
}

// To and fro, a whole number of times in the period.
float sway(uint particle, int salt, float period_s) {
    float times = floor(float(WEATHER_PERIOD_S) / period_s * mix(0.7, 1.3, chance(particle, salt)));
    return sin(6.2831853 * (fract(times * frame.weather_turns) + chance(particle, salt + 1)));
}

vec3 light(uint kind, vec3 to_eye) {
    vec3 around = 0.5 * (ambient(vec3(0.0, 1.0, 0.0)) + ambient(vec3(0.0, 0.2, 0.0)));
    vec3 sun = frame.environment.sun_colour * frame.environment.sun_power;
    if (kind == RAIN)
        return 1.5 * around + 0.05 * sun;
    // Dust throws the light onwards: Henyey and Greenstein's phase, g 0.6.
    float onwards = dot(-to_eye, frame.environment.sun_direction);
    float phase = 0.64 / pow(1.36 - 1.2 * onwards, 1.5);
    return kind == SNOW ? 1.3 * around + 0.16 * sun : 0.9 * around + 0.1 * phase * sun;
}

void main() {
    uint view = uint(gl_InstanceID) % frame.view_count, particle = uint(gl_InstanceID) / frame.view_count;
    vec3 counts = ceil(frame.particles);
    float number = float(particle);
    uint kind = number < counts.x ? RAIN : number < counts.x + counts.y ? SNOW : DUST;
    float last = kind == RAIN ? frame.particles.x : kind == SNOW ? counts.x + frame.particles.y : counts.x + counts.y + frame.particles.z;

    vec3 head = vec3(0.0);
    for (uint each = 0u; each < frame.view_count; each++)
        head += frame.scene_from_eye[each][3].xyz / float(frame.view_count);

    // Each way in whole boxes in the period, so that all are where they were when it is over.
    vec3 wanted_mps = vec3(frame.environment.drift_mps.x, 0.0, frame.environment.drift_mps.y);
    wanted_mps.y = -SPEED_MPS[kind] * (1.0 + SPEED_SPREAD[kind] * (2.0 * chance(particle, 0) - 1.0));
    vec3 boxes = round(wanted_mps * float(WEATHER_PERIOD_S) / BOX_M);
    vec3 velocity_mps = boxes * BOX_M / float(WEATHER_PERIOD_S);
    vec3 place = vec3(chance(particle, 1), chance(particle, 2), chance(particle, 3)) + fract(boxes * frame.weather_turns);
    vec3 turns = vec3(0.0);
    if (kind == SNOW)
        turns = vec3(0.16, 0.0, 0.16) * vec3(sway(particle, 4, 3.1), 0.0, sway(particle, 6, 3.7));
    if (kind == DUST)
        turns = 0.25 * vec3(sway(particle, 4, 17.0), sway(particle, 6, 23.0), sway(particle, 8, 19.0));
    vec3 from_head = (fract(place + (turns - head) / BOX_M + 0.5) - 0.5) * BOX_M;
    vec3 middle = head + from_head;

    vec3 along = kind == RAIN ? velocity_mps * (0.5 * STREAK_S) : vec3(0.0);
    float nearest_m = 1e3;
    for (uint each = 0u; each < frame.view_count; each++) {
        vec3 to_that_eye = frame.scene_from_eye[each][3].xyz - middle;
        float part = clamp(dot(to_that_eye, along) / max(dot(along, along), 1e-9), -1.0, 1.0);
        nearest_m = min(nearest_m, length(to_that_eye - part * along));
    }
    vec3 edge = 1.0 - smoothstep(0.7, 1.0, abs(from_head) / (0.5 * BOX_M));
    float there = edge.x * edge.y * edge.z * clamp(last - number, 0.0, 1.0) * smoothstep(NEAREST_M, WHOLE_FROM_M, nearest_m);
    if (kind != DUST && distance(middle.xz, frame.stand.xz) < frame.environment.shelter_m)
        there = 0.0;

    vec3 eye = frame.scene_from_eye[view][3].xyz;
    vec3 to_eye = normalize(eye - middle);
    float distance_m = distance(eye, middle);
    float radius_m = RADIUS_M[kind] * mix(0.7, 1.3, chance(particle, 10));
    float pixel_tan = (frame.tangents[0].z - frame.tangents[0].w) / float(frame.view_size.y);
    float drawn_m = max(radius_m, 0.75 * distance_m * pixel_tan);
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    vec3 across, up;
    if (kind == RAIN) {
        vec3 way = normalize(velocity_mps);
        across = cross(way, to_eye);
        across *= drawn_m / max(length(across), 1e-4);
        up = along + way * drawn_m;
        there *= radius_m / drawn_m;
    } else {
        across = normalize(cross(vec3(0.0, 1.0, 0.0), to_eye) + vec3(1e-5, 0.0, 0.0)) * drawn_m;
        up = cross(to_eye, across);
        there *= radius_m * radius_m / (drawn_m * drawn_m);
    }
    float haze = 1.0 - exp(-distance_m * frame.environment.fog_density);
    vec3 colour = mix(light(kind, to_eye), frame.environment.sky_horizon, haze);
    float cover = COVER[kind] * there;
    painted = vec4(colour * cover, cover);
    roundness = kind == RAIN ? 0.0 : 1.0;
    at = corner;
    vec3 position = middle + (there > 0.0 ? across * corner.x + up * corner.y : vec3(0.0));
    place_in_view(frame.clip_from_scene[view] * vec4(position, 1.0), view, frame.view_count);
}
