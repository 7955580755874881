"""Monado for the tests of this folder, in this process: drawn by EGL, so that no display is needed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monado import Monado, RemoteDriver, running


@pytest.fixture
def monado(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Monado]:
    if os.environ.get("PYOPENGL_PLATFORM", "egl") != "egl":
        pytest.skip("needs PyOpenGL on EGL: unset PYOPENGL_PLATFORM")
    with running(tmp_path) as runtime:
        for name, value in runtime.environment.items():
            monkeypatch.setenv(name, value)
        yield runtime


@pytest.fixture
def person(monado: Monado) -> Iterator[RemoteDriver]:
    driver = monado.person()
    yield driver
    driver.close()
