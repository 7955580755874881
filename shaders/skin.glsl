// People's vertices follow their joints, which pose.comp.glsl has placed in the scene. SKIN of vret/scene/people/persons.py.
// Cast is where they were when the shadow maps were drawn, which is some frames ago.
layout(std430, binding = 5) readonly buffer Palette { vec4 palette[]; };
layout(std430, binding = 7) readonly buffer CastPalette { vec4 cast_palette[]; };
layout(std430, binding = 6) readonly buffer Skins { uint first_person; uint first_vertex; uvec2 skins[]; };

struct Bone { vec4 x; vec4 y; vec4 z; };

// Where the palette has the joints of this vertex: the first rows of their matrices.
uvec4 rows_of(uint slot, uvec2 skin) {
    uint person = (slot - first_person) / PARTS;
    return 3u * (person * JOINTS_MAX + ((uvec4(skin.x) >> uvec4(0u, 8u, 16u, 24u)) & 0xffu));
}

// Where a person's vertex goes: the rows of a matrix into the scene, the weighted mean of its joints'.
Bone bone_of(uint slot) {
    uvec2 skin = skins[uint(gl_VertexID) - first_vertex];
    vec4 weights = unpackUnorm4x8(skin.y);
    uvec4 rows = rows_of(slot, skin);
    Bone bone = Bone(vec4(0.0), vec4(0.0), vec4(0.0));
    for (int each = 0; each < 4; each++) {
        bone.x += palette[rows[each]] * weights[each];
        bone.y += palette[rows[each] + 1u] * weights[each];
        bone.z += palette[rows[each] + 2u] * weights[each];
    }
    return bone;
}

Bone cast_bone_of(uint slot) {
    uvec2 skin = skins[uint(gl_VertexID) - first_vertex];
    vec4 weights = unpackUnorm4x8(skin.y);
    uvec4 rows = rows_of(slot, skin);
    Bone bone = Bone(vec4(0.0), vec4(0.0), vec4(0.0));
    for (int each = 0; each < 4; each++) {
        bone.x += cast_palette[rows[each]] * weights[each];
        bone.y += cast_palette[rows[each] + 1u] * weights[each];
        bone.z += cast_palette[rows[each] + 2u] * weights[each];
    }
    return bone;
}

vec3 placed(Bone bone, vec4 at) {
    return vec3(dot(bone.x, at), dot(bone.y, at), dot(bone.z, at));
}
