"""Where a key stands in a TOML file, so that an error can name the line.

`tomllib` reads the values and keeps no positions; this finds the positions and reads no values. It expects text that
`tomllib` has accepted.
"""

import re

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def key_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and array element, by its path."""
    return _Finder(text).find()


class _Finder:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._counted = 0
        self._line = 1
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}

    def find(self) -> dict[Path, int]:
        table: Path = ()
        self._blank()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()
        return self._lines

    def _note(self, path: Path) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        line, self._counted = self._line, self._at
        for end in range(1, len(path) + 1):
            self._lines.setdefault(path[:end], line)

    def _blank(self) -> None:
        self._at = self._match(_BLANK).end()

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        assert match is not None, f"tomllib accepted what this finder does not know, at character {self._at}"
        return match

    def _header(self) -> Path:
        many = self._text.startswith("[[", self._at)
        start = self._at
        self._at += 2 if many else 1
        path = self._resolved(self._key())
        if many:
            self._counts[path] = self._counts.get(path, -1) + 1
            path = (*path, self._counts[path])
        end, self._at = self._at, start
        self._note(path)
        self._at = self._text.index("]", end) + (2 if many else 1)
        return path

    def _resolved(self, keys: Path) -> Path:
        """A header's path, with the current element of every array of tables on the way."""
        path: Path = ()
        for index, key in enumerate(keys):
            path = (*path, key)
            if path in self._counts and index < len(keys) - 1:
                path = (*path, self._counts[path])
        return path

    def _key(self) -> Path:
        parts: list[str | int] = []
        while True:
            self._blank()
            quoted = self._text[self._at] in "\"'"
            match = self._match(_STRING if quoted else _BARE)
            parts.append(match.group()[1:-1] if quoted else match.group())
            self._at = match.end()
            self._blank()
            if self._text[self._at] != ".":
                return tuple(parts)
            self._at += 1

    def _pair(self, table: Path) -> None:
        start = self._at
        path = (*table, *self._key())
        end, self._at = self._at, start
        self._note(path)
        self._at = self._text.index("=", end) + 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._blank()
        match self._text[self._at]:
            case "{":
                self._inside("}", path)
            case "[":
                self._inside("]", path)
            case '"' | "'":
                self._at = self._match(_STRING).end()
            case _:
                self._at = self._match(_SCALAR).end()

    def _inside(self, end: str, path: Path) -> None:
        self._at += 1
        self._blank()
        index = 0
        while self._text[self._at] != end:
            if end == "}":
                self._pair(path)
            else:
                self._note((*path, index))
                self._value((*path, index))
                index += 1
            self._blank()
            if self._text[self._at] == ",":
                self._at += 1
                self._blank()
        self._at += 1
