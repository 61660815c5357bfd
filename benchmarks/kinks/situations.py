"""Kinks, ties and edges of domains: what each engine is asked for the gradient of, and where.

No engine is imported here: a situation is written over a namespace of functions that each adapter gives.
"""

from collections.abc import Callable
from typing import Any, NamedTuple


class Situation(NamedTuple):
    """One expression at one place."""

    kink: str
    """``op.kink``, as the op table names it."""
    expression: str
    operands: tuple[Any, ...]
    """Numbers, or lists of them."""
    function: Callable[..., Any]
    """``function(xp, *operands)`` with the functions of an engine in ``xp``."""


INFINITE, NAN = float("inf"), float("nan")

SITUATIONS = (
    Situation("relu.zero", "relu(a)", (0.0,), lambda xp, a: xp.relu(a)),
    Situation("relu.nan", "relu(a)", (NAN,), lambda xp, a: xp.relu(a)),
    Situation("leaky_relu.zero", "leaky_relu(a, 0.01)", (0.0,), lambda xp, a: xp.leaky_relu(a, 0.01)),
    Situation("abs.zero", "abs(a)", (0.0,), lambda xp, a: xp.abs(a)),
    Situation("maximum.tie", "maximum(a, b)", (1.0, 1.0), lambda xp, a, b: xp.maximum(a, b)),
    Situation("maximum.nan", "maximum(a, b)", (NAN, 1.0), lambda xp, a, b: xp.maximum(a, b)),
    Situation("minimum.tie", "minimum(a, b)", (1.0, 1.0), lambda xp, a, b: xp.minimum(a, b)),
    Situation("minimum.nan", "minimum(a, b)", (NAN, 1.0), lambda xp, a, b: xp.minimum(a, b)),
    Situation("max.tie", "max(a)", ([1.0, 3.0, 3.0],), lambda xp, a: xp.amax(a)),
    Situation("max.nan", "max(a)", ([1.0, NAN, 2.0],), lambda xp, a: xp.amax(a)),
    Situation("min.tie", "min(a)", ([1.0, 1.0, 3.0],), lambda xp, a: xp.amin(a)),
    Situation("clip.bound", "clip(a, 0, 1)", ([0.0, 1.0],), lambda xp, a: xp.sum(xp.clip(a, 0.0, 1.0))),
    Situation("sqrt.zero", "sqrt(a)", (0.0,), lambda xp, a: xp.sqrt(a)),
    Situation("log.zero", "log(a)", (0.0,), lambda xp, a: xp.log(a)),
    Situation("pow.zero_to_zero", "a ** b", (0.0, 0.0), lambda xp, a, b: xp.power(a, b)),
    Situation("pow.zero_base", "a ** b", (0.0, 2.0), lambda xp, a, b: xp.power(a, b)),
    Situation("pow.negative_base", "a ** b", (-2.0, 3.0), lambda xp, a, b: xp.power(a, b)),
    Situation("div.itself", "a / a", (0.0,), lambda xp, a: a / a),
    Situation("prod.zero", "prod(a)", ([2.0, 0.0, 3.0],), lambda xp, a: xp.prod(a)),
    Situation("prod.zeros", "prod(a)", ([0.0, 0.0, 3.0],), lambda xp, a: xp.prod(a)),
    Situation("std.equal", "std(a)", ([1.0, 1.0, 1.0],), lambda xp, a: xp.std(a)),
    Situation("sigmoid.far", "sigmoid(a)", ([-1000.0, 1000.0],), lambda xp, a: xp.sum(xp.sigmoid(a))),
    Situation("softplus.far", "softplus(a)", ([-1000.0, 1000.0],), lambda xp, a: xp.sum(xp.softplus(a))),
    Situation("logsumexp.infinite", "logsumexp(a)", ([-INFINITE, -INFINITE],), lambda xp, a: xp.logsumexp(a)),
    Situation("xlogy.zero", "xlogy(a, b)", (0.0, 0.0), lambda xp, a, b: xp.xlogy(a, b)),
    Situation("arctan2.origin", "arctan2(a, b)", (0.0, 0.0), lambda xp, a, b: xp.arctan2(a, b)),
)
"""In the order of the op table."""
