"""What a piece of work that is done again and again leaves behind."""

import gc
import sys
from collections.abc import Callable


def left_behind(work: Callable[[int], object], turns: int = 100, rounds: int = 4) -> tuple[int, int]:
    """Memory blocks that `turns` of it left, in the round that left least, and cyclic objects that all of it left.

    `work` gets the number of the turn.
    """
    gc.collect()
    gc.disable()
    try:
        grown = []
        for round_ in range(rounds):
            before = sys.getallocatedblocks()
            for number in range(round_ * turns, (round_ + 1) * turns):
                work(number)
            grown.append(sys.getallocatedblocks() - before)
        return min(grown), gc.collect()
    finally:
        gc.enable()
