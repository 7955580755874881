// What every shader knows of the frame. Mirrors vret/render/uniforms.py (std140, row-major).
struct Environment {
    vec3 sun_direction; float sun_power;
    vec3 sun_colour; float ambient_power;
    vec3 sky_zenith; float fog_density;
    vec3 sky_horizon; float exposure;
    vec3 ground_colour; float cloud_cover;
    float indoor; float shadow_radius_m; float lamps; float lit_windows;
    float rain; float snow; float dust; float shelter_m;
    vec2 drift_mps; vec2 cloud_drift_mps;
    vec4 light[9];
    float variant; float cube; float cube_blend; float light_padding;
    vec3 near_low; float near_slot;
    vec3 near_per_m; float near_raise_m;
    vec3 far_low; float far_slot;
    vec3 far_per_m; float far_raise_m;
};

// A light of KHR_lights_punctual: LAMP of vret/scene/compiled.py.
struct Lamp {
    vec3 position; float per_range_m2;
    vec3 intensity; float cone_scale;
    vec3 direction; float cone_offset;
};

layout(std140, row_major, binding = 0) uniform Frame {
    mat4 clip_from_scene[4];
    mat4 scene_from_eye[4];
    mat4 clip_from_panel[4];
    mat4 clip_from_video[4];
    vec4 tangents[4];
    mat4 shadow_from_scene[2];
    vec4 shadow_texel_m;
    Environment environment;
    uint view_count, lamp_count;
    uvec2 view_size;
    Lamp lamps[LAMPS_MAX];
    vec3 stand; float weather_turns;
    vec3 particles; float veil;
    vec4 clouds;
    float clear; // and padding
} frame;
