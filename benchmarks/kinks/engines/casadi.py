"""CasADi's SX expressions; it rewrites some before it differentiates (sqrt(x*x) to |x|, x/x to 1)."""

import casadi as ca
from casadi import atan2 as arctan2
from casadi import fabs as abs
from casadi import fmax as maximum
from casadi import fmin as minimum
from casadi import log, logsumexp, power, sqrt
from casadi import mmax as amax
from casadi import mmin as amin
from casadi import sum1 as sum

VERSION = ca.__version__


def clip(a, low, high):
    return ca.fmin(ca.fmax(a, low), high)


def gradients(function, operands):
    """The gradient by each operand."""
    at = [ca.SX.sym("x", len(each)) if isinstance(each, list) else ca.SX.sym("x") for each in operands]
    result = function(*at)
    compiled = ca.Function("f", at, [ca.gradient(result, each) for each in at])
    found = compiled.call([ca.DM(each) for each in operands])
    return [
        value.full().ravel().tolist() if isinstance(operand, list) else float(value)
        for value, operand in zip(found, operands, strict=True)
    ]
