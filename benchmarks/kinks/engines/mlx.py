"""MLX, in float32 on the CPU."""

from importlib.metadata import version

import mlx.core as mx
from mlx.core import (
    abs,
    arctan2,
    clip,
    log,
    logsumexp,
    maximum,
    minimum,
    power,
    prod,
    sigmoid,
    sqrt,
    std,
    sum,
)
from mlx.core import max as amax
from mlx.core import min as amin
from mlx.nn import leaky_relu, relu, softplus

VERSION = version("mlx")
mx.set_default_device(mx.cpu)


def gradients(function, operands):
    """The gradient by each operand."""
    at = [mx.array(each) for each in operands]
    found = mx.grad(function, argnums=list(range(len(at))))(*at)
    return [each.tolist() for each in (found if len(at) > 1 else [found])]
