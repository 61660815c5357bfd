"""Expressions of the op table as functions: of Python floats, and of NumPy arrays."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.core.ops.op import Kernel


def _maximum(a: float, b: float) -> float:
    return a if a > b or a != a else b


def _minimum(a: float, b: float) -> float:
    return a if a < b or a != a else b


def _logaddexp(a: float, b: float) -> float:
    # The larger is taken out first, so that no exponential overflows; equal infinities stay as they are.
    return a + math.log(2.0) if a == b else _maximum(a, b) + math.log1p(math.exp(-abs(a - b)))


def _power(a: Any, b: Any) -> Any:
    """Powers of arrays, for which NumPy takes the square root if the exponent is one number, ½: NaN at −∞."""
    y = np.power(a, b)
    return np.where(a == -np.inf, np.inf, y)[()] if np.ndim(b) == 0 and b == 0.5 else y


def _where(condition: bool, yes: float, no: float) -> float:
    return yes if condition else no


def _by_element(function: Callable[[float], float]) -> Kernel:
    """A function of Python floats on NumPy arrays, element by element: NumPy lacks it."""
    each = np.frompyfunc(function, 1, 1)

    def on_array(a: Any) -> Any:
        return np.asarray(each(a), dtype=float)[()]

    return on_array


def _where_of_arrays(condition: Any, yes: Any, no: Any) -> Any:
    # Of numbers a NumPy scalar and no array: only that has a hash.
    return np.where(condition, yes, no)[()]


_erf, _erfc = _by_element(math.erf), _by_element(math.erfc)

SCALAR_FUNCTIONS: Mapping[str, Kernel] = {
    "exp": math.exp,
    "log": math.log,
    "log1p": math.log1p,
    "expm1": math.expm1,
    "logaddexp": _logaddexp,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "tan": math.tan,
    "arctan": math.atan,
    "arctan2": math.atan2,
    "hypot": math.hypot,
    "log2": math.log2,
    "log10": math.log10,
    "erf": math.erf,
    "erfc": math.erfc,
    "power": math.pow,
    "maximum": _maximum,
    "minimum": _minimum,
    "where": _where,
}
"""What a rule may call, on Python floats. They raise where NumPy gives inf or nan; the tape then asks NumPy."""

ARRAY_FUNCTIONS: Mapping[str, Kernel] = {
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "logaddexp": np.logaddexp,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "tan": np.tan,
    "arctan": np.arctan,
    "arctan2": np.arctan2,
    "hypot": np.hypot,
    "log2": np.log2,
    "log10": np.log10,
    "erf": _erf,
    "erfc": _erfc,
    "power": _power,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "where": _where_of_arrays,
}
"""The same names on NumPy arrays."""


def compile_rule(expression: str, functions: Mapping[str, Kernel], arguments: str = "a, b, y") -> Kernel:
    """A rule of this table as a function of ``arguments``; only ever given text that stands in this file."""
    return eval(f"lambda {arguments}: {expression}", {"__builtins__": {"abs": abs}, **functions})  # type: ignore[no-any-return]
