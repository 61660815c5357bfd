"""PyTorch in float64: the oracle for values and gradients."""

import operator
from collections.abc import Callable, Mapping, Sequence

import torch


def _choice(condition: torch.Tensor, yes: torch.Tensor, no: torch.Tensor) -> torch.Tensor:
    """``torch.where`` by a condition that takes part in the graph, with a gradient of 0."""
    return torch.where(condition != 0, yes, no) + 0.0 * torch.nan_to_num(condition, 0.0, 0.0, 0.0)


def _comparison(compare: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """Compare so that the result takes part in the graph, with a gradient of 0."""

    def compared(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        flat = sum(0.0 * torch.nan_to_num(each, 0.0, 0.0, 0.0) for each in (a, b))
        return compare(a, b).double() + flat

    return compared


COMPARISONS: Mapping[str, Callable[..., torch.Tensor]] = {
    "greater": _comparison(operator.gt),
    "greater_equal": _comparison(operator.ge),
    "less": _comparison(operator.lt),
    "less_equal": _comparison(operator.le),
    "equal": _comparison(operator.eq),
    "not_equal": _comparison(operator.ne),
}

FUNCTIONS: Mapping[str, Callable[..., torch.Tensor]] = {
    "inv": torch.reciprocal,
    "exp": torch.exp,
    "log": torch.log,
    "log1p": torch.log1p,
    "logaddexp": torch.logaddexp,
    # At (0, 0) PyTorch's own xlogy has NaN by b; ours has 0, as TensorFlow's.
    "xlogy": lambda a, b: a * torch.log(torch.where((a == 0) & (b == 0), 1.0, b)),
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "abs": torch.abs,
    "relu": torch.relu,
    "tan": torch.tan,
    "arctan": torch.arctan,
    "arctan2": torch.arctan2,
    "log2": torch.log2,
    "log10": torch.log10,
    "erf": torch.special.erf,
    "erfc": torch.special.erfc,
    "leaky_relu": lambda a, slope: torch.where(a > 0, a, slope * torch.where(a > 0, 0.0, a)),
    "clamp_min": lambda a, low: torch.clamp(a, min=low),
    "clamp_max": lambda a, high: torch.clamp(a, max=high),
    "masked": lambda condition, a: _choice(condition, a, torch.zeros_like(a)),
    "masked_out": lambda condition, a: _choice(condition, torch.zeros_like(a), a),
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
    **COMPARISONS,
    **FUNCTIONS,
}
"""Every op of the table, by its name there."""


def leaf(value: object) -> torch.Tensor:
    """Make a tensor that keeps its gradient from a number or an array."""
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def value_and_gradients(op: str, operands: Sequence[object]) -> tuple[float, list[float]]:
    """Return the value of one op on numbers, and its derivatives by them."""
    leaves = [leaf(operand) for operand in operands]
    result = OPS[op](*leaves)
    result.backward()
    return result.item(), [each.grad.item() for each in leaves]
