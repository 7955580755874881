import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from vret.core.commands import SAY_MAX
from vret.core.conversation import PHRASES
from vret.headset.page import Dial, Page, Phrases
from vret.render.lettering import lettering
from vret.render.typesetting import QUADS_MAX, typeset

LETTERS = lettering()


@example("", "\xad", None)
@given(st.text(max_size=SAY_MAX), st.text(max_size=400), st.sampled_from([None, 0, 65, 100]))
def test_whatever_a_therapist_writes_can_be_set(spoken: str, anchor: str, value: int | None) -> None:
    """The frame sets it: a character that nobody thought of must not end the program in front of the person."""
    phrases = Phrases(tuple(PHRASES.values()), 1, anchor)
    quads, width_m, height_m = typeset(Page(spoken=spoken, dial=Dial(value, (anchor,) * 5), phrases=phrases), LETTERS)
    assert len(quads) <= QUADS_MAX
    assert np.isfinite([width_m, height_m]).all()
    assert min(width_m, height_m) > 0


def test_the_longest_text_is_shown_whole() -> None:
    """Beside a notice and the phrases, in letters as wide as any."""
    notice = "We lost contact. This is technical, not you. You are waiting a little. You can stop."
    phrases = Phrases(tuple(PHRASES.values()), None, "To answer: push the stick left or right, then let go.")
    said = Page(title="On hold", sentence=notice, phrases=phrases)
    quads, _, _ = typeset(said._replace(spoken="W" * SAY_MAX), LETTERS)
    without, _, _ = typeset(said, LETTERS)
    title, _, _ = typeset(Page(spoken="W"), LETTERS)
    assert len(quads) - len(without) == SAY_MAX + len(title) - 2


def test_a_picture_of_many_parts_is_one_question_mark() -> None:
    assert LETTERS.spelled("a👩‍👩‍👧b❤️") == "a???b?"
    assert LETTERS.spelled("e\u0301 x\u0336") == "é x"


def test_the_sign_of_a_recording_is_small_by_itself_and_beside_a_title_takes_no_room() -> None:
    alone, width_m, height_m = typeset(Page(sign="Recording"), LETTERS)
    assert width_m < 0.4
    assert height_m < 0.18
    assert len(alone) == 1 + 1 + len("Recording")
    titled = Page(title="Waiting room", sentence="Your therapist will let you in soon.")
    without, wide_m, high_m = typeset(titled, LETTERS)
    with_sign, same_wide_m, same_high_m = typeset(titled._replace(sign="Recording"), LETTERS)
    assert (same_wide_m, same_high_m) == (wide_m, high_m)
    assert len(with_sign) == len(without) + len(alone) - 1
    sign, title = with_sign["rect"][1 : len(alone)], without["rect"][1 : 1 + len("Waitingroom")]
    assert sign[:, 0].min() > title[:, 2].max(), "they do not touch"
    assert sign[:, 2].max() < wide_m / 2
