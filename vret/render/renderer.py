"""The renderer: both eyes in one pass, one multi-draw-indirect a pass, linear light until the last moment.

A frame: what moved is copied into the mapped ring; the sun's shadow maps, where they are out of date; opaque things,
things with holes, sky, what falls and see-through things into a multisampled linear picture; then the filmic curve,
the average of the samples and the veil into the headset's sRGB target, and the panel over it. The number of OpenGL
calls does not depend on what is in the scene.
"""

import ctypes
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from vret.headset.contract import Eyes, HandPoses, HeadsetError, Layout, Target
from vret.headset.page import Page
from vret.render.context import check, driver, extensions
from vret.render.gl import GL
from vret.render.hands import Hands
from vret.render.hidden import Corners, HiddenAreas
from vret.render.hot import Hot
from vret.render.mirror import Mirror, size_within
from vret.render.panel import Panel
from vret.render.passes import Passes, Programs, Wear
from vret.render.resident import ResidentScene
from vret.render.shadow import MAP_SIZE, ShadowMaps
from vret.render.stopwatch import Stopwatch
from vret.render.targets import SampledPicture, TargetBuffers
from vret.render.textures import LETTERS_UNIT, SAMPLES_UNIT, SHADOW_UNIT, UNITS
from vret.render.uniforms import MAPS, MAX_VIEWS, FrameUniforms
from vret.scene.compiled import CompiledScene, SceneFrame

_TRIANGLES, _STRIP = int(GL.GL_TRIANGLES), int(GL.GL_TRIANGLE_STRIP)
_INDEX = int(GL.GL_UNSIGNED_INT)
_UNIFORM, _STORAGE = int(GL.GL_UNIFORM_BUFFER), int(GL.GL_SHADER_STORAGE_BUFFER)
_INDIRECT, _FRAMEBUFFER = int(GL.GL_DRAW_INDIRECT_BUFFER), int(GL.GL_FRAMEBUFFER)
_COLOUR, _DEPTH = int(GL.GL_COLOR), int(GL.GL_DEPTH)
_FAR = (ctypes.c_float * 4)(0, 0, 0, 0)


class Listed(NamedTuple):
    """How many commands each pass draws, what is in the air, and of how many quads the page is. `casters` None leaves
    the shadows.
    """

    casters: int | None
    opaque: int
    cutout: int
    blended: int
    particles: int
    quads: int


class Renderer:
    """Draws for views of one size or smaller. Make it after `headset.open()`, in the thread that holds the context.

    Raises HeadsetError when the driver lacks what is needed. `gl` may be given to observe the calls of a
    frame. `name` is the driver's. `timed` is what `Stopwatch.begin` told in the last frame, its mark that of `resize`.
    """

    def __init__(
        self,
        view_count: int,
        view_size: tuple[int, int],
        layout: Layout,
        samples: int = 4,
        gl: Hot | None = None,
    ) -> None:
        check()
        if not 1 <= view_count <= MAX_VIEWS:
            raise HeadsetError(f"The headset has {view_count} views; this program draws 1 to {MAX_VIEWS}.")
        self.name = driver()
        self._gl = gl or Hot()
        self._view_count, self._layout = view_count, layout
        GL.glClipControl(GL.GL_LOWER_LEFT, GL.GL_ZERO_TO_ONE)
        self._uniforms = FrameUniforms(view_count, view_size)
        self._shadow = ShadowMaps()
        self._panel = Panel()
        self._hands = Hands(self._gl, view_count)
        self._hidden = HiddenAreas()
        self._picture = SampledPicture(view_count, view_size, layout, samples)
        self._targets = TargetBuffers()
        self._programs = Programs.linked(layout, extensions(), samples)
        self._passes = tuple(Passes(self._gl, layout, self._programs, wear) for wear in Wear)
        self._empty_array = ctypes.c_uint()
        GL.glCreateVertexArrays(1, ctypes.byref(self._empty_array))
        self._drawn: ResidentScene | None = None
        self._drawn_size, self._mark = view_size, 0
        self._stopwatch: Stopwatch | None = None
        self.timed: tuple[int, int] | None = None

    def load(self, compiled: CompiledScene) -> ResidentScene:
        """Upload a scene. Not for the frame path."""
        fixed = {
            SHADOW_UNIT: self._shadow.texture,
            SAMPLES_UNIT: self._picture.colour,
            LETTERS_UNIT: self._panel.texture,
        }
        return ResidentScene(self._gl, compiled, self._view_count, fixed)

    def hide(self, corners: Corners) -> None:
        """Draw nothing where the lenses show nothing: `HiddenAreas.take`. Free while the corners stay the same."""
        self._hidden.take(corners)

    def make_mirror(self, largest: tuple[int, int], head_bytes: int) -> Mirror:
        """A mirror of what this renderer draws. Not for the frame path; release it before this is closed."""
        return Mirror(
            self._gl, self._layout, size_within(self._drawn_size, largest), head_bytes, self._passes[Wear.PLAIN].panel
        )

    def time_frames(self) -> None:
        """From now on find out how long the graphics card takes for each frame: `timed`."""
        self._stopwatch = Stopwatch(self._gl)

    def resize(self, size: tuple[int, int], mark: int = 0) -> None:
        """From now on draw views of this size, side by side or in layers, in the lower left corner of the picture."""
        self._drawn_size, self._mark = size, mark
        self._uniforms.resize(size)

    def release(self, resident: ResidentScene) -> None:
        """Free what `load` made. Not for the frame path."""
        if self._drawn is resident:
            self._drawn = None
        resident.release()

    def draw(
        self,
        resident: ResidentScene,
        frame: SceneFrame,
        eyes: Eyes,
        target: Target,
        veil: int = 0,
        page: Page | None = None,
        hands: HandPoses | None = None,
    ) -> None:
        """Draw one frame into `target`. `veil` 1000 is black; the `page` is over the veil."""
        if resident is not self._drawn:
            resident.interrupted()
            self._shadow.forget()
            self._drawn = resident
        has_changed = resident.take(frame)
        listed = self._list(resident, frame, eyes, veil, page, has_changed)
        self.submit(resident, frame, listed, target, hands)

    def submit(
        self, resident: ResidentScene, frame: SceneFrame, listed: Listed, target: Target, hands: HandPoses | None = None
    ) -> None:
        """All calls of a frame, for what was listed after `resident.take`."""
        stopwatch = self._stopwatch
        if stopwatch is not None:
            self.timed = stopwatch.begin(self._mark)
        self._begin(resident, listed)
        if hands is not None and hands.tracked.any():
            self._hands.draw(hands, frame)
            self._bind(resident)
        self._end(resident, listed, target)
        if stopwatch is not None:
            stopwatch.end()
        self._gl.glFlush()

    def read_pixels(self, target: Target, view: int) -> npt.NDArray[np.uint8]:
        """(height, width, 3) sRGB bytes of a view, top row first. Waits for the GPU: not for the frame path."""
        return self._targets.read(target, view, self._drawn_size)

    def close(self) -> None:
        """Free everything but the scenes."""
        self._shadow.release()
        self._panel.release()
        self._hands.release()
        self._hidden.release()
        self._picture.release()
        self._targets.release()
        self._programs.release()
        if self._stopwatch is not None:
            self._stopwatch.release()
        GL.glDeleteVertexArrays(1, [self._empty_array.value])

    def _list(
        self,
        resident: ResidentScene,
        frame: SceneFrame,
        eyes: Eyes,
        veil: int,
        page: Page | None,
        has_changed: bool,
    ) -> Listed:
        """Where the eyes are, what they can see, and whose shadows must be drawn again."""
        uniforms, shadow = self._uniforms, self._shadow
        uniforms.look(frame, eyes, veil)
        quads = self._place_panel(page, resident, frame, eyes)
        head_in_scene = frame.scene_from_stage[:3, :3] @ eyes.head[:3] + frame.scene_from_stage[:3, 3]
        opaque, cutout, blended = resident.list_seen(frame, uniforms.planes, head_in_scene)
        particles = uniforms.particles.count()
        if not shadow.fit(frame.environment, head_in_scene) and not has_changed:
            return Listed(None, opaque, cutout, blended, particles, quads)
        uniforms.shadow_from_scene[:] = shadow.matrices
        uniforms.shadow_texel_m[:] = shadow.texel_m
        return Listed(resident.list_casters(frame), opaque, cutout, blended, particles, quads)

    def _begin(self, resident: ResidentScene, listed: Listed) -> None:
        """People's poses, shadows and what is opaque."""
        gl, passes, shadow = self._gl, self._passes[resident.wear], self._shadow
        picture, hidden = self._picture, self._hidden
        before = None
        resident.ring.arrays["frame"][:] = self._uniforms.bytes
        if resident.poses is not None:
            resident.ring.bind(_UNIFORM, 0, "frame")
            resident.poses.pose(self._programs.pose)
            if listed.casters is not None:
                resident.poses.cast()
        self._bind(resident)
        gl.glBindTextures(0, UNITS, resident.textures.names)
        if listed.casters is not None:
            passes.shadow.enter()
            gl.glBindFramebuffer(_FRAMEBUFFER, shadow.framebuffer)
            gl.glViewport(0, 0, MAP_SIZE * MAPS, MAP_SIZE)
            gl.glClearNamedFramebufferfv(shadow.framebuffer, _DEPTH, 0, _FAR)
            gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, resident.commands_offset("casters"), listed.casters, 0)
            before = passes.shadow
        first = passes.hidden_after(before) if hidden.count else passes.opaque_after(before)
        first.enter()
        gl.glBindFramebuffer(_FRAMEBUFFER, picture.framebuffer)
        self._set_viewports()
        gl.glClearNamedFramebufferfv(picture.framebuffer, _DEPTH, 0, _FAR)
        if hidden.count:
            gl.glBindVertexArray(hidden.vertex_array)
            gl.glDrawArraysInstanced(_TRIANGLES, 0, hidden.count, 1)
            gl.glBindVertexArray(resident.vertex_array)
            passes.opaque_after(first).enter()
        gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, resident.commands_offset("opaque"), listed.opaque, 0)

    def _end(self, resident: ResidentScene, listed: Listed, target: Target) -> None:
        """What has holes, sky, what is in the air, what is seen through; then the headset's picture and the panel."""
        gl, passes, views = self._gl, self._passes[resident.wear], self._view_count
        passes.cutout.enter()
        gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, resident.commands_offset("cutout"), listed.cutout, 0)
        passes.sky.enter()
        gl.glDrawArraysInstanced(_TRIANGLES, 0, 3, views)
        before = passes.sky
        if listed.particles:
            passes.weather.enter()
            gl.glDrawArraysInstanced(_STRIP, 0, 4, views * listed.particles)
            before = passes.weather
        passes.blended_after(before).enter()
        gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, resident.commands_offset("blended"), listed.blended, 0)
        passes.resolve.enter()
        gl.glBindFramebuffer(_FRAMEBUFFER, self._targets.framebuffer(target))
        gl.glDrawArraysInstanced(_TRIANGLES, 0, 3, views)
        if listed.quads:
            passes.panel.enter()
            resident.ring.bind(_STORAGE, 4, "quads")
            gl.glDrawArraysInstanced(_STRIP, 0, 4, views * listed.quads)
        resident.ring.end()

    def _bind(self, resident: ResidentScene) -> None:
        gl, ring = self._gl, resident.ring
        gl.glBindVertexArray(resident.vertex_array)
        gl.glBindBuffer(_INDIRECT, ring.buffer)
        ring.bind(_UNIFORM, 0, "frame")
        ring.bind(_STORAGE, 0, "rows")
        ring.bind(_STORAGE, 1, "slots")
        ring.bind(_STORAGE, 2, "materials")
        gl.glBindBufferRange(_STORAGE, 3, resident.material_of_buffer, 0, resident.material_of_size)

    def _set_viewports(self) -> None:
        width, height = self._drawn_size
        if self._layout is Layout.DOUBLE_WIDE:
            for view in range(self._view_count):
                self._gl.glViewportIndexedf(view, view * width, 0, width, height)
        else:
            side_by_side = 1 if self._layout is Layout.ARRAY else self._view_count
            self._gl.glViewport(0, 0, width * side_by_side, height)

    def _place_panel(self, page: Page | None, resident: ResidentScene, frame: SceneFrame, eyes: Eyes) -> int:
        """Where the page stands now; returns of how many quads it is."""
        panel = self._panel
        if page is None:
            panel.hide()
            return 0
        dreaded = frame.rows["position"][frame.stimulus_rows] - frame.scene_from_stage[:3, 3]
        panel.show(page, eyes.head, dreaded @ frame.scene_from_stage[:3, :3])
        written = panel.quads.view(np.uint8)
        resident.ring.arrays["quads"][: len(written)] = written
        scene_from_panel = frame.scene_from_stage @ panel.stage_from_panel
        np.matmul(self._uniforms.clip_from_scene, scene_from_panel, out=self._uniforms.clip_from_panel)
        return len(panel.quads)
