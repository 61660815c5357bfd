"""Formulas: values, local derivatives and gradients in LaTeX and in plain text."""
