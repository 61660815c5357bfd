"""Values encoded for answers: JSON numbers and tensors, heat maps, MathML."""
