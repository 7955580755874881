"""The runtime and the headset behind it: an OpenXR instance with the extensions that are there, and its system."""

import ctypes
import sys
from collections.abc import Callable
from typing import Any

from vret.headset.contract import HeadsetError
from vret.headset.openxr.api import Functions, XrError, address, check, loader_function, xr

OPENGL = "XR_KHR_opengl_enable"
EGL = "XR_MNDX_egl_enable"
TIMESPEC = "XR_KHR_convert_timespec_time"
COUNTER = "XR_KHR_win32_convert_performance_counter_time"
PRESENCE = "XR_EXT_user_presence"
LOCAL_FLOOR = "XR_EXT_local_floor"
HAND_TRACKING = "XR_EXT_hand_tracking"
MASK = "XR_KHR_visibility_mask"
REFRESH_RATE = "XR_FB_display_refresh_rate"
DEPTH = "XR_KHR_composition_layer_depth"
PASSTHROUGH = "XR_FB_passthrough"
BATTERY = "XR_EXT_interaction_profile_battery_state_display"
QUAD_VIEWS = "XR_VARJO_quad_views"
WANTED = (
    OPENGL,
    EGL,
    COUNTER if sys.platform == "win32" else TIMESPEC,
    PRESENCE,
    LOCAL_FLOOR,
    HAND_TRACKING,
    MASK,
    REFRESH_RATE,
    DEPTH,
    PASSTHROUGH,
    BATTERY,
    QUAD_VIEWS,
    "XR_EXT_hand_interaction",
    "XR_BD_controller_interaction",
    "XR_META_touch_controller_plus",
)

_R = xr.Result
_SENTENCES = {
    _R.ERROR_RUNTIME_UNAVAILABLE: "No OpenXR runtime is installed: install the software that came with the headset, or "
    "SteamVR, and make it the OpenXR runtime.",
    _R.ERROR_FORM_FACTOR_UNAVAILABLE: "No headset is connected: switch it on, connect it, then start again.",
    _R.ERROR_FORM_FACTOR_UNSUPPORTED: "The OpenXR runtime knows no headset that is worn on the head: make another one "
    "the OpenXR runtime.",
    _R.ERROR_LIMIT_REACHED: "Another program is using the headset: close it, then start again.",
    _R.ERROR_RUNTIME_FAILURE: "The headset's software does not answer: start it (SteamVR, or the headset's own "
    "program), then start again.",
    _R.ERROR_INITIALIZATION_FAILED: "The headset's software could not start: restart it, or restart the computer.",
    _R.ERROR_GRAPHICS_DEVICE_INVALID: "The headset is connected to another graphics card than the one that draws: "
    "choose the headset's card for Python in the graphics settings.",
}


def explained(error: XrError) -> HeadsetError:
    """The error as a sentence for a person; the call and its result stand in brackets."""
    known = {int(code): sentence for code, sentence in _SENTENCES.items()}
    sentence = known.get(error.code, "The headset's software refuses to work: restart it, or restart the computer.")
    return HeadsetError(f"{sentence} ({error})")


class Runtime:
    """An instance, its functions, and the system for a headset. Raises XrError, or HeadsetError without OpenGL.

    `title` is the runtime's name with its version, `headset` the device's own name.
    `trusts_contexts` is false where the runtime is known to switch the GL context and to leave GL errors behind
    (SteamVR on Linux, SteamVR-for-Linux issues 421, 799 and 821); such a one is not asked to destroy its instance
    either, since that hangs (issue 422). `functions` may be given to observe the calls.
    """

    def __init__(self, functions: Callable[[int], Functions] = Functions) -> None:
        self.extensions = frozenset(name for name in WANTED if name in _available())
        if OPENGL not in self.extensions:
            raise HeadsetError("The OpenXR runtime cannot show OpenGL: make SteamVR or Monado the OpenXR runtime.")
        self.instance = _create_instance(sorted(self.extensions))
        try:
            self.call = functions(self.instance)
            self.name, self.title = self._names()
            self.trusts_contexts = not (self.name.startswith("SteamVR") and sys.platform == "linux")
            self.system = self._system()
            self._properties()
        except XrError:
            self.close()
            raise

    def has(self, extension: str) -> bool:
        return extension in self.extensions

    def close(self) -> None:
        destroy = loader_function("xrDestroyInstance", "p", self.instance)
        if destroy is not None and getattr(self, "trusts_contexts", True):
            destroy(self.instance)

    def path(self, text: str) -> int:
        """The atom of a path."""
        found = ctypes.c_uint64()
        check(self.call.xrStringToPath(self.instance, text.encode(), address(found)), f"xrStringToPath({text})")
        return found.value

    def path_text(self, path: int) -> str:
        """The path of an atom; empty for none."""
        if path == 0:
            return ""
        text, count = ctypes.create_string_buffer(256), ctypes.c_uint32()
        check(self.call.xrPathToString(self.instance, path, 256, address(count), address(text)), "xrPathToString")
        return text.value.decode()

    def _names(self) -> tuple[str, str]:
        """The runtime's name, and the same with its version, which is 16 bits major, 16 minor, 32 patch."""
        properties = xr.InstanceProperties()
        check(self.call.xrGetInstanceProperties(self.instance, address(properties)), "xrGetInstanceProperties")
        packed = int(properties.runtime_version)
        version = f"{packed >> 48}.{packed >> 32 & 0xFFFF}.{packed & 0xFFFFFFFF}"
        name = str(properties.runtime_name.decode(errors="replace"))
        return name, name if version in name else f"{name} {version}"

    def _system(self) -> int:
        system = ctypes.c_uint64()
        wanted = xr.SystemGetInfo(xr.FormFactor.HEAD_MOUNTED_DISPLAY)
        check(self.call.xrGetSystem(self.instance, address(wanted), address(system)), "xrGetSystem")
        return system.value

    def _properties(self) -> None:
        presence, hands = xr.SystemUserPresencePropertiesEXT(), xr.SystemHandTrackingPropertiesEXT()
        room = xr.SystemPassthroughPropertiesFB()
        properties = xr.SystemProperties()
        chained: list[Any] = [properties]
        for extension, more in ((PRESENCE, presence), (HAND_TRACKING, hands), (PASSTHROUGH, room)):
            if self.has(extension):
                chained[-1].next = ctypes.c_void_p(address(more))
                chained.append(more)
        check(self.call.xrGetSystemProperties(self.instance, self.system, address(properties)), "xrGetSystemProperties")
        self.headset = str(properties.system_name.decode(errors="replace"))
        self.tells_presence = bool(presence.supports_user_presence)
        self.shows_room = bool(room.supports_passthrough)
        self.tracks_hands = bool(hands.supports_hand_tracking)


def _available() -> frozenset[str]:
    enumerate_extensions = loader_function("xrEnumerateInstanceExtensionProperties", "pipp")
    if enumerate_extensions is None:
        raise XrError("xrEnumerateInstanceExtensionProperties", int(_R.ERROR_FUNCTION_UNSUPPORTED))
    count = ctypes.c_uint32()
    check(enumerate_extensions(None, 0, address(count), None), "xrEnumerateInstanceExtensionProperties")
    found = (xr.ExtensionProperties * count.value)(*(xr.ExtensionProperties() for _ in range(count.value)))
    check(
        enumerate_extensions(None, count.value, address(count), address(found)),
        "xrEnumerateInstanceExtensionProperties",
    )
    return frozenset(entry.extension_name.decode() for entry in found)


def _create_instance(extensions: list[str]) -> int:
    create = loader_function("xrCreateInstance", "pp")
    if create is None:
        raise XrError("xrCreateInstance", int(_R.ERROR_FUNCTION_UNSUPPORTED))
    wanted = xr.InstanceCreateInfo(
        application_info=xr.ApplicationInfo("vret", 1, "vret", 1, xr.Version(1, 0, 0)),
        enabled_extension_names=extensions,
    )
    instance = ctypes.c_void_p()
    check(create(address(wanted), address(instance)), "xrCreateInstance")
    return instance.value or 0
