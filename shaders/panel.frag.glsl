layout(binding = 2) uniform sampler2D letters;
layout(binding = VIDEO_UNIT) uniform sampler2D video;

in vec2 uv;
in vec2 from_middle_m;
flat in vec2 half_size_m;
flat in vec4 colour;
flat in float radius_m;
flat in float is_picture;

layout(location = 0) out vec4 painted;

// A letter, or a box with round corners whose edge is one pixel soft, in one colour or with the video's picture on it.
void main() {
    vec2 beyond = abs(from_middle_m) - half_size_m + max(radius_m, 0.0);
    float outside_m = length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - max(radius_m, 0.0);
    float soft_m = max(fwidth(from_middle_m.x), fwidth(from_middle_m.y));
    float box = clamp(0.5 - outside_m / soft_m, 0.0, 1.0);
    float letter = texture(letters, uv).r;
    painted = colour * (radius_m < 0.0 ? letter : box);
    if (is_picture > 0.0)
        painted.rgb *= textureLod(video, uv, 0.0).rgb;
}
