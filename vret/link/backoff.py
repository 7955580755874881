"""How long to wait before the next attempt: soon at first, then less often, never all devices at once."""

import random
from collections.abc import Iterator

FIRST_S = 0.25
LAST_S = 5.0


def backoff(last_s: float = LAST_S, chance: random.Random | None = None) -> Iterator[float]:
    """Seconds to wait, doubling from `FIRST_S` to `last_s`, each shortened by up to half."""
    chance = chance or random.Random()
    delay_s = FIRST_S
    while True:
        yield delay_s * (1.0 - 0.5 * chance.random())
        delay_s = min(2.0 * delay_s, last_s)
