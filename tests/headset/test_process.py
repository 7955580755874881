from pathlib import Path

import pytest

from vret.core.display import DisplayProfile
from vret.headset.offscreen import Offscreen
from vret.headset.process import CHOSEN, choose, display_profile
from vret.memory import SessionMemory
from vret.memory.config import ProgramConfig
from vret.settings import DisplayProfileChoice, HeadsetChoice


@pytest.mark.parametrize("later", ["auto", "window", "openxr"])
def test_a_process_that_takes_over_keeps_to_the_headset_of_the_dead_one(tmp_path: Path, later: HeadsetChoice) -> None:
    memory = SessionMemory.create(tmp_path / "memory")
    first = ProgramConfig(server_url="", data_folder="", headset="offscreen")
    assert isinstance(choose(first, memory), Offscreen)
    assert (memory.folder / CHOSEN).read_text() == "offscreen"
    again = ProgramConfig(server_url="", data_folder="", headset=later)
    assert isinstance(choose(again, memory), Offscreen)
    memory.remove()


@pytest.mark.parametrize(
    ("wish", "headset", "driver", "profile"),
    [
        ("auto", "openxr: SteamVR, Index", "NVIDIA GeForce RTX 4070, OpenGL 4.6", DisplayProfile.HEADSET),
        ("auto", "openxr: Monado, Simulated", "llvmpipe (LLVM 19, 256 bits)", DisplayProfile.SOFTWARE),
        ("auto", "window", "NVIDIA GeForce RTX 4070, OpenGL 4.6", DisplayProfile.SOFTWARE),
        ("headset", "offscreen", "llvmpipe (LLVM 19, 256 bits)", DisplayProfile.HEADSET),
        ("software", "openxr: SteamVR, Index", "NVIDIA GeForce RTX 4070, OpenGL 4.6", DisplayProfile.SOFTWARE),
    ],
)
def test_what_the_pictures_are_judged_by(
    wish: DisplayProfileChoice, headset: str, driver: str, profile: DisplayProfile
) -> None:
    assert display_profile(wish, headset, driver) is profile
