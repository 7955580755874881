"""What surfaces look like: materials, textures, decals, and the models that bring their own."""
