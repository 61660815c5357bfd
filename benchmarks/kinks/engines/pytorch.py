"""PyTorch, in float64 on the CPU."""

import torch
from torch import abs, arctan2, clip, log, maximum, minimum, prod, relu, sigmoid, sqrt, sum
from torch import pow as power

VERSION = torch.__version__.partition("+")[0]
softplus = torch.nn.functional.softplus
leaky_relu = torch.nn.functional.leaky_relu
amax, amin, xlogy = torch.amax, torch.amin, torch.xlogy


def std(a):
    return torch.std(a, correction=0)


def logsumexp(a):
    return torch.logsumexp(a, 0)


def gradients(function, operands):
    """The gradient by each operand."""
    leaves = [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in operands]
    function(*leaves).backward()
    return [leaf.grad.tolist() for leaf in leaves]
