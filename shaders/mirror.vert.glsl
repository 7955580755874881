#if CLIPPED
out float gl_ClipDistance[2];
#endif

void main() {
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
#if CLIPPED
    gl_ClipDistance[0] = gl_ClipDistance[1] = 1.0;
#endif
}
