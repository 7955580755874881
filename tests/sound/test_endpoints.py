"""Which output plays, by names alone; `test_pulse.py` has it with real ones."""

import miniaudio
import pytest

from vret.sound.endpoints import Choice, Endpoint, choose


def named(*names: str) -> list[Endpoint]:
    return [Endpoint(name, miniaudio.Backend.WASAPI) for name in names]


DESK = (
    "Speakers (Realtek(R) Audio)",
    "Headphones (Oculus Virtual Audio Device)",
    "VG279 (NVIDIA High Definition Audio)",
)


def chosen(names: tuple[str, ...], asked: str = "", headset: str = "") -> str | None:
    output = choose(named(*names), asked, headset).endpoint
    return None if output is None else output.name


@pytest.mark.parametrize(
    ("headset", "name"),
    [
        ("Meta Quest 3", DESK[1]),
        ("Oculus Rift S", DESK[1]),
        ("", None),
        ("Monado: Simulated HMD", None),
        ("Virtual Audio Headset", None),
        ("Some Definition Display", DESK[2]),
    ],
)
def test_headsets_own_output_is_known_by_a_word_of_its_name_or_maker(headset: str, name: str | None) -> None:
    assert chosen(DESK, headset=headset) == name


@pytest.mark.parametrize("asked", ["realtek", "SPEAKERS (Realtek(R) Audio)", "Speakers"])
def test_the_output_that_is_asked_for_wins(asked: str) -> None:
    assert chosen(DESK, asked, "Meta Quest 3") == DESK[0]


def test_a_whole_name_wins_over_a_part() -> None:
    assert chosen(("USB Headset 2", "USB Headset"), "usb headset") == "USB Headset"


def test_an_output_that_is_not_there_is_not_replaced_by_the_headsets_own() -> None:
    choice = choose(named(*DESK), "Megaphone", "Meta Quest 3")
    assert choice.endpoint is None
    assert "“Megaphone”" in choice.message
    assert DESK[1] in choice.message
    assert "none that tells its name" in choose([], "Megaphone", "").message


def test_nothing_asked_and_no_headset_is_the_default_without_a_word() -> None:
    assert choose(named(*DESK), "", "") == Choice()
