"""PyTensor, in float64."""

import numpy as np
import pytensor
import pytensor.tensor as pt
from pytensor.tensor import (
    abs,
    arctan2,
    clip,
    log,
    logsumexp,
    maximum,
    minimum,
    prod,
    sigmoid,
    softplus,
    sqrt,
    std,
    sum,
)
from pytensor.tensor import pow as power
from pytensor.tensor.special import xlogy

VERSION = pytensor.__version__
amax, amin = pt.max, pt.min


def gradients(function, operands):
    """The gradient by each operand."""
    at = [pt.vector() if isinstance(each, list) else pt.dscalar() for each in operands]
    compiled = pytensor.function(at, pytensor.grad(function(*at), at), mode="FAST_COMPILE")
    return [each.tolist() for each in compiled(*(np.asarray(each, dtype=float) for each in operands))]
