"""The table of faults in docs/clinical-safety.md: written from what was measured, every row with its proof."""

import importlib.util
import re
from types import ModuleType

import pytest

from tests.faults.table import BY_NAME, FAULTS, FIGURES, Fault, checked
from tests.project.sources import ROOT


def faults_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults_tool", ROOT / "tools" / "faults.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_what_was_measured() -> None:
    tool = faults_tool()
    page = tool.PAGE.read_text()
    assert page == tool.filled(page, tool.read()), "run `make faults ONLY=none`"


def test_what_was_measured_is_whole_and_inside_its_bounds() -> None:
    for name, kept in faults_tool().read().items():
        assert name in BY_NAME, f"{name} is no row any more"
        assert BY_NAME[name].tests, f"{name} was measured by nothing"
        checked(name, kept["values"])
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", kept["date"])


def test_every_row_has_a_name_of_its_own_and_figures_that_are_known() -> None:
    assert len(BY_NAME) == len(FAULTS)
    for fault in FAULTS:
        assert fault.within
        assert fault.within.keys() <= FIGURES.keys()
        assert all((fault.title, fault.headset, fault.therapist, fault.log))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.name))
def test_the_tests_of_a_row_are_there_and_measure(fault: Fault) -> None:
    """Each takes the recorder, and somewhere beside it the row's name is said."""
    for test in fault.tests:
        path, _, name = test.partition("::")
        source = (ROOT / path).read_text(encoding="utf-8")
        found = re.search(rf"def {name}\((.*?)\) -> None:", source, re.DOTALL)
        assert found is not None, test
        assert "measured: Measured" in found[1], test


def test_what_the_console_is_quoted_for_is_what_it_says() -> None:
    words = "".join(path.read_text() for path in (ROOT / "server" / "console" / "src" / "words").glob("*.ts"))
    quoted = {said for fault in FAULTS for said in re.findall("“(.*?)”", fault.therapist)}
    assert quoted
    assert [said for said in quoted if said not in words] == []
