"""The homework that a headset keeps: what a therapist signed, and what was begun of it.

`<data>/homework.json` holds the signed text with its signature and key, `<data>/homework-done.json` which key it was
given with, when its sessions began, and the newest time that this computer has known. Both are readable by this
account alone and replaced whole. A session begins only while the signature fits, the homework has not expired, the
clock has not been set back, and the day has sessions left. Nothing here needs a network.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from vret.core.commands import GiveHomework
from vret.core.homework import UNIX_S_MAX, Homework, homework_of
from vret.errors import VretError
from vret.link.saved import SESSIONS
from vret.recording.disk import sync_folder
from vret.unreadable import UNREADABLE

KEY_BYTES: Final = 65
SIGNATURE_BYTES: Final = 64
GIVEN_WITHIN_S: Final = 3600
"""How far the clocks of page and headset may be apart when homework is given."""
SET_BACK_S: Final = 300
"""So far a clock that sets itself by the network may go back."""
FOLDER_PREFIX: Final = "homework-"

_ASK = "Ask your therapist for it in your next session."


class HomeworkError(VretError):
    """There is no homework to be done now; the message says why and what to do."""


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    homework: str
    key: bytes
    signature: bytes


class _Ledger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`began_unix_s` are the sessions of the homework in which a scene was, or may have been, shown."""

    homework_id: str
    key: bytes
    newest_unix_s: int
    began_unix_s: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not all(0 <= unix_s < UNIX_S_MAX for unix_s in (self.newest_unix_s, *self.began_unix_s)):
            raise ValueError("newest_unix_s and began_unix_s must be times of this age, in seconds")


class HomeworkFolder:
    """What one headset keeps, in its data folder. `clock` tells Unix time in seconds."""

    def __init__(self, data_folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._data_folder, self._clock = data_folder, clock
        self._file = data_folder / "homework.json"
        self._ledger_file = data_folder / "homework-done.json"

    def keep(self, given: GiveHomework) -> Homework:
        """From now on this, and nothing that was given before. Raises HomeworkError for what nobody signed, OSError."""
        homework = signed_homework(given)
        now = int(self._clock())
        known = self._ledger()
        began: tuple[int, ...] = ()
        if known is not None:
            same_day = (begun for begun in known.began_unix_s if _day(begun) == _day(now))
            began = known.began_unix_s if known.homework_id == homework.homework_id else tuple(same_day)
        self._write_ledger(_Ledger(homework.homework_id, given.key, now, began))
        _write(self._file, _Kept(given.homework, given.key, given.signature))
        return homework

    def withdraw(self) -> None:
        """The therapist took it back, whatever it was."""
        self._file.unlink(missing_ok=True)

    def kept(self) -> Homework | None:
        """What is kept, for the therapist to see; None where there is none, or none that could be done."""
        try:
            return self._kept()
        except (HomeworkError, OSError):
            return None

    def ready(self) -> Homework:
        """The homework that may be done now. Raises HomeworkError."""
        homework, now = self._kept(), int(self._clock())
        ledger = self._ledger()
        if ledger is None or (ledger.homework_id, ledger.key) != (homework.homework_id, self._read().key):
            raise HomeworkError(
                f"This homework was not given on this computer, or {self._ledger_file} is damaged. {_ASK}"
            )
        newest = max(ledger.newest_unix_s, homework.signed_unix_s)
        if now < newest - SET_BACK_S:
            raise HomeworkError(
                f"This computer's clock says {_said(now)}, but it was {_said(newest)} before: set date and time, then "
                "start again."
            )
        if now >= homework.expires_unix_s:
            raise HomeworkError(f"This homework was good until {_said(homework.expires_unix_s)}. {_ASK}")
        today = [begun for begun in ledger.began_unix_s if _day(begun) == _day(now)]
        if len(today) >= homework.sessions_per_day:
            raise HomeworkError("That was all for today, as you agreed with your therapist. Come back tomorrow.")
        return homework

    def under_way(self) -> Homework:
        """The homework of a session that has begun, whatever the day says meanwhile. Raises HomeworkError."""
        return self._kept()

    def begin(self, homework: Homework) -> Path:
        """A session of it begins now, and counts: the folder of its own in which its log goes. Raises OSError."""
        ledger, now = self._ledger(), int(self._clock())
        assert ledger is not None, "nothing begins that was not found ready"
        self._write_ledger(msgspec.structs.replace(ledger, newest_unix_s=now, began_unix_s=(*ledger.began_unix_s, now)))
        number = 1
        while (folder := self._data_folder / SESSIONS / f"{FOLDER_PREFIX}{homework.homework_id}-{number}").exists():
            number += 1
        folder.mkdir(mode=0o700, parents=True)
        return folder

    def ended(self, *, counts: bool) -> None:
        """The newest session is over; without a scene shown it does not count."""
        ledger = self._ledger()
        if ledger is not None:
            began = ledger.began_unix_s if counts else ledger.began_unix_s[:-1]
            newest = max(ledger.newest_unix_s, int(self._clock()))
            self._write_ledger(msgspec.structs.replace(ledger, newest_unix_s=newest, began_unix_s=began))

    def _kept(self) -> Homework:
        kept = self._read()
        return signed_homework(GiveHomework(homework=kept.homework, key=kept.key, signature=kept.signature))

    def _read(self) -> _Kept:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Kept)
        except FileNotFoundError:
            raise HomeworkError(f"There is no homework on this computer. {_ASK}") from None
        except UNREADABLE as error:
            raise HomeworkError(f"{self._file} is damaged ({error}), so it cannot be trusted. {_ASK}") from None

    def _ledger(self) -> _Ledger | None:
        try:
            return msgspec.json.decode(self._ledger_file.read_bytes(), type=_Ledger)
        except (FileNotFoundError, *UNREADABLE):
            return None

    def _write_ledger(self, ledger: _Ledger) -> None:
        _write(self._ledger_file, ledger)


def signed_homework(given: GiveHomework) -> Homework:
    """What the text says, if its signature is that of the key. Raises HomeworkError."""
    try:
        if len(given.key) != KEY_BYTES or len(given.signature) != SIGNATURE_BYTES:
            raise ValueError("a key of 65 bytes and a signature of 64 are wanted")
        public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), given.key)
        half = SIGNATURE_BYTES // 2
        r, s = (int.from_bytes(given.signature[part]) for part in (slice(half), slice(half, None)))
        public.verify(encode_dss_signature(r, s), given.homework.encode(), ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise HomeworkError(f"The signature of the homework does not fit, so it cannot be trusted. {_ASK}") from None
    homework = homework_of(given.homework)
    if homework is None:
        raise HomeworkError(f"The homework cannot be read by this version of vret. {_ASK}")
    return homework


def problem_of(given: GiveHomework, now_unix_s: float) -> str:
    """Why what is given cannot be taken, for the therapist; empty when it can. What it says is the core's business."""
    try:
        homework = signed_homework(given)
    except HomeworkError:
        return "the homework cannot be read, or its signature does not fit"
    if abs(now_unix_s - homework.signed_unix_s) > GIVEN_WITHIN_S:
        return "the clocks of this page and of the headset differ by more than an hour: set them, then sign it again"
    return ""


def _write(path: Path, what: msgspec.Struct) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".new")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(what))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def _day(unix_s: float) -> tuple[int, int, int]:
    """The local date."""
    return datetime.fromtimestamp(unix_s, UTC).astimezone().timetuple()[:3]


def _said(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).astimezone().strftime("%d %B %Y, %H:%M")
