#include "frame.glsl"
#include "sky.glsl"

in vec3 ray_in_scene;

layout(location = 0) out vec4 radiance;

void main() {
    vec3 ray = normalize(ray_in_scene);
    if (frame.environment.indoor > 0.5) {
        radiance = vec4(frame.environment.sky_horizon, 1.0);
        return;
    }
    vec3 sky = clear_sky(ray);
    vec3 sun = frame.environment.sun_direction;
    if (ray.y > 0.01 && frame.environment.cloud_cover > 0.0) {
        vec2 at = ray.xz / (ray.y + 0.12) * 1.3;
        float footprint = length(fwidth(at));
        float cover = frame.environment.cloud_cover;
        float body = cloudy(at + 17.0, footprint, 5);
        float amount = smoothstep(1.0 - cover, 1.35 - cover, body) * smoothstep(0.01, 0.2, ray.y);
        float lit = 0.65 + 0.35 * smoothstep(0.0, 0.5, body - cloudy(at + 17.0 + sun.xz * 0.2, footprint, 3) + 0.2);
        vec3 cloud = (frame.environment.sky_horizon * 0.55 + frame.environment.sun_colour * 0.10 * frame.environment.sun_power) * lit;
        sky = mix(sky, cloud, amount * 0.9);
    }
    float disc = smoothstep(0.99996, 0.99998, dot(ray, sun));
    sky += frame.environment.sun_colour * frame.environment.sun_power * 8.0 * disc * (1.0 - frame.environment.cloud_cover);
    radiance = vec4(sky, 1.0);
}
