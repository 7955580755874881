"""Programs and draw state: made once, complete, and checked when they are made."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vret.headset.contract import HeadsetError
from vret.paths import data_file
from vret.render.gl import GL
from vret.render.hot import Hot

_INCLUDE = re.compile(r'^#include "([\w.]+)"$', re.MULTILINE)
_STAGES = {"vert": GL.GL_VERTEX_SHADER, "frag": GL.GL_FRAGMENT_SHADER, "comp": GL.GL_COMPUTE_SHADER}


@dataclass(frozen=True)
class Preamble:
    """What comes before every shader: the extensions it needs and the numbers it is built for."""

    extensions: tuple[str, ...]
    defines: Mapping[str, int | float | str]

    def text(self) -> str:
        lines = ["#version 450 core"]
        lines += [f"#extension {extension} : require" for extension in self.extensions]
        lines += [f"#define {name} {value}" for name, value in self.defines.items()]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, kw_only=True)
class DrawState:
    """The fixed-function state of a pass. `depth_func` None draws over everything; blending is premultiplied.

    `clip` is for programs that write two clip distances; with `coverage` a pixel's opacity is the share of its samples
    that are drawn. Pictures of an sRGB format are encoded in every pass; to others that makes no difference.
    """

    depth_func: int | None
    depth_write: bool
    blend: bool
    cull: bool
    depth_clamp: bool
    clip: bool
    coverage: bool = False

    def __post_init__(self) -> None:
        if self.depth_write and self.depth_func is None:
            raise AssertionError("OpenGL writes no depth while the depth test is off")


Calls = tuple[tuple[Callable[..., Any], tuple[int, ...]], ...]
"""Of a frame, made beforehand."""


class Pass:
    """A program with its draw state, which is made from what another pass left by the calls that differ."""

    def __init__(self, gl: Hot, program: int, state: DrawState) -> None:
        self.program, self.state = program, state
        self._gl = gl
        self._after: dict[Pass, Calls] = {}
        self._first: dict[Pass, Calls] = {}

    def enter(self, after: "Pass") -> None:
        """Within a frame."""
        calls = self._after.get(after)
        if calls is None:
            calls = self._after[after] = tuple(self._calls(after.program, after.state, _capabilities(after.state)))
        for call, arguments in calls:
            call(*arguments)

    def begin(self, last: "Pass") -> None:
        """Begin a frame: `last` ended the frame before, and others, such as a headset's runtime, may have drawn since.

        Nothing is taken for granted but what only this program uses: `_OWN`.
        """
        calls = self._first.get(last)
        if calls is None:
            known = {name: is_on for name, is_on in _capabilities(last.state).items() if name in _OWN}
            calls = self._first[last] = tuple(self._calls(None, None, known))
        for call, arguments in calls:
            call(*arguments)

    def settle(self) -> None:
        """All of it, from any state."""
        for call, arguments in self._calls(None, None, {}):
            call(*arguments)

    def _calls(
        self, program: int | None, before: DrawState | None, known: Mapping[int, bool]
    ) -> Iterator[tuple[Callable[..., Any], tuple[int, ...]]]:
        gl, state = self._gl, self.state
        if program != self.program:
            yield gl.glUseProgram, (self.program,)
        for capability, is_on in _capabilities(state).items():
            if known.get(capability) != is_on:
                yield gl.glEnable if is_on else gl.glDisable, (capability,)
        if state.depth_func is not None and (before is None or before.depth_func != state.depth_func):
            yield gl.glDepthFunc, (state.depth_func,)
        if before is None or before.depth_write != state.depth_write:
            yield gl.glDepthMask, (state.depth_write,)
        if before is None:
            yield gl.glBlendFunc, (int(GL.GL_ONE), int(GL.GL_ONE_MINUS_SRC_ALPHA))


def source(name: str) -> str:
    """A shader's text with its includes in place; each include is one file of the shaders' folder."""
    path = data_file(f"shaders/{name}")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise HeadsetError(f"The shader {path} is missing: install vret again.") from error
    return _INCLUDE.sub(lambda match: source(match.group(1)), text)


def link(preamble: Preamble, *names: str) -> int:
    """A linked program of shader files, whose endings say their stages.

    A driver that refuses them raises HeadsetError with its own words.
    """
    program = int(GL.glCreateProgram())
    shaders = []
    for name in names:
        shader = GL.glCreateShader(_STAGES[name.split(".")[1]])
        GL.glShaderSource(shader, preamble.text() + source(name))
        GL.glCompileShader(shader)
        if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
            raise HeadsetError(f"The graphics driver refuses shaders/{name}: {_log(GL.glGetShaderInfoLog(shader))}")
        GL.glAttachShader(program, shader)
        shaders.append(shader)
    GL.glLinkProgram(program)
    for shader in shaders:
        GL.glDetachShader(program, shader)
        GL.glDeleteShader(shader)
    if not GL.glGetProgramiv(program, GL.GL_LINK_STATUS):
        raise HeadsetError(
            f"The graphics driver cannot link {' with '.join(names)}: {_log(GL.glGetProgramInfoLog(program))}"
        )
    return program


def _capabilities(state: DrawState) -> dict[int, bool]:
    return {
        int(GL.GL_DEPTH_TEST): state.depth_func is not None,
        int(GL.GL_BLEND): state.blend,
        int(GL.GL_CULL_FACE): state.cull,
        int(GL.GL_DEPTH_CLAMP): state.depth_clamp,
        int(GL.GL_FRAMEBUFFER_SRGB): True,
        int(GL.GL_CLIP_DISTANCE0): state.clip,
        int(GL.GL_CLIP_DISTANCE1): state.clip,
        int(GL.GL_SAMPLE_ALPHA_TO_COVERAGE): state.coverage,
    }


_OWN = frozenset(
    int(name)
    for name in (GL.GL_DEPTH_CLAMP, GL.GL_CLIP_DISTANCE0, GL.GL_CLIP_DISTANCE1, GL.GL_SAMPLE_ALPHA_TO_COVERAGE)
)


def _log(text: bytes | str) -> str:
    return (text.decode(errors="replace") if isinstance(text, bytes) else text).strip()
