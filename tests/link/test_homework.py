"""What a headset keeps of homework, and when a session of it may begin."""

import stat
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.core.alone import DAY_S, homework_for
from tests.link.signing import given, new_key
from vret.core.homework import Homework
from vret.link.homework import (
    GIVEN_WITHIN_S,
    SET_BACK_S,
    HomeworkError,
    HomeworkFolder,
    problem_of,
    signed_homework,
)

NOON_UNIX_S = 1_700_000_000 // DAY_S * DAY_S + DAY_S // 2
HOMEWORK = replace(homework_for(), signed_unix_s=NOON_UNIX_S, expires_unix_s=NOON_UNIX_S + 14 * DAY_S)


class Clock:
    def __init__(self) -> None:
        self.unix_s = float(NOON_UNIX_S + 60)

    def __call__(self) -> float:
        return self.unix_s


class Kept:
    """A data folder with homework in it."""

    def __init__(self, data: Path, homework: Homework = HOMEWORK) -> None:
        self.data, self.clock = data, Clock()
        self.folder = HomeworkFolder(data, self.clock)
        self.given = given(homework)
        self.folder.keep(self.given)

    def refusal(self) -> str:
        try:
            self.folder.ready()
        except HomeworkError as error:
            return str(error)
        return ""


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_what_was_given_is_kept_for_this_account_alone_and_is_ready(kept: Kept) -> None:
    assert kept.folder.ready() == HOMEWORK
    assert kept.folder.kept() == HOMEWORK
    for file in kept.data.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert not file.name.endswith(".new")


def test_nothing_is_ready_where_nothing_was_given_or_all_was_taken_back(tmp_path: Path) -> None:
    folder = HomeworkFolder(tmp_path)
    with pytest.raises(HomeworkError, match="There is no homework on this computer"):
        folder.ready()
    assert folder.kept() is None
    kept = Kept(tmp_path)
    kept.folder.withdraw()
    kept.folder.withdraw()
    assert "There is no homework" in kept.refusal()


def test_a_changed_text_key_or_signature_is_not_trusted(kept: Kept) -> None:
    path = kept.data / "homework.json"
    written = msgspec.json.decode(path.read_bytes())
    more = written["homework"].replace('"sessions_per_day":1', '"sessions_per_day":3')
    assert more != written["homework"]
    others = msgspec.to_builtins(given(replace(HOMEWORK, sessions_per_day=3)))
    for fields in (
        {"homework": more},
        {"signature": others["signature"]},
        {"key": others["key"]},
        {"key": ""},
        {"signature": written["signature"][:-4]},
    ):
        path.write_bytes(msgspec.json.encode({**written, **fields}))
        assert "cannot be trusted" in kept.refusal()
        assert kept.folder.kept() is None


def test_homework_that_was_signed_by_somebody_else_was_not_given_here(kept: Kept) -> None:
    other = given(replace(HOMEWORK, sessions_per_day=3))
    path = kept.data / "homework.json"
    path.write_bytes(msgspec.json.encode({"homework": other.homework, "key": other.key, "signature": other.signature}))
    assert "was not given on this computer" in kept.refusal()
    (kept.data / "homework-done.json").unlink()
    assert "was not given on this computer" in kept.refusal()


def test_a_damaged_file_is_named(kept: Kept) -> None:
    path = kept.data / "homework.json"
    path.write_bytes(path.read_bytes()[:-20])
    assert str(path) in kept.refusal()
    assert "Ask your therapist" in kept.refusal()


def test_it_expires(kept: Kept) -> None:
    kept.clock.unix_s = HOMEWORK.expires_unix_s - 1
    assert kept.refusal() == ""
    kept.clock.unix_s += 1
    assert "was good until" in kept.refusal()


def test_a_clock_that_was_set_back_is_told(kept: Kept) -> None:
    kept.clock.unix_s = NOON_UNIX_S - SET_BACK_S + 61
    assert kept.refusal() == ""
    kept.clock.unix_s = NOON_UNIX_S - SET_BACK_S - 1
    assert "set date and time" in kept.refusal()
    kept.clock.unix_s = NOON_UNIX_S + 5 * DAY_S
    kept.folder.begin(HOMEWORK)
    kept.folder.ended(counts=True)
    kept.clock.unix_s -= DAY_S
    assert "set date and time" in kept.refusal(), "back to a day that has sessions left"


def test_sessions_are_counted_by_the_day_and_only_those_with_a_scene(kept: Kept) -> None:
    first = kept.folder.begin(HOMEWORK)
    assert first == kept.data / "sessions" / "homework-h-1-1"
    assert "all for today" in kept.refusal(), "also while it goes on, or after it was cut off"
    kept.folder.ended(counts=False)
    assert kept.refusal() == ""
    assert kept.folder.begin(HOMEWORK).name == "homework-h-1-2"
    kept.folder.ended(counts=True)
    assert "all for today" in kept.refusal()
    kept.clock.unix_s += DAY_S
    assert kept.refusal() == ""


def test_a_newer_homework_takes_the_place_of_the_old_one_and_the_day_goes_on_counting(kept: Kept) -> None:
    kept.folder.begin(HOMEWORK)
    newer = replace(HOMEWORK, homework_id="h-2")
    kept.folder.keep(given(newer))
    assert kept.folder.kept() == newer
    assert "all for today" in kept.refusal()
    kept.clock.unix_s += DAY_S
    assert kept.folder.ready() == newer


def test_what_nobody_signed_is_not_kept(tmp_path: Path) -> None:
    one, other = given(HOMEWORK), given(HOMEWORK)
    with pytest.raises(HomeworkError, match="cannot be trusted"):
        HomeworkFolder(tmp_path).keep(replace(one, signature=other.signature))
    assert list(tmp_path.iterdir()) == []


def test_what_is_signed_and_no_homework_is_none() -> None:
    key = new_key()
    unknown = msgspec.json.decode(given(HOMEWORK, key).homework) | {"surprises": True}
    signed = given(msgspec.defstruct("Other", [(name, object) for name in unknown])(**unknown), key)  # type: ignore[arg-type]
    with pytest.raises(HomeworkError, match="cannot be read by this version"):
        signed_homework(signed)


def test_a_therapist_is_told_why_it_cannot_be_taken() -> None:
    good = given(HOMEWORK)
    assert problem_of(good, NOON_UNIX_S + GIVEN_WITHIN_S) == ""
    assert "clocks" in problem_of(good, NOON_UNIX_S + GIVEN_WITHIN_S + 1)
    assert "clocks" in problem_of(good, NOON_UNIX_S - GIVEN_WITHIN_S - 1)
    assert "signature" in problem_of(replace(good, signature=bytes(64)), NOON_UNIX_S)
    assert "signature" in problem_of(replace(good, key=b"\x04" + bytes(64)), NOON_UNIX_S)
