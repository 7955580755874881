"""The console's types and tables are those of the Python code."""

import importlib.util
from types import ModuleType

import pytest

from tests.project.sources import ROOT


def vocabulary() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vocabulary_tool", ROOT / "tools" / "vocabulary.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", vocabulary().PAGES)
def test_what_the_console_takes_from_the_code_is_what_the_code_says(name: str) -> None:
    tool = vocabulary()
    assert (tool.GENERATED / name).read_text(encoding="utf-8") == tool.PAGES[name](), "run `make docs`"
