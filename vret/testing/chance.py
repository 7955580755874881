"""Chance without a generator: every draw is a hash of what it is for, so nothing depends on the order of draws."""

import hashlib


def chance(seed: int, *what: str | int) -> float:
    """A number in [0, 1) that belongs to `seed` and `what`, the same on every machine."""
    named = "\0".join(str(part) for part in (seed, *what))
    return int.from_bytes(hashlib.blake2b(named.encode(), digest_size=8).digest()[:7], "big") / (1 << 56)


def smooth_noise(seed: int, what: str, x: float) -> float:
    """Noise in [-1, 1] that changes smoothly with `x`, about once a unit (cosine between hashed points)."""
    index, part = divmod(x, 1.0)
    before = 2.0 * chance(seed, what, int(index)) - 1.0
    after = 2.0 * chance(seed, what, int(index) + 1) - 1.0
    ease = part * part * (3.0 - 2.0 * part)
    return before + (after - before) * ease
