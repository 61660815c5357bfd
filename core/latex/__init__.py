"""Formulas: values, local derivatives and gradients in LaTeX and in plain text."""

from chainrule.core.latex.formula import Formulas

__all__ = ["Formulas"]
