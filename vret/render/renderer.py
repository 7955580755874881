"""The renderer: both eyes in one pass, one multi-draw-indirect a pass, linear light until the last moment.

A frame: what moved is copied into the mapped ring; the sun's shadow maps, where they are out of date; opaque things,
things with holes, decals, sky, what falls and see-through things into a multisampled linear picture; then the filmic
curve, the average of the samples and the veil into the headset's sRGB target, and the panels over it. The number of
OpenGL calls does not depend on how much is in the scene.
"""

import ctypes
from collections.abc import Generator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from vret.headset.contract import Eyes, HandPoses, HeadsetError, Layout, Target
from vret.headset.page import Page
from vret.render.buffers import Turns
from vret.render.context import check, driver, extensions
from vret.render.gl import GL
from vret.render.hands import Hands
from vret.render.hidden import Corners, HiddenAreas
from vret.render.hot import Hot
from vret.render.mirror import Mirror, size_within
from vret.render.panel import Panel
from vret.render.passes import Passes, Programs, Wear, viewports
from vret.render.resident import ResidentScene, bring
from vret.render.shadow import MAP_SIZE, ShadowMaps
from vret.render.staging import Staging, Steps, finish
from vret.render.stopwatch import Stopwatch
from vret.render.targets import SampledPicture, TargetBuffers
from vret.render.textures import DEPTH_UNIT, LETTERS_UNIT, SAMPLES_UNIT, SHADOW_UNIT, UNITS, reads_slants
from vret.render.typesetting import QUAD
from vret.render.uniforms import MAPS, MAX_VIEWS, FrameUniforms
from vret.render.video import Video
from vret.scene.compiled import CompiledScene, SceneFrame

_TRIANGLES, _STRIP = int(GL.GL_TRIANGLES), int(GL.GL_TRIANGLE_STRIP)
_INDEX = int(GL.GL_UNSIGNED_INT)
_INDIRECT, _FRAMEBUFFER = int(GL.GL_DRAW_INDIRECT_BUFFER), int(GL.GL_FRAMEBUFFER)
_COLOUR, _DEPTH = int(GL.GL_COLOR), int(GL.GL_DEPTH)
_FAR = (ctypes.c_float * 4)(0, 0, 0, 0)


class Listed(NamedTuple):
    """How many commands each pass draws, what is in the air, and of how many quads video and page are. `casters` None
    leaves the shadows.
    """

    casters: int | None
    opaque: int
    cutout: int
    decals: int
    blended: int
    particles: int
    quads: int


class Renderer:
    """Draws for views of one size or smaller. Make it after `headset.open()`, in the thread that holds the context.

    Raises HeadsetError when the driver lacks what is needed. `gl` may be given to observe the calls of a frame. With
    `tells_depth` the depth of what is seen goes into a target's `depth`. `name` is the driver's. `timed` is what
    `Stopwatch.begin` told in the last frame, its mark that of `resize`; `has_cast` whether it drew shadow maps too.
    `video` is given its pictures by who has them. Without `has_shadows` the sun shines through everything.
    """

    def __init__(
        self,
        view_count: int,
        view_size: tuple[int, int],
        layout: Layout,
        samples: int = 4,
        gl: Hot | None = None,
        *,
        tells_depth: bool = False,
    ) -> None:
        check()
        if not 1 <= view_count <= MAX_VIEWS:
            raise HeadsetError(f"The headset has {view_count} views; this program draws 1 to {MAX_VIEWS}.")
        self.name = driver()
        self._gl = gl or Hot()
        self._view_count, self._layout = view_count, layout
        GL.glEnable(GL.GL_TEXTURE_CUBE_MAP_SEAMLESS)
        GL.glClipControl(GL.GL_LOWER_LEFT, GL.GL_ZERO_TO_ONE)
        self._uniforms = FrameUniforms(view_count, view_size)
        self._shadow = ShadowMaps()
        self._panel = Panel()
        self.video = Video(self._gl)
        self._turns = Turns(self._gl)
        self._staging, self._reads_slants = Staging(self._gl), reads_slants()
        self._hands = Hands(view_count)
        self._hidden = HiddenAreas()
        self._picture = SampledPicture(view_count, view_size, layout, samples)
        self._targets = TargetBuffers()
        self._programs = Programs.linked(layout, extensions(), samples, tells_depth=tells_depth)
        if tells_depth:
            GL.glBindTextureUnit(DEPTH_UNIT, self._picture.depth)
        self._passes = tuple(Passes(self._gl, layout, self._programs, wear) for wear in Wear)
        self._passes[Wear.PLAIN].resolve.settle()
        self._drawn: ResidentScene | None = None
        self._drawn_size, self._mark = view_size, 0
        self._viewports = viewports(self._gl, layout, view_count, view_size)
        self._viewports_of_maps = viewports(self._gl, self._programs.casting, MAPS, (MAP_SIZE, MAP_SIZE))
        self._stopwatch: Stopwatch | None = None
        self.timed: tuple[int, int] | None = None
        self.has_cast = False
        self.has_shadows = True

    def load(self, compiled: CompiledScene) -> ResidentScene:
        """Upload a scene. Not for the frame path."""
        return finish(self.bring(compiled))

    def bring(self, compiled: CompiledScene) -> Generator[None, None, ResidentScene]:
        """Upload a scene in small steps, some in each frame while others are drawn: `vret.render.staging`."""
        fixed = {
            SHADOW_UNIT: self._shadow.texture,
            SAMPLES_UNIT: self._picture.colour,
            LETTERS_UNIT: self._panel.texture,
        }
        return bring(
            self._gl,
            self._turns,
            self._staging,
            compiled,
            self._view_count,
            fixed,
            self._hands,
            slants=self._reads_slants,
        )

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
        self._viewports = viewports(self._gl, self._layout, self._view_count, size)
        self._uniforms.resize(size)

    def release(self, resident: ResidentScene) -> None:
        """Free what `load` or `bring` made. Not for the frame path."""
        finish(self.leave(resident))

    def leave(self, resident: ResidentScene) -> Steps:
        """Free it in small steps; it is not drawn any more."""
        if self._drawn is resident:
            self._drawn = None
        yield from resident.leave()

    def draw(
        self,
        resident: ResidentScene,
        frame: SceneFrame,
        eyes: Eyes,
        target: Target,
        veil: int = 0,
        page: Page | None = None,
        hands: HandPoses | None = None,
        cleared: int = 0,
        video: int = 0,
    ) -> None:
        """Draw one frame into `target`. `veil` 1000 is black; the `page` is over the veil, and so is the video.

        `cleared` 1000 leaves only these two, so that what is behind the target is seen; colours are multiplied by
        alpha. `video` is how much of it there is, 1000 for all and 0 for nothing.
        """
        if resident is not self._drawn:
            resident.interrupted()
            self._shadow.forget()
            self._drawn = resident
        has_changed = resident.take(frame)
        self._uniforms.look(frame, eyes, veil, cleared)
        if not self.has_shadows:
            self._uniforms.forget_shadows()
        quads = self._place_video(video, resident, frame, eyes)
        quads += self._place_panel(page, quads, resident, frame, eyes)
        listed = self._list(resident, frame, eyes, hands, quads, has_changed)
        self.submit(resident, listed, target)

    def submit(self, resident: ResidentScene, listed: Listed, target: Target) -> None:
        """All calls of a frame, for what was listed after `resident.take`."""
        stopwatch = self._stopwatch
        if stopwatch is not None:
            self.timed = stopwatch.begin(self._mark)
        self._begin(resident, listed)
        self._end(resident, listed, target)
        if stopwatch is not None:
            stopwatch.end()
        self._gl.glFlush()

    def read_pixels(self, target: Target, view: int) -> npt.NDArray[np.uint8]:
        """(height, width, 3) sRGB bytes of a view, top row first. Waits for the GPU: not for the frame path."""
        return self._targets.read(target, view, self._drawn_size)

    def close(self) -> None:
        """Free everything but the scenes."""
        self._turns.release()
        self._staging.release()
        self._shadow.release()
        self._panel.release()
        self.video.release()
        self._hidden.release()
        self._picture.release()
        self._targets.release()
        self._programs.release()
        if self._stopwatch is not None:
            self._stopwatch.release()

    def _list(
        self,
        resident: ResidentScene,
        frame: SceneFrame,
        eyes: Eyes,
        hands: HandPoses | None,
        quads: int,
        has_changed: bool,
    ) -> Listed:
        """Where the hands are, what can be seen, and whose shadows must be drawn again."""
        uniforms, shadow = self._uniforms, self._shadow
        head_in_scene = frame.scene_from_stage[:3, :3] @ eyes.head[:3] + frame.scene_from_stage[:3, 3]
        opaque, cutout, decals, blended = resident.listing.seen(frame, uniforms.planes, head_in_scene)
        if hands is not None and hands.tracked.any():
            self._hands.place(hands, frame)
            opaque = resident.hold(self._hands, opaque)
        seen = opaque, cutout, decals, blended, uniforms.particles.count(), quads
        if not (self.has_shadows and (shadow.fit(frame.environment, head_in_scene) or has_changed)):
            return Listed(None, *seen)
        uniforms.shadow_from_scene[:] = shadow.matrices
        uniforms.shadow_texel_m[:] = shadow.texel_m
        return Listed(resident.listing.casters(frame), *seen)

    def _begin(self, resident: ResidentScene, listed: Listed) -> None:
        """People's poses, shadows and what is opaque."""
        gl, passes, shadow = self._gl, self._passes[resident.wear], self._shadow
        picture, hidden = self._picture, self._hidden
        ring, pointers = resident.ring, resident.listing.pointers
        part = ring.part
        ring.arrays["frame"][:] = self._uniforms.bytes
        gl.glBindBuffersRange(*resident.uniforms[part])
        if resident.poses is not None:
            resident.poses.pose(self._programs.pose)
            if listed.casters is not None:
                resident.poses.cast()
        gl.glBindVertexArray(resident.vertex_array)
        gl.glBindBuffer(_INDIRECT, ring.buffer)
        gl.glBindBuffersRange(*resident.storage[part])
        gl.glBindTextures(0, UNITS, resident.textures.names)
        first = passes.hidden if hidden.count else passes.opaque
        self.has_cast = listed.casters is not None
        if listed.casters is None:
            first.begin(passes.resolve)
        else:
            passes.shadow.begin(passes.resolve)
            gl.glBindFramebuffer(_FRAMEBUFFER, shadow.framebuffer)
            for call, arguments in self._viewports_of_maps:
                call(*arguments)
            gl.glClearNamedFramebufferfv(shadow.framebuffer, _DEPTH, 0, _FAR)
            gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, pointers["casters"][part], listed.casters, 0)
            first.enter(passes.shadow)
        gl.glBindFramebuffer(_FRAMEBUFFER, picture.framebuffer)
        for call, arguments in self._viewports:
            call(*arguments)
        gl.glClearNamedFramebufferfv(picture.framebuffer, _DEPTH, 0, _FAR)
        if hidden.count:
            gl.glBindVertexArray(hidden.vertex_array)
            gl.glDrawArraysInstanced(_TRIANGLES, 0, hidden.count, 1)
            gl.glBindVertexArray(resident.vertex_array)
            passes.opaque.enter(first)
        gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, pointers["opaque"][part], listed.opaque, 0)

    def _end(self, resident: ResidentScene, listed: Listed, target: Target) -> None:
        """What has holes, decals, sky, what is in the air, panes; then the headset's picture and the panel."""
        gl, passes, views = self._gl, self._passes[resident.wear], self._view_count
        part, pointers = resident.ring.part, resident.listing.pointers
        before = passes.opaque
        if listed.cutout:
            passes.cutout.enter(before)
            gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, pointers["cutout"][part], listed.cutout, 0)
            before = passes.cutout
        if listed.decals:
            passes.decals.enter(before)
            gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, pointers["decals"][part], listed.decals, 0)
            before = passes.decals
        passes.sky.enter(before)
        gl.glDrawArraysInstanced(_TRIANGLES, 0, 3, views)
        before = passes.sky
        if listed.particles:
            passes.weather.enter(before)
            gl.glDrawArraysInstanced(_STRIP, 0, 4, views * listed.particles)
            before = passes.weather
        if listed.blended:
            passes.blended.enter(before)
            gl.glMultiDrawElementsIndirect(_TRIANGLES, _INDEX, pointers["blended"][part], listed.blended, 0)
            before = passes.blended
        passes.resolve.enter(before)
        gl.glBindFramebuffer(_FRAMEBUFFER, self._targets.framebuffer(target))
        gl.glDrawArraysInstanced(_TRIANGLES, 0, 3, views)
        if listed.quads:
            passes.panel.enter(passes.resolve)
            gl.glDrawArraysInstanced(_STRIP, 0, 4, views * listed.quads)
        self._turns.end()

    def _place_video(self, opacity: int, resident: ResidentScene, frame: SceneFrame, eyes: Eyes) -> int:
        """Where the video stands now; returns of how many quads it is, the first of all."""
        video = self.video
        if not opacity:
            video.hide()
            return 0
        video.show(eyes.head, opacity)
        written = video.quads.view(np.uint8)
        resident.ring.arrays["quads"][: len(written)] = written
        scene_from_video = frame.scene_from_stage @ video.stage_from_video
        np.matmul(self._uniforms.clip_from_scene, scene_from_video, out=self._uniforms.clip_from_video)
        return len(video.quads)

    def _place_panel(
        self, page: Page | None, first: int, resident: ResidentScene, frame: SceneFrame, eyes: Eyes
    ) -> int:
        """Where the page stands now; returns of how many quads it is, from the `first` on."""
        panel = self._panel
        if page is None:
            panel.hide()
            return 0
        dreaded = frame.rows["position"][frame.stimulus_rows] - frame.scene_from_stage[:3, 3]
        panel.show(page, eyes.head, dreaded @ frame.scene_from_stage[:3, :3])
        written, begin = panel.quads.view(np.uint8), first * QUAD.itemsize
        resident.ring.arrays["quads"][begin : begin + len(written)] = written
        scene_from_panel = frame.scene_from_stage @ panel.stage_from_panel
        np.matmul(self._uniforms.clip_from_scene, scene_from_panel, out=self._uniforms.clip_from_panel)
        return len(panel.quads)
