"""Who has compared words in an earlier session needs none, and somebody in between gains nothing by that."""

import os
import time
from pathlib import Path

import msgspec
import pytest

from tests.link.test_keyring import join
from vret.core.events import Event, KeysAgreed, KeysRecognised
from vret.link.acquaintance import DAYS_MAX, MET_MAX, Acquaintances
from vret.link.agreement import Agreed, AgreementError
from vret.link.keyring import NO_CALL, ConsoleKeyring, FromKeyring, HeadsetKeyring
from vret.link.wire import Met, Proven, Recognised


def headset(met: Acquaintances, session: str = "s2") -> HeadsetKeyring:
    return HeadsetKeyring(session, NO_CALL, met=met)


def console(met: Acquaintances, session: str = "s2") -> ConsoleKeyring:
    return ConsoleKeyring(session, NO_CALL, met)


def meet(held: HeadsetKeyring, joining: ConsoleKeyring) -> list[Event]:
    """What the core hears, up to what the console answers to the proof."""
    pending: list[FromKeyring] = [held.challenge("t")]
    heard: list[Event] = []
    while pending:
        reply = joining.take(pending.pop(0))
        if reply is not None:
            followed = held.take("t", reply)
            pending += followed.messages
            heard += followed.events
    return heard


def agreed() -> Agreed:
    joining = console(Acquaintances())
    join(headset(Acquaintances()), joining, "t")
    assert joining.agreed is not None
    return joining.agreed


def proof(held: HeadsetKeyring, joining: ConsoleKeyring) -> Proven:
    """The headset's, before the console has heard it."""
    (half,) = held.take("t", joining.begin()).messages
    reveal = joining.take(half)
    assert reveal is not None
    (proven,) = held.take("t", reveal).messages
    assert isinstance(proven, Proven)
    return proven


@pytest.fixture
def met() -> tuple[Acquaintances, Acquaintances]:
    """What headset and page keep of a session in which both people compared the words."""
    of_headset, of_page = Acquaintances(), Acquaintances()
    held, joining = headset(of_headset, "s1"), console(of_page, "s1")
    keys = join(held, joining, "t").keys
    held.take("t", joining.words_match())
    held.compared(keys)
    return of_headset, of_page


def test_they_know_each_other_in_the_next_session(met: tuple[Acquaintances, Acquaintances]) -> None:
    found, recognised = meet(headset(met[0]), console(met[1]))
    assert isinstance(found, KeysAgreed)
    assert recognised == KeysRecognised(t_ns=0, sender="t", keys=found.keys)


def test_a_stranger_on_either_side_is_told_nothing(met: tuple[Acquaintances, Acquaintances]) -> None:
    for of_headset, of_page in ((met[0], Acquaintances()), (Acquaintances(), met[1])):
        (found,) = meet(headset(of_headset), console(of_page))
        assert isinstance(found, KeysAgreed)


def test_words_that_one_person_has_confirmed_make_no_acquaintance() -> None:
    of_headset, of_page = Acquaintances(), Acquaintances()
    held, joining = headset(of_headset, "s1"), console(of_page, "s1")
    join(held, joining, "t")
    held.take("t", joining.words_match())
    (found,) = meet(headset(of_headset), console(of_page))
    assert isinstance(found, KeysAgreed)


def test_somebody_in_between_cannot_pass_on_what_either_proves(met: tuple[Acquaintances, Acquaintances]) -> None:
    """The two have agreed with somebody else each: the proof for one is none for the other."""
    to_page, to_headset = headset(Acquaintances()), console(Acquaintances())
    proven = proof(headset(met[0]), to_headset)
    assert proven.met
    joining = console(met[1])
    told = proof(to_page, joining)
    with pytest.raises(AgreementError, match="in between"):
        joining.take(msgspec.structs.replace(told, met=proven.met))
    assert joining.agreed is None


def test_the_answer_of_another_session_is_none(met: tuple[Acquaintances, Acquaintances]) -> None:
    held, joining = headset(met[0]), console(met[1])
    overheard = joining.take(proof(held, joining))
    assert isinstance(overheard, Recognised)
    again, thief = headset(met[0], "s3"), console(Acquaintances(), "s3")
    join(again, thief, "thief")
    with pytest.raises(AgreementError, match="in between"):
        again.take("thief", overheard)
    with pytest.raises(AgreementError, match="not known here"):
        again.take("thief", Recognised(met=Met(name="nobody", mac=bytes(32))))


def test_what_is_kept_is_for_this_account_alone_and_not_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "acquaintances.json"
    kept = Acquaintances(path)
    for number in range(MET_MAX + 2):
        kept.remember(f"k{number}", bytes([number]) * 32)
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    new = agreed()
    named = [met.name for met in Acquaintances(path).told(new)]
    assert named == [f"k{number}" for number in range(MET_MAX + 1, 1, -1)]
    entries = msgspec.json.decode(path.read_bytes())
    for entry in entries[:-1]:
        entry["met_unix_s"] = int(time.time()) - DAYS_MAX * 24 * 60 * 60
    path.write_bytes(msgspec.json.encode(entries))
    assert [met.name for met in Acquaintances(path).told(new)] == [f"k{MET_MAX + 1}"]
    path.write_bytes(b"torn")
    assert Acquaintances(path).told(new) == ()
