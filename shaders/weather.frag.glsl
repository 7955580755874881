flat in vec4 painted;
flat in float roundness;
in vec2 at;

layout(location = 0) out vec4 radiance;

// A soft disc, or a streak that is soft at its sides and fades towards its ends.
void main() {
    float disc = 1.0 - smoothstep(0.3, 1.0, length(at));
    float streak = (1.0 - at.x * at.x) * (1.0 - at.y * at.y);
    radiance = painted * mix(streak, disc, roundness);
}
