"""How the console is compiled: only when its sources changed, and with a sentence when it cannot be."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.project.sources import ROOT
from vret.memory.quality import FAIR_LOST, FAIR_ROUND_TRIP_MS, GOOD_LOST, GOOD_ROUND_TRIP_MS


def console_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("console_tool", ROOT / "tools" / "console.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = console_tool()
BUILD = """
import { cpSync, mkdirSync } from "node:fs";
mkdirSync("../vret_server/console", { recursive: true });
cpSync("src/page.html", "../vret_server/console/index.html");
"""
PACKAGE = '{"name": "small", "version": "1.0.0", "private": true, "scripts": {"build": "node build.mjs"}}'
LOCK = '{"name": "small", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "small"}}}'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with the smallest console that npm can compile; it has no packages, so that no network is needed."""
    source = tmp_path / "server" / "console"
    (source / "src").mkdir(parents=True)
    (source / "package.json").write_text(PACKAGE)
    (source / "package-lock.json").write_text(LOCK)
    (source / "build.mjs").write_text(BUILD)
    (source / "src" / "page.html").write_text("first")
    return tmp_path


def compiled(root: Path) -> Path:
    return root / "server" / "vret_server" / "console" / "index.html"


def test_it_is_compiled_once_and_again_when_a_source_changed(root: Path) -> None:
    console = TOOL.Console(root)
    assert not console.is_compiled()
    console.compile()
    assert compiled(root).read_text() == "first"
    compiled(root).write_text("untouched")
    console.compile()
    assert compiled(root).read_text() == "untouched"
    (root / "server" / "console" / "src" / "page.html").write_text("second")
    assert not console.is_compiled()
    console.compile()
    assert compiled(root).read_text() == "second"


def test_what_does_not_compile_leaves_no_old_console(root: Path) -> None:
    console = TOOL.Console(root)
    console.compile()
    (root / "server" / "console" / "build.mjs").write_text("throw new Error('a type error')")
    with pytest.raises(TOOL.ConsoleError, match="mend in server/console what npm names"):
        console.compile()
    assert not compiled(root).exists()
    (root / "server" / "console" / "build.mjs").write_text("")
    with pytest.raises(TOOL.ConsoleError, match=r"left no .*index\.html"):
        console.compile()


def test_without_its_lock_nothing_is_installed(root: Path) -> None:
    (root / "server" / "console" / "package-lock.json").unlink()
    with pytest.raises(TOOL.ConsoleError, match=r"package-lock\.json is missing"):
        TOOL.Console(root).compile()


def test_an_archive_that_carries_it_asks_for_no_node(root: Path) -> None:
    hook = TOOL.ConsoleHook(str(root), {}, None, None, "", "wheel")
    assert hook.dependencies() == [TOOL.NODE]
    TOOL.Console(root).compile()
    assert hook.dependencies() == []


def test_the_page_judges_a_line_by_the_same_numbers() -> None:
    page = ROOT / "server" / "console" / "src" / "core" / "quality.ts"
    found = re.findall(
        r"^const (GOOD|FAIR) = \{ lost: ([\d.]+), roundTripMs: (\d+) \};$",
        page.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert {name: (float(lost), float(trip)) for name, lost, trip in found} == {
        "GOOD": (GOOD_LOST, GOOD_ROUND_TRIP_MS),
        "FAIR": (FAIR_LOST, FAIR_ROUND_TRIP_MS),
    }
