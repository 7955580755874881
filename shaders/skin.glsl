// People's vertices follow their joints, which pose.comp.glsl has placed in the scene. SKIN of vret/scene/persons.py.
layout(std430, binding = 5) readonly buffer Palette { vec4 palette[]; };
layout(std430, binding = 6) readonly buffer Skins { uint first_person; uint first_vertex; uvec2 skins[]; };

struct Bone { vec4 x; vec4 y; vec4 z; };

// Where a person's vertex goes: the rows of a matrix into the scene, which is the vertices' joints' weighted mean.
Bone bone_of(uint slot) {
    uvec2 skin = skins[uint(gl_VertexID) - first_vertex];
    vec4 weights = unpackUnorm4x8(skin.y);
    uint person = (slot - first_person) / PARTS;
    Bone bone = Bone(vec4(0.0), vec4(0.0), vec4(0.0));
    for (int each = 0; each < 4; each++) {
        uint row = 3u * (person * JOINTS_MAX + ((skin.x >> (8 * each)) & 0xffu));
        bone.x += palette[row] * weights[each];
        bone.y += palette[row + 1u] * weights[each];
        bone.z += palette[row + 2u] * weights[each];
    }
    return bone;
}

vec3 placed(Bone bone, vec4 at) {
    return vec3(dot(bone.x, at), dot(bone.y, at), dot(bone.z, at));
}
