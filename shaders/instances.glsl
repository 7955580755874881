// An instance's row, found through the slot table: struct layouts of vret/scene/compiled.py (std430).
struct Row { vec3 position; float scale; vec4 rotation; };

layout(std430, binding = 0) readonly buffer Rows { Row rows[]; };
layout(std430, binding = 1) readonly buffer Slots { uint slots[]; };

vec3 rotated(vec4 q, vec3 v) {
    return v + 2.0 * cross(q.xyz, cross(q.xyz, v) + q.w * v);
}
