"""The room around the person, as the headset's cameras or its glass show it (passthrough).

By XR_FB_passthrough, whose layer lies under ours; it is made and started with the session and paused, so that a stop
only has to let it go on. Else by an environment blend mode of the runtime: by the picture's alpha, or by adding light.
Whatever fails leaves the picture as it is without.
"""

import ctypes
from typing import Any

from vret.headset.openxr.api import XrError, address, check, xr
from vret.headset.openxr.runtime import Runtime
from vret.headset.openxr.session import Session

_MODES = (int(xr.EnvironmentBlendMode.ALPHA_BLEND), int(xr.EnvironmentBlendMode.ADDITIVE))
_BY_ALPHA = int(xr.CompositionLayerFlags.BLEND_TEXTURE_SOURCE_ALPHA_BIT)
_RESTORED = int(xr.PassthroughStateChangedFlagsFB.RESTORED_ERROR_BIT)


class Room:
    """The room of one session. `is_shown` is whether frames are handed over so that it can be seen through them."""

    def __init__(self, runtime: Runtime, session: Session) -> None:
        self.is_shown = False
        self._session = session
        self._cameras: _Cameras | None = None
        self._mode: int | None = None
        if runtime.shows_room:
            self._cameras = _Cameras(runtime, session.handle)
        else:
            self._mode = next((mode for mode in _MODES if mode in session.blend_modes), None)

    def begin(self) -> None:
        """With the session: what takes long is done before anybody waits for it."""
        if self._cameras is not None:
            self._cameras.make()

    def follow(self, is_wanted: bool) -> None:
        """After a frame was handed over: from the next one on the room is shown, if there is one, or is not."""
        if is_wanted == self.is_shown or (self._cameras is None and self._mode is None):
            return
        if self._cameras is None or self._cameras.show(is_wanted) or not is_wanted:
            self._lay(is_wanted)

    def hear(self, flags: int) -> None:
        """The runtime tells that the cameras failed, or work again."""
        if self._cameras is not None:
            self._cameras.works = bool(flags & _RESTORED)
            if not self._cameras.works:
                self._lay(False)

    def close(self) -> None:
        if self._cameras is not None:
            self._cameras.close()

    def _lay(self, is_shown: bool) -> None:
        under = self._cameras.layer if self._cameras is not None and is_shown else None
        self.is_shown = is_shown and (under is not None or self._mode is not None)
        self._session.lay(under, self._mode if self.is_shown else None)


class _Cameras:
    """XR_FB_passthrough. `layer` is the room's; `works` is false from a failure until the runtime says otherwise."""

    def __init__(self, runtime: Runtime, session: int) -> None:
        self.works = True
        self.layer: Any = xr.CompositionLayerPassthroughFB()
        self.layer._layer_flags = _BY_ALPHA
        self._call, self._session = runtime.call, session
        self._passthrough = self._layer = 0
        self._runs = False

    def make(self) -> None:
        if self._passthrough:
            return
        try:
            self._passthrough = self._create("xrCreatePassthroughFB", xr.PassthroughCreateInfoFB())
            wanted = xr.PassthroughLayerCreateInfoFB()
            wanted.passthrough = ctypes.cast(self._passthrough, xr.PassthroughFB)
            wanted._purpose = int(xr.PassthroughLayerPurposeFB.RECONSTRUCTION)
            self._layer = self._create("xrCreatePassthroughLayerFB", wanted)
            check(self._call.xrPassthroughStartFB(self._passthrough), "xrPassthroughStartFB")
        except XrError as error:
            self._fail(error)
            return
        self.layer.layer_handle = ctypes.cast(self._layer, xr.PassthroughLayerFB)

    def show(self, is_wanted: bool) -> bool:
        """Whether the room is seen from now on, if that is wanted."""
        if not self.works or not self._layer:
            return False
        if is_wanted != self._runs:
            name = "xrPassthroughLayerResumeFB" if is_wanted else "xrPassthroughLayerPauseFB"
            try:
                check(getattr(self._call, name)(self._layer), name)
            except XrError as error:
                self._fail(error)
                return False
            self._runs = is_wanted
        return is_wanted

    def close(self) -> None:
        if self._layer:
            self._call.xrDestroyPassthroughLayerFB(self._layer)
        if self._passthrough:
            self._call.xrDestroyPassthroughFB(self._passthrough)
        self._passthrough = self._layer = 0

    def _create(self, name: str, wanted: Any) -> int:
        made = ctypes.c_void_p()
        check(getattr(self._call, name)(self._session, address(wanted), address(made)), name)
        return made.value or 0

    def _fail(self, error: XrError) -> None:
        self.works = False
        print(f"The headset does not show the room around the person: {error}", flush=True)
