"""The picture: an SVG drawn from scene, layout and numbers, or a PNG of it."""
