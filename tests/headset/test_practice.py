from vret.core.events import Input, LessPressed, RatingGiven, Tick, WaitPressed
from vret.headset.practice import Practice
from vret.headset.profiles import Control


def test_what_was_done_once_stays_done() -> None:
    practice = Practice()
    practice.watch([Tick(t_ns=1, gap_ns=1), WaitPressed(t_ns=1, input=Input.HAND_LEFT)])
    practice.watch([LessPressed(t_ns=2, input=Input.KEYBOARD), RatingGiven(t_ns=2, suds=10)])
    practice.watch([])
    assert practice.done == {Control.WAIT, Control.LESS, Control.RATE}
