"""Light from all around and from lamps, and what of it is baked."""
