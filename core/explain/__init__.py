"""Explanations: where each number comes from, in formulas and sentences."""

from chainrule.core.explain.explain import explain
from chainrule.core.explain.provenance import provenance
from chainrule.core.explain.steps import steps

__all__ = ["explain", "provenance", "steps"]
