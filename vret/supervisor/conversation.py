"""The conversation in the desktop window: what therapist and person wrote, a field to write, and phrases of one press.

All of it is plain text: nothing that the other side writes is ever read as markup.
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from vret.clock import now_ns
from vret.core.commands import SAY_MAX
from vret.core.conversation import PHRASES, Line, Speaker, without_steering
from vret.core.events import Input, Phrase, PhraseSaid, Wrote
from vret.memory.messages import Conversation

NOT_SENT: Final = " (not sent yet; it goes by itself)"
IS_HERE: Final = "Your therapist is here."
_COLUMNS: Final = 2


class ConversationPanel(QWidget):
    """`write` takes what the person says; it answers whether that is on its way."""

    def __init__(self, write: Callable[[Wrote | PhraseSaid], bool]) -> None:
        super().__init__()
        self._write = write
        self._shown: Conversation | None = None
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setAccessibleName("What you and your therapist wrote")
        self.lines.setPlaceholderText("What you and your therapist write stands here.")
        self.lines.setTabChangesFocus(True)
        self.lines.setMinimumHeight(64)
        self.field = QLineEdit()
        self.field.setObjectName("writing")
        self.field.setAccessibleName("Write to your therapist")
        self.field.setPlaceholderText("Write, then press Enter")
        self.field.setMaxLength(SAY_MAX)
        self.field.returnPressed.connect(self._send)
        self.phrases = QWidget()
        self.phrases.setAccessibleName("Answers of one press")
        self._lay_out()

    def show_lines(self, conversation: Conversation) -> None:
        """The newest line is in view."""
        if conversation == self._shown:
            return
        self._shown = conversation
        sent = len(conversation.lines) - conversation.waiting
        told = (_told(line, is_sent=number < sent) for number, line in enumerate(conversation.lines))
        self.lines.setPlainText("\n".join(told))
        bar = self.lines.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _send(self) -> None:
        text = without_steering(unicodedata.normalize("NFC", self.field.text())).strip()
        if text and self._write(Wrote(t_ns=0, text=text)):
            self.field.clear()

    def _say(self, phrase: Phrase) -> None:
        self._write(PhraseSaid(t_ns=0, input=Input.WINDOW, phrase=phrase))

    def _lay_out(self) -> None:
        grid = QGridLayout(self.phrases)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        for number, (phrase, words) in enumerate(PHRASES.items()):
            button = QPushButton(words)
            button.setObjectName("phrase")
            button.setAccessibleName(f"Tell your therapist: {words}")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _, said=phrase: self._say(said))
            grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.lines, 1)
        layout.addWidget(self.phrases)
        layout.addWidget(self.field)


def _told(line: Line, *, is_sent: bool) -> str:
    at = datetime.now().astimezone() - timedelta(microseconds=(now_ns() - line.t_ns) // 1000)
    if line.is_here:
        return f"{at:%H:%M}  {IS_HERE}"
    who = "Your therapist" if line.speaker is Speaker.THERAPIST else "You"
    text = line.text if line.phrase is None else PHRASES[line.phrase]
    return f"{at:%H:%M}  {who}: {text}{'' if is_sent else NOT_SENT}"
