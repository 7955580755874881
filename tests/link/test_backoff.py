import random
from itertools import islice

from vret.link.backoff import FIRST_S, LAST_S, backoff


def test_delays_grow_to_a_bound_and_are_never_all_alike() -> None:
    delays = list(islice(backoff(random.Random(1)), 12))
    for number, delay_s in enumerate(delays):
        full_s = min(LAST_S, FIRST_S * 2**number)
        assert full_s / 2 <= delay_s <= full_s
    assert len(set(delays)) == len(delays)
