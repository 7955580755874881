from pathlib import Path

import pytest

from vret.memory.config import ConfigError, ProgramConfig, read_config, write_config


def test_a_configuration_comes_back_as_it_was_written(tmp_path: Path) -> None:
    config = ProgramConfig(server_url="http://127.0.0.1:8000", data_folder="/data", headset="offscreen", sound="none")
    write_config(tmp_path, config)
    assert read_config(tmp_path) == config


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"server_url": "x"}', "data_folder"),
        ('{"server_url": "x", "data_folder": "y", "headset": "glasses"}', r"\$\.headset"),
        ('{"server_url": "x", "data_folder": "y", "speed": 1}', "speed"),
        ("not json", "program.json"),
    ],
)
def test_a_wrong_configuration_names_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "program.json").write_text(text)
    with pytest.raises(ConfigError, match=sentence):
        read_config(tmp_path)


def test_a_missing_configuration_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"program\.json is not there"):
        read_config(tmp_path)


def test_a_folder_whose_name_is_no_text_is_told(tmp_path: Path) -> None:
    """As Python has a name that the system gave in other letters than UTF-8."""
    with pytest.raises(ConfigError, match=r"/data/\?: this name is not UTF-8"):
        write_config(tmp_path, ProgramConfig(server_url="http://127.0.0.1:8000", data_folder="/data/\udcff"))


def test_a_configuration_that_is_no_text_names_its_file(tmp_path: Path) -> None:
    for content in (b'{"server_url": "\xff"}', b"[" * 50_000):
        (tmp_path / "program.json").write_bytes(content)
        with pytest.raises(ConfigError, match=r"program\.json"):
            read_config(tmp_path)
