import pytest

from vret.headset.contract import HeadsetError
from vret.headset.egl import SurfacelessContext


@pytest.fixture(scope="session")
def egl() -> None:
    """Skips where no OpenGL 4.5 context can be made without a display."""
    try:
        SurfacelessContext().close()
    except HeadsetError as error:
        pytest.skip(f"needs OpenGL 4.5 without a display: {error}")
