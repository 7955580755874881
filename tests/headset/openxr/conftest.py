"""Runtimes for the tests of this folder, in this process: drawn by EGL, so that no display is needed."""

import ctypes
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.headset.openxr.constant_runtime import NoCompilerError, make_runtime
from tests.monado import Monado, RemoteDriver, running


@pytest.fixture
def on_egl() -> None:
    if os.environ.get("PYOPENGL_PLATFORM", "egl") != "egl":
        pytest.skip("needs PyOpenGL on EGL: unset PYOPENGL_PLATFORM")


@pytest.fixture
def monado(on_egl: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Monado]:
    with running(tmp_path) as runtime:
        for name, value in runtime.environment.items():
            monkeypatch.setenv(name, value)
        yield runtime


@pytest.fixture
def person(monado: Monado) -> Iterator[RemoteDriver]:
    driver = monado.person()
    yield driver
    driver.close()


@pytest.fixture(scope="session")
def constant_runtime(egl: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which a program finds the runtime of constant answers; skips without a C compiler."""
    try:
        return make_runtime(tmp_path_factory.mktemp("constant"))
    except NoCompilerError as error:
        pytest.skip(str(error))


@pytest.fixture
def constant_world(constant: None, constant_runtime: dict[str, str]) -> ctypes.CDLL:
    """The same runtime's own functions, by which a test makes things happen."""
    manifest = json.loads(Path(constant_runtime["XR_RUNTIME_JSON"]).read_text())
    world = ctypes.CDLL(manifest["runtime"]["library_path"])
    for name in ("constant_stand", "constant_recentre"):
        getattr(world, name).argtypes = (ctypes.c_float,)
    world.constant_story.restype = ctypes.c_char_p
    return world


@pytest.fixture
def constant(on_egl: None, constant_runtime: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The runtime of constant answers for this process."""
    for name, value in constant_runtime.items():
        monkeypatch.setenv(name, value)
