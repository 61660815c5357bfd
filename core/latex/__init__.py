"""Formulas: values, local derivatives and gradients in LaTeX and in plain text."""

from chainrule.core.latex.formula import Formulas
from chainrule.core.latex.plain_text import plain_text

__all__ = ["Formulas", "plain_text"]
