"""Public names: listed where they are said to be, explained, and in modules of one noun."""

import ast
import importlib

import pytest

from tests.project.sources import ROOT, Module, modules

LINES_MAX = 450
VAGUE = ("Manager", "Handler", "Service", "Helper", "Utils", "Util")
PACKAGES = [module for module in modules() if module.path.name == "__init__.py"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda module: module.name)
def test_exported_names_exist(package: Module) -> None:
    """`__init__` lists exactly what it brings in for others."""
    brought = {
        alias.asname or alias.name
        for node in package.tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    loaded = importlib.import_module(package.name)
    listed = set(getattr(loaded, "__all__", ()))
    assert listed == {name for name in brought if not name.startswith("_")}
    assert all(hasattr(loaded, name) for name in listed)


def test_modules_and_classes_say_what_they_are() -> None:
    found = []
    for module in modules():
        if module.tree.body and not ast.get_docstring(module.tree):
            found.append(f"{module.name}: no docstring")
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and node.name.endswith(VAGUE):
                found.append(f"{module.name}:{node.lineno}: the name {node.name} says nothing")
    assert found == []


def test_a_module_is_one_noun() -> None:
    lengths = {module.name: len(module.path.read_text().splitlines()) for module in modules()}
    too_long = {name: lines for name, lines in lengths.items() if lines > LINES_MAX}
    assert too_long == {}, "look for the second noun hiding in it"


def test_tests_mirror_the_source() -> None:
    """A test module under tests/<package> carries the name of what it tests or says in its docstring what it is."""
    known = {module.name.split(".")[-1] for module in modules()} | {package.name.split(".")[-1] for package in PACKAGES}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        noun = path.stem.removeprefix("test_")
        if noun not in known:
            assert ast.get_docstring(ast.parse(path.read_text())), f"{path.relative_to(ROOT)}: tests what?"
