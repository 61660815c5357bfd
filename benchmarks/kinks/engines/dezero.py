"""DeZero, the framework of the third book of the series."""

from importlib.metadata import version

import numpy as np
from dezero import Variable
from dezero.functions import clip, leaky_relu, log, relu, sigmoid, sum
from dezero.functions import max as amax
from dezero.functions import min as amin

VERSION = version("dezero")


def gradients(function, operands):
    """The gradient by each operand."""
    at = [Variable(np.array(each)) for each in operands]
    function(*at).backward()
    return [each.grad.data.tolist() for each in at]
