"""What every renderer of the comparison draws: spheroids of 32 kinds, each in a new place every frame, for two eyes.

numpy alone, since each peer runs in an environment of its own. Space: right-handed, Y up, metres; the head is at the
origin and looks along -Z. A peer is a program that calls `main` with its way to make a `Drawing`.
"""

import json
import sys
import time
from typing import NamedTuple, Protocol

import numpy as np

COUNTS = (100, 1000, 5000)
MESHES = 32
COLUMNS, ROWS = 11, 12
EYES_M = (-0.0315, 0.0315)
HALF_FOV_RAD = np.pi / 4
NEAR_M, FAR_M = 0.05, 100.0
TO_LIGHT = np.array([0.36, 0.8, 0.48], np.float32)
COLOUR = (0.7, 0.6, 0.5)
STEPS = 8
PICTURE_COUNT, PICTURE_SIZE = 100, (768, 768)
MEASURED_SIZE = (32, 32)
WARM_FRAMES, FRAMES_MAX, ROUNDS_MAX, SECONDS_MAX = 5, 400, 12, 25.0
PAUSE_S = 0.25
"""Between rounds, so that a fast renderer too is measured for seconds: machines are slower at one time than another."""


class Mesh(NamedTuple):
    """132 vertices (n, 3) and normals, 200 triangles (n, 3) counter-clockwise from outside."""

    positions: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray


class Placed(NamedTuple):
    """One moment: positions (n, 3), uniform scales (n,), rotations (n, 4) xyzw."""

    positions: np.ndarray
    scales: np.ndarray
    rotations: np.ndarray

    def matrices(self) -> np.ndarray:
        """(n, 4, 4) row-major float32 for column vectors."""
        x, y, z, w = self.rotations.T.astype(np.float64)
        rotation = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        ).transpose(2, 0, 1)
        matrices = np.zeros((len(x), 4, 4), np.float32)
        matrices[:, :3, :3] = rotation * self.scales[:, None, None]
        matrices[:, :3, 3] = self.positions
        matrices[:, 3, 3] = 1
        return matrices


class Drawing(Protocol):
    """Draws the objects at one moment for both eyes."""

    def draw(self, step: int) -> None:
        """Send what moved and submit both eyes; what is measured."""

    def finish(self) -> None:
        """Wait until the picture is there; not measured."""

    def pictures(self) -> np.ndarray:
        """(2, height, width, 3) uint8, top row first."""


class Maker(Protocol):
    def __call__(self, mesh_of: np.ndarray, moments: list[Placed], size: tuple[int, int]) -> Drawing:
        """Ready to draw each of `moments`; `mesh_of` (n,) says of which kind each object is."""


def meshes() -> list[Mesh]:
    """32 spheroids of different half axes, 0.1 to 0.5 m."""
    chance = np.random.default_rng(32)
    around = np.linspace(0, 2 * np.pi, COLUMNS)
    down = np.linspace(0, np.pi, ROWS)
    unit = np.stack(
        [
            np.outer(np.sin(down), np.cos(around)),
            np.outer(np.cos(down), np.ones(COLUMNS)),
            -np.outer(np.sin(down), np.sin(around)),
        ],
        -1,
    ).reshape(-1, 3)
    triangles = []
    for row in range(ROWS - 1):
        for column in range(COLUMNS - 1):
            a, b = row * COLUMNS + column, row * COLUMNS + column + 1
            c, d = a + COLUMNS, b + COLUMNS
            triangles += [(a, c, d)] * (row < ROWS - 2) + [(a, d, b)] * (row > 0)
    made = []
    for _ in range(MESHES):
        half_axes = chance.uniform(0.1, 0.5, 3)
        normals = unit / half_axes
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        made.append(
            Mesh((unit * half_axes).astype(np.float32), normals.astype(np.float32), np.array(triangles, np.uint32))
        )
    return made


def moments(count: int) -> tuple[np.ndarray, list[Placed]]:
    """`mesh_of` and STEPS moments; all of them in the view of both eyes."""
    chance = np.random.default_rng(count)
    mesh_of = chance.integers(MESHES, size=count)
    away = chance.uniform(4, 40, count)
    aside = chance.uniform(-0.8, 0.8, (2, count))
    turn = chance.normal(size=(count, 4))
    drift = chance.uniform(-0.05, 0.05, (3, count))
    scales = chance.uniform(0.5, 2.0, count).astype(np.float32)
    placed = []
    for step in range(STEPS):
        positions = np.stack([aside[0] * away, aside[1] * away, -away]) + drift * step
        rotations = turn + 0.05 * step * np.roll(turn, 1, axis=1)
        rotations /= np.linalg.norm(rotations, axis=1, keepdims=True)
        placed.append(Placed(positions.T.astype(np.float32), scales, rotations.astype(np.float32)))
    return mesh_of, placed


def clip_from_scene(eye: int) -> np.ndarray:
    """(4, 4) float32 of OpenGL: depth -1 to 1."""
    matrix = np.zeros((4, 4), np.float64)
    matrix[0, 0] = matrix[1, 1] = 1 / np.tan(HALF_FOV_RAD)
    matrix[2, 2] = (FAR_M + NEAR_M) / (NEAR_M - FAR_M)
    matrix[2, 3] = 2 * FAR_M * NEAR_M / (NEAR_M - FAR_M)
    matrix[3, 2] = -1
    eye_from_scene = np.eye(4)
    eye_from_scene[0, 3] = -EYES_M[eye]
    return (matrix @ eye_from_scene).astype(np.float32)


def main(make: Maker) -> None:
    """`picture FILE` writes what PICTURE_COUNT objects look like; `measure` prints thread CPU milliseconds as JSON."""
    if sys.argv[1] == "picture":
        drawing = make(*moments(PICTURE_COUNT), PICTURE_SIZE)
        drawing.draw(0)
        drawing.finish()
        np.save(sys.argv[2], drawing.pictures())
    else:
        print(json.dumps({count: measure(make(*moments(count), MEASURED_SIZE)) for count in COUNTS}))


def measure(drawing: Drawing) -> dict[str, float]:
    for frame in range(WARM_FRAMES):
        drawing.draw(frame % STEPS)
        drawing.finish()
    rounds: list[list[float]] = []
    until = time.monotonic() + SECONDS_MAX
    while not rounds or (len(rounds) < ROUNDS_MAX and time.monotonic() < until):
        rounds.append(measure_round(drawing, until))
        time.sleep(PAUSE_S)
    spent = min((one for one in rounds if len(one) >= len(rounds[0])), key=lambda one: float(np.median(one)))
    return {"median_ms": float(np.median(spent)), "p99_ms": float(np.percentile(spent, 99)), "frames": len(spent)}


def measure_round(drawing: Drawing, until: float) -> list[float]:
    spent = []
    for frame in range(FRAMES_MAX):
        start_ns = time.thread_time_ns()
        drawing.draw(frame % STEPS)
        spent.append((time.thread_time_ns() - start_ns) / 1e6)
        drawing.finish()
        if time.monotonic() > until:
            break
    return spent
