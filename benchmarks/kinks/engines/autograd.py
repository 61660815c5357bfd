"""HIPS autograd."""

from contextlib import suppress
from importlib.metadata import version

import autograd.numpy as anp
from autograd import grad
from autograd.numpy import abs, arctan2, clip, log, maximum, minimum, power, prod, sqrt, std, sum

with suppress(ImportError):  # SciPy is an extra of its own
    from autograd.scipy.special import logsumexp

VERSION = version("autograd")
amax, amin = anp.max, anp.min


def gradients(function, operands):
    """The gradient by each operand."""
    at = [anp.array(each) for each in operands]
    return [anp.asarray(grad(function, place)(*at)).tolist() for place in range(len(at))]
