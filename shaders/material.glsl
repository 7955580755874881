// A material's row: MATERIAL of vret/scene/compiled.py (std430). A texture is 0 for none, else its array and layer.
struct Material {
    vec3 base_colour; float opacity;
    vec3 emission; float roughness;
    float metallic; uint pattern; vec2 pattern_scale;
    uint base_texture; uint surface_texture; uint normal_texture; uint emission_texture;
    float cutoff; float normal_scale; float occlusion; uint traits;
};

layout(std430, binding = 2) readonly buffer Materials { Material materials[]; };
