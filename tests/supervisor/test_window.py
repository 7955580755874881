import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from tests.supervisor.driving import start, state
from tests.supervisor.picture import open_window, use, wait_for
from tests.supervisor.stand_in import WRITTEN
from vret.clock import now_ns
from vret.core.commands import AskRecording, AskSickness, Command
from vret.core.conversation import Line, Speaker
from vret.core.effects import Cause, State
from vret.core.events import CommandReceived
from vret.memory.messages import Conversation
from vret.memory.therapist_picture import NO_PICTURE, TherapistPicture, publish
from vret.supervisor.conversation import NOT_SENT
from vret.supervisor.display import display_problem
from vret.supervisor.supervisor import Phase, Supervisor
from vret.supervisor.window import Window
from vret.supervisor.words import LOOK_FAR


@pytest.fixture
def opened(tmp_path: Path, application: QCoreApplication) -> Iterator[tuple[Supervisor, Window]]:
    supervisor = start(tmp_path)
    window = open_window(supervisor)
    yield supervisor, window
    if supervisor.phase is not Phase.OVER:
        window.close()
        wait_for(lambda: supervisor.phase is Phase.OVER)
    window.deleteLater()


def test_a_session_by_keyboard_alone(opened: tuple[Supervisor, Window]) -> None:
    supervisor, window = opened
    use(supervisor, window)
    wait_for(window.less.isVisible)
    QTest.keyClick(window, Qt.Key.Key_L)
    wait_for(lambda: supervisor.report is not None and supervisor.report.step_index == 2)
    QTest.keyClick(window, Qt.Key.Key_W)
    wait_for(lambda: state(supervisor) is State.HELD)
    wait_for(lambda: window.title.text() == "Nothing comes nearer")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    wait_for(window.ready.isVisible)
    QTest.keyClick(window, Qt.Key.Key_R)
    wait_for(window.accept.isVisible)
    QTest.keyClick(window, Qt.Key.Key_Y)
    wait_for(lambda: state(supervisor) is State.EXPOSED)


def test_somebody_who_comes_in_sees_nothing_until_the_person_is_alone_again(opened: tuple[Supervisor, Window]) -> None:
    supervisor, window = opened
    use(supervisor, window)
    wait_for(window.someone.isVisible)
    QTest.mouseClick(window.someone, Qt.MouseButton.LeftButton)
    wait_for(window.private.isVisible)
    assert state(supervisor) is State.HELD
    assert (window.title.text(), window.mark.isVisible(), window.someone.isVisible()) == ("Hidden", False, False)
    assert window.stop.isVisible()
    picture = window.grab()
    assert picture.width() >= 640
    QTest.keyClick(window, Qt.Key.Key_A)
    wait_for(window.someone.isVisible)
    wait_for(lambda: window.title.text() == "Nothing comes nearer")
    assert state(supervisor) is State.HELD


def test_a_recording_is_agreed_to_seen_and_ended_in_the_window(opened: tuple[Supervisor, Window]) -> None:
    supervisor, window = opened
    wait_for(window.code.isVisible)
    QTest.keyClicks(window.code, "ab12 cd")
    QTest.keyClick(window.code, Qt.Key.Key_Return)
    wait_for(lambda: state(supervisor) is State.CALM and window.wait.isVisible())
    assert not window.recorded.isVisible()
    for answer in (Qt.Key.Key_N, Qt.Key.Key_K):
        _command(supervisor, AskRecording())
        wait_for(window.record.isVisible)
        assert window.title.text() == "Record this?"
        QTest.keyClick(window, answer)
        wait_for(lambda: not window.record.isVisible())
        assert window.recorded.isVisible() == (answer == Qt.Key.Key_K)
    assert not window.decline.isVisible()
    QTest.mouseClick(window.end_recording, Qt.MouseButton.LeftButton)
    wait_for(lambda: not window.recorded.isVisible())
    assert supervisor.report is not None
    assert supervisor.report.recording is None
    assert not window.end_recording.isVisible()
    _command(supervisor, AskRecording())
    wait_for(window.record.isVisible)
    QTest.mouseClick(window.record, Qt.MouseButton.LeftButton)
    wait_for(window.recorded.isVisible)
    QTest.keyClick(window, Qt.Key.Key_N)
    wait_for(lambda: not window.recorded.isVisible())


def test_how_sick_the_person_feels_is_one_press_and_very_sick_is_the_calm_room(
    opened: tuple[Supervisor, Window],
) -> None:
    supervisor, window = opened
    use(supervisor, window)
    wait_for(window.less.isVisible)
    assert not window.sickness.isVisible()
    _command(supervisor, AskSickness())
    wait_for(window.sickness.isVisible)
    assert not window.rating.isVisible()
    buttons = {button.accessibleName(): button for button in window.sickness.findChildren(QPushButton)}
    assert list(buttons) == [f"Sick {fms} of 10" for fms in range(11)]
    QTest.mouseClick(buttons["Sick 8 of 10"], Qt.MouseButton.LeftButton)
    wait_for(lambda: state(supervisor) is State.STOPPED)
    wait_for(lambda: not window.sickness.isVisible() and LOOK_FAR in window.text.text())
    assert supervisor.report is not None
    assert supervisor.report.cause is Cause.UNWELL


def _command(supervisor: Supervisor, command: Command) -> None:
    """As the link would, at a time when the newest report was answered."""
    assert supervisor.report is not None
    command_id = f"r{now_ns()}"
    asked = CommandReceived(
        t_ns=0,
        sender="R",
        command_id=command_id,
        sequence=now_ns(),
        beacon=supervisor.report.beacon,
        command=command,
    )
    assert supervisor.memory.from_window.push(msgspec.msgpack.encode(asked))


def test_the_therapists_camera_is_in_the_waiting_room_while_it_is_of_now(
    tmp_path: Path, application: QCoreApplication
) -> None:
    supervisor = start(tmp_path, link="waits")
    window = open_window(supervisor)
    block, shown = supervisor.memory.therapist_picture, window.therapist
    wait_for(window.code.isVisible)
    publish(block, _therapist())
    QTest.qWait(100)
    assert not shown.isVisible(), "there is no session yet"
    QTest.keyClicks(window.code, "ab12 cd")
    QTest.keyClick(window.code, Qt.Key.Key_Return)
    wait_for(lambda: window.title.text() == "You are in the waiting room")
    height = window.height()
    publish(block, _therapist())
    wait_for(shown.isVisible)
    assert shown.accessibleName() == "Your therapist’s camera"
    assert (shown.image.width(), shown.image.height()) == (320, 240)
    picture = shown.grab().toImage()
    colour = picture.pixelColor(picture.width() // 2, 20)
    assert (colour.red(), colour.green(), colour.blue()) == (200, 40, 30)
    assert window.height() == height, "the controls keep their place"
    wait_for(lambda: not shown.isVisible())
    publish(block, _therapist())
    wait_for(shown.isVisible)
    publish(block, NO_PICTURE)
    wait_for(lambda: not shown.isVisible())
    publish(block, _therapist())
    wait_for(shown.isVisible)
    QTest.mouseClick(window.someone, Qt.MouseButton.LeftButton)
    wait_for(lambda: window.title.text() == "Hidden")
    publish(block, _therapist())
    QTest.qWait(100)
    assert not shown.isVisible()
    window.close()
    wait_for(lambda: supervisor.phase is Phase.OVER)
    window.deleteLater()


def _therapist() -> TherapistPicture:
    return TherapistPicture(now_ns(), 320, 240, bytes((200, 40, 30, 255)) * (320 * 240))


def test_the_therapists_camera_is_not_beside_a_scene(opened: tuple[Supervisor, Window]) -> None:
    supervisor, window = opened
    use(supervisor, window)
    publish(supervisor.memory.therapist_picture, _therapist())
    QTest.qWait(100)
    assert not window.therapist.isVisible()


def test_stop_is_there_from_the_first_moment_to_the_last(opened: tuple[Supervisor, Window]) -> None:
    supervisor, window = opened
    assert window.stop.isVisible()
    assert window.stop.isEnabled()
    use(supervisor, window)
    assert window.stop.isVisible()
    assert window.stop.hasFocus() or not window.isActiveWindow()
    QTest.mouseClick(window.stop, Qt.MouseButton.LeftButton)
    wait_for(lambda: state(supervisor) is State.STOPPED)
    assert supervisor.report is not None
    assert supervisor.report.cause is Cause.PERSON_STOP
    assert window.stop.isVisible()


def test_letters_typed_into_the_code_are_no_presses(opened: tuple[Supervisor, Window]) -> None:
    _, window = opened
    wait_for(window.code.isVisible)
    QTest.keyClicks(window.code, "wlry")
    assert window.code.text() == "wlry"


def test_both_write_and_the_conversation_stands_in_the_window(opened: tuple[Supervisor, Window]) -> None:
    supervisor, window = opened
    panel = window.conversation
    assert not panel.isVisible()
    use(supervisor, window)
    wait_for(lambda: f"Your therapist: {WRITTEN}" in panel.lines.toPlainText())
    wait_for(panel.phrases.isVisible)
    QTest.keyClicks(panel.field, "wlry LWR")
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    wait_for(lambda: "You: wlry LWR" in panel.lines.toPlainText())
    assert panel.field.text() == ""
    assert state(supervisor) is State.EXPOSED
    assert not panel.phrases.isVisible()


def test_a_phrase_is_one_press_and_stop_works_while_writing(opened: tuple[Supervisor, Window]) -> None:
    supervisor, window = opened
    panel = window.conversation
    use(supervisor, window)
    wait_for(panel.phrases.isVisible)
    slower = next(button for button in panel.phrases.findChildren(QPushButton) if button.text() == "Slower, please")
    QTest.mouseClick(slower, Qt.MouseButton.LeftButton)
    wait_for(lambda: panel.lines.toPlainText().endswith("You: Slower, please"))
    QTest.keyClicks(panel.field, "I would like")
    QTest.keyClick(panel.field, Qt.Key.Key_Escape)
    wait_for(lambda: state(supervisor) is State.STOPPED)
    assert panel.field.text() == "I would like"


def test_what_has_not_left_yet_says_so(opened: tuple[Supervisor, Window]) -> None:
    _, window = opened
    lines = (Line(0, Speaker.THERAPIST, is_here=True), Line(0, Speaker.PERSON, "<b>Hello"))
    window.conversation.show_lines(Conversation(lines, waiting=1))
    first, second = window.conversation.lines.toPlainText().splitlines()
    assert first.endswith("Your therapist is here.")
    assert second.endswith(f"You: <b>Hello{NOT_SENT}")


def test_closing_the_window_waits_until_everything_is_saved(opened: tuple[Supervisor, Window]) -> None:
    supervisor, window = opened
    use(supervisor, window)
    window.close()
    assert window.isVisible()
    wait_for(lambda: window.title.text() == "Closing")
    wait_for(lambda: supervisor.phase is Phase.OVER)
    wait_for(lambda: not window.isVisible())
    assert supervisor.exit_status == 0


def test_a_fault_stays_to_be_read(tmp_path: Path, application: QCoreApplication) -> None:
    supervisor = start(tmp_path, frame="hopeless")
    window = open_window(supervisor)
    wait_for(lambda: supervisor.phase is Phase.OVER)
    wait_for(lambda: "nothing to work with" in window.text.text())
    assert window.isVisible()
    window.close()
    assert not window.isVisible()
    window.deleteLater()


def test_a_bug_in_the_supervisor_ends_the_window_and_is_not_repeated_for_ever(
    tmp_path: Path, application: QCoreApplication
) -> None:
    supervisor = start(tmp_path)
    window = open_window(supervisor)
    supervisor.memory.report.publish(b"not a report")
    wait_for(lambda: window.failure is not None)
    assert isinstance(window.failure, msgspec.DecodeError)
    supervisor.loading.end()
    for child in supervisor.children:
        child.end(1.0)
    window.hide()
    window.deleteLater()


def test_every_control_has_a_name_and_can_be_reached_by_tab(opened: tuple[Supervisor, Window]) -> None:
    _, window = opened
    controls = [*window.findChildren(QPushButton), *window.findChildren(QLineEdit)]
    assert len(controls) == 14 + 11 + 11 + 6 + 2
    for control in controls:
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_text_stands_out_from_its_background(opened: tuple[Supervisor, Window]) -> None:
    _, window = opened
    picture = window.stop.grab().toImage()
    assert _contrast(picture) > 7.0
    wait_for(lambda: window.title.text() != "")
    assert _contrast(window.title.grab().toImage()) > 7.0


def _contrast(picture: QImage) -> float:
    """WCAG 2.2 contrast between the lightest and the darkest pixel inside the border."""
    inside = picture.copy(picture.rect().adjusted(9, 9, -9, -9))
    values = [_luminance(inside, x, y) for x in range(0, inside.width(), 2) for y in range(0, inside.height(), 2)]
    return (max(values) + 0.05) / (min(values) + 0.05)


def _luminance(picture: QImage, x: int, y: int) -> float:
    color = picture.pixelColor(x, y)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_without_a_display_there_is_a_sentence_and_no_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", ":4711")
    assert "display" in display_problem()
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_problem() == ""


@pytest.fixture
def x_display() -> Iterator[str]:
    """A real X display without a screen."""
    if shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb: apt install xvfb")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1024x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            yield f":{answer.readline().strip()}"
        server.terminate()


def test_the_window_on_a_real_display(tmp_path: Path, x_display: str) -> None:
    environment = {**os.environ, "DISPLAY": x_display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-m", "tests.supervisor.picture", str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    picture = QImage(str(tmp_path / "window.png"))
    assert (picture.width(), picture.height()) == (820, 720)
    assert list((tmp_path / "memory").iterdir()) == []
