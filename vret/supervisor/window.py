"""The client's desktop window: the code, the state in plain words, and a large Stop that is always there.

For somebody who may be frightened, or who looks from beside: few words, large, one control for one thing, everything
by keyboard and with a name for screen readers. Nothing depends on colour alone. Its timer drives the supervisor.
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vret.clock import now_ns
from vret.core.events import (
    CanWaitPressed,
    Event,
    Finished,
    Input,
    LessPressed,
    PrivateAgain,
    RatingGiven,
    ReadyPressed,
    RecordingAccepted,
    RecordingDeclined,
    ResumeAccepted,
    RisePressed,
    SicknessGiven,
    SomeoneCameIn,
    StopPressed,
    WaitPressed,
)
from vret.core.measures import SUDS_MAX
from vret.core.sickness import FMS_MAX
from vret.supervisor.conversation import ConversationPanel
from vret.supervisor.supervisor import POLL_S, Phase, Supervisor
from vret.supervisor.therapist_view import TherapistView
from vret.supervisor.words import View, view

RECORDED: Final = "●  Recording: what you both say"
RATINGS: Final = tuple(range(0, SUDS_MAX + 1, 10))
SICKNESSES: Final = tuple(range(FMS_MAX + 1))
STOP_HEIGHT: Final = 200
GENTLE_HEIGHT: Final = 116
STYLE: Final = """
QWidget { background: #fbfaf6; color: #14181c; font-size: 23px; }
QLabel#title { font-size: 38px; font-weight: 600; }
QLabel#mark { font-size: 16px; color: #5a4300; background: #fff0c2; padding: 4px 12px; }
QLabel#note { font-size: 18px; color: #3a4550; }
QLabel#alone { font-size: 20px; font-weight: 600; color: #14181c; background: #dfe9f5; padding: 8px 12px; }
QLabel#recorded { font-size: 18px; font-weight: 600; color: #8c0017; }
QLineEdit { background: white; border: 3px solid #14181c; border-radius: 8px; padding: 10px; margin: 3px;
            font-size: 36px; letter-spacing: 4px; }
QPushButton { background: white; border: 3px solid #14181c; border-radius: 12px; padding: 14px 18px;
              margin: 3px; }
QPushButton:focus, QLineEdit:focus { border: 6px solid #0b57d0; margin: 0; }
QPushButton:pressed { background: #d6dde4; }
QPushButton#stop { background: #a3001b; color: white; border-color: #5c000f; font-size: 56px; font-weight: 700; }
QPushButton#stop:focus { border: 6px solid #14181c; }
QPushButton#stop:pressed { background: #5c000f; }
QPushButton#yes { background: #00513a; color: white; font-weight: 600; }
QPushButton#rating { padding: 10px 0; margin: 1px; }
QPushButton#small { padding: 14px 10px; font-size: 18px; }
QPushButton#phrase { padding: 5px 4px; margin: 1px; font-size: 17px; }
QPushButton#phrase:focus { border: 4px solid #0b57d0; margin: 0; }
QPlainTextEdit { background: white; border: 2px solid #8a949e; border-radius: 8px; font-size: 17px; padding: 2px; }
QPlainTextEdit:focus { border: 4px solid #0b57d0; }
QLineEdit#writing { font-size: 18px; letter-spacing: 0px; padding: 6px; }
"""


class Window(QWidget):
    """The window of one run. It closes itself when the supervisor is over; closing it asks the supervisor to end."""

    def __init__(self, supervisor: Supervisor) -> None:
        super().__init__()
        self._supervisor = supervisor
        self.failure: BaseException | None = None
        self._shown: View | None = None
        self.conversation = ConversationPanel(supervisor.write)
        self.therapist = TherapistView(supervisor.memory.therapist_picture)
        self.setWindowTitle("vret")
        self.setStyleSheet(STYLE)
        self.setMinimumSize(700, 660)
        self.mark = _label("mark", "Kind of session")
        self.title = _label("title", "State")
        self.text = _label("text", "What you can do")
        self.note = _label("note", "Note")
        self.alone = _label("alone", "You are alone; whom to call")
        self.code = QLineEdit()
        self.code.setAccessibleName("Code from your therapist")
        self.code.setMaxLength(40)
        self.code.returnPressed.connect(self._enter_code)
        self.enter = _button("Connect", "Connect with this code", self._enter_code)
        self.rating = self._numbers_row(
            "How strong is the fear now?  0 is none, 100 the strongest.", RATINGS, "Fear {} of 100", self._rate
        )
        self.sickness = self._numbers_row(
            "How sick do you feel?  0 is not at all, 10 is very sick.", SICKNESSES, "Sick {} of 10", self._feel
        )
        self.ready = self._control("Ready  (R)", "Ready: say that you want to go on", "R", ReadyPressed)
        self.accept = self._control("Yes, go on  (Y)", "Yes, go on as your therapist suggests", "Y", ResumeAccepted)
        self.accept.setObjectName("yes")
        self.rise = self._control("Next step, or go on  (U)", "Next step, or go on after a wait", "U", RisePressed)
        self.finish = _button("Finish  (F)", "Finish for today: the calm room, and the end", self._finish)
        self.finish.setObjectName("small")
        self._shortcut("F", self.finish)
        self.can_wait = self._control("I can wait  (I)", "I can wait until the connection is back", "I", CanWaitPressed)
        self.private = self._control("Private again  (A)", "Private again: I am alone", "A", PrivateAgain)
        self.private.setObjectName("yes")
        self.record = self._control("Yes, record  (K)", "Yes: what we say may be recorded", "K", RecordingAccepted)
        self.end_recording = _button("Stop recording  (N)", "Stop recording what you both say", self._decline)
        self.end_recording.setObjectName("small")
        self.decline = self._control("No  (N)", "No, do not record", "N", RecordingDeclined, beside=self.end_recording)
        self.recorded = _label("recorded", "Recording")
        self.recorded.setText(RECORDED)
        self.someone = self._control(
            "Someone came in  (P):  hide and mute", "Someone came in: hide everything and mute both", "P", SomeoneCameIn
        )
        self.wait = self._control("Wait  (W)\nnothing comes nearer", "Wait: nothing comes nearer", "W", WaitPressed)
        self.less = self._control("Less  (L)\none step down", "Less: one step down", "L", LessPressed)
        self.stop = self._control("Stop", "Stop: the calm room at once. Key: Escape", "Escape", StopPressed)
        self.stop.setObjectName("stop")
        self.stop.setFixedHeight(STOP_HEIGHT)
        self.stop_key = _label("note", "Key for Stop")
        self.stop_key.setText("Stop brings the calm room at once. The Escape key does the same.")
        self.stop_key.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(int(POLL_S * 1000))
        self.refresh()

    def refresh(self) -> None:
        """Let the supervisor look after its programs, then show what is so."""
        try:
            self._supervisor.poll(now_ns())
        except BaseException as failure:
            # Qt would print it and call again; the children end with this process, so it may end.
            self.failure = failure
            self._timer.stop()
            QApplication.exit(1)
            return
        if self._supervisor.phase is Phase.OVER and not self._supervisor.fault:
            self._timer.stop()
            self.close()
            return
        shown = view(self._supervisor)
        if shown != self._shown:
            self._show(shown)
        self.conversation.show_lines(self._supervisor.conversation)
        self.therapist.show_newest(now_ns(), may_be_seen=shown.shows_therapist)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Stay until everything is saved; after a fault stay until the person has read why."""
        if self._supervisor.phase is Phase.OVER:
            event.accept()
            return
        self._supervisor.close()
        event.ignore()

    def _show(self, shown: View) -> None:
        before, self._shown = self._shown, shown
        for label, words in (
            (self.mark, shown.mark),
            (self.title, shown.title),
            (self.text, shown.text),
            (self.note, shown.note),
            (self.alone, shown.alone),
        ):
            label.setText(words)
            label.setVisible(bool(words))
        for widget, visible in (
            (self.code, shown.asks_code),
            (self.enter, shown.asks_code),
            (self.rating, shown.asks_rating),
            (self.sickness, shown.asks_sickness),
            (self.ready, shown.can_say_ready),
            (self.accept, shown.can_accept),
            (self.can_wait, shown.can_wait),
            (self.rise, shown.can_rise),
            (self.finish, shown.can_finish),
            (self.wait, shown.can_lower),
            (self.less, shown.can_lower),
            (self.conversation, shown.can_write),
            (self.conversation.phrases, shown.offers_phrases),
            (self.someone, shown.can_hide),
            (self.private, shown.can_come_back),
            (self.record, shown.asks_recording),
            (self.recorded, shown.is_recorded),
            (self.decline, shown.asks_recording),
            (self.end_recording, shown.is_recorded),
        ):
            widget.setVisible(visible)
        if shown.asks_code and not (before and before.asks_code):
            self.code.setFocus()
        elif shown.in_session and not (before and before.in_session):
            self.stop.setFocus()
        if before is None or (before.title, before.text) != (shown.title, shown.text):
            told = QAccessibleAnnouncementEvent(self, f"{shown.title}. {shown.text}")
            QAccessible.updateAccessibility(told)

    def _enter_code(self) -> None:
        if self.code.text().strip():
            self._supervisor.enter_code(self.code.text())

    def _finish(self) -> None:
        self._supervisor.press(Finished(t_ns=0))

    def _decline(self) -> None:
        self.decline.click()

    def _control(
        self, words: str, name: str, key: str, event: Callable[..., Event], *, beside: QPushButton | None = None
    ) -> QPushButton:
        """A button and its key; the key works wherever the focus is, also for a button that says the same `beside`."""

        def press() -> None:
            self._supervisor.press(event(t_ns=0, input=Input.WINDOW))

        button = _button(words, name, press)
        self._shortcut(key, button, *(() if beside is None else (beside,)))
        return button

    def _shortcut(self, key: str, *shown: QPushButton) -> None:
        """The key clicks the first of the buttons while one of them is there."""
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: shown[0].click() if any(one.isVisible() for one in shown) else None)

    def _numbers_row(self, asked: str, choices: tuple[int, ...], name: str, give: Callable[[int], None]) -> QWidget:
        """A question, eleven numbers and no starting value: nothing is given before the person chooses."""
        row = QWidget()
        layout = QVBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        question = _label("text", "Question")
        question.setText(asked)
        layout.addWidget(question)
        numbers = QHBoxLayout()
        numbers.setSpacing(4)
        for number in choices:
            button = _button(str(number), name.format(number), partial(give, number))
            button.setObjectName("rating")
            numbers.addWidget(button)
        layout.addLayout(numbers)
        return row

    def _rate(self, suds: int) -> None:
        self._supervisor.press(RatingGiven(t_ns=0, suds=suds))

    def _feel(self, fms: int) -> None:
        self._supervisor.press(SicknessGiven(t_ns=0, fms=fms))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 20, 28, 16)
        layout.setSpacing(14)
        above = QHBoxLayout()
        above.addWidget(self.mark)
        above.addStretch(1)
        above.addWidget(self.recorded)
        layout.addLayout(above)
        layout.addWidget(self.alone)
        beside = QHBoxLayout()
        told = QVBoxLayout()
        for label in (self.title, self.text, self.note):
            told.addWidget(label)
        told.addStretch(1)
        beside.addLayout(told, 3)
        therapist = QVBoxLayout()
        therapist.setSpacing(6)
        therapist.addWidget(self.therapist, 1)
        therapist.addWidget(self.conversation, 1)
        beside.addLayout(therapist, 2)
        layout.addLayout(beside, 1)
        answers = (self.ready, self.accept, self.rise, self.can_wait, self.private, self.record, self.decline)
        for row in ((self.code, self.enter), (self.rating,), (self.sickness,), answers):
            line = QHBoxLayout()
            for widget in row:
                line.addWidget(widget)
            layout.addLayout(line)
        hiding = QHBoxLayout()
        hiding.addWidget(self.someone, 5)
        hiding.addWidget(self.end_recording, 2)
        hiding.addWidget(self.finish, 2)
        layout.addLayout(hiding)
        gentle = QHBoxLayout()
        for button in (self.wait, self.less):
            button.setMinimumHeight(GENTLE_HEIGHT)
            gentle.addWidget(button)
        layout.addLayout(gentle)
        layout.addWidget(self.stop)
        layout.addWidget(self.stop_key)


def _label(name: str, description: str) -> QLabel:
    """A label whose own words are what a screen reader says."""
    label = QLabel()
    label.setObjectName(name)
    label.setAccessibleDescription(description)
    label.setWordWrap(name in ("title", "text", "note", "alone"))
    return label


def _button(words: str, name: str, press: Callable[[], None]) -> QPushButton:
    button = QPushButton(words)
    button.setAccessibleName(name)
    button.setAutoDefault(True)
    button.clicked.connect(lambda: press())
    return button


def show(supervisor: Supervisor) -> None:
    """Open the window and stay until the program is over. Raises what the supervisor raises."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    window = Window(supervisor)
    window.show()
    application.exec()
    if window.failure is not None:
        raise window.failure
