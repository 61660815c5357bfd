"""The program language: from source text to a graph, by an allow-list; nothing is executed."""

from chainrule.core.language.program import Limits, parse

__all__ = ["Limits", "parse"]
