"""The op table's elementwise rules a third time: as NumPy calls that write into buffers, none made while they run."""

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np

from chainrule.core.ops import ARRAY_FUNCTIONS
from chainrule.core.ops.op import Kernel, Shape

Array = np.ndarray[Any, np.dtype[Any]]
Step = Callable[[], Any]
"""One call with everything put in: what it reads, and the buffer it writes."""

_BINARY: Mapping[type[ast.operator], np.ufunc] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.BitAnd: np.logical_and,
}
_COMPARE: Mapping[type[ast.cmpop], np.ufunc] = {
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_ANSWERS = frozenset({*_COMPARE.values(), np.logical_and})
"""What gives a truth and no number."""


class Scratch:
    """Buffers for what is wanted for a moment. The steps run in the order they are written, so they are shared."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self._free: dict[tuple[Shape, np.dtype[Any]], list[Array]] = {}
        self._own: dict[int, Array] = {}

    def take(self, shape: Shape, dtype: np.dtype[Any] | None = None) -> Array:
        """A buffer that nothing else uses until it is given back."""
        free = self._free.get((shape, dtype or self.dtype))
        if free:
            return free.pop()
        buffer = np.empty(shape, dtype or self.dtype)
        self._own[id(buffer)] = buffer
        return buffer

    def give_back(self, value: Any) -> None:
        """Let others use it; anything that was not taken here is left alone."""
        if self.owns(value):
            self._free.setdefault((value.shape, value.dtype), []).append(value)

    def owns(self, value: Any) -> bool:
        """Whether it was taken here."""
        return id(value) in self._own


def written(code: str, operands: Mapping[str, Array], out: Array, scratch: Scratch) -> list[Step]:
    """The steps that work out an expression of the op table and write it to ``out``, to which it is broadcast.

    The operands keep their values; ``out`` is none of them.
    """
    writer = _Writer(operands, scratch)
    found = writer.value(_tree(code), out)
    if found is not out:
        writer.steps.append(partial(np.copyto, out, found))
        scratch.give_back(found)
    return writer.steps


@lru_cache(maxsize=512)
def _tree(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


class _Writer:
    """One expression, written as steps from its leaves to its root."""

    def __init__(self, operands: Mapping[str, Array], scratch: Scratch) -> None:
        self.steps: list[Step] = []
        self._operands, self._scratch = operands, scratch

    def value(self, node: ast.expr, out: Array | None = None) -> Any:
        """Where the value of an expression will stand: an operand, a buffer, or a float worked out now."""
        match node:
            case ast.Constant(value=value):
                return float(value)  # type: ignore[arg-type]  # the table has numbers only
            case ast.Name(id=name):
                return self._operands[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._call(np.negative, out, operand)
            case ast.BinOp(left=left, op=ast.Mult(), right=ast.BinOp(op=ast.Mult()) as right) if (
                truth := _truth(right)
            ):
                # A gradient times 1.0 * (a > 0): the truth itself is a factor.
                return self._call(np.multiply, out, left, truth)
            case ast.BinOp(left=left, op=op, right=right):
                return self._call(_BINARY[type(op)], out, left, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._call(_COMPARE[type(op)], out, left, right)
            case ast.Call(func=ast.Name(id="where"), args=[condition, yes, no]):
                return self._choice(out, condition, yes, no)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                function = np.absolute if name == "abs" else ARRAY_FUNCTIONS[name]
                return self._call(function, out, *arguments)
        raise ValueError(f"the op table has an expression that cannot be written out: {ast.unparse(node)}")

    def _call(self, function: Any, out: Array | None, *arguments: ast.expr) -> Any:
        values = [self.value(argument) for argument in arguments]
        if all(isinstance(value, float) for value in values):
            return float(function(*values))
        dtype = np.dtype(np.bool_) if function in _ANSWERS else self._scratch.dtype
        if out is None or function in _ANSWERS:
            shape = np.broadcast_shapes(*map(np.shape, values))
            out = next((value for value in values if self._fits(value, shape, dtype)), None)
            out = self._scratch.take(shape, dtype) if out is None else out
        if isinstance(function, np.ufunc):
            self.steps.append(partial(function, *values, out=out))
        else:  # a function that NumPy lacks has no out
            self.steps.append(partial(_copied, out, function, values))
        for value in values:
            if value is not out:
                self._scratch.give_back(value)
        return out

    def _fits(self, value: Any, shape: Shape, dtype: np.dtype[Any]) -> bool:
        """Whether the result may stand where an operand that is wanted no more stands."""
        return self._scratch.owns(value) and value.shape == shape and value.dtype == dtype

    def _choice(self, out: Array | None, *arguments: ast.expr) -> Any:
        condition, yes, no = values = [self.value(argument) for argument in arguments]
        if out is None:
            out = self._scratch.take(np.broadcast_shapes(*map(np.shape, values)))
        self.steps += (partial(np.copyto, out, no), partial(np.copyto, out, yes, where=condition))
        for value in values:
            self._scratch.give_back(value)
        return out


def _copied(out: Array, function: Kernel, values: list[Any]) -> None:
    np.copyto(out, function(*values), casting="same_kind")


def _truth(product: ast.BinOp) -> ast.expr | None:
    """The comparison in ``1.0 * (…)``."""
    if isinstance(product.left, ast.Constant) and product.left.value == 1.0:
        return product.right if isinstance(product.right, ast.Compare) else None
    return None
