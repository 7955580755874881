"""`vret review LOG`: a report with plots from the log of a session."""

from pathlib import Path
from typing import Annotated

import typer


def review(
    log: Annotated[Path, typer.Argument(help="The log of a session, a file whose name ends in .mcap.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the report. Default: beside the log, ending in .html.")
    ] = None,
) -> None:
    """Write a report with plots and tables from the log of a session.

    The report is one HTML file: open it in any browser, print it, or keep it with the record. It needs no network.
    """
    from vret.review.report import report_path, write_report

    path = out or report_path(log)
    write_report(log, path)
    typer.echo(f"Report: {path}")
