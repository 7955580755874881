"""One off-screen context for the drawing tests, and small things to draw."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.city import frame_of
from vret.headset.body import make_eyes, see_mono
from vret.headset.contract import HandPoses, HeadsetError, Layout
from vret.headset.egl import SurfacelessContext
from vret.headset.page import Page
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.render.gl import GL
from vret.scene.compiled import CompiledScene, SceneFrame

Pixels = npt.NDArray[np.uint8]
Draw = Callable[..., Pixels]


@pytest.fixture(scope="session")
def only_context() -> Iterator[SurfacelessContext]:
    try:
        made = SurfacelessContext(debug=True)
    except HeadsetError as error:
        pytest.skip(f"needs OpenGL 4.5 without a display: {error}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def context(only_context: SurfacelessContext) -> SurfacelessContext:
    """Current, whatever the tests before drew in."""
    only_context.make_current()
    return only_context


@pytest.fixture
def draw(context: SurfacelessContext) -> Iterator[Draw]:
    """Draw a scene once from a head at the stage's origin, 64 pixels square, and give back the pixels."""
    made: list[tuple[Renderer, EyePicture]] = []

    def draw_once(
        scene: CompiledScene,
        frame: SceneFrame | None = None,
        *,
        veil: int = 0,
        page: Page | None = None,
        hands: HandPoses | None = None,
        samples: int = 4,
        size: int = 64,
        has_shadows: bool = True,
    ) -> Pixels:
        renderer = Renderer(1, (size, size), Layout.ARRAY, samples)
        renderer.has_shadows = has_shadows
        picture = EyePicture(1, (size, size), Layout.ARRAY)
        made.append((renderer, picture))
        eyes = make_eyes(1)
        see_mono(eyes, np.array([0, 0, 0, 0, 0, 0, 1], np.float32), 60, 1)
        resident = renderer.load(scene)
        renderer.draw(resident, frame or frame_of(scene), eyes, picture.target, veil, page, hands)
        pixels = renderer.read_pixels(picture.target, 0)
        renderer.release(resident)
        assert GL.glGetError() == GL.GL_NO_ERROR
        return pixels

    yield draw_once
    for renderer, picture in made:
        renderer.close()
        picture.release()
