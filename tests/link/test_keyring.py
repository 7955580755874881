"""The messages of an agreement, at both ends, and what somebody between them can do: nothing that goes unseen."""

import os
from pathlib import Path

import msgspec
import pytest

from vret.core.events import KeysAgreed, WordsMatched
from vret.link.agreement import AgreementError
from vret.link.keyring import NO_CALL, ConsoleKeyring, FromKeyring, HeadsetKeyring, KeyFile
from vret.link.wire import Challenge, Commitment, HeadsetHalf, Kept, Proven, Reveal

SESSION = "s1"


def headset(session_id: str = SESSION) -> HeadsetKeyring:
    return HeadsetKeyring(session_id, bytes(range(32)))


def console(session_id: str = SESSION) -> ConsoleKeyring:
    return ConsoleKeyring(session_id, NO_CALL)


def join(held: HeadsetKeyring, joining: ConsoleKeyring, peer: str) -> KeysAgreed:
    """All messages from the challenge to the proof, as both ends answer them; what the core hears."""
    pending: list[FromKeyring] = [held.challenge(peer)]
    heard: list[object] = []
    while pending:
        reply = joining.take(pending.pop(0))
        if reply is not None:
            followed = held.take(peer, reply)
            pending += followed.messages
            heard += followed.events
    (agreed,) = heard
    assert isinstance(agreed, KeysAgreed)
    return agreed


def test_both_ends_have_the_same_keys_and_words() -> None:
    held, joining = headset(), console()
    agreed = join(held, joining, "t1")
    assert joining.agreed is not None
    assert (agreed.sender, agreed.keys, agreed.words) == ("t1", joining.agreed.name, joining.agreed.phrase)
    (event,) = held.take("t1", joining.words_match()).events
    assert event == WordsMatched(t_ns=0, sender="t1", keys=agreed.keys)


def test_a_console_that_comes_back_keeps_its_keys() -> None:
    held, joining = headset(), console()
    first = join(held, joining, "t1")
    held.left("t1")
    second = join(held, joining, "t2")
    assert (second.sender, second.keys) == ("t2", first.keys)
    with pytest.raises(AgreementError, match="no keys"):
        held.take("t1", joining.words_match())
    assert held.take("t2", joining.words_match()).events


def test_keys_outlive_the_process_that_agreed_on_them(tmp_path: Path) -> None:
    path, joining = tmp_path / "keys", console()
    first = join(HeadsetKeyring(SESSION, NO_CALL, KeyFile(path)), joining, "t1")
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    again = HeadsetKeyring(SESSION, NO_CALL, KeyFile(path))
    assert join(again, joining, "t2").keys == first.keys
    assert KeyFile(path).read("another session") == []
    path.write_bytes(b"\xff torn")
    assert KeyFile(path).read(SESSION) == []


def test_what_was_overheard_does_not_let_another_in() -> None:
    """The answer to one challenge is no answer to another, and not good twice."""
    held, joining = headset(), console()
    join(held, joining, "t1")
    overheard = joining.take(held.challenge("t2"))
    assert isinstance(overheard, Kept)
    held.challenge("thief")
    with pytest.raises(AgreementError, match="compare the words again"):
        held.take("thief", overheard)
    held.take("t2", overheard)
    with pytest.raises(AgreementError, match="was not asked"):
        held.take("t2", overheard)
    with pytest.raises(AgreementError, match="was not asked"):
        held.take("never joined", overheard)


def test_a_headset_that_started_anew_knows_no_old_keys_and_agrees_on_new_ones() -> None:
    joining = console()
    before = join(headset(), joining, "t1")
    again = headset()
    reply = joining.take(again.challenge("t1"))
    assert isinstance(reply, Kept)
    with pytest.raises(AgreementError, match="compare the words again"):
        again.take("t1", reply)
    pending = again.take("t1", joining.begin()).messages
    assert isinstance(pending[0], HeadsetHalf)
    reveal = joining.take(pending[0])
    assert isinstance(reveal, Reveal)
    followed = again.take("t1", reveal)
    assert joining.take(followed.messages[0]) is None
    assert joining.agreed is not None
    assert joining.agreed.name != before.keys


def test_somebody_in_between_has_two_agreements_and_they_differ() -> None:
    held, joining = headset(), console()
    to_console, to_headset = headset(), console()
    seen_by_console = join(to_console, joining, "t1")
    seen_by_headset = join(held, to_headset, "t1")
    assert seen_by_console.keys != seen_by_headset.keys
    assert seen_by_console.words != seen_by_headset.words
    with pytest.raises(AgreementError, match="other keys"):
        held.take("t1", joining.words_match())


def test_a_key_from_another_console_than_the_one_answered_is_refused() -> None:
    held, first, second = headset(), console(), console()
    (half,) = held.take("t1", first.begin()).messages
    reveal = first.take(half)
    assert isinstance(reveal, Reveal)
    with pytest.raises(AgreementError, match="another console"):
        held.take("t2", reveal)
    held.take("t2", second.begin())
    with pytest.raises(AgreementError, match="another console"):
        held.take("t1", reveal)


def test_a_changed_proof_or_key_is_refused_on_either_side() -> None:
    held, joining = headset(), console()
    (half,) = held.take("t1", joining.begin()).messages
    reveal = joining.take(half)
    assert isinstance(reveal, Reveal)
    with pytest.raises(AgreementError, match="other keys"):
        held.take("t1", msgspec.structs.replace(reveal, proof=bytes(32)))
    (half,) = held.take("t1", joining.begin()).messages
    reveal = joining.take(half)
    assert isinstance(reveal, Reveal)
    with pytest.raises(AgreementError, match="Another key"):
        held.take("t1", msgspec.structs.replace(reveal, certificate=bytes(reversed(range(32)))))
    (half,) = held.take("t1", joining.begin()).messages
    joining.take(half)
    with pytest.raises(AgreementError, match="other keys"):
        joining.take(Proven(peer="t1", proof=bytes(32)))
    assert joining.agreed is None


def test_a_console_answers_only_what_it_asked_for() -> None:
    joining = console()
    with pytest.raises(AgreementError, match="nobody asked for"):
        joining.take(Proven(peer="t1", proof=bytes(32)))
    with pytest.raises(AgreementError, match="nobody asked for"):
        joining.take(HeadsetHalf(peer="t1", key=bytes(65), certificate=bytes(32)))
    assert isinstance(joining.take(Challenge(peer="t1", nonce=bytes(32))), Commitment)
    with pytest.raises(AgreementError, match="not proved its keys"):
        joining.words_match()


def test_keys_of_another_session_are_no_keys() -> None:
    held, joining = headset("s1"), console("s2")
    (half,) = held.take("t1", joining.begin()).messages
    reveal = joining.take(half)
    assert isinstance(reveal, Reveal)
    with pytest.raises(AgreementError, match="Another key"):
        held.take("t1", reveal)
