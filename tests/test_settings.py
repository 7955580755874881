"""The table of settings, and the page that is written from it."""

import re
from pathlib import Path

import pytest

from vret.cli import MOUNTS, load
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


@pytest.mark.parametrize("command", MOUNTS)
def test_a_command_takes_the_settings_that_the_table_gives_it(command: str) -> None:
    taken = {str(option.envvar): option.default for option in load(command).params if getattr(option, "envvar", None)}
    assert taken == {setting.env: setting.default for setting in SETTINGS if command in setting.commands}
