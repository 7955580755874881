"""The table of settings, and the page that is written from it."""

import re
from pathlib import Path

from vret.settings import SETTINGS, markdown

DOCS = Path(__file__).parent.parent / "docs"


def test_page_is_the_table() -> None:
    written = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert written == markdown(), "run: python -m vret.settings > docs/settings.md"


def test_names_and_environment_variables_are_unique() -> None:
    assert len({setting.env for setting in SETTINGS}) == len(SETTINGS)


def test_flags_are_unique_within_a_command() -> None:
    taken = [(command, setting.flag) for setting in SETTINGS for command in setting.commands]
    assert len(set(taken)) == len(taken)


def test_page_names_no_folder_of_this_machine() -> None:
    assert str(Path.home()) not in markdown()
    assert not re.search(r"/(home|root|Users)/", markdown())


def test_every_setting_is_explained_in_a_sentence() -> None:
    assert [setting.name for setting in SETTINGS if not setting.help.endswith(".")] == []
