"""OpenXR's functions as bare pointers, with pyopenxr for its loader and for the shapes of its structures.

pyopenxr's wrappers allocate 15 kB a frame, leave cyclic garbage, and raise on success codes and on codes that they do
not know; these are the runtime's own functions with addresses and plain integers as arguments and a plain integer as
result. Import `xr` from here: pyopenxr puts GLX in the place of the platform that PyOpenGL was told to use.
"""

import ctypes
from collections.abc import Callable
from typing import Any

from OpenGL import platform

from vret.render.gl import GL

__all__ = ["GL", "Functions", "XrError", "address", "check", "loader_function", "xr"]


def _pyopenxr() -> Any:
    chosen = platform.PLATFORM
    import xr

    platform.PLATFORM = chosen
    return xr


xr = _pyopenxr()
address = ctypes.addressof

_LOADER = xr.library.openxr_loader_library
_KINDS = {"p": ctypes.c_void_p, "q": ctypes.c_uint64, "i": ctypes.c_uint32, "s": ctypes.c_char_p, "f": ctypes.c_float}

# p: a handle or the address of a structure; q: an atom or a time; i: a 32-bit number; s: bytes; f: a float.
_SIGNATURES = {
    "xrAcquireSwapchainImage": "ppp",
    "xrApplyHapticFeedback": "ppp",
    "xrAttachSessionActionSets": "pp",
    "xrBeginFrame": "pp",
    "xrBeginSession": "pp",
    "xrCreateAction": "ppp",
    "xrCreateActionSet": "ppp",
    "xrCreateActionSpace": "ppp",
    "xrCreateReferenceSpace": "ppp",
    "xrCreateSession": "ppp",
    "xrCreateSwapchain": "ppp",
    "xrDestroyInstance": "p",
    "xrDestroySession": "p",
    "xrDestroySpace": "p",
    "xrDestroySwapchain": "p",
    "xrEndFrame": "pp",
    "xrEndSession": "p",
    "xrEnumerateEnvironmentBlendModes": "pqiipp",
    "xrEnumerateReferenceSpaces": "pipp",
    "xrEnumerateSwapchainFormats": "pipp",
    "xrEnumerateSwapchainImages": "pipp",
    "xrEnumerateViewConfigurations": "pqipp",
    "xrEnumerateViewConfigurationViews": "pqiipp",
    "xrGetActionStateFloat": "ppp",
    "xrGetCurrentInteractionProfile": "pqp",
    "xrGetInstanceProperties": "pp",
    "xrGetSystem": "ppp",
    "xrGetSystemProperties": "pqp",
    "xrLocateSpace": "ppqp",
    "xrLocateViews": "pppipp",
    "xrPathToString": "pqipp",
    "xrPollEvent": "pp",
    "xrReleaseSwapchainImage": "pp",
    "xrRequestExitSession": "p",
    "xrStringToPath": "psp",
    "xrSuggestInteractionProfileBindings": "pp",
    "xrSyncActions": "pp",
    "xrWaitFrame": "ppp",
    "xrWaitSwapchainImage": "pp",
}
_EXTENSION_SIGNATURES = {
    "xrGetOpenGLGraphicsRequirementsKHR": "pqp",
    "xrConvertTimeToTimespecTimeKHR": "pqp",
    "xrConvertTimeToWin32PerformanceCounterKHR": "pqp",
    "xrCreateHandTrackerEXT": "ppp",
    "xrLocateHandJointsEXT": "ppp",
    "xrGetVisibilityMaskKHR": "piiip",
    "xrCreatePassthroughFB": "ppp",
    "xrCreatePassthroughLayerFB": "ppp",
    "xrDestroyPassthroughFB": "p",
    "xrDestroyPassthroughLayerFB": "p",
    "xrPassthroughLayerPauseFB": "p",
    "xrPassthroughLayerResumeFB": "p",
    "xrPassthroughStartFB": "p",
    "xrEnumerateDisplayRefreshRatesFB": "pipp",
    "xrRequestDisplayRefreshRateFB": "pf",
}


class XrError(Exception):
    """An OpenXR call failed. `code` is an XrResult, below 0; `call` the function's name."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(f"{call}: {result_name(code)}")
        self.call, self.code = call, code


def result_name(code: int) -> str:
    """OpenXR's name of a result, or its number where this program knows none."""
    return str(xr.Result(code).name) if code in {int(known) for known in xr.Result} else f"result {code}"


def check(code: int, call: str) -> int:
    """The code of a success, since successes differ. Raises XrError."""
    if code < 0:
        raise XrError(call, code)
    return code


def loader_function(name: str, signature: str, instance: int = 0) -> Callable[..., int] | None:
    """A function of the loader or, with an instance, of the runtime; None where there is no such function."""
    look_up = _LOADER["xrGetInstanceProcAddr"]
    look_up.restype, look_up.argtypes = ctypes.c_int32, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    found = ctypes.c_void_p()
    if look_up(instance, name.encode(), ctypes.byref(found)) < 0 or not found.value:
        return None
    return ctypes.CFUNCTYPE(ctypes.c_int32, *(_KINDS[kind] for kind in signature))(found.value)


class Functions:
    """The functions of an instance as attributes. Those of an extension that is not enabled are None."""

    def __init__(self, instance: int) -> None:
        for name, signature in _SIGNATURES.items():
            found = loader_function(name, signature, instance)
            if found is None:
                raise XrError(name, int(xr.Result.ERROR_FUNCTION_UNSUPPORTED))
            setattr(self, name, found)
        for name, signature in _EXTENSION_SIGNATURES.items():
            setattr(self, name, loader_function(name, signature, instance))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name} is not among this program's OpenXR functions: add it to the signatures.")
