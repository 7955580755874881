"""Targets: scenes that somebody wrote, and the models, pictures and compiled forms beside them."""

from tests.fuzz.target import Target, place, written
from vret.scene.bundle import BundleError, read_bundle
from vret.scene.light.panorama import PanoramaError, read_panorama
from vret.scene.looks.gltf import GltfError
from vret.scene.looks.images import ImageError, read_image
from vret.scene.looks.models import read_model
from vret.scene.people.figures import read_figure
from vret.scene.people.motions import read_motions
from vret.scene.rules import scene_rules
from vret.scene.scene import SCENE_FILE, SceneError, load_scene

JOINTS = ("pelvis", "spine", "head")


def scene(data: bytes) -> None:
    folder = place() / "scene"
    folder.mkdir(exist_ok=True)
    (folder / SCENE_FILE).write_bytes(data)
    scene_rules(load_scene(folder))


def model(data: bytes) -> None:
    read_model(written("model.glb", data), with_looks=True)


def figure(data: bytes) -> None:
    read_figure(written("figure.glb", data))


def motions(data: bytes) -> None:
    read_motions(written("motions.glb", data), JOINTS, JOINTS[0])


def image(data: bytes) -> None:
    read_image("picture", data)


def panorama(data: bytes) -> None:
    read_panorama(written("panorama.exr", data))


def bundle(data: bytes) -> None:
    read_bundle(written("scene.bundle", data))


TARGETS = (
    Target("scene", scene, (SceneError,), longest=16384),
    Target("model", model, (GltfError, ImageError), longest=16384),
    Target("figure", figure, (GltfError, ImageError), longest=16384),
    Target("motions", motions, (GltfError,), longest=16384),
    Target("image", image, (ImageError,), longest=16384),
    Target("panorama", panorama, (PanoramaError,), longest=16384),
    Target("bundle", bundle, (BundleError,), longest=65536),
)
