import asyncio
import math

import pytest

from vret_server.codes import ALPHABET, LENGTH, code_hash, new_code, normal
from vret_server.refusal import RefusedError


def test_codes_are_long_enough_and_easy_to_read_aloud() -> None:
    assert LENGTH * math.log2(len(ALPHABET)) >= 40
    assert len(set(ALPHABET)) == len(ALPHABET)
    for confused in ("0O", "1IL", "5S", "8B", "UV", "BCDEGPTVZ", "MN", "FS", "AJK"):
        assert len(set(confused) & set(ALPHABET)) <= 1, confused
    groups = new_code().split("-")
    assert [len(group) for group in groups] == [3, 3, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert len({new_code() for _ in range(100)}) == 100


def test_however_it_is_typed_it_is_the_same_code() -> None:
    assert normal(" hk4 7mq-29rt ") == "HK47MQ29RT"
    assert asyncio.run(code_hash("HK4-7MQ-29RT")) == asyncio.run(code_hash("hk47mq29rt"))
    assert asyncio.run(code_hash("HK4-7MQ-29RT")) != asyncio.run(code_hash("HK4-7MQ-29RX"))


@pytest.mark.parametrize("typed", ["", "HK4", "HK4-7MQ-29RTT", "HK4-7MQ-29R0", "ÄÖÜ-7MQ-29RT"])
def test_what_cannot_be_a_code_is_unknown_at_once(typed: str) -> None:
    assert normal(typed) is None
    with pytest.raises(RefusedError) as refused:
        asyncio.run(code_hash(typed))
    assert refused.value.code == "code_unknown"
