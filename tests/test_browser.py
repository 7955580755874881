import os
import sys
from pathlib import Path

import pytest

from vret.browser import open_page

PAGE = "http://127.0.0.1:1/sessions/1#token=abc"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display on Windows and on a Mac")
def test_without_a_display_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a browser for the terminal would take the terminal over."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not open_page(PAGE)


@pytest.mark.skipif(os.name != "posix", reason="the browser here is a shell script")
def test_the_browser_gets_the_whole_address_and_nobody_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, gate = tmp_path / "told", tmp_path / "gate"
    for pipe in (told, gate):
        os.mkfifo(pipe)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nread line <"{gate}"\nprintf %s "$1" >"{told}"\n')
    browser.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    assert open_page(PAGE)
    with gate.open("w") as opened:
        opened.write("now\n")
    assert told.read_text() == PAGE
