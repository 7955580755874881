"""Shapes, and the kinds of mesh that a scene file can name."""
