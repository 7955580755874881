"""The therapist's camera in the desktop window, as large as there is room for, and gone when it is not of now."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vret.memory.block import Block
from vret.memory.therapist_picture import TherapistPictures

NAME: Final = "Your therapist’s camera"
_SMALLEST: Final = QSize(80, 60)


class TherapistView(QWidget):
    """It takes no room from the controls: they stay where they are, and it is as small as it must be."""

    def __init__(self, pictures: Block) -> None:
        super().__init__()
        self._pictures = TherapistPictures(pictures)
        self.image = QImage()
        self.setAccessibleName(NAME)
        self.setMinimumSize(_SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setVisible(False)

    def show_newest(self, t_ns: int, *, may_be_seen: bool) -> None:
        """Look for another picture, and whether the one that is there may still be seen."""
        if may_be_seen and self._pictures.look():
            self._take()
        self.setVisible(may_be_seen and self._pictures.is_seen(t_ns))

    def _take(self) -> None:
        width, height = self._pictures.size
        if width and height:
            pixels = bytes(self._pictures.rgba)
            self.image = QImage(pixels, width, height, 4 * width, QImage.Format.Format_RGBX8888).copy()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRect((self.width() - size.width()) // 2, 0, size.width(), size.height()), self.image)
        painter.end()
