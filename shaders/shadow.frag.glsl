#if TEXTURED
#include "material.glsl"
#include "textures.glsl"

in vec2 texture_uv;
flat in uint material_id;

// The sun shines through a mask's holes.
void main() {
    Spread spread = spread_at(texture_uv, dFdx(texture_uv), dFdy(texture_uv));
    Material material = materials[material_id];
    if (material.cutoff > 0.0 && colour_of(material.base_texture, spread).a < material.cutoff)
        discard;
}
#else
void main() {
}
#endif
