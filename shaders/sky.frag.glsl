#include "frame.glsl"
#include "sky.glsl"

// Clouds are a flat layer of one height, read from a map that tiles: vret/scene/light/clouds.py. Six reads a pixel, none where
// the sky is clear.
layout(binding = CLOUD_UNIT) uniform sampler2DArray cloud_map;

in vec3 ray_in_scene;

layout(location = 0) out vec4 radiance;

const float CLOUDS_M = 1300.0, EARTH_BEND = 0.09;
const float LOW_EDGE = 0.015, WHOLE = 0.16;

// Henyey and Greenstein's phase: how much light goes on in nearly its own direction.
float onwards(float towards, float g) {
    return (1.0 - g * g) / pow(1.0 + g * g - 2.0 * g * towards, 1.5);
}

void main() {
    vec3 ray = normalize(ray_in_scene);
    if (frame.environment.indoor > 0.5) {
        radiance = vec4(frame.environment.sky_horizon, 1.0);
        return;
    }
    vec3 sun = frame.environment.sun_direction;
    vec3 sunlight = frame.environment.sun_colour * frame.environment.sun_power;
    float cover = frame.environment.cloud_cover;
    // The land ends in haze, which is the horizon's colour, and so does the sky below it.
    vec3 sky = mix(frame.environment.sky_horizon, clear_sky(ray), smoothstep(-0.02, 0.02, ray.y));
    float towards = dot(ray, sun), angle = sqrt(max(2.0 - 2.0 * towards, 0.0));
    float through = 1.0;
    sky += sunlight * (0.16 * exp(-11.0 * angle) + 0.5 * exp(-45.0 * angle)) * (1.0 - 0.9 * cover) * smoothstep(-0.05, 0.05, ray.y);

    vec2 ground_m = ray.xz * (CLOUDS_M / (max(ray.y, 0.0) + EARTH_BEND));
    vec2 at = ground_m / CLOUD_TILE_M - frame.clouds.xy;
    vec2 far = mat2(0.8, 0.6, -0.6, 0.8) * (ground_m / FAR_TILE_M - frame.clouds.zw);
    vec2 step_x = dFdx(at), step_y = dFdy(at);
    if (ray.y > LOW_EDGE && cover > 0.0) {
        float shares = textureGrad(cloud_map, vec3(far, 0), 0.31 * step_x, 0.31 * step_y).a;
        vec4 map = textureGrad(cloud_map, vec3(at, 0), step_x, step_y);
        float detail = textureGrad(cloud_map, vec3(at * 3.7 + 0.37, 0), 3.7 * step_x, 3.7 * step_y).g;
        float edge = 1.0 - cover - 0.34 * (shares - 0.5) * (1.0 - cover);
        float fray = textureGrad(cloud_map, vec3(at * 11.3 + 0.71, 0), 11.3 * step_x, 11.3 * step_y).g;
        float body = map.r - 0.22 * (1.0 - detail) - 0.07 * (1.0 - fray) + 0.10;
        float soft = mix(0.26, 0.42, cover);
        float thick = clamp((body - edge) / soft, 0.0, 1.0);
        // What lies between here and the sun, read coarsely.
        vec2 sunwards = sun.xz * (0.028 / max(sun.y + 0.25, 0.25));
        float before = clamp((textureLod(cloud_map, vec3(at + sunwards, 0), 3.0).r - edge) / soft, 0.0, 1.0);
        float open = exp(-1.5 * before) * mix(1.0, 0.5, thick * thick) * mix(0.8, 1.15, detail);
        float rim = 0.10 * onwards(towards, 0.6) + 0.35 * onwards(towards, 0.85) * (1.0 - thick);
        vec3 around = mix(frame.environment.sky_horizon, frame.environment.sky_zenith, 0.3) * mix(1.04, 0.78, thick * mix(0.5, 1.0, cover)) * mix(0.93, 1.06, detail);
        around *= mix(1.0, 0.86 + 0.28 * detail, cover);
        vec3 cloud = around * frame.environment.ambient_power + sunlight * (0.23 + 0.12 * rim) * open * (1.0 - 0.75 * cover);
        float amount = smoothstep(0.0, 0.6, thick) * smoothstep(LOW_EDGE, WHOLE, ray.y);
        // Ice high above, thin and in streaks.
        float streaks = smoothstep(0.62, 1.0, textureGrad(cloud_map, vec3(far * 2.3, 0), 0.7 * step_x, 0.7 * step_y).b) * 0.4 * min(cover * 3.0, 1.0);
        sky += (frame.environment.sky_horizon + 0.1 * sunlight - sky) * streaks * smoothstep(LOW_EDGE, 0.4, ray.y) * (1.0 - cover);
        sky = mix(sky, cloud, amount * 0.97);
        through = 1.0 - amount;
    }
    float disc = smoothstep(0.999972, 0.999990, towards);
    sky += sunlight * 30.0 * disc * through * through * (1.0 - cover * cover);
    radiance = vec4(sky, 1.0);
}
