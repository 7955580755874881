import random
from itertools import islice

import pytest

from vret.link.backoff import FIRST_S, LAST_S, backoff


@pytest.mark.parametrize("last_s", [LAST_S, 1.5])
def test_delays_grow_to_a_bound_and_are_never_all_alike(last_s: float) -> None:
    delays = list(islice(backoff(last_s, random.Random(1)), 12))
    for number, delay_s in enumerate(delays):
        full_s = min(last_s, FIRST_S * 2**number)
        assert full_s / 2 <= delay_s <= full_s
    assert len(set(delays)) == len(delays)
