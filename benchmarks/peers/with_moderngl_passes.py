"""moderngl, the passes of a frame of ours: four samples, a sky behind, what is seen through, and the resolving.

The same calls as the floor beside it, and what a headset's picture needs besides: the views, light and lamps are sent
in every frame; the buffers and textures that the passes read are bound, since a headset's runtime may have bound
others; it is drawn into several samples of half-float colour, the sky fills what is left, an indirect draw of what is
seen through follows (here of nothing), and a last pass makes one picture of the samples. Rows are copied once more in
Python's own memory: the null driver takes what is written into a buffer without copying it, and a mapped buffer is
written in full.
"""

import moderngl
import numpy as np
from scene import Placed, main
from with_moderngl_indirect import COMMAND, Indirect

SCREEN = """
#version 430 core
out float gl_ClipDistance[1];
void main() {
    gl_ClipDistance[0] = 1.0;
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.9999999, 1.0);
}
"""
SKY = """
#version 430 core
out vec4 painted;
void main() { painted = vec4(0.0, 0.0, 0.0, 1.0); }
"""
RESOLVE = """
#version 430 core
uniform sampler2DMS samples;
out vec4 painted;
void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 sum = vec4(0.0);
    for (int index = 0; index < 4; index++) sum += texelFetch(samples, at, index);
    painted = sum / 4.0;
}
"""
SAMPLES = 4
LIGHT_BYTES = 2048
"""Environment and lamps."""
TABLES, TEXTURES = 4, 5
"""Buffers beside the rows: slots, materials, which is whose, quads; textures beside the samples: shadow, clouds,
letters, reflections, probes.
"""


class Passes(Indirect):
    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        super().__init__(mesh_of, moments, size)
        made, wide = self.context, (2 * size[0], size[1])
        self.sampled = made.texture(wide, 4, samples=SAMPLES, dtype="f2")
        self.depth = made.depth_texture(wide, samples=SAMPLES)
        self.picture = made.framebuffer(self.sampled, self.depth)
        self.sky = made.vertex_array(made.program(vertex_shader=SCREEN, fragment_shader=SKY), [])
        self.resolved = made.vertex_array(made.program(vertex_shader=SCREEN, fragment_shader=RESOLVE), [])
        self.nothing = made.buffer(np.zeros(1, COMMAND).tobytes())
        self.copy = np.empty_like(self.moments[0])
        self.light = made.buffer(reserve=LIGHT_BYTES, dynamic=True)
        self.lit = bytes(LIGHT_BYTES)
        self.tables = [made.buffer(reserve=4096) for _ in range(TABLES)]
        self.textures = [made.texture((4, 4), 4) for _ in range(TEXTURES)]

    def draw(self, step: int) -> None:
        made = self.context
        self.program["clip_from_scene"].write(self.eyes)
        np.copyto(self.copy, self.moments[step])
        self.rows.orphan()
        self.rows.write(self.copy)
        self.light.write(self.lit)
        self.light.bind_to_uniform_block(0)
        self.rows.bind_to_storage_buffer(0)
        for binding, table in enumerate(self.tables, 1):
            table.bind_to_storage_buffer(binding)
        self.sampled.use(0)
        for unit, texture in enumerate(self.textures, 1):
            texture.use(unit)
        self.picture.use()
        made.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self.picture.clear()
        self.array.render_indirect(self.commands)
        made.depth_func = "<="
        made.disable(moderngl.CULL_FACE)
        self.sky.render(vertices=3)
        made.depth_func = "<"
        made.enable(moderngl.BLEND)
        self.array.render_indirect(self.nothing)
        self.target.use()
        made.enable_only(moderngl.NOTHING)
        self.resolved.render(vertices=3)


if __name__ == "__main__":
    main(Passes)
