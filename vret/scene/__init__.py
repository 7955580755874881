"""Scenes as data: read, checked, compiled to arrays, and animated as a function of the moment."""
