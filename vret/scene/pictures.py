"""Pictures of a scene: what the person sees at every rung, drawn without a display by the program's own renderer."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import atan, cos, pi, sin, tan
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from vret.headset.contract import Eyes, HandPoses, Target
from vret.headset.egl import SurfacelessContext
from vret.headset.page import Page
from vret.render import Renderer
from vret.render.context import Layout
from vret.render.gl import GL
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle
from vret.scene.compile import compile_scene
from vret.scene.moment import Moment
from vret.scene.scene import load_scene

Picture = npt.NDArray[np.uint8]

STANDING_EYES_M = 1.6
SEATED_EYES_M = 1.2
DOWN_ENDING = "-down"
_MICRO = 1_000_000
_SHEET_COLUMNS = 4
_THUMBNAIL = 480
_UP_DEG = 8.0


@dataclass(frozen=True)
class View:
    """Where the eye is in stage space and where it looks; `yaw_deg` to the left, `pitch_deg` up, `width_deg` across."""

    height_m: float = STANDING_EYES_M
    x_m: float = 0.0
    z_m: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = -8.0
    width_deg: float = 90.0

    @property
    def head(self) -> npt.NDArray[np.float32]:
        """(7,) the pose in stage space: position, then quaternion x y z w."""
        yaw, pitch = self.yaw_deg * pi / 360, self.pitch_deg * pi / 360
        rotation = (cos(yaw) * sin(pitch), sin(yaw) * cos(pitch), -sin(yaw) * sin(pitch), cos(yaw) * cos(pitch))
        return np.array([self.x_m, self.height_m, self.z_m, *rotation], np.float32)


AHEAD = View()
DOWN = View(pitch_deg=-62.0, z_m=-0.1)


class Shot(NamedTuple):
    """One picture of a scene; `name` sorts as the ladder does."""

    name: str
    moment: Moment
    view: View


class Camera:
    """Draws one eye's view of a scene into pictures of one size, each whole, whatever was drawn before."""

    def __init__(self, bundle: Bundle, size: tuple[int, int]) -> None:
        self._size = size
        self._context = SurfacelessContext()
        self._renderer = Renderer(1, size, Layout.ARRAY)
        self._resident = self._renderer.load(bundle.compiled)
        self._animation = Animation(bundle)
        texture = ctypes.c_uint()
        GL.glCreateTextures(GL.GL_TEXTURE_2D_ARRAY, 1, ctypes.byref(texture))
        GL.glTextureStorage3D(texture.value, 1, GL.GL_SRGB8_ALPHA8, *size, 1)
        self._target = Target(texture.value, *size, 1)

    def draw(
        self, moment: Moment, view: View = AHEAD, page: Page | None = None, hands: HandPoses | None = None
    ) -> Picture:
        """(height, width, 3) sRGB bytes."""
        self._resident.interrupted()
        return self.follow(moment, view, page, hands)

    def follow(
        self, moment: Moment, view: View = AHEAD, page: Page | None = None, hands: HandPoses | None = None
    ) -> Picture:
        """As `draw`, soon after the picture before: what has not moved since is not brought anew."""
        seen = self._animation.animate(moment)
        self._renderer.draw(self._resident, seen, self._eyes(view), self._target, 0, page, hands)
        return self._renderer.read_pixels(self._target, 0)

    def _eyes(self, view: View) -> Eyes:
        pose = view.head
        across = view.width_deg * pi / 360
        up = atan(tan(across) * self._size[1] / self._size[0])
        fov = np.array([[-across, across, up, -up]], np.float32)
        return Eyes(pose.copy(), pose.reshape(1, 7), fov)

    def close(self) -> None:
        self._renderer.release(self._resident)
        self._renderer.close()
        self._context.close()


def eyes_m(posture: str) -> float:
    """How high the eyes are over the floor in a scene's `posture`."""
    return SEATED_EYES_M if posture == "seated" else STANDING_EYES_M


def moments(bundle: Bundle, t_s: float = 4.0, variant: str = "") -> dict[str, Moment]:
    """A moment at every rung by its name, or at the base place of a scene without a ladder."""
    rules = bundle.rules
    t_ns = int(t_s * 1e9)
    if not rules.rungs:
        return {rules.base_place: Moment(t_ns, rules.base_place, {}, variant=variant)}
    return {
        rung.name: Moment(
            t_ns, rung.place, {axis: value / _MICRO for axis, value in rung.values.items()}, variant=variant
        )
        for rung in rules.rungs
    }


def shots(bundle: Bundle, variant: str, posture: str) -> Iterator[Shot]:
    """Two at every moment, ahead (at the foot of the ladder: up) and down, from the eyes of a scene's `posture`."""
    for number, (name, moment) in enumerate(moments(bundle, variant=variant).items(), start=1):
        for view, ending in ((AHEAD, ""), (DOWN, DOWN_ENDING)):
            looks_up = view is AHEAD and moment.place == bundle.rules.base_place and bool(bundle.rules.rungs)
            pitch_deg = _UP_DEG if looks_up else view.pitch_deg
            yield Shot(
                f"{number:02}-{name}{ending}", moment, replace(view, height_m=eyes_m(posture), pitch_deg=pitch_deg)
            )


def draw_rungs(folder: Path, out: Path, width: int = 960) -> Iterator[Path]:
    """The `shots` of a scene as pictures, and a sheet; each path when it is there.

    Every variant after the first has a folder of its own, named like it.
    """
    scene = load_scene(folder)
    bundle = compile_scene(scene)
    camera = Camera(bundle, (width, width * 9 // 16))
    base = bundle.rules.base_variant
    try:
        for variant in [rules.name for rules in bundle.rules.variants] or [base]:
            taken = shots(bundle, variant, scene.file.posture)
            yield from _draw_variant(camera, taken, out if variant == base else out / variant)
    finally:
        camera.close()


def _draw_variant(camera: Camera, taken: Iterator[Shot], out: Path) -> Iterator[Path]:
    out.mkdir(parents=True, exist_ok=True)
    drawn: list[Image.Image] = []
    for shot in taken:
        picture = Image.fromarray(camera.draw(shot.moment, shot.view))
        path = out / f"{shot.name}.png"
        picture.save(path)
        drawn.append(picture.resize((_THUMBNAIL, _THUMBNAIL * 9 // 16)))
        yield path
    sheet = out / "sheet.png"
    _sheet(drawn).save(sheet)
    yield sheet


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    width, height = pictures[0].size
    columns = min(_SHEET_COLUMNS, len(pictures))
    sheet = Image.new("RGB", (columns * width, -(-len(pictures) // columns) * height))
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index % columns * width, index // columns * height))
    return sheet
