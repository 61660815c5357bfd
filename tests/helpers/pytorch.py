"""PyTorch in float64: the oracle for values and gradients."""

import operator
from collections.abc import Callable, Mapping, Sequence

import torch

FUNCTIONS: Mapping[str, Callable[..., torch.Tensor]] = {
    "inv": torch.reciprocal,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "abs": torch.abs,
    "relu": torch.relu,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}
"""What a program calls by name."""

OPS: Mapping[str, Callable[..., torch.Tensor]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "pow": operator.pow,
    **FUNCTIONS,
}
"""Every op of the table, by its name there."""


def leaf(value: object) -> torch.Tensor:
    """A number or an array as a tensor that keeps its gradient."""
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def value_and_gradients(op: str, operands: Sequence[object]) -> tuple[float, list[float]]:
    """The value of one op on numbers, and its derivatives by them."""
    leaves = [leaf(operand) for operand in operands]
    result = OPS[op](*leaves)
    result.backward()
    return result.item(), [each.grad.item() for each in leaves]
