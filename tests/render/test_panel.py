import numpy as np
import pytest

from vret.headset.messages import TEXTS, Message
from vret.render.panel import typeset


def test_every_message_has_its_words() -> None:
    assert set(TEXTS) == set(Message)


@pytest.mark.parametrize("message", Message)
def test_the_words_fit_the_panel(message: Message) -> None:
    letters = typeset(TEXTS[message])[..., 0]
    rows, columns = np.flatnonzero(letters.any(axis=1)), np.flatnonzero(letters.any(axis=0))
    height, width = letters.shape
    assert rows[0] > 20
    assert rows[-1] < height - 20
    assert columns[0] > 20
    assert columns[-1] < width - 20
