"""Acquaintances: a page and a headset whose words were compared in an earlier session know each other by a key of it.

Both keep that key. When they agree on new keys, each says which it knows, under a MAC of what both have seen this time:
somebody in between has made the two see different things, so nothing that is said to one fits the other. Who cannot
show the key is a stranger, and the words are compared as the first time.
"""

import os
import time
from pathlib import Path
from typing import Final

import msgspec

from vret.link.agreement import Agreed, AgreementError, mac_of, verify
from vret.link.wire import Met
from vret.unreadable import UNREADABLE

DAYS_MAX: Final = 180
"""Who was not met for so long is forgotten."""
MET_MAX: Final = 8
"""The newest are named; an older one is a stranger until its words are compared."""
MET_BY_HEADSET: Final = "met by headset"
MET_BY_PAGE: Final = "met by page"
"""What is said with an acquaintance's key, about the proof that this end gave of the new keys."""

_DAY_S: Final = 24 * 60 * 60


class _Acquaintance(msgspec.Struct, frozen=True):
    name: str
    key: bytes
    met_unix_s: int


class Acquaintances:
    """Kept in the file `path`, which only this account may read; without one for as long as this lives.

    What cannot be read is nobody known: the words are compared again then.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known = self._read()

    def told(self, agreed: Agreed) -> tuple[Met, ...]:
        """All that the headset knows, the newest first, to the page that it has `agreed` with."""
        newest = list(self._known.values())[: -MET_MAX - 1 : -1]
        return tuple(Met(name=known.name, mac=_by_headset(known, agreed)) for known in newest)

    def answer(self, met: tuple[Met, ...], agreed: Agreed) -> Met | None:
        """The page's, to the first that it knows as well; None to a stranger.

        Raises AgreementError for a known name without its key.
        """
        for other in met:
            known = self._known.get(other.name)
            if known is not None:
                verify(_by_headset(known, agreed), other.mac)
                self.remember(known.name, known.key)
                return Met(name=known.name, mac=_by_page(known, agreed))
        return None

    def recognise(self, met: Met, agreed: Agreed) -> None:
        """The headset's, of the page's answer. Raises AgreementError unless it is known and has proved it."""
        known = self._known.get(met.name)
        if known is None:
            raise AgreementError("The page knows this headset from a session that is not known here.")
        verify(_by_page(known, agreed), met.mac)
        self.remember(known.name, known.key)

    def remember(self, name: str, key: bytes) -> None:
        """Met just now."""
        self._known.pop(name, None)
        self._known[name] = _Acquaintance(name, key, int(time.time()))
        self._write()

    def _read(self) -> dict[str, _Acquaintance]:
        if self._path is None:
            return {}
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=list[_Acquaintance])
        except (FileNotFoundError, *UNREADABLE):
            return {}
        oldest_unix_s = time.time() - DAYS_MAX * _DAY_S
        return {known.name: known for known in kept if known.met_unix_s > oldest_unix_s}

    def _write(self) -> None:
        if self._path is None:
            return
        written = self._path.with_suffix(".new")
        with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.encode(list(self._known.values())))
        written.replace(self._path)


def _by_headset(known: _Acquaintance, agreed: Agreed) -> bytes:
    return mac_of(known.key, MET_BY_HEADSET, agreed.proof_of_headset)


def _by_page(known: _Acquaintance, agreed: Agreed) -> bytes:
    return mac_of(known.key, MET_BY_PAGE, agreed.proof_of_page)
