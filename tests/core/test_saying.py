"""What the therapist writes to the person."""

from tests.core.drive import in_state
from tests.core.ladders import M, S
from vret.core import commands, effects
from vret.core.effects import State
from vret.core.limits import LIMITS

TEXT = "Look where the street lamps begin."


def test_a_text_is_shown_for_as_long_as_it_takes_to_read() -> None:
    drive = in_state(State.EXPOSED)
    until_ns = drive.t_ns + LIMITS.say_ns + len(TEXT) * LIMITS.say_character_ns
    assert effects.TextShown(until_ns=until_ns) in drive.command(commands.Say(text=TEXT))
    assert drive.session.saying is not None
    assert (drive.session.saying.text, drive.session.saying.until_ns) == (TEXT, until_ns)


def test_a_newer_text_takes_its_place() -> None:
    drive = in_state(State.CALM)
    drive.command(commands.Say(text=TEXT))
    drive.wait(S)
    drive.command(commands.Say(text="Good."))
    assert drive.session.saying is not None
    assert drive.session.saying.text == "Good."


def test_it_needs_no_lease_and_moves_nothing() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.SetAxis(axis="wind_mps", target=10 * M, rate=M // 4))
    drive.wait(LIMITS.lease_rise_ns + S // 10, silent=True)
    before = drive.session
    assert drive.refusal(commands.Say(text=TEXT), beacon=-1) is None
    assert (drive.session.ramps, drive.session.cut, drive.session.state) == (before.ramps, before.cut, before.state)
