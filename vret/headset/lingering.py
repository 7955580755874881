"""Lingering: a panel that has come stays for half a second, so that nothing that is pressed quickly makes it flash.

It is dark and 34 degrees wide before a bright scene: one that came and went four times in a second would be too many
flashes (WCAG 2.2, 2.3.1). It comes at once, since nothing that is to be read may be late, and what gives
way to another page does so at once; only its going waits.
"""

from typing import Final

from vret.headset.page import Page

STAYS_NS: Final = 500_000_000


class Lingering:
    def __init__(self) -> None:
        self._page: Page | None = None
        self._came_ns = 0

    def page(self, page: Page | None, t_ns: int) -> Page | None:
        """What is shown in this frame; once a frame."""
        if page is None and self._page is not None and t_ns - self._came_ns < STAYS_NS:
            return self._page
        if self._page is None:
            self._came_ns = t_ns
        self._page = page
        return page
