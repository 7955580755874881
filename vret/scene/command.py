"""`vret scene`: check a scene, print the schema for editors, draw every rung, count flashes."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from vret.scene.scene import Scene, SceneError, load_scene
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
    file = _load(path).file
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


@app.command("flashes")
def flashes(path: Folder) -> None:
    """Draw what the eyes get to see over time, without a display, and count its flashes (WCAG 2.3.1)."""
    from vret.scene.compile import compile_scene
    from vret.scene.films import FilmCamera, films
    from vret.scene.flashing import GENERAL_MOST, RED_MOST

    scene = _load(path)
    bundle = compile_scene(scene)
    to_draw = list(films(bundle, scene.file.posture))
    camera = FilmCamera(bundle)
    try:
        with typer.progressbar(to_draw, label=f"{len(to_draw)} films", file=sys.stderr) as each:
            counted = [(film.name, camera.flashes(film)) for film in each]
    finally:
        camera.close()
    width = max(len(name) for name, _ in counted)
    typer.echo(f"{'flashes in the worst second':{width}}  general  red")
    for name, found in counted:
        typer.echo(f"{name:{width}}  {found.general:7}  {found.red:3}{'  too many' if found.is_too_many else ''}")
    if any(found.is_too_many for _, found in counted):
        typer.echo(f"{path}: more than {GENERAL_MOST} general or {RED_MOST} red flashes in a second", err=True)
        raise typer.Exit(1)


def _load(path: Path) -> Scene:
    try:
        return load_scene(path)
    except SceneError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
