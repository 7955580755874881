"""What must hold of the files under assets/people, and who made them: `python -m tools.assets.check [--write]`.

Prints what is wrong and fails; `--write` writes assets/CREDITS.md from `sources.toml`. Needs only what vret needs.
"""

import io
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from tools.assets.fetch import CHECKOUT, read_made, read_packages
from tools.assets.reading import File, joints_of, read
from tools.assets.rig import JOINTS, NUMBER, PARENTS

Floats = npt.NDArray[np.float64]

ASSETS: Final = CHECKOUT / "assets"
LICENCES: Final = frozenset({"CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "MIT", "Apache-2.0"})
TRIANGLES_MOST: Final = (9000, 3000, 800)
PARTS: Final = frozenset({"skin", "eyes", "hair", "top", "bottom", "shoes", "outfit", "brows_lashes"})
MASKS: Final = frozenset({"hair", "brows_lashes"})
MOTIONS: Final = frozenset(
    {
        *("idle", "walk", "sit", "sit_listen", "talk", "nod", "shake_head", "look_away"),
        *("use_phone", "clap", "stand_up", "yawn", "raise_hand"),
    }
)

_FILE_MOST = 4_000_000
_PEOPLE_MOST = 12_000_000
_SIDE_MOST = 512
_KEYS_PER_S = 30
_CLOSE = 1e-4
_FLOOR_M = 0.01


def problems(assets: Path = ASSETS) -> list[str]:
    """Everything that is wrong, a sentence each."""
    found = _of_the_manifest(assets)
    for path in sorted((assets / "people/bodies").glob("*.glb")):
        found += [f"{path.name}: {problem}" for problem in of_body(read(path))]
    return found + [f"motions.glb: {problem}" for problem in of_motions(read(assets / "people/motions.glb"))]


def _of_the_manifest(assets: Path) -> list[str]:
    packages, made, found = read_packages(), read_made(), []
    for package in packages.values():
        if package.licence not in LICENCES:
            found.append(f"sources.toml: {package.name} is under {package.licence}, which may not be in the product")
    for one in made:
        found += [
            f"sources.toml: {one.path} is of {name}, which is no package there"
            for name in one.of
            if name not in packages
        ]
    files = [path for path in sorted((assets / "people").rglob("*")) if path.is_file()]
    for path in files:
        name = path.relative_to(assets).as_posix()
        if not any(fnmatch(name, one.path) for one in made):
            found.append(f"assets/{name} has no line in sources.toml; say there how it was made and of what")
        if path.stat().st_size > _FILE_MOST:
            found.append(f"assets/{name} has {path.stat().st_size} bytes; {_FILE_MOST} are the most")
    if (size := sum(path.stat().st_size for path in files)) > _PEOPLE_MOST:
        found.append(f"assets/people has {size} bytes; {_PEOPLE_MOST} are the most")
    credits_file = assets / "CREDITS.md"
    if not credits_file.exists() or credits_file.read_text(encoding="utf-8") != credits_page():
        found.append("assets/CREDITS.md is not what sources.toml says; run python -m tools.assets.check --write")
    return found


def _of_skeleton(file: File, numbers: list[int]) -> list[str]:
    found = []
    names, parents, _ = joints_of(file, numbers)
    if tuple(names) != JOINTS or not np.array_equal(parents, PARENTS):
        found.append("the joints are not those of rig.py in their order")
    for number in numbers:
        node = file.content["nodes"][number]
        if {"rotation", "scale", "matrix"} & set(node):
            found.append(f"joint {node['name']} is turned or scaled at rest")
    return found


def of_body(file: File) -> list[str]:
    """What breaks the contract of a body (docs/assets.md)."""
    content = file.content
    numbers: list[int] = content["skins"][0]["joints"]
    found = _of_skeleton(file, numbers)
    if found:
        return found
    _, _, offsets = joints_of(file, numbers)
    rest = offsets.copy()
    for number, parent in enumerate(PARENTS):
        rest[number] += rest[parent] if parent >= 0 else 0
    inverse = file.numbers(content["skins"][0]["inverseBindMatrices"]).reshape(-1, 4, 4)
    if np.abs(inverse[:, :3, :3] - np.eye(3)).max() > 0 or np.abs(inverse[:, 3, :3] + rest).max() > _CLOSE:
        found.append("the inverse bind matrices are more than the joints' places taken away")
    if np.abs(rest[0, [0, 2]]).max() > _CLOSE:
        found.append("the pelvis does not rest above the origin")
    for lod, most in enumerate(TRIANGLES_MOST):
        found += _of_level(file, lod, most)
    for material in content["materials"]:
        found += _of_material(file, material)
    return found


def _of_level(file: File, lod: int, triangles_most: int) -> list[str]:
    content, found, count, floor = file.content, [], 0, np.inf
    nodes = [node for node in content["nodes"] if node["name"] == f"lod{lod}"]
    if len(nodes) != 1 or nodes[0].get("skin") != 0:
        return [f"lod{lod} is not there once, wearing the skin"]
    for primitive in content["meshes"][nodes[0]["mesh"]]["primitives"]:
        part = content["materials"][primitive["material"]]["name"]
        where = f"lod{lod}.{part}"
        of = {name: file.numbers(index) for name, index in primitive["attributes"].items()}
        indices, vertices = file.numbers(primitive["indices"]), len(of["POSITION"])
        count += len(indices) // 3
        floor = min(floor, float(of["POSITION"][:, 1].min()))
        if part not in PARTS or (part == "brows_lashes" and lod > 0):
            found.append(f"{where} is no part of this level")
        if len(indices) == 0 or len(indices) % 3 or indices.max() >= vertices:
            found.append(f"{where} has no whole triangles")
        if np.abs(of["WEIGHTS_0"].sum(axis=1) - 1).max() > 1e-6 or of["JOINTS_0"].max() >= len(JOINTS):
            found.append(f"{where} has weights that do not add up to 1, or of no joint")
        if np.abs(np.linalg.norm(of["NORMAL"], axis=1) - 1).max() > 1e-2:
            found.append(f"{where} has normals that are not of length 1")
        if part == "eyes" and not set(np.unique(of["JOINTS_0"][:, 0])) <= {NUMBER["eye_l"], NUMBER["eye_r"]}:
            found.append(f"{where} does not follow the eyes' joints")
    if not 0 < count <= triangles_most:
        found.append(f"lod{lod} has {count} triangles; {triangles_most} are the most")
    if abs(floor) > _FLOOR_M * (1 + lod):
        found.append(f"lod{lod} stands {floor:.3f} m above the floor")
    return found


def _of_material(file: File, material: dict[str, Any]) -> list[str]:
    name, found = material["name"], []
    if (material.get("alphaMode", "OPAQUE") == "MASK") != (name in MASKS):
        found.append(f"material {name} has the wrong alphaMode")
    picture = Image.open(io.BytesIO(file.picture(material["pbrMetallicRoughness"]["baseColorTexture"]["index"])))
    side = picture.size[0]
    if picture.size != (side, side) or side & (side - 1) or side > _SIDE_MOST:
        found.append(f"the picture of {name} is {picture.size}; take a square, a power of two, at most {_SIDE_MOST}")
    if (picture.format == "PNG") != (name in MASKS):
        found.append(f"the picture of {name} is {picture.format}; masks are PNG, all else JPEG")
    return found


def of_motions(file: File) -> list[str]:
    """What breaks the contract of the motions."""
    content = file.content
    root = next(index for index, node in enumerate(content["nodes"]) if node["name"] == JOINTS[0])
    numbers = list(range(root, root + len(JOINTS)))
    found = _of_skeleton(file, numbers)
    named = {animation["name"]: animation for animation in content["animations"]}
    if named.keys() != MOTIONS:
        found.append(f"the motions are {sorted(named)}; {sorted(MOTIONS)} are wanted")
    for name, animation in named.items():
        found += [f"{name}: {problem}" for problem in _of_motion(file, animation)]
    if not named["walk"].get("extras", {}).get("speed_mps", 0) > 0.5:
        found.append("walk says no speed_mps in its extras")
    return found


def _of_motion(file: File, animation: dict[str, Any]) -> list[str]:
    found = []
    for channel in animation["channels"]:
        joint, path = file.content["nodes"][channel["target"]["node"]]["name"], channel["target"]["path"]
        sampler = animation["samplers"][channel["sampler"]]
        times, values = file.numbers(sampler["input"])[:, 0], file.numbers(sampler["output"])
        if path != "rotation" and (path, joint) != ("translation", JOINTS[0]):
            found.append(f"{path} of {joint} is changed; joints turn, and only the pelvis moves")
        if sampler["interpolation"] != "LINEAR" or np.abs(times * _KEYS_PER_S - np.arange(len(times))).max() > 1e-3:
            found.append(f"{joint} is not keyed {_KEYS_PER_S} times a second, LINEAR")
        if len(values) != len(times) or (
            path == "rotation" and np.abs(np.linalg.norm(values, axis=1) - 1).max() > _CLOSE
        ):
            found.append(f"{joint} has turns that are no unit quaternions, one a key")
        if animation.get("extras", {}).get("loop") and np.abs(np.abs(values[0]) - np.abs(values[-1])).max() > _CLOSE:
            found.append(f"{joint} does not end where the loop starts")
        if path == "rotation" and (values[1:] * values[:-1]).sum(axis=1).min() < 0.9:
            found.append(f"{joint} jumps between two keys")
    return found


def credits_page() -> str:
    packages, lines = read_packages(), []
    for one in read_made():
        lines.append(
            f"## assets/{one.path}\n\nMade by `{one.by}`{', modified, of:' if one.of else ', spoken by eSpeak NG.'}\n"
        )
        for name in one.of:
            package = packages[name]
            lines.append(
                f"- **{package.what}**: {package.author}; [{package.name} {package.version}]({package.link}), "
                f"{package.licence}. {package.evidence}"
            )
            if package.items:
                lines.append(f"  Items: {', '.join(package.items)}.")
        lines.append("")
    head = "# Credits\n\nWho made what the program shows and says. Written from `tools/assets/sources.toml` by\n"
    return (
        head
        + "`python -m tools.assets.check --write`; edit that file, not this.\n\n"
        + "\n".join(lines).rstrip()
        + "\n"
    )


def main() -> None:
    if "--write" in sys.argv[1:]:
        (ASSETS / "CREDITS.md").write_text(credits_page(), encoding="utf-8")
    found = problems()
    print("\n".join(found) or "assets/people is as it should be")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
