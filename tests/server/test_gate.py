import pytest
from msgspec.structs import replace

from vret_server.gate import QUESTIONS, Gate, Kind, check_keys, judge, require_open
from vret_server.refusal import RefusedError

_NO = {question.key: False for question in QUESTIONS}
_GOOD = Gate("1 High Street", "01632 960000", _NO, emergency_number="112")


def _but(**answers: bool) -> dict[str, bool]:
    return {**_NO, **answers}


def test_a_whole_gate_is_open() -> None:
    assert judge(_GOOD).complete
    require_open(_GOOD)


@pytest.mark.parametrize(
    ("gate", "missing"),
    [
        (replace(_GOOD, present_address="  "), ("present_address",)),
        (replace(_GOOD, callback_number="none"), ("callback_number",)),
        (replace(_GOOD, emergency_number=""), ("emergency_number",)),
        (replace(_GOOD, emergency_number="police"), ("emergency_number",)),
        (replace(_GOOD, emergency_number="112 or 999"), ("emergency_number",)),
        (replace(_GOOD, emergency_number="112/999"), ("emergency_number",)),
        (replace(_GOOD, emergency_number="١١٢"), ("emergency_number",)),
        (replace(_GOOD, callback_number="01632 960000 ext 12"), ("callback_number",)),
        (replace(_GOOD, answers=_but(pregnancy=True)), ("reasons.pregnancy",)),
        (replace(_GOOD, answers=_but(pregnancy=True), reasons={"pregnancy": " "}), ("reasons.pregnancy",)),
    ],
)
def test_what_is_missing_is_named(gate: Gate, missing: tuple[str, ...]) -> None:
    judgement = judge(gate)
    assert not judgement.complete
    assert judgement.missing == missing
    with pytest.raises(RefusedError, match=missing[0]) as refused:
        require_open(gate)
    assert refused.value.code == "gate_incomplete"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_question_must_be_answered_and_counts(question: object) -> None:
    assert hasattr(question, "key")
    key, kind = str(question.key), next(known.kind for known in QUESTIONS if known is question)
    unanswered = {name: no for name, no in _NO.items() if name != key}
    assert judge(replace(_GOOD, answers=unanswered)).missing == (f"answers.{key}",)
    with_reason = replace(_GOOD, answers=_but(**{key: True}), reasons={key: "cleared by her doctor"})
    judgement = judge(with_reason)
    if kind is Kind.BLOCK:
        assert judgement.blocked_by == (key,)
        with pytest.raises(RefusedError, match=key) as refused:
            require_open(with_reason)
        assert refused.value.code == "gate_blocked"
    else:
        assert judgement.complete


def test_nothing_entered_is_not_open() -> None:
    with pytest.raises(RefusedError):
        require_open(None)


def test_a_misspelt_question_is_refused() -> None:
    with pytest.raises(RefusedError, match="pregnancie"):
        check_keys(Gate(answers={"pregnancie": False}))
    with pytest.raises(RefusedError, match="migrane"):
        check_keys(Gate(reasons={"migrane": "x"}))
