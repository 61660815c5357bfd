"""Chainer, in float64."""

import chainer
import chainer.functions as F
import numpy as np
from chainer.functions import absolute as abs
from chainer.functions import (
    arctan2,
    clip,
    leaky_relu,
    log,
    logsumexp,
    maximum,
    minimum,
    prod,
    relu,
    sigmoid,
    softplus,
    sqrt,
    sum,
)

VERSION = chainer.__version__
amax, amin = F.max, F.min


def power(a, b):
    return a**b


def gradients(function, operands):
    """The gradient by each operand."""
    at = [chainer.Variable(np.array(each, dtype=np.float64)) for each in operands]
    function(*at).backward()
    return [each.grad.tolist() for each in at]
