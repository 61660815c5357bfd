"""PaddlePaddle, in float64 on the CPU."""

import paddle
from paddle import abs, clip, log, logsumexp, maximum, minimum, prod, sqrt, sum
from paddle import atan2 as arctan2
from paddle import max as amax
from paddle import min as amin
from paddle import pow as power
from paddle.nn.functional import leaky_relu, relu, sigmoid, softplus

VERSION = paddle.__version__


def std(a):
    return paddle.std(a, unbiased=False)


def gradients(function, operands):
    """The gradient by each operand."""
    at = [paddle.to_tensor(each, dtype="float64", stop_gradient=False) for each in operands]
    function(*at).backward()
    return [each.grad.tolist() for each in at]
