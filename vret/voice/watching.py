"""Watching: the pictures of the therapist's camera, to the headset and the window, while they may be seen.

That is while the therapist's page says that its camera is on, and the person is alone. When that ends, that there is no
picture any more is published at once, so that none stays.
"""

from vret.memory.block import Block
from vret.memory.privacy import Privacy
from vret.memory.therapist_picture import NO_PICTURE, TherapistPicture, publish


class Watching:
    """Of one process; `is_on` as the page said last in the call that is there."""

    def __init__(self, pictures: Block, privacy: Privacy) -> None:
        self.is_on = False
        self._pictures, self._privacy = pictures, privacy
        self._has_shown = True

    def turn(self, is_on: bool) -> None:
        self.is_on = is_on
        self.look()

    def seen(self, picture: TherapistPicture) -> None:
        self.look()
        if self.is_on and self._privacy.is_private:
            publish(self._pictures, picture)
            self._has_shown = True

    def look(self) -> None:
        """Take away what may not be seen any more; often, since nobody tells when somebody comes in."""
        if self._has_shown and not (self.is_on and self._privacy.is_private):
            publish(self._pictures, NO_PICTURE)
            self._has_shown = False
