layout(location = 0) out vec4 radiance;

void main() {
    radiance = vec4(0.0, 0.0, 0.0, 1.0);
}
