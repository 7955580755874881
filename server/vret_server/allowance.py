"""Rate limits, pure: a bucket of tries that fills with time."""

from dataclasses import dataclass, field

_FORGET_ABOVE = 10_000


@dataclass(slots=True)
class Bucket:
    """Holds at most `capacity` tries and regains `per_s` of them each second. Times in seconds of one clock."""

    capacity: float
    per_s: float
    level: float = field(init=False)
    at_s: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.level = self.capacity

    def has_room(self, now_s: float) -> bool:
        self._fill(now_s)
        return self.level >= 1.0

    def take(self, now_s: float) -> bool:
        """Take one try; False, and nothing taken, when there is none."""
        if not self.has_room(now_s):
            return False
        self.level -= 1.0
        return True

    def give_back(self) -> None:
        self.level = min(self.capacity, self.level + 1.0)

    def is_full(self, now_s: float) -> bool:
        self._fill(now_s)
        return self.level >= self.capacity

    def _fill(self, now_s: float) -> None:
        self.level = min(self.capacity, self.level + max(0.0, now_s - self.at_s) * self.per_s)
        self.at_s = max(self.at_s, now_s)


class FailureLimit:
    """How many failed tries are allowed by each key (an address, an account) and in all.

    A try is charged before it is made, so that many at once cannot pass together, and given back if it succeeds.
    """

    def __init__(self, per_minute_each: int, per_minute_in_all: int) -> None:
        self._per_minute_each = per_minute_each
        self._each: dict[str, Bucket] = {}
        self._all = Bucket(per_minute_in_all, per_minute_in_all / 60)

    def take(self, now_s: float, *keys: str) -> bool:
        """False, and nothing charged, when one of the keys or all together have failed too often."""
        if len(self._each) > _FORGET_ABOVE:
            self._each = {key: bucket for key, bucket in self._each.items() if not bucket.is_full(now_s)}
        buckets = [self._all, *(self._bucket(key) for key in keys)]
        return all(bucket.has_room(now_s) for bucket in buckets) and all(bucket.take(now_s) for bucket in buckets)

    def succeeded(self, *keys: str) -> None:
        for bucket in (self._all, *(self._bucket(key) for key in keys)):
            bucket.give_back()

    def _bucket(self, key: str) -> Bucket:
        return self._each.setdefault(key, Bucket(self._per_minute_each, self._per_minute_each / 60))
