import json
import tomllib
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.scene.small import write_scene
from vret.headset.contract import HeadsetError
from vret.paths import data_file
from vret.scene.command import app, schema

run = CliRunner().invoke


def test_check_says_that_a_scene_is_good() -> None:
    found = run(app, ["check", str(data_file("scenes/heights"))])
    assert found.exit_code == 0
    assert "Heights: 12 rungs, 7 axes, 3 stimuli, 12 areas of interest: good" in found.output


def test_check_tells_each_problem_in_a_line_and_fails(tmp_path: Path) -> None:
    found = run(app, ["check", str(write_scene(tmp_path, "height_m = 2.25", "hight_m = 2.25"))])
    assert found.exit_code == 1
    assert len(found.stderr.strip().splitlines()) == 1
    assert "rungs.high.hight_m: no such axis; did you mean height_m?" in found.stderr


def test_the_committed_schema_is_the_programs() -> None:
    committed = data_file("scenes/scene.schema.json").read_text(encoding="utf-8")
    assert committed == schema(), "run: vret scene schema > scenes/scene.schema.json"
    assert run(app, ["schema"]).output == committed


@pytest.mark.parametrize("name", ["calm", "heights"])
def test_the_schema_accepts_the_shipped_scenes(name: str) -> None:
    tables = tomllib.loads(data_file(f"scenes/{name}/scene.toml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(schema())).validate(tables)


def test_the_schema_refuses_an_unknown_key() -> None:
    tables = tomllib.loads(data_file("scenes/calm/scene.toml").read_text(encoding="utf-8"))
    tables["light"]["sun_colr"] = "#ffffff"
    with pytest.raises(jsonschema.ValidationError, match="sun_colr"):
        jsonschema.Draft202012Validator(json.loads(schema())).validate(tables)


def test_pictures_of_every_rung(tmp_path: Path) -> None:
    pictures = pytest.importorskip("vret.scene.pictures", reason="needs the headset extra: pip install vret[headset]")
    try:
        drawn = list(pictures.draw_rungs(write_scene(tmp_path), tmp_path / "out", 160))
    except HeadsetError as error:
        pytest.skip(f"needs OpenGL without a display: {error}")
    names = [path.name for path in drawn]
    assert names == ["01-low.png", "01-low-down.png", "02-high.png", "02-high-down.png", "sheet.png"]
    low, high = (Image.open(tmp_path / "out" / name).convert("RGB") for name in ("01-low.png", "02-high.png"))
    assert low.size == (160, 90)
    assert low.tobytes() != high.tobytes()
