"""The therapist speaks as somebody in the scene: the frame tells the sound where that is, and stops at once."""

from pathlib import Path

import pytest

from tests.headset.exposure import Exposure
from vret.core import commands
from vret.headset.controls import Button
from vret.memory.messages import VoiceFrom

pytestmark = pytest.mark.usefixtures("egl")
GUIDE = commands.SpeakAs(voice="guide")


def speak_as_guide(exposure: Exposure) -> VoiceFrom:
    """However often a slow machine holds the scene meanwhile."""
    while (spoken := exposure.shown.voice_from) is None:
        exposure.link.command(commands.Continue())
        exposure.insist(GUIDE, lambda: exposure.shown.voice_from is not None or exposure.shown.held)
    wind_mps = exposure.shown.axes["wind_mps"]
    assert spoken.position_in_scene == pytest.approx((2.0, 1.6, -1.0 - wind_mps / 15))
    return spoken


def test_the_place_is_told_in_every_frame_until_the_person_presses_wait(tmp_path: Path) -> None:
    exposure = Exposure(tmp_path, 32)
    assert exposure.shown.voice_from is None
    first = speak_as_guide(exposure)
    exposure.press(Button.WAIT)
    assert exposure.shown.voice_from is None
    exposure.link.command(commands.Continue())
    for _ in range(5):
        exposure.frame()
    assert exposure.shown.voice_from is None, "going on does not bring it back"
    assert speak_as_guide(exposure).choice > first.choice
    exposure.insist(commands.MuteScene(is_muted=True), lambda: exposure.shown.is_scene_muted)
    exposure.press(Button.SOMEONE_CAME_IN)
    assert exposure.shown.voice_from is None
    exposure.close()
