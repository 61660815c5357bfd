"""Values as bytes: JSON numbers and tensors, heat maps, MathML."""
