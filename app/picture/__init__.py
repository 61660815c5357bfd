"""The picture: scene, layout, and the SVG or PNG drawn from them."""
