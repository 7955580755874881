from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vret.core.plan import Plan
from vret.link.strict import UnknownFieldError, decode_strict, unknown_field
from vret.link.wire import CommandMessage

PLAN = msgspec.json.Decoder(Plan)
COMMAND = msgspec.json.Decoder(CommandMessage)


@pytest.mark.parametrize(
    ("plan", "path"),
    [
        (b'{"scenes":[{"scene":"heights"}],"surprise":true}', "surprise"),
        (b'{"scenes":[{"scene":"heights"},{"scene":"x","top_rong":"roof"}]}', r"scenes\[1\]\.top_rong"),
    ],
)
def test_an_unknown_field_is_named_with_its_place(plan: bytes, path: str) -> None:
    with pytest.raises(UnknownFieldError, match=path):
        decode_strict(plan, PLAN)


def test_names_that_are_data_are_no_fields() -> None:
    plan = decode_strict(b'{"scenes":[{"scene":"heights","ceilings":{"height_m":5}}]}', PLAN)
    assert plan.scenes[0].ceilings == {"height_m": 5}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(min_size=1, max_size=8), JSON)
def test_no_extra_field_of_any_name_gets_through(name: str, value: Any) -> None:
    known = {"type": "Pause"}
    whole = {"type": "CommandMessage", "command_id": "c", "sequence": 1, "beacon": 1, "sent_ns": 1, "command": known}
    decode_strict(msgspec.json.encode(whole), COMMAND)
    for message in ({**whole, name: value}, {**whole, "command": {**known, name: value}}):
        if message.keys() == whole.keys() and message["command"] == known:
            continue
        if name in ("type", "mac", *whole):
            continue
        with pytest.raises(UnknownFieldError):
            decode_strict(msgspec.json.encode(message), COMMAND)


@given(JSON)
def test_a_value_knows_all_of_itself(value: Any) -> None:
    assert unknown_field(value, value) is None
