"""Keys that page and headset agree on, and the ways in which somebody between them fails."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from vret.link import agreement
from vret.link.agreement import (
    CERTIFICATE_BYTES,
    KEY_BYTES,
    Agreed,
    AgreementError,
    Half,
    HeadsetSide,
    PageSide,
    agree,
    commitment,
    verify,
)
from vret.link.phrase import PHRASE_BITS, PHRASE_WORDS, WORDS, phrase_of

SESSION = "s-1"
OF_PAGE, OF_HEADSET, OF_NOBODY = (bytes([number]) * CERTIFICATE_BYTES for number in (1, 2, 3))
VECTORS = Path(__file__).with_name("agreement.json")
"""What test/agreement.test.ts of the console must make of the same keys."""


def meet(page: PageSide, headset: HeadsetSide) -> tuple[Agreed, Agreed]:
    """Nobody is in between; what the page and the headset have then."""
    half, of_page = page.reveal(headset.answer(page.commitment))
    return of_page, headset.agree(half)


def test_both_have_the_same_and_each_proves_it() -> None:
    of_page, of_headset = meet(PageSide(SESSION, OF_PAGE), HeadsetSide(SESSION, OF_HEADSET))
    assert of_page == of_headset
    verify(of_page.proof_of_headset, of_headset.proof_of_headset)
    verify(of_headset.proof_of_page, of_page.proof_of_page)
    keys = {of_page.commands_key, of_page.reports_key, of_page.acquaintance_key}
    secrets = {of_page.proof_of_page, of_page.proof_of_headset} | keys
    assert len(secrets) == 5
    assert {len(secret) for secret in secrets} == {32}


def test_every_meeting_makes_other_keys() -> None:
    headset = HeadsetSide(SESSION, OF_HEADSET)
    first, second = (meet(PageSide(SESSION, OF_PAGE), headset)[0] for _ in range(2))
    assert first.commands_key != second.commands_key
    assert first.reports_key != second.reports_key


@pytest.mark.parametrize("change", ["session", "page's certificate", "headset's certificate"])
def test_what_both_have_not_seen_alike_makes_other_words_and_other_keys(change: str) -> None:
    page = PageSide(SESSION if change != "session" else "s-2", OF_PAGE)
    headset = HeadsetSide(SESSION, OF_HEADSET)
    told = headset.answer(page.commitment)
    if change == "headset's certificate":
        told = Half(told.key, OF_NOBODY)
    half, of_page = page.reveal(told)
    if change == "page's certificate":
        half = Half(half.key, OF_NOBODY)
    if change == "headset's certificate":
        of_headset = headset.agree(half)
        assert of_headset.phrase != of_page.phrase
        with pytest.raises(AgreementError, match="other keys"):
            verify(of_headset.proof_of_page, of_page.proof_of_page)
    else:
        with pytest.raises(AgreementError, match="Another key came than was announced"):
            headset.agree(half)


def between() -> tuple[Agreed, Agreed]:
    """Somebody in between agrees with each of them, as well as can be done without being refused."""
    page, headset = PageSide(SESSION, OF_PAGE), HeadsetSide(SESSION, OF_HEADSET)
    as_page, as_headset = PageSide(SESSION, OF_NOBODY), HeadsetSide(SESSION, OF_NOBODY)
    _, of_page = page.reveal(as_headset.answer(page.commitment))
    half, _ = as_page.reveal(headset.answer(as_page.commitment))
    return of_page, headset.agree(half)


def test_with_somebody_in_between_the_words_differ() -> None:
    of_page, of_headset = between()
    assert of_page.phrase != of_headset.phrase
    with pytest.raises(AgreementError):
        verify(of_page.proof_of_headset, of_headset.proof_of_headset)


def test_somebody_in_between_fails_with_2_to_the_24_tries(full: bool) -> None:
    """They may try as many keys as they like, but only before they see the keys that the words are made of.

    The same tries after it find words that fit, of fewer bits: so the attack is a real one, and the order of the
    messages is what stops it.
    """
    tries = 1 << (24 if full else 17)
    page, headset = PageSide(SESSION, OF_PAGE), HeadsetSide(SESSION, OF_HEADSET)
    as_page = PageSide(SESSION, OF_NOBODY)
    half_of_headset = headset.answer(as_page.commitment)
    half_of_as_page, _ = as_page.reveal(half_of_headset)
    of_headset = headset.agree(half_of_as_page)

    sent = HeadsetSide(SESSION, OF_NOBODY).answer(page.commitment)
    half_of_page, of_page = page.reveal(sent)
    assert of_page.phrase != of_headset.phrase

    fitting = tries.bit_length() - 4
    target = _number(of_headset.phrase) >> PHRASE_BITS - fitting
    found = None
    for number in range(tries):
        tried = Half(b"\4" + number.to_bytes(KEY_BYTES - 1, "big"), OF_NOBODY)
        digest = agreement._digest(b"phrase", SESSION, half_of_page, tried)
        if int.from_bytes(digest[:4], "big") >> 32 - fitting == target:
            found = tried
            break
    assert found is not None, "the attack finds nothing even where it could"
    with pytest.raises(AgreementError, match="answered twice"):
        page.reveal(found)


def test_another_key_than_was_announced_is_refused() -> None:
    headset, page = HeadsetSide(SESSION, OF_HEADSET), PageSide(SESSION, OF_PAGE)
    headset.answer(page.commitment)
    other, _ = PageSide(SESSION, OF_PAGE).reveal(HeadsetSide(SESSION, OF_HEADSET).answer(b""))
    with pytest.raises(AgreementError, match="Another key came than was announced"):
        headset.agree(other)


def test_a_new_attempt_gets_a_new_pair_and_the_old_one_is_worth_nothing() -> None:
    headset, first, second = HeadsetSide(SESSION, OF_HEADSET), PageSide(SESSION, OF_PAGE), PageSide(SESSION, OF_PAGE)
    told_first, told_second = headset.answer(first.commitment), headset.answer(second.commitment)
    assert told_first.key != told_second.key
    half, _ = first.reveal(told_first)
    with pytest.raises(AgreementError, match="Another key"):
        headset.agree(half)
    half, _ = second.reveal(told_second)
    with pytest.raises(AgreementError, match="nobody had announced"):
        headset.agree(half)


@pytest.mark.parametrize("key", [b"", b"\4" * KEY_BYTES, b"\2" + bytes(32), bytes(KEY_BYTES)])
def test_what_is_no_key_is_refused(key: bytes) -> None:
    with pytest.raises(AgreementError, match="no key of this kind"):
        PageSide(SESSION, OF_PAGE).reveal(Half(key, OF_HEADSET))


def test_a_fingerprint_has_its_length() -> None:
    with pytest.raises(AgreementError, match="32 bytes, this one 31"):
        PageSide(SESSION, OF_PAGE[1:])
    with pytest.raises(AgreementError, match="32 bytes, this one 33"):
        PageSide(SESSION, OF_PAGE).reveal(Half(HeadsetSide(SESSION, OF_HEADSET).answer(b"").key, OF_HEADSET + b"!"))


def test_the_console_makes_the_same_of_the_same_keys() -> None:
    told = json.loads(VECTORS.read_text(encoding="utf-8"))
    page, headset = (Half(*(bytes.fromhex(told[end][part]) for part in ("key", "certificate"))) for end in ENDS)
    private = derive_private_key(int(told["page"]["private"], 16), SECP256R1())
    made = agree(private, headset, told["session_id"], page, headset)
    assert commitment(told["session_id"], page).hex() == told["commitment"]
    assert list(made.phrase) == told["phrase"]
    assert made.proof_of_page.hex() == told["proof_of_page"]
    assert made.proof_of_headset.hex() == told["proof_of_headset"]
    assert made.commands_key.hex() == told["commands_key"]
    assert made.reports_key.hex() == told["reports_key"]
    assert made.acquaintance_key.hex() == told["acquaintance_key"]


ENDS = ("page", "headset")


def test_words_are_told_apart() -> None:
    assert len(set(WORDS)) == len(WORDS) == 1 << PHRASE_BITS // PHRASE_WORDS
    alike = [(one, other) for one in WORDS for other in WORDS if one < other and _changes(one, other) < 3]
    assert not alike


FEARED = [
    "height",
    "high",
    "tall",
    "tower",
    "bridge",
    "edge",
    "fall",
    "drop",
    "cliff",
    "spider",
    "web",
    "insect",
    "bug",
    "wasp",
    "dog",
    "bark",
    "bite",
    "animal",
    "cat",
    "bird",
    "snake",
    "speech",
    "stage",
    "audience",
    "crowd",
    "plane",
    "fly",
    "wing",
    "pilot",
    "lift",
    "wall",
    "close",
    "dark",
    "tunnel",
    "trap",
    "needle",
    "pin",
    "nail",
    "blood",
    "vein",
    "sick",
    "storm",
    "rain",
    "wind",
    "thunder",
    "flash",
    "light",
    "drive",
    "car",
    "road",
    "crash",
    "dirt",
    "germ",
    "wash",
    "toilet",
    "blade",
    "knife",
    "gun",
    "fire",
    "burn",
    "smoke",
    "death",
    "grave",
    "war",
    "scream",
    "body",
    "heart",
    "hand",
    "hospital",
    "doctor",
    "nurse",
    "alone",
    "lost",
    "pain",
    "water",
    "drown",
]


def test_no_word_is_of_what_is_feared() -> None:
    assert not set(FEARED).intersection(WORDS)
    assert not [word for word in WORDS for feared in FEARED if len(feared) > 3 and feared in word]


def test_every_word_can_come_at_every_place() -> None:
    for place in range(PHRASE_WORDS):
        for number, word in enumerate(WORDS):
            shift = 32 - PHRASE_BITS // PHRASE_WORDS * (place + 1)
            assert phrase_of((number << shift).to_bytes(4, "big"))[place] == word


def _number(phrase: tuple[str, ...]) -> int:
    number = 0
    for word in phrase:
        number = number * len(WORDS) + WORDS.index(word)
    return number


def _changes(one: str, other: str) -> int:
    """How many letters must be put in, left out or exchanged (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[:], i
        for j, b in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
    return row[-1]
