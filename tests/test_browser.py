import sys

import pytest

from vret.browser import open_page


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display on Windows and on a Mac")
def test_without_a_display_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a browser for the terminal would take the terminal over."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BROWSER", "false")
    assert not open_page("http://127.0.0.1:1/")
