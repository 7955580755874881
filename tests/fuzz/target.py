"""A target of fuzzing: a parser that takes whatever bytes come, and the errors that it says it raises."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


COMMON = (
    b"",
    b"\0",
    b"\n",
    b"{}",
    b"null",
    b"[]",
    b"\xff" * 64,
    b"\xed\xa0\x80",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"\x91" * 100_000,
    b"9" * 5_000,
    b"-1e999999999",
    b'"\\ud800"',
    b"\xe2\x80\xae\xef\xbb\xbf",
    bytes(4096),
    b"A" * 200_000,
    (b"a." * 1_000_000)[:-1] + b"=1",
)
"""What everybody is given: nothing, no text, half characters, endless nesting, numbers and names."""


@dataclass(frozen=True)
class Target:
    """`parse` gets the bytes. What is not among `declared`, the parser's own errors, is a fault.

    `longest` is how many bytes are worth trying: a parser of files gets more than one of messages.
    """

    name: str
    parse: Callable[[bytes], object]
    declared: tuple[type[Exception], ...] = ()
    longest: int = 4096

    @property
    def corpus(self) -> Path:
        """Where its kept inputs lie."""
        return CORPUS / self.name

    def take(self, data: bytes) -> None:
        """One input. Raises what is a fault."""
        try:
            self.parse(data)
        except self.declared:
            return


@cache
def place() -> Path:
    """A folder for as long as this program runs, for parsers that read files."""
    folder = tempfile.TemporaryDirectory(prefix="vret-fuzz-")
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list["tempfile.TemporaryDirectory[str]"] = []


def written(name: str, data: bytes) -> Path:
    """A file of these bytes, in place of the one before."""
    path = place() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path
