"""OpenGL lives only here."""

from vret.render.renderer import Renderer
from vret.render.resident import ResidentScene

__all__ = ["Renderer", "ResidentScene"]
