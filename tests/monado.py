"""A real OpenXR runtime for tests: Monado without a window, and a person whose head and hands a test moves.

The person is Monado's remote driver: packed structures over TCP, as `r_interface.h` of Monado 25.0 lays them out. The
runtime's two controllers are of the Index kind; which interaction profile they present follows from the bindings that
a program suggests.
"""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

SERVICE = "monado-service"
MANIFEST = Path("/usr/share/openxr/1/openxr_monado.json")
LAYERS = Path("/usr/share/openxr/1/api_layers/explicit.d")
HEADER = b"mndrmt3\0"
PATIENCE_S = 30.0
_SERVICE = {"XRT_NO_STDIN": "1", "XRT_COMPOSITOR_NULL": "1", "U_PACING_APP_USE_MIN_FRAME_PERIOD": "1"}
"""The last keeps the beat at the compositor's 20 Hz, where a program on a busy machine would be given a slower one."""


def require_monado() -> None:
    """Skips where the runtime is not installed."""
    if shutil.which(SERVICE) is None or not MANIFEST.exists():
        pytest.skip("needs Monado (Debian 13: monado-service, libopenxr1-monado, mesa-vulkan-drivers)")


class Pose(ctypes.Structure):
    _fields_ = [("orientation", ctypes.c_float * 4), ("position", ctypes.c_float * 3)]


class View(ctypes.Structure):
    _fields_ = [("fov", ctypes.c_float * 4), ("pose", Pose), ("_pad", ctypes.c_uint32)]


class Head(ctypes.Structure):
    _fields_ = [
        ("views", View * 2),
        ("center", Pose),
        ("per_view_data_valid", ctypes.c_bool),
        ("_pad", ctypes.c_bool * 3),
    ]


class Controller(ctypes.Structure):
    _fields_ = [
        ("pose", Pose),
        ("linear_velocity", ctypes.c_float * 3),
        ("angular_velocity", ctypes.c_float * 3),
        ("hand_curl", ctypes.c_float * 5),
        ("trigger_value", ctypes.c_float),
        ("squeeze_value", ctypes.c_float),
        ("squeeze_force", ctypes.c_float),
        ("thumbstick", ctypes.c_float * 2),
        ("trackpad_force", ctypes.c_float),
        ("trackpad", ctypes.c_float * 2),
        ("hand_tracking_active", ctypes.c_bool),
        ("active", ctypes.c_bool),
        ("system_click", ctypes.c_bool),
        ("system_touch", ctypes.c_bool),
        ("a_click", ctypes.c_bool),
        ("a_touch", ctypes.c_bool),
        ("b_click", ctypes.c_bool),
        ("b_touch", ctypes.c_bool),
        ("trigger_click", ctypes.c_bool),
        ("trigger_touch", ctypes.c_bool),
        ("thumbstick_click", ctypes.c_bool),
        ("thumbstick_touch", ctypes.c_bool),
        ("trackpad_touch", ctypes.c_bool),
        ("_pad", ctypes.c_bool * 3),
    ]


class Person(ctypes.Structure):
    """Everything that the remote driver is told at once."""

    _fields_ = [("header", ctypes.c_char * 8), ("head", Head), ("left", Controller), ("right", Controller)]


Value = float | bool | tuple[float, float]


class RemoteDriver:
    """The person in the headset. Change `person` as you like, then `send` it: it stays so until the next.

    The driver says first how its person stands when reset and how it stands now, without the header that it asks for.
    """

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._read()
        self.person = self._read()
        self.person.header = HEADER
        assert self.person.left.active, "another version of Monado lays the person out differently: see r_interface.h"

    def send(self) -> None:
        self._socket.sendall(bytes(self.person))

    def stand(self, x: float, y: float, z: float) -> None:
        """Put the head there, in the stage, in metres."""
        self.person.head.center.position[:] = (x, y, z)
        self.send()

    def turn(self, *rotation: float) -> None:
        """Turn the head: a quaternion xyzw."""
        self.person.head.center.orientation[:] = rotation
        self.send()

    def hand(self, side: str) -> Controller:
        """`left` or `right`."""
        controller: Controller = getattr(self.person, side)
        return controller

    def set(self, side: str, **values: Value) -> None:
        for name, value in values.items():
            setattr(self.hand(side), name, value)
        self.send()

    def close(self) -> None:
        self._socket.close()

    def _read(self) -> Person:
        person, read = Person(), 0
        view = memoryview(person).cast("B")
        while read < len(view):
            count = self._socket.recv_into(view[read:])
            assert count, "the runtime hung up"
            read += count
        return person


class Monado:
    """The runtime's service with a folder and a port of its own. `environment` is what a program needs to find it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = _free_port()
        runtime, config = folder / "run", folder / "config"
        runtime.mkdir(mode=0o700)
        (config / "monado").mkdir(parents=True)
        self._socket = runtime / "monado_comp_ipc"
        (config / "monado" / "config_v0.json").write_text(
            json.dumps({"active": "remote", "remote": {"version": 0, "port": self.port, "view_count": 2}})
        )
        self.environment = {
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(config),
            "XR_RUNTIME_JSON": str(MANIFEST),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        environment = {**os.environ, **self.environment, **_SERVICE}
        with (self._folder / "monado.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [SERVICE], env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        began = time.monotonic()
        while not self._answers():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() - began < PATIENCE_S, self.output()
            time.sleep(0.02)
        return self

    def person(self) -> RemoteDriver:
        return RemoteDriver(self.port)

    def show(self, client: int) -> None:
        """Give the headset to a program; they are counted from 1 in the order in which they came."""
        self._control("-p", str(client))

    def toggle_input(self, client: int) -> None:
        """Take the controllers away from a program, as its system menu does, or give them back."""
        self._control("-i", str(client))

    def recentre(self) -> None:
        self._control("-c")

    def kill(self) -> None:
        """As a crash: nothing is put in order."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self._socket.unlink(missing_ok=True)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def output(self) -> str:
        return (self._folder / "monado.txt").read_text(errors="replace")

    def _control(self, *arguments: str) -> None:
        subprocess.run(["monado-ctl", *arguments], env={**os.environ, **self.environment}, check=True, timeout=30)

    def _answers(self) -> bool:
        return self._socket.exists() and _is_listening(self.port)


class Validation:
    """The layer that holds a program's every call against the specification; `environment` puts it in between.

    Skips where it is not installed.
    """

    def __init__(self, folder: Path) -> None:
        if not list(LAYERS.glob("*core_validation*")):
            pytest.skip("needs the OpenXR validation layer (Debian 13: openxr-layer-corevalidation)")
        self._told = folder / "validation.txt"
        self.environment = {
            "XR_ENABLE_API_LAYERS": "XR_APILAYER_LUNARG_core_validation",
            "XR_CORE_VALIDATION_EXPORT_TYPE": "text",
            "XR_CORE_VALIDATION_FILE_NAME": str(self._told),
        }

    def complaints(self) -> list[str]:
        """What it found wrong; the newest program's, when several ran."""
        lines = self._told.read_text(errors="replace").splitlines()
        assert "Core Validation Layer is initialized" in lines[0]
        return [line for line in lines if "[VALID_DEBUG " not in line]


@contextmanager
def running(folder: Path) -> Iterator[Monado]:
    """Monado from here to the end of the block. Skips where it is not installed."""
    require_monado()
    monado = Monado(folder)
    try:
        yield monado.start()
    finally:
        monado.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_listening(port: int) -> bool:
    """Asked of the kernel, since the driver serves one caller at a time."""
    wanted = f":{port:04X} "
    return any(wanted in line and " 0A " in line for line in Path("/proc/net/tcp").read_text().splitlines())
