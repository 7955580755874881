from pathlib import Path

import pytest

from vret.headset.offscreen import Offscreen
from vret.headset.process import CHOSEN, choose
from vret.memory import SessionMemory
from vret.memory.config import ProgramConfig
from vret.settings import HeadsetChoice


@pytest.mark.parametrize("later", ["auto", "window", "openxr"])
def test_a_process_that_takes_over_keeps_to_the_headset_of_the_dead_one(tmp_path: Path, later: HeadsetChoice) -> None:
    memory = SessionMemory.create(tmp_path / "memory")
    first = ProgramConfig(server_url="", data_folder="", headset="offscreen")
    assert isinstance(choose(first, memory), Offscreen)
    assert (memory.folder / CHOSEN).read_text() == "offscreen"
    again = ProgramConfig(server_url="", data_folder="", headset=later)
    assert isinstance(choose(again, memory), Offscreen)
    memory.remove()
