"""The report as a file: a log is read up to where it is good, reviewed, and written as one page."""

from collections.abc import Iterator
from pathlib import Path

from vret.errors import VretError
from vret.recording.errors import DamagedLogError, TruncatedLogError
from vret.recording.log import Log
from vret.recording.record import Entry
from vret.review.course import read_course
from vret.review.page import Source, render


class ReportError(VretError):
    """The report cannot be written."""


def report_path(log: Path) -> Path:
    """Where a log's report goes by default."""
    return log.with_name(log.name.removesuffix(".mcap").removesuffix(".sealed") + ".html")


def write_report(log_path: Path, out: Path) -> None:
    """Review a log up to where it is good, and write the page. Raises LogError, CourseError, ReportError."""
    log = Log(log_path)
    remarks: list[str] = []
    course = read_course(_good_entries(log, remarks))
    source = Source(log_path.name, log.identity, log.device, log.sealed, tuple(remarks))
    page = render(course, source)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{out} cannot be written ({error.strerror}): choose another place with --out") from None


def _good_entries(log: Log, remarks: list[str]) -> Iterator[Entry]:
    """Entries up to a cut or to damage, which the report then tells of; a log without a first record is no log."""
    count = 0
    try:
        for entry in log.entries():
            count += 1
            yield entry
    except (TruncatedLogError, DamagedLogError) as error:
        if count == 0:
            raise
        remarks.append(str(error))
