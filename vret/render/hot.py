"""The OpenGL calls of a frame, as bare function pointers.

PyOpenGL's wrappers check, convert and leave objects behind (reference: 2 cyclic objects a frame for one
multi-draw-indirect); these are the driver's own functions with plain integers as arguments. No errors are read here:
tests ask `glGetError` afterwards.

ctypes spends more on converting arguments to declared types than on the call itself: whatever fits a C int is handed
over as it is. What does not is declared, or an OBJECT of ctypes that the caller made long before.
"""

import ctypes
from collections.abc import Callable
from typing import Any, Final

from vret.headset.contract import HeadsetError
from vret.render.gl import address_of

OBJECT: Final = ctypes.py_object
"""An argument that is a pointer: an array of ctypes or a c_void_p, never a plain integer, which would be cut."""

_U, _I, _F, _P, _S = ctypes.c_uint, ctypes.c_int, ctypes.c_float, ctypes.c_void_p, ctypes.c_ssize_t
_AS_THEY_ARE: Final = {_U, _I, ctypes.c_ubyte, OBJECT}

SIGNATURES: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "glBeginQuery": (None, (_U, _U)),
    "glBindBuffer": (None, (_U, _U)),
    "glBindBufferRange": (None, (_U, _U, _U, _S, _S)),
    "glBindBuffersRange": (None, (_U, _U, _I, OBJECT, OBJECT, OBJECT)),
    "glBindFramebuffer": (None, (_U, _U)),
    "glBindTextureUnit": (None, (_U, _U)),
    "glBindTextures": (None, (_U, _I, OBJECT)),
    "glBindVertexArray": (None, (_U,)),
    "glBlendFunc": (None, (_U, _U)),
    "glClearNamedFramebufferfv": (None, (_U, _U, _I, OBJECT)),
    "glClientWaitSync": (_U, (_P, _U, ctypes.c_uint64)),
    "glCompressedTextureSubImage3D": (None, (_U, *[_I] * 7, _U, _I, OBJECT)),
    "glCopyNamedBufferSubData": (None, (_U, _U, _S, _S, _S)),
    "glDeleteSync": (None, (_P,)),
    "glDepthFunc": (None, (_U,)),
    "glDepthMask": (None, (ctypes.c_ubyte,)),
    "glDisable": (None, (_U,)),
    "glDispatchCompute": (None, (_U, _U, _U)),
    "glDrawArraysInstanced": (None, (_U, _I, ctypes.c_int, ctypes.c_int)),
    "glEnable": (None, (_U,)),
    "glEndQuery": (None, (_U,)),
    "glFenceSync": (_P, (_U, _U)),
    "glFlush": (None, ()),
    "glGetQueryObjectui64v": (None, (_U, _U, _P)),
    "glMemoryBarrier": (None, (_U,)),
    "glMultiDrawElementsIndirect": (None, (_U, _U, OBJECT, _I, _I)),
    "glNamedFramebufferTexture": (None, (_U, _U, _U, _I)),
    "glReadPixels": (None, (_I, _I, ctypes.c_int, ctypes.c_int, _U, _U, _P)),
    "glTextureSubImage2D": (None, (_U, *[_I] * 5, _U, _U, OBJECT)),
    "glTextureSubImage3D": (None, (_U, *[_I] * 7, _U, _U, OBJECT)),
    "glUseProgram": (None, (_U,)),
    "glViewport": (None, (_I, _I, _I, _I)),
    "glViewportIndexedf": (None, (_U, _F, _F, _F, _F)),
}


class Hot:
    """The functions of `SIGNATURES` as attributes, looked up once in the current context."""

    def __init__(self) -> None:
        for name, (result, arguments) in SIGNATURES.items():
            address = address_of(name)
            if not address:
                raise HeadsetError(f"The graphics driver lacks {name}: update the graphics driver.")
            declared = () if _AS_THEY_ARE.issuperset(arguments) else arguments
            setattr(self, name, ctypes.PYFUNCTYPE(result, *declared)(address))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"{name} is not among the calls of a frame: add it to SIGNATURES.")
