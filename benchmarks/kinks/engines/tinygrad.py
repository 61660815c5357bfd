"""tinygrad, in float32 on the CPU; scalars are lists of one, since equal scalars would be one node."""

from importlib.metadata import version

from tinygrad import Tensor, dtypes

VERSION = version("tinygrad")
relu, leaky_relu, abs, sqrt, log = Tensor.relu, Tensor.leaky_relu, Tensor.abs, Tensor.sqrt, Tensor.log
maximum, minimum, amax, amin = Tensor.maximum, Tensor.minimum, Tensor.max, Tensor.min
clip, power, prod, sum = Tensor.clip, Tensor.pow, Tensor.prod, Tensor.sum
sigmoid, softplus, logsumexp = Tensor.sigmoid, Tensor.softplus, Tensor.logsumexp


def std(a):
    return a.std(correction=0)


def gradients(function, operands):
    """The gradient by each operand."""
    at = [Tensor(each if isinstance(each, list) else [each], dtype=dtypes.float32) for each in operands]
    found = [each.tolist() for each in function(*at).sum().gradient(*at)]
    return [
        value if isinstance(operand, list) else value[0]
        for value, operand in zip(found, operands, strict=True)
    ]
