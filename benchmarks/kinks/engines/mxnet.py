"""MXNet's NDArray, in float64."""

import mxnet as mx
from mxnet.ndarray import abs, clip, log, maximum, minimum, prod, relu, sigmoid, sqrt, sum
from mxnet.ndarray import broadcast_power as power
from mxnet.ndarray import max as amax
from mxnet.ndarray import min as amin

VERSION = mx.__version__


def leaky_relu(a, slope):
    return mx.nd.LeakyReLU(a, slope=slope)


def softplus(a):
    return mx.nd.Activation(a, act_type="softrelu")


def gradients(function, operands):
    """The gradient by each operand; scalars are lists of one, since there are no others."""
    at = [mx.nd.array(each if isinstance(each, list) else [each], dtype="float64") for each in operands]
    for each in at:
        each.attach_grad()
    with mx.autograd.record():
        result = function(*at)
    result.backward()
    return [
        each.grad.asnumpy().tolist() if isinstance(operand, list) else float(each.grad.asnumpy()[0])
        for each, operand in zip(at, operands, strict=True)
    ]
