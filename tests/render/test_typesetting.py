import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vret.core.commands import SAY_MAX
from vret.headset.page import Dial, Page
from vret.render.lettering import lettering
from vret.render.typesetting import QUADS_MAX, typeset

LETTERS = lettering()


@given(st.text(max_size=SAY_MAX), st.text(max_size=400), st.sampled_from([None, 0, 65, 100]))
def test_whatever_a_therapist_writes_can_be_set(spoken: str, anchor: str, value: int | None) -> None:
    """The frame sets it: a character that nobody thought of must not end the program in front of the person."""
    quads, width_m, height_m = typeset(Page(spoken=spoken, dial=Dial(value, (anchor,) * 5)), LETTERS)
    assert len(quads) <= QUADS_MAX
    assert np.isfinite([width_m, height_m]).all()
    assert min(width_m, height_m) > 0
