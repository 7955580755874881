#include "frame.glsl"
#include "views.glsl"
#include "instances.glsl"
#if TEXTURED
#include "material.glsl"
#endif

#if PEOPLED
#include "skin.glsl"
#endif

layout(std430, binding = 3) readonly buffer MaterialOf { uint material_of[]; };

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;

out vec3 position_in_scene;
out vec3 normal_in_scene;
#if PEOPLED
out vec3 position_in_cast;
#endif
out vec2 surface_m;
#if TEXTURED
out vec2 texture_uv;
flat out uint base_texture;
#endif
flat out uint material_id;
flat out uint view;

void main() {
    view = uint(gl_InstanceID) % frame.view_count;
    uint slot = slots[gl_BaseInstanceARB + uint(gl_InstanceID) / frame.view_count];
#if PEOPLED
    if (slot >= first_person) {
        Bone bone = bone_of(slot);
        position_in_scene = placed(bone, vec4(position, 1.0));
        normal_in_scene = placed(bone, vec4(normal, 0.0));
        position_in_cast = placed(cast_bone_of(slot), vec4(position, 1.0));
        surface_m = uv;
    } else
#endif
    {
        Row row = rows[slot];
        position_in_scene = row.position + row.scale * rotated(row.rotation, position);
        normal_in_scene = rotated(row.rotation, normal);
        surface_m = uv * row.scale;
#if PEOPLED
        position_in_cast = position_in_scene;
#endif
    }
#if TEXTURED
    // Where nothing is textured the same texel serves all: software drivers read it for every pixel nevertheless.
    texture_uv = materials[material_of[slot]].traits != 0u ? uv : vec2(0.0);
    base_texture = materials[material_of[slot]].base_texture;
#endif
    material_id = material_of[slot];
    vec4 clip = frame.clip_from_scene[view] * vec4(position_in_scene, 1.0);
#if DECAL
    // It lies exactly on its surface; a thousandth nearer wins the depth test without being seen to float.
    clip.z *= 1.001;
#endif
    place_in_view(clip, view, frame.view_count);
}
