"""SymPy: the derivative as an expression, then its value; what is no number is told as it is written."""

import sympy
from sympy import Abs as abs
from sympy import Max as maximum
from sympy import Min as minimum
from sympy import Pow as power
from sympy import atan2 as arctan2
from sympy import log, sqrt

VERSION = sympy.__version__


def gradients(function, operands):
    """The gradient by each operand."""
    at = [sympy.Symbol(name, real=True) for name in "ab"[: len(operands)]]
    if any(isinstance(each, list) or each != each for each in operands):
        raise AttributeError("numbers alone, and no NaN")
    result = function(*at)
    place = {name: sympy.Integer(int(each)) for name, each in zip(at, operands, strict=True)}
    found = [sympy.diff(result, name).subs(place).doit() for name in at]
    return [
        float(each) if each.is_real and each.is_finite else "NaN" if each is sympy.nan else str(each)
        for each in found
    ]
