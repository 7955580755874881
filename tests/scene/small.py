"""A small whole scene, and a way to write it with one thing changed."""

from pathlib import Path

SMALL = """\
format = 1
title = "Step"
phobia = "heights"
posture = "standing"
content_warnings = []
seed = 3
base_place = "ground"

[axes.height_m]
range = [0, 10]
calm = 0
change = "cut"

[axes.wind_mps]
range = [0, 10.5]
calm = 0
rate_per_s = 0.5

[anchors.step]
position = [1, "height_m", 2]

[places.ground]
title = "On the ground"

[places.step]
title = "On the step"
anchor = "step"
stand = [0, 0, 0.5]
yaw_deg = 90

[rungs.low]
title = "Low"
place = "step"
height_m = 0.5
wind_mps = 0

[rungs.high]
title = "High"
place = "step"
task = "Look down."
tags = ["looking down"]
height_m = 2.25
wind_mps = 1.5

[[level]]
at = 0
height_m = 0
wind_mps = 0

[[level]]
at = 10
height_m = 8
wind_mps = 5

[stimuli.ball]
title = "A ball falls"
warning_s = 2.5
duration_s = 4

[stimuli.gull]
title = "A gull"
warning_s = 0
duration_s = 4

[materials.stone]
colour = "#808080"

[materials.glass]
colour = "#ffffff"
opacity = { axis = "wind_mps", points = [[0, 1], [10, 0.2]] }

[nodes.ground]
mesh = { kind = "plane", width_m = 20, depth_m = 20 }
material = "stone"

[nodes.step]
mesh = { kind = "box", size_m = [1, 0.2, 1] }
material = "stone"
anchor = "step"
position = [0, -0.2, 0.5]

[nodes.pane]
mesh = { kind = "box", size_m = [1, 1, 0.02] }
material = "glass"
visible = { wind_mps = { from = 2 } }

[nodes.flag]
mesh = { kind = "box", size_m = [1, 1, 0.02] }
material = "stone"
position = [0, 3, 0]
swing = { about = [1, 0, 0], degrees = { axis = "wind_mps", points = [[0, 0], [10, 40]] }, period_s = 2 }

[nodes.car]
mesh = { kind = "car" }
material = "stone"
loop = { points = [[-20, 0, -20], [20, 0, -20], [20, 0, -40], [-20, 0, -40]], speed_mps = 5, count = 3 }

[nodes.ball]
mesh = { kind = "ball", radius_m = 0.1 }
material = "stone"
anchor = "step"
position = [0, 1, -0.5]
stimulus = "ball"
fall = { depth_m = { axis = "height_m", points = [[0, 1], [10, 11]] }, start_s = 0.5, velocity_mps = [1, 0, 0] }

[nodes.gull]
mesh = { kind = "bird" }
material = "stone"
stimulus = "gull"
when_held = "hides"
flight = { points = [[-10, 3, -5], [0, 2, -3], [10, 3, -5]], speed_mps = 5 }

[light]
sun_azimuth_deg = 90
sun_elevation_deg = 30

[sky]
zenith = "#3f78bd"
horizon = "#c4d8e6"
ground = "#8a857c"
visibility_m = 1000

[sound]
bed = "city"
bed_gain_db = { axis = "wind_mps", points = [[0, -10], [10, -20]] }

[[sound.sources]]
name = "wind"
kind = "wind"
position = [0, 2, 0]
gain_db = -6
places = ["step"]

[hold]
shows = "The cars go on."
"""


def write_scene(folder: Path, old: str = "", new: str = "", text: str = SMALL) -> Path:
    """A scene folder named `step`, with `old` replaced by `new` once."""
    assert old in text, f"the small scene has no {old!r}"
    scene = folder / "step"
    scene.mkdir(parents=True)
    (scene / "scene.toml").write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return scene


def line_of(text: str, changed: str = SMALL) -> int:
    """The line on which `text` stands in the scene."""
    assert text in changed, f"the scene has no {text!r}"
    return changed[: changed.index(text)].count("\n") + 1
