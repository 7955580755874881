"""Contact sheets of the people, to look at: `python -m tools.assets.sheet OUT.png [--body NAME ...] [--motion all]`.

Rows are bodies, or motions of the one body that is named; `--face` shows faces from 1.5 m, `--lod N` a level of detail.
Draws the committed files by OpenGL without a window, bent by the same sums as on a graphics card.
"""

import argparse
import io
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import numpy.typing as npt
from PIL import Image

from tools.assets.fetch import CHECKOUT
from tools.assets.reading import File, joints_of, read, rotation

Floats = npt.NDArray[np.float64]
PEOPLE = CHECKOUT / "assets/people"

_VERTEX = """#version 330
uniform mat4 clip_from_scene; in vec3 position; in vec3 normal; in vec2 uv; out vec3 n; out vec2 t; out vec3 p;
void main() { n = normal; t = uv; p = position; gl_Position = clip_from_scene * vec4(position, 1); }"""
_FRAGMENT = """#version 330
uniform sampler2D picture; uniform vec3 tint; uniform float cutoff; uniform vec3 eye; uniform float gloss;
in vec3 n; in vec2 t; in vec3 p; out vec4 colour;
void main() {
    vec4 texel = texture(picture, t);
    if (texel.a < cutoff) discard;
    vec3 albedo = pow(texel.rgb, vec3(2.2)) * tint, v = normalize(eye - p);
    vec3 m = normalize(n) * (gl_FrontFacing ? 1 : -1);
    vec3 sun = normalize(vec3(0.5, 0.8, 0.9)), fill = normalize(vec3(-0.8, 0.3, 0.5));
    float light = 1.5 * max(dot(m, sun), 0) + 0.5 * max(dot(m, fill), 0) + 0.45 + 0.25 * m.y;
    float shine = gloss * pow(max(dot(m, normalize(sun + v)), 0), 24);
    colour = vec4(pow(min(albedo * light * 0.75 + shine, 1), vec3(1 / 2.2)), 1);
}"""


class Body:
    def __init__(self, path: Path) -> None:
        self.file = read(path)
        self.names, self.parents, self.offsets = joints_of(self.file, self.file.content["skins"][0]["joints"])
        self.rest = self.offsets.copy()
        for number, parent in enumerate(self.parents):
            self.rest[number] += self.rest[parent] if parent >= 0 else 0

    def posed(self, motions: File | None, name: str, at: float) -> tuple[Floats, Floats]:
        """Turns (joints, 3, 3) in the scene and places of the joints at a share of a motion."""
        turns, place = np.tile([0.0, 0, 0, 1], (len(self.names), 1)), self.rest[0]
        if motions is not None:
            animation = next(a for a in motions.content["animations"] if a["name"] == name)
            for channel in animation["channels"]:
                sampler = animation["samplers"][channel["sampler"]]
                values = motions.numbers(sampler["output"])
                value = values[min(round(at * (len(values) - 1)), len(values) - 1)]
                if channel["target"]["path"] == "translation":
                    place = value * self.rest[0, 1]
                else:
                    turns[self.names.index(motions.content["nodes"][channel["target"]["node"]]["name"])] = value
        local, world, places = rotation(turns), np.zeros((len(self.names), 3, 3)), np.zeros((len(self.names), 3))
        for number, parent in enumerate(self.parents):
            world[number] = world[parent] @ local[number] if parent >= 0 else local[number]
            places[number] = places[parent] + world[parent] @ self.offsets[number] if parent >= 0 else place
        return world, places

    def shapes(
        self, lod: int, world: Floats, places: Floats
    ) -> list[tuple[Floats, Floats, Floats, Any, dict[str, Any]]]:
        node = next(node for node in self.file.content["nodes"] if node["name"] == f"lod{lod}")
        found = []
        for primitive in self.file.content["meshes"][node["mesh"]]["primitives"]:
            get = {key: self.file.numbers(index) for key, index in primitive["attributes"].items()}
            offsets = places - np.einsum("jab,jb->ja", world, self.rest)
            weights, joints = get["WEIGHTS_0"], get["JOINTS_0"]
            matrix = np.einsum("vk,vkab->vab", weights, world[joints])
            moved = np.einsum("vab,vb->va", matrix, get["POSITION"]) + np.einsum("vk,vka->va", weights, offsets[joints])
            normals = np.einsum("vab,vb->va", matrix, get["NORMAL"])
            material = self.file.content["materials"][primitive["material"]]
            found.append((moved, normals, get["TEXCOORD_0"], self.file.numbers(primitive["indices"]), material))
        return found


class Camera:
    def __init__(self, width: int, height: int) -> None:
        self.context = moderngl.create_context(standalone=True, backend="egl")
        self.program = self.context.program(_VERTEX, _FRAGMENT)
        self.size = (width * 2, height * 2)
        self.target = self.context.framebuffer(
            [self.context.renderbuffer(self.size)], self.context.depth_renderbuffer(self.size)
        )

    def shoot(self, body: Body, shapes: list[Any], eye: Floats, look: Floats, view_deg: float) -> Image.Image:
        self.target.use()
        self.context.enable(moderngl.DEPTH_TEST)
        self.context.clear(0.72, 0.74, 0.76, 1)
        self.program["clip_from_scene"].write(
            (_projection(view_deg, self.size) @ _view(eye, look)).T.astype("f4").tobytes()
        )
        self.program["eye"] = tuple(eye)
        for positions, normals, uv, indices, material in shapes:
            base = material["pbrMetallicRoughness"]
            image = Image.open(io.BytesIO(body.file.picture(base["baseColorTexture"]["index"]))).convert("RGBA")
            texture = self.context.texture(image.size, 4, image.tobytes())
            texture.build_mipmaps()
            texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
            texture.use(0)
            self.program["tint"] = tuple(base["baseColorFactor"][:3])
            self.program["cutoff"] = material.get("alphaCutoff", 0.0)
            self.program["gloss"] = 0.5 * (1 - base["roughnessFactor"])
            vertices = np.concatenate([positions, normals, uv], axis=1).astype("f4")
            array = self.context.vertex_array(
                self.program,
                [(self.context.buffer(vertices.tobytes()), "3f 3f 2f", "position", "normal", "uv")],
                self.context.buffer(indices.ravel().astype("u4").tobytes()),
            )
            if material.get("doubleSided"):
                self.context.disable(moderngl.CULL_FACE)
            else:
                self.context.enable(moderngl.CULL_FACE)
            array.render()
            texture.release()
            array.release()
        picture = Image.frombytes("RGB", self.size, self.target.read(components=3)).transpose(
            Image.Transpose.FLIP_TOP_BOTTOM
        )
        return picture.resize((self.size[0] // 2, self.size[1] // 2), Image.Resampling.BOX)


def _projection(view_deg: float, size: tuple[int, int], near: float = 0.05, far: float = 50) -> Floats:
    f = 1 / np.tan(np.radians(view_deg) / 2)
    found = np.zeros((4, 4))
    found[0, 0], found[1, 1] = f * size[1] / size[0], f
    found[2, 2], found[2, 3], found[3, 2] = (far + near) / (near - far), 2 * far * near / (near - far), -1
    return found


def _view(eye: Floats, look: Floats) -> Floats:
    back = (eye - look) / np.linalg.norm(eye - look)
    right = np.cross([0, 1, 0], back)
    right /= np.linalg.norm(right)
    turn = np.stack([right, np.cross(back, right), back])
    found = np.eye(4)
    found[:3, :3], found[:3, 3] = turn, -turn @ eye
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--body", nargs="*", default=[])
    parser.add_argument("--motion", nargs="*", default=[])
    parser.add_argument("--face", action="store_true")
    parser.add_argument("--lod", type=int, default=0)
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--angle", type=float, nargs="*", default=[0, 50, 90, 180])
    wanted = parser.parse_args()
    bodies = wanted.body or sorted(path.stem for path in (PEOPLE / "bodies").glob("*.glb"))
    rows: list[list[Image.Image]] = []
    camera = Camera(*((360, 400) if wanted.face else (230, 420)))
    if wanted.motion:
        motions = read(PEOPLE / "motions.glb")
        names = wanted.motion if wanted.motion != ["all"] else [a["name"] for a in motions.content["animations"]]
        for body in [Body(PEOPLE / f"bodies/{name}.glb") for name in bodies]:
            for name in names:
                row = []
                for angle in wanted.angle:
                    for step in range(wanted.columns):
                        world, places = body.posed(motions, name, step / max(wanted.columns - 1, 1))
                        row.append(_portrait(camera, body, wanted, world, places, angle))
                rows.append(row)
    else:
        for name in bodies:
            body = Body(PEOPLE / f"bodies/{name}.glb")
            world, places = body.posed(None, "", 0)
            rows.append([_portrait(camera, body, wanted, world, places, angle) for angle in wanted.angle])
    width, height = rows[0][0].size
    sheet = Image.new("RGB", (width * len(rows[0]), height * len(rows)))
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            sheet.paste(picture, (x * width, y * height))
    sheet.save(wanted.out)


def _portrait(
    camera: Camera, body: Body, wanted: argparse.Namespace, world: Floats, places: Floats, angle_deg: float
) -> Image.Image:
    head = places[body.names.index("head")]
    look = head + np.array([0, 0.06, 0.05]) if wanted.face else np.array([places[0, 0], 0.88, places[0, 2]])
    away = 1.5 if wanted.face else 4.5
    angle = np.radians(angle_deg)
    eye = look + np.array([np.sin(angle) * away, 0.02 if wanted.face else 0.35, np.cos(angle) * away])
    return camera.shoot(body, body.shapes(wanted.lod, world, places), eye, look, 17 if wanted.face else 25)


if __name__ == "__main__":
    main()
