"""What every test shares: counts that `make soak` raises, and closing lines that name whatever did not run."""

from collections import defaultdict
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import settings

from tests.faults.measured import measured

__all__ = ["measured"]

settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile("full", max_examples=5_000, deadline=None, print_blob=True)


AGAINST_THE_CLOCK = {"console", "doctor", "end_to_end", "faults", "link", "sound", "supervisor", "testing", "voice"}
"""Folders whose tests wait for real programs: what a busy machine made late is tried once more, and told."""

LONG_S, FILES_TOLD = 300.0, 60
"""After a run of more than this much work its costliest files are named."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="the full counts of random and repeated tests (make soak)")
    parser.addoption("--measured", metavar="FILE", help="where what is measured of faults is appended (make faults)")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("full" if config.getoption("--full") else "suite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full") or not config.pluginmanager.hasplugin("rerunfailures"):
        return
    for item in items:
        if item.path.relative_to(Path(__file__).parent).parts[0] in AGAINST_THE_CLOCK:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether this is `make soak`: repeated tests then run their full counts."""
    return bool(request.config.getoption("--full"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where the time went, what failed at first and why, and the tests that did not run, by reason."""
    took_s: dict[str, float] = defaultdict(float)
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if isinstance(report, pytest.TestReport):
            took_s[report.nodeid.partition("::")[0]] += report.duration
    if sum(took_s.values()) > LONG_S:
        terminalreporter.section("where the time went")
        for file, seconds in sorted(took_s.items(), key=itemgetter(1), reverse=True)[:FILES_TOLD]:
            terminalreporter.write_line(f"{seconds:7.1f} s  {file}")
    if reruns := terminalreporter.stats.get("rerun", []):
        terminalreporter.section("failed at first, and tried once more")
        for report in reruns:
            terminalreporter.write_line(f"{report.nodeid}\n{report.longreprtext}\n")
    names: dict[str, list[str]] = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", []):
        names[_reason(report)].append(report.nodeid)
    if not names:
        return
    terminalreporter.section("not run here, and why")
    for reason, tests in sorted(names.items()):
        terminalreporter.write_line(f"{reason}")
        for test in sorted(tests):
            terminalreporter.write_line(f"    {test}")


def _reason(report: pytest.TestReport) -> str:
    _, _, reason = report.longrepr if isinstance(report.longrepr, tuple) else ("", 0, str(report.longrepr))
    return reason.removeprefix("Skipped: ")
