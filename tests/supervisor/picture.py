"""The desktop window over stand-in programs, used as a person uses it: `python -m tests.supervisor.picture FOLDER`.

Writes FOLDER/window.png, the picture in the documentation, while a rung is shown.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.supervisor.driving import PATIENCE_S, start, state
from vret.clock import now_ns
from vret.core.effects import State
from vret.supervisor.supervisor import Phase, Supervisor
from vret.supervisor.window import Window


def wait_for(reached: Callable[[], object]) -> None:
    """Let Qt and its timer run until it is so."""
    end_ns = now_ns() + int(PATIENCE_S * 1e9)
    while not reached():
        assert now_ns() < end_ns, "the window did not get there"
        QTest.qWait(10)


def open_window(supervisor: Supervisor) -> Window:
    window = Window(supervisor)
    window.resize(820, 720)
    window.show()
    return window


def use(supervisor: Supervisor, window: Window) -> None:
    """The code, stop practised by Escape, ready by its key, and up to a rung."""
    wait_for(window.code.isVisible)
    QTest.keyClicks(window.code, "ab12 cd")
    QTest.keyClick(window.code, Qt.Key.Key_Return)
    wait_for(lambda: state(supervisor) is State.CALM and window.wait.isVisible())
    QTest.keyClick(window, Qt.Key.Key_Escape)
    wait_for(window.ready.isVisible)
    QTest.keyClick(window, Qt.Key.Key_R)
    wait_for(lambda: supervisor.report is not None and supervisor.report.scene != "" and supervisor.report.veil == 0)


def main() -> int:
    folder = Path(sys.argv[1])
    application = QApplication([])
    supervisor = start(folder)
    window = open_window(supervisor)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    use(supervisor, window)
    wait_for(lambda: window.title.text() == "You are in the scene")
    wait_for(window.conversation.phrases.isVisible)
    QTest.qWait(100)
    assert window.grab().save(str(folder / "window.png"))
    QTest.mouseClick(window.stop, Qt.MouseButton.LeftButton)
    wait_for(lambda: state(supervisor) is State.STOPPED)
    window.close()
    wait_for(lambda: supervisor.phase is Phase.OVER)
    application.quit()
    return supervisor.exit_status


if __name__ == "__main__":
    sys.exit(main())
