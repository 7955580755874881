"""`vret scene`: check a scene, print the schema for editors, draw every rung."""

import json
from pathlib import Path
from typing import Annotated

import typer

from vret.scene.scene import SceneError, load_scene
from vret.scene.written.model import SceneFile

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Check and draw scenes.")

Folder = Annotated[Path, typer.Argument(metavar="PATH", help="The scene's folder, for example scenes/heights.")]


def schema() -> str:
    """The JSON Schema of the scene format, as committed in scenes/scene.schema.json."""
    document = SceneFile.model_json_schema()
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    document["title"] = "vret scene, format 1"
    return json.dumps(document, indent=2) + "\n"


@app.command("check")
def check(path: Folder) -> None:
    """Say whether a scene can be used; each problem is one line with file, line and key."""
    try:
        scene = load_scene(path)
    except SceneError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    file = scene.file
    typer.echo(
        f"{path}: {file.title}: {len(file.rungs)} rungs, {len(file.axes)} axes, {len(file.stimuli)} stimuli, "
        f"{len(file.areas)} areas of interest: good"
    )


@app.command("schema")
def print_schema() -> None:
    """Print the JSON Schema, so that an editor can check a scene while it is written."""
    typer.echo(schema(), nl=False)


@app.command("pictures")
def pictures(
    path: Folder,
    out: Annotated[Path, typer.Option(help="The folder for one PNG a rung and a sheet of all.")] = Path("pictures"),
    width: Annotated[int, typer.Option(min=160, max=3840, help="Width of a picture in pixels; it is 16:9.")] = 960,
) -> None:
    """Draw what the person sees at every rung, without a display."""
    from vret.scene.pictures import draw_rungs

    for drawn in draw_rungs(path, out, width):
        typer.echo(drawn)
