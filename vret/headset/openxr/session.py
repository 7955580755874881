"""A session with the runtime: its events, its beat, and the frames that are handed over."""

import ctypes
from collections.abc import Iterator
from typing import Any

from vret.headset.openxr.api import address, check, xr
from vret.headset.openxr.runtime import Runtime

_TYPE = xr.StructureType
_BUFFER = int(_TYPE.EVENT_DATA_BUFFER)
_BY_ALPHA = int(xr.CompositionLayerFlags.BLEND_TEXTURE_SOURCE_ALPHA_BIT)
_OPAQUE = int(xr.EnvironmentBlendMode.OPAQUE)
_TIME_INVALID = int(xr.Result.ERROR_TIME_INVALID)
_NO_EVENT = int(xr.Result.EVENT_UNAVAILABLE)
_EVENTS = {
    int(_TYPE.EVENT_DATA_SESSION_STATE_CHANGED): xr.EventDataSessionStateChanged,
    int(_TYPE.EVENT_DATA_INSTANCE_LOSS_PENDING): xr.EventDataInstanceLossPending,
    int(_TYPE.EVENT_DATA_REFERENCE_SPACE_CHANGE_PENDING): xr.EventDataReferenceSpaceChangePending,
    int(_TYPE.EVENT_DATA_INTERACTION_PROFILE_CHANGED): xr.EventDataInteractionProfileChanged,
    int(_TYPE.EVENT_DATA_USER_PRESENCE_CHANGED_EXT): xr.EventDataUserPresenceChangedEXT,
    int(_TYPE.EVENT_DATA_PASSTHROUGH_STATE_CHANGED_FB): xr.EventDataPassthroughStateChangedFB,
    int(_TYPE.EVENT_DATA_VISIBILITY_MASK_CHANGED_KHR): xr.EventDataVisibilityMaskChangedKHR,
}


class Session:
    """An XrSession and its frames. Structures are made once; every call may raise XrError.

    `kind` is the XrViewConfigurationType. `blend_modes` are the XrEnvironmentBlendModes offered, the favourite first;
    frames are opaque where there is a choice.
    """

    def __init__(self, runtime: Runtime, binding: Any, kind: int) -> None:
        self._call, self._instance = runtime.call, runtime.instance
        wanted = xr.SessionCreateInfo()
        wanted.system_id = runtime.system
        wanted.next = ctypes.c_void_p(address(binding))
        handle = ctypes.c_void_p()
        check(self._call.xrCreateSession(self._instance, address(wanted), address(handle)), "xrCreateSession")
        self.handle = handle.value or 0
        self._begin_info = xr.SessionBeginInfo()
        self._begin_info._primary_view_configuration_type = kind
        self._frame = xr.FrameState()
        self._frame_address = address(self._frame)
        self._end_info = xr.FrameEndInfo()
        self.blend_modes = _blend_modes(runtime, kind)
        self._mode = _OPAQUE if _OPAQUE in self.blend_modes else self.blend_modes[0]
        self._end_info._environment_blend_mode = self._mode
        self._end_address = address(self._end_info)
        self._layer: Any = None
        self._layers: Any = None
        self._layer_count = 0
        self._event = xr.EventDataBuffer()
        self._event_address = address(self._event)
        self._views = {kind: structure.from_buffer(self._event) for kind, structure in _EVENTS.items()}

    def events(self) -> Iterator[Any]:
        """What the runtime tells, each valid until the next; what this program does not know is left out."""
        while True:
            self._event._type, self._event._next = _BUFFER, None
            if check(self._call.xrPollEvent(self._instance, self._event_address), "xrPollEvent") == _NO_EVENT:
                return
            known = self._views.get(self._event._type)
            if known is not None:
                yield known

    def begin(self) -> None:
        check(self._call.xrBeginSession(self.handle, address(self._begin_info)), "xrBeginSession")

    def end(self) -> None:
        check(self._call.xrEndSession(self.handle), "xrEndSession")

    def request_exit(self) -> None:
        check(self._call.xrRequestExitSession(self.handle), "xrRequestExitSession")

    def wait_frame(self) -> Any:
        """Wait for the beat and begin a frame; the XrFrameState, valid until the next call."""
        check(self._call.xrWaitFrame(self.handle, None, self._frame_address), "xrWaitFrame")
        check(self._call.xrBeginFrame(self.handle, None), "xrBeginFrame")
        return self._frame

    def show(self, layer: Any) -> None:
        """From now on frames are handed over with this layer. It must live as long as the session."""
        self._layer = layer
        self.lay()

    def lay(self, under: Any = None, mode: int | None = None) -> None:
        """From now on the shown layer lies over another one, or is blended with the room by an environment mode.

        Without either it hides all.
        """
        is_blended = under is not None or mode is not None
        self._layer._layer_flags = _BY_ALPHA if is_blended else 0
        layers = [layer for layer in (under, self._layer) if layer is not None]
        self._layers = (ctypes.c_void_p * len(layers))(*map(address, layers)), layers
        self._layer_count = len(layers)
        self._end_info._layers = ctypes.cast(self._layers[0], type(self._end_info._layers))
        self._end_info._environment_blend_mode = self._mode if mode is None else mode

    def end_frame(self, is_drawn: bool) -> None:
        """Hand the begun frame over, with nothing to show unless it was drawn.

        A runtime that predicted nonsense may refuse its own time; such a frame was not drawn, and is let go.
        """
        self._end_info.display_time = self._frame.predicted_display_time
        self._end_info.layer_count = self._layer_count if is_drawn else 0
        code = self._call.xrEndFrame(self.handle, self._end_address)
        if is_drawn or code != _TIME_INVALID:
            check(code, "xrEndFrame")

    def close(self) -> None:
        self._call.xrDestroySession(self.handle)


def _blend_modes(runtime: Runtime, kind: int) -> list[int]:
    count, modes = ctypes.c_uint32(), (ctypes.c_int32 * 8)()
    enumerate_modes = runtime.call.xrEnumerateEnvironmentBlendModes
    check(
        enumerate_modes(runtime.instance, runtime.system, kind, 8, address(count), address(modes)),
        "xrEnumerateEnvironmentBlendModes",
    )
    return list(modes[: count.value])
