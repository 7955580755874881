"""The root of all errors that a person can cause or mend.

A part that has its own kinds of error derives them from `VretError` beside its own code. The command line shows the
message as one line and ends with `exit_status`; anything else that escapes is a bug of ours and keeps its trace.
"""


class VretError(Exception):
    """One clear sentence: what is wrong, with which file, key or setting, and what to do about it."""

    exit_status = 2


class MissingExtraError(VretError):
    """A part of the program was asked for whose libraries are not installed."""

    def __init__(self, what: str, extra: str, library: str) -> None:
        super().__init__(f'{what} needs the library {library}, which is not installed: run pip install "vret[{extra}]"')
