"""The wheel as somebody gets it: complete, installable part by part, and right away from the checkout."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Environment
from tests.packaging.lock import WINDOWS, closure, direct

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(1200)]

Environments = Callable[[str], Environment]
NOT_AGAINST_THE_WHEEL = {"project", "packaging", "simulation", "test_generated.py", "test_kills.py"}
"""Three are about the checkout, and the simulation compiles the page's sources, which are nowhere else; the kills take
minutes and say nothing about packaging.
"""


def test_holds_the_programs_and_their_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {
        path.relative_to(ROOT).as_posix()
        for folder in ("scenes", "shaders", "assets")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {f"vret/_data/{name}" for name in data} <= names
    assert {"vret/core/step.py", "vret_server/__init__.py"} <= names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"vret", "vret_server"}


def test_what_is_not_python_in_the_packages_is_in_the_wheel(wheel: Path) -> None:
    """Templates, migrations and recorded prompts lie beside the code that reads them."""
    names = set(zipfile.ZipFile(wheel).namelist())
    listing = subprocess.run(
        ["git", "ls-files", "vret", "server/vret_server"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    kept = {name.removeprefix("server/") for name in listing.stdout.splitlines()}
    assert kept <= names


def test_the_compiled_console_is_in_the_wheel_and_in_the_source_archive(wheel: Path, archives: Path) -> None:
    (archive,) = archives.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        carried = {name.partition("/server/")[2] for name in opened.getnames()}
    for names in (set(zipfile.ZipFile(wheel).namelist()), carried):
        assert "vret_server/console/index.html" in names
        assert any(re.fullmatch(r"vret_server/console/assets/[^/]+\.js", name) for name in names)
    assert not any("node_modules" in name for name in carried)


def test_source_archive_holds_what_the_wheel_is_made_of(archives: Path) -> None:
    (archive,) = archives.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "vret/core/step.py", "server/vret_server/__init__.py"} <= names
    assert not any(name.startswith((".venv", "build/", "dist/")) for name in names)


def test_client_environment(environment: Environments) -> None:
    client = environment("headset,review")
    said = client.run(client.vret, "--help")
    assert "headset" in said
    where = client.run(client.python, "-c", "import vret; print(vret.__path__[0])").strip()
    assert Path(where).is_relative_to(client.outside)
    scene = client.run(
        client.python, "-c", "from vret.paths import data_file; print(data_file('scenes/heights'))"
    ).strip()
    assert Path(scene).is_relative_to(client.outside)
    client.run(client.vret, "scene", "check", scene)


def test_client_has_no_database_and_says_how_to_get_the_server(environment: Environments) -> None:
    client = environment("headset,review")
    client.run(client.python, "-c", "import sqlalchemy", status=1)
    said = client.run(client.vret, "server", "--port", "0", status=2)
    assert "vret[server]" in said
    assert "Traceback" not in said


def test_server_environment_has_no_opengl(environment: Environments) -> None:
    server = environment("server")
    assert "add-user" in server.run(server.vret, "server", "--help")
    for library in ("OpenGL", "glfw", "PySide6", "miniaudio"):
        server.run(server.python, "-c", f"import {library}", status=1)


def test_a_therapist_needs_neither_database_nor_opengl_for_the_console(environment: Environments) -> None:
    therapist = environment("console")
    for library in ("sqlalchemy", "fastapi", "OpenGL", "PySide6"):
        therapist.run(therapist.python, "-c", f"import {library}", status=1)
    said = therapist.run(therapist.vret, "console", "--server", "http://127.0.0.1:1", "--no-open", status=2)
    assert "cannot be reached" in said
    assert "Traceback" not in said


def test_suite_against_the_wheel(environment: Environments) -> None:
    """The tests are copied away from the checkout, so what they import is what was installed."""
    installed = environment("headset,console,server,review")
    installed.install(
        "pytest",
        "pytest-rerunfailures",
        "pytest-timeout",
        "pytest-xdist",
        "hypothesis",
        "jsonschema",
        "packaging",
        "psutil",
        "trustme",
    )
    tests = installed.outside / "tests"
    shutil.copytree(ROOT / "tests", tests, ignore=shutil.ignore_patterns("__pycache__", *NOT_AGAINST_THE_WHEEL))
    for beside in ("docs", "scenes"):
        shutil.copytree(ROOT / beside, installed.outside / beside)
    shutil.copy(ROOT / "pyproject.toml", installed.outside)
    said = installed.run(installed.python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", timeout_s=1700)
    assert re.search(r"\d+ passed", said)


def test_every_client_package_has_a_windows_wheel(tmp_path: Path) -> None:
    wanted = closure("headset", "console", "review", platform=WINDOWS, python="3.12")
    assert direct("headset", "console", "review") <= {package.name for package in wanted}
    requirements = tmp_path / "windows.txt"
    requirements.write_text("\n".join(package.requirement for package in wanted))
    target = ["--platform", "win_amd64", "--python-version", "3.12", "--only-binary=:all:", "--no-deps"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-qq", *target, "-d", str(tmp_path / "w"), "-r", str(requirements)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "w").glob("*.whl"))) == len(wanted)
