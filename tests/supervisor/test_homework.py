"""Homework in the program: the real link, no voice, the numbers on the window, and an end that is in the log."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest

from tests.core.alone import DAY_S, homework_for
from tests.link.signing import given
from tests.supervisor.driving import NOTHING_TO_LOAD, close, stand_in, state, until
from tests.supervisor.picture import open_window, wait_for
from vret.core.effects import State
from vret.link.homework import HomeworkError, HomeworkFolder
from vret.memory import Claim
from vret.memory.config import ProgramConfig
from vret.recording.verification import verify
from vret.supervisor.child import FRAME, LINK, SOUND, VOICE, Programs
from vret.supervisor.run import run
from vret.supervisor.supervisor import Phase, Supervisor
from vret.supervisor.window import Window
from vret.supervisor.words import NOBODY_WATCHES


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    now = int(time.time())
    data = tmp_path / "data"
    data.mkdir()
    HomeworkFolder(data).keep(given(replace(homework_for(), signed_unix_s=now, expires_unix_s=now + DAY_S)))
    (tmp_path / "memory").mkdir()
    claim = Claim.take(tmp_path / "memory" / "run")
    assert claim is not None
    config = ProgramConfig(server_url="http://127.0.0.1:9", data_folder=str(data), homework=True)
    programs = Programs(stand_in(FRAME), LINK, stand_in(SOUND), stand_in(VOICE))
    return Supervisor(claim, config, lambda memory: NOTHING_TO_LOAD, programs)


@pytest.fixture
def window(supervisor: Supervisor, application: QCoreApplication) -> Iterator[Window]:
    window = open_window(supervisor)
    yield window
    if supervisor.phase is not Phase.OVER:
        window.close()
        wait_for(lambda: supervisor.phase is Phase.OVER)
    window.deleteLater()


def sealed(data: Path) -> Path:
    return data / "sessions" / "homework-h-1-1" / "homework-h-1-1.sealed.mcap"


def test_closing_the_program_ends_homework_and_nobody_is_called(supervisor: Supervisor, tmp_path: Path) -> None:
    until(supervisor, lambda: state(supervisor) is State.CALM)
    assert supervisor.voice.starts == 0
    assert close(supervisor) == 0
    found = verify(sealed(tmp_path / "data"))
    assert found.equal
    assert found.final.state is State.ENDED
    HomeworkFolder(tmp_path / "data").ready()


def test_the_window_says_whom_to_call_takes_a_no_and_finishes(
    supervisor: Supervisor, window: Window, tmp_path: Path
) -> None:
    wait_for(lambda: state(supervisor) is State.CALM and window.finish.isVisible())
    assert window.alone.text().startswith(NOBODY_WATCHES)
    assert "112" in window.alone.text()
    assert not window.rise.isVisible()
    assert not window.conversation.isVisible()
    QTest.keyClick(window, Qt.Key.Key_L)
    wait_for(lambda: window.title.text() == "Not today")
    QTest.keyClick(window, Qt.Key.Key_F)
    wait_for(lambda: state(supervisor) is State.ENDED)
    wait_for(lambda: "next session" in window.text.text())
    assert window.alone.isVisible()
    assert sealed(tmp_path / "data").exists()


def test_the_program_does_not_start_without_homework(tmp_path: Path) -> None:
    config = ProgramConfig(server_url="http://127.0.0.1:9", data_folder=str(tmp_path), homework=True)
    with pytest.raises(HomeworkError, match="There is no homework on this computer"):
        run(config, None, window=False, base=tmp_path)
