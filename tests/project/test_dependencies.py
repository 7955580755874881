"""Dependencies point one way: from the edges to the core, from the server to the client's rules, never back."""

import subprocess
import sys

import pytest

from tests.project.sources import Module, modules

BASE = {"vret.browser", "vret.errors", "vret.clock", "vret.paths", "vret.settings", "vret.unreadable"}
LOWER = {"vret.core", "vret.memory", "vret.scene", "vret.recording"}

# What a package may import of the project, besides itself and `vret.errors`.
ALLOWED: dict[str, set[str]] = {
    "vret": set(),
    "vret.browser": set(),
    "vret.errors": set(),
    "vret.clock": set(),
    "vret.paths": set(),
    "vret.setting": set(),
    "vret.settings": {"vret.paths", "vret.setting"},
    "vret.unreadable": set(),
    "vret.core": set(),
    "vret.memory": {"vret.core", *BASE},
    "vret.scene": {"vret.core", *BASE},
    "vret.recording": {"vret.core", "vret.memory", "vret.scene", *BASE},
    "vret.render": {"vret.core", "vret.scene", "vret.headset", *BASE},
    "vret.headset": {*LOWER, "vret.render", *BASE},
    "vret.sound": {*LOWER, *BASE},
    "vret.link": {*LOWER, *BASE},
    "vret.voice": {"vret.core", "vret.memory", "vret.sound", *BASE},
    "vret.supervisor": {*LOWER, "vret.link", *BASE, "vret"},
    "vret.review": {"vret.core", "vret.recording", "vret.scene", *BASE},
    "vret.doctor": {
        *LOWER,
        "vret.headset",
        "vret.render",
        "vret.sound",
        "vret.voice",
        "vret.link",
        "vret.supervisor",
        *BASE,
    },
    "vret.testing": {*LOWER, "vret.headset", "vret.link", "vret.supervisor", "vret.review", *BASE},
    "vret.cli": {*BASE, "vret"},
    "vret_server": {"vret.core", "vret.link", "vret.recording", "vret.doctor", *BASE},
}
# Modules above the rest of their package: programs that draw or run what the package only describes. Nobody imports
# them but the command line and the programs named here.
PROGRAMS: dict[str, set[str]] = {
    "vret.recording.command": {*LOWER, "vret.headset", *BASE},
    "vret.scene.pictures": {"vret.core", "vret.headset", "vret.render", *BASE},
    "vret.scene.films": {"vret.core", *BASE},
}
PROGRAM_USERS = {"vret.scene.command", "vret.scene.films", "vret.headset.replaying", "vret.testing.demo"}
CORE_FORBIDDEN = {
    "time",
    "datetime",
    "random",
    "os",
    "io",
    "socket",
    "pathlib",
    "threading",
    "asyncio",
    "subprocess",
    "secrets",
}
OPENGL = {"OpenGL", "glfw", "xr"}
FRAME_FORBIDDEN = (
    "pydantic",
    "asyncio",
    "logging.handlers",
    "sqlalchemy",
    "fastapi",
    "websockets",
    "httpx",
    "trimesh",
    "embreex",
    "OpenEXR",
    "webrtc",
    "wrtc",
)


def of_project(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] == "vret":
        return ".".join(parts[:2]) if len(parts) > 1 and not parts[1].startswith("__") else "vret"
    return parts[0] if parts[0] == "vret_server" else None


def test_every_package_has_its_row() -> None:
    assert {module.package for module in modules()} <= set(ALLOWED)


def test_imports_only_what_lies_below() -> None:
    wrong = [
        f"{module.name}:{line}: imports {name}"
        for module in modules()
        for name, line in module.imports.items()
        if (target := of_project(name)) is not None and target not in {*_row(module), module.package, "vret.errors"}
    ]
    assert wrong == []


def _row(module: Module) -> set[str]:
    return PROGRAMS.get(module.name) or ALLOWED.get(module.package, set())


def test_programs_are_used_by_programs() -> None:
    wrong = [
        f"{module.name}:{line}: imports {name}"
        for module in modules()
        if module.name not in PROGRAM_USERS
        for name, line in module.imports.items()
        if name.rpartition(".")[0] in PROGRAMS
    ]
    assert wrong == []


def test_core_uses_nothing_but_itself() -> None:
    """It reads no clock, file or socket."""
    permitted = (set(sys.stdlib_module_names) | {"msgspec", "vret"}) - CORE_FORBIDDEN
    wrong = [
        f"{module.name}:{line}: imports {name}"
        for module in modules()
        if module.package == "vret.core"
        for name, line in module.imports.items()
        if name.split(".")[0] not in permitted
    ]
    assert wrong == []


def test_opengl_lives_with_the_renderer_and_the_headsets() -> None:
    wrong = [
        f"{module.name}:{line}: imports {name}"
        for module in modules()
        if module.package not in ("vret.render", "vret.headset", "vret.doctor")
        for name, line in module.imports.items()
        if name.split(".")[0] in OPENGL
    ]
    assert wrong == []


def test_the_frame_process_stays_lean() -> None:
    """What the frame process imports, counted in a fresh interpreter."""
    code = (
        "import sys, vret.headset.process; "
        f"print(','.join(name for name in {FRAME_FORBIDDEN!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_the_server_needs_neither_opengl_nor_a_window() -> None:
    block = (
        "import sys; sys.modules.update({name: None for name in ('OpenGL', 'glfw', 'xr', 'PySide6', 'miniaudio')}); "
    )
    done = subprocess.run(
        [sys.executable, "-c", block + "import vret_server.command"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "program",
    [
        "vret.headset.process",
        "vret.supervisor.run",
        "vret.sound.process",
        "vret.link.process",
        "vret.doctor.check",
        "vret_server.local_command",
    ],
)
def test_the_client_needs_no_database(program: str) -> None:
    block = "import sys; sys.modules.update({name: None for name in ('sqlalchemy', 'alembic', 'fastapi', 'psycopg')}); "
    done = subprocess.run(
        [sys.executable, "-c", f"{block}import {program}"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
