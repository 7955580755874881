"""Panda3D: a node for each object, moved by its matrix; two cameras on one off-screen buffer for each eye."""

import numpy as np
from panda3d.core import (
    Camera,
    FrameBufferProperties,
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexData,
    GeomVertexFormat,
    GraphicsEngine,
    GraphicsOutput,
    GraphicsPipe,
    GraphicsPipeSelection,
    LMatrix4f,
    NodePath,
    PerspectiveLens,
    Shader,
    Texture,
    WindowProperties,
    load_prc_file_data,
)
from scene import COLOUR, EYES_M, FAR_M, HALF_FOV_RAD, NEAR_M, TO_LIGHT, Mesh, Placed, main, meshes

VERTEX = """
#version 330
uniform mat4 p3d_ModelViewProjectionMatrix;
uniform mat4 p3d_ModelMatrix;
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
out vec3 normal_in_scene;
void main() {
    normal_in_scene = mat3(p3d_ModelMatrix) * p3d_Normal;
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
}
"""
FRAGMENT = """
#version 330
uniform vec3 to_light;
uniform vec3 colour;
in vec3 normal_in_scene;
out vec4 painted;
void main() {
    painted = vec4(colour * (0.3 + 0.7 * max(dot(normalize(normal_in_scene), to_light), 0.0)), 1.0);
}
"""
load_prc_file_data("", "load-display p3headlessgl\nsync-video 0\naudio-library-name null\ngl-version 3 3")


class Nodes:
    def __init__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> None:
        self.engine = GraphicsEngine.get_global_ptr()
        pipe = GraphicsPipeSelection.get_global_ptr().make_default_pipe()
        self.root = NodePath("scene")
        geometries = [_geometry(mesh) for mesh in meshes()]
        self.objects = [self.root.attach_new_node(geometries[mesh].make_copy()) for mesh in mesh_of]
        self.root.set_shader(Shader.make(Shader.SL_GLSL, VERTEX, FRAGMENT))
        self.root.set_shader_input("to_light", tuple(_z_up(TO_LIGHT[None])[0].tolist()))
        self.root.set_shader_input("colour", COLOUR)
        self.moments = [[LMatrix4f(*row) for row in _panda(placed.matrices()).tolist()] for placed in moments]
        properties = FrameBufferProperties()
        properties.set_rgba_bits(8, 8, 8, 8)
        properties.set_depth_bits(24)
        self.outputs: list[GraphicsOutput] = []
        self.textures = []
        for aside_m in EYES_M:
            output = self.engine.make_output(
                pipe,
                "eye",
                0,
                properties,
                WindowProperties.size(*size),
                GraphicsPipe.BF_refuse_window,
                self.outputs[0].get_gsg() if self.outputs else None,
            )
            output.set_clear_color((0, 0, 0, 1))
            lens = PerspectiveLens()
            lens.set_fov(np.degrees(2 * HALF_FOV_RAD))
            lens.set_near_far(NEAR_M, FAR_M)
            camera = self.root.attach_new_node(Camera("eye", lens))
            camera.set_pos(aside_m, 0, 0)
            output.make_display_region().set_camera(camera)
            texture = Texture()
            if size[0] > 64:
                output.add_render_texture(texture, GraphicsOutput.RTM_copy_ram)
            self.outputs.append(output)
            self.textures.append(texture)

    def draw(self, step: int) -> None:
        for node, matrix in zip(self.objects, self.moments[step], strict=True):
            node.set_mat(matrix)
        self.engine.render_frame()

    def finish(self) -> None:
        self.engine.sync_frame()

    def pictures(self) -> np.ndarray:
        self.engine.render_frame()
        pictures = []
        for texture in self.textures:
            shape = (texture.get_y_size(), texture.get_x_size(), -1)
            blue_first = np.frombuffer(texture.get_ram_image(), np.uint8).reshape(shape)
            pictures.append(blue_first[::-1, :, 2::-1])
        return np.stack(pictures)


def _z_up(points: np.ndarray) -> np.ndarray:
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], -1)


def _panda(matrices: np.ndarray) -> np.ndarray:
    """(n, 16) for row vectors in a space whose Z is up."""
    turn = np.array([[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], np.float32)
    return (turn @ matrices @ turn.T).transpose(0, 2, 1).reshape(-1, 16)


def _geometry(mesh: Mesh) -> GeomNode:
    data = GeomVertexData("mesh", GeomVertexFormat.get_v3n3(), Geom.UH_static)
    data.unclean_set_num_rows(len(mesh.positions))
    interleaved = np.hstack([_z_up(mesh.positions), _z_up(mesh.normals)]).astype(np.float32)
    memoryview(data.modify_array(0)).cast("B")[:] = interleaved.tobytes()
    triangles = GeomTriangles(Geom.UH_static)
    triangles.set_index_type(GeomEnums.NT_uint32)
    indices = triangles.modify_vertices()
    indices.unclean_set_num_rows(mesh.triangles.size)
    memoryview(indices).cast("B")[:] = mesh.triangles.astype(np.uint32).tobytes()
    geometry = Geom(data)
    geometry.add_primitive(triangles)
    node = GeomNode("mesh")
    node.add_geom(geometry)
    return node


if __name__ == "__main__":
    main(Nodes)
