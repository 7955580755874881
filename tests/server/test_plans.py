import pytest

from vret.core.plan import Plan, ScenePlan
from vret_server.plans import read_plan
from vret_server.refusal import RefusedError


def test_a_plan_is_read_whole() -> None:
    given = {
        "scenes": [{"scene": "heights", "top_rung": "roof", "ceilings": {"height_m": 40_000_000}}],
        "surprises_consented": True,
        "hold_on_link_loss_ns": 1,
    }
    expected = Plan((ScenePlan("heights", "roof", {"height_m": 40_000_000}),), True, 1)
    assert read_plan(given) == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "scenes"),
        ({"scenes": []}, "nothing may be shown"),
        ({"scenes": [{"scene": "heights"}], "surprise_consented": True}, "surprise_consented"),
        ({"scenes": [{"scene": "heights", "top_rnug": "roof"}]}, "top_rnug"),
        ({"scenes": [{"scene": "heights", "ceilings": {"hight_m": 1}}]}, "hight_m"),
        ({"scenes": [{"scene": "heights"}], "hold_on_link_loss_ns": 31_000_000_000}, "hold_on_link_loss_ns"),
        ({"scenes": [{"scene": "heights"}], "mark": "real clients"}, "trial with staff only"),
        ({"scenes": [{"scene": 3}]}, "scene"),
        ({"scenes": [{"scene": "heights", "ceilings": {"height_m": 1.5}}]}, "int"),
        ({"scenes": [{"scene": "heights", "ceilings": {"height_m": 10**30}}]}, "64 bits"),
        ({"scenes": [{"scene": "\ud800"}]}, "half of a character"),
        ("\ud800", "half of a character"),
        ({"scenes": [{"scene": f"scene-{number}"} for number in range(5000)]}, "name fewer scenes"),
    ],
)
def test_what_is_wrong_with_a_plan_is_named(given: object, words: str) -> None:
    with pytest.raises(RefusedError, match=words) as refused:
        read_plan(given)
    assert refused.value.code == "bad_plan"
