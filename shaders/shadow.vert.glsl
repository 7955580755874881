#include "frame.glsl"
#include "instances.glsl"
#include "views.glsl"
#if PEOPLED
#include "skin.glsl"
#endif

layout(location = 0) in vec3 position;
#if TEXTURED
layout(std430, binding = 3) readonly buffer MaterialOf { uint material_of[]; };
layout(location = 2) in vec2 uv;

out vec2 texture_uv;
flat out uint material_id;
#endif

// Two maps side by side, near and far, each an instance of its own, as the two eyes are.
void main() {
    uint map = uint(gl_InstanceID) % 2u;
    uint slot = slots[gl_BaseInstanceARB + uint(gl_InstanceID) / 2u];
    vec3 in_scene;
#if PEOPLED
    if (slot >= first_person)
        in_scene = placed(bone_of(slot), vec4(position, 1.0));
    else
#endif
    {
        Row row = rows[slot];
        in_scene = row.position + row.scale * rotated(row.rotation, position);
    }
#if TEXTURED
    texture_uv = uv;
    material_id = material_of[slot];
#endif
    place_in_view(frame.shadow_from_scene[map] * vec4(in_scene, 1.0), map, 2u);
}
