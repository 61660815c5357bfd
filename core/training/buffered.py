"""Elementwise rules of the op table compiled to NumPy calls that write into existing buffers."""

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np

from chainrule.core.ops import ARRAY_FUNCTIONS
from chainrule.core.ops.op import Kernel, Shape

Array = np.ndarray[Any, np.dtype[Any]]
Step = Callable[[], Any]
"""A call without arguments: the buffers it reads and writes are bound."""

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
_PREDICATES = frozenset({*_COMPARE.values(), np.logical_and})
"""Functions that return booleans."""


class Scratch:
    """Buffers for intermediate results. Steps run in the order in which they are compiled, so buffers are reused."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self._free: dict[tuple[Shape, np.dtype[Any]], list[Array]] = {}
        self._own: dict[int, Array] = {}

    def take(self, shape: Shape, dtype: np.dtype[Any] | None = None) -> Array:
        """Return a buffer that nothing else uses until it is given back."""
        free = self._free.get((shape, dtype or self.dtype))
        if free:
            return free.pop()
        buffer = np.empty(shape, dtype or self.dtype)
        self._own[id(buffer)] = buffer
        return buffer

    def give_back(self, value: Any) -> None:
        """Free a buffer for reuse; a value that was not taken here is ignored."""
        if self.owns(value):
            self._free.setdefault((value.shape, value.dtype), []).append(value)

    def owns(self, value: Any) -> bool:
        """Whether a value is a buffer that was taken here."""
        return id(value) in self._own


def expression_steps(code: str, operands: Mapping[str, Array], out: Array, scratch: Scratch) -> list[Step]:
    """Compile an expression of the op table to steps that write its value, broadcast, to ``out``.

    The operands keep their values; ``out`` must not be one of them.
    """
    compiler = _Compiler(operands, scratch)
    result = compiler.value(_tree(code), out)
    if result is not out:
        compiler.steps.append(partial(np.copyto, out, result))
        scratch.give_back(result)
    return compiler.steps


@lru_cache(maxsize=512)
def _tree(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


class _Compiler:
    """Compiles one expression, from its leaves to its root."""

    def __init__(self, operands: Mapping[str, Array], scratch: Scratch) -> None:
        self.steps: list[Step] = []
        self._operands, self._scratch = operands, scratch

    def value(self, node: ast.expr, out: Array | None = None) -> Any:
        """Return where an expression's value will be: an operand, a buffer, or a float computed now."""
        match node:
            case ast.Constant(value=value):
                return float(value)  # type: ignore[arg-type]  # the table has only numbers
            case ast.Name(id=name):
                return self._operands[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._call(np.negative, out, operand)
            case ast.BinOp(left=left, op=ast.Mult(), right=ast.BinOp(op=ast.Mult()) as right) if (
                condition := _condition(right)
            ):
                # A gradient times 1.0 * (a > 0): the boolean itself is the factor.
                return self._call(np.multiply, out, left, condition)
            case ast.BinOp(left=left, op=op, right=right):
                return self._call(_BINARY[type(op)], out, left, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._call(_COMPARE[type(op)], out, left, right)
            case ast.Call(func=ast.Name(id="where"), args=[condition, yes, no]):
                return self._choice(out, condition, yes, no)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                function = np.absolute if name == "abs" else ARRAY_FUNCTIONS[name]
                return self._call(function, out, *arguments)
        raise ValueError(f"an expression of the op table cannot be compiled to buffers: {ast.unparse(node)}")

    def _call(self, function: Any, out: Array | None, *arguments: ast.expr) -> Any:
        values = [self.value(argument) for argument in arguments]
        if all(isinstance(value, float) for value in values):
            return float(function(*values))
        dtype = np.dtype(np.bool_) if function in _PREDICATES else self._scratch.dtype
        if out is None or function in _PREDICATES:
            shape = np.broadcast_shapes(*map(np.shape, values))
            out = next((value for value in values if self._fits(value, shape, dtype)), None)
            out = self._scratch.take(shape, dtype) if out is None else out
        if isinstance(function, np.ufunc):
            self.steps.append(partial(function, *values, out=out))
        else:  # a function that NumPy lacks takes no buffer
            self.steps.append(partial(_copy_result, out, function, values))
        for value in values:
            if value is not out:
                self._scratch.give_back(value)
        return out

    def _fits(self, value: Any, shape: Shape, dtype: np.dtype[Any]) -> bool:
        """Whether the result may overwrite an operand that is no longer needed."""
        return self._scratch.owns(value) and value.shape == shape and value.dtype == dtype

    def _choice(self, out: Array | None, *arguments: ast.expr) -> Any:
        condition, yes, no = values = [self.value(argument) for argument in arguments]
        if out is None:
            out = self._scratch.take(np.broadcast_shapes(*map(np.shape, values)))
        self.steps += (partial(np.copyto, out, no), partial(np.copyto, out, yes, where=condition))
        for value in values:
            self._scratch.give_back(value)
        return out


def _copy_result(out: Array, function: Kernel, values: list[Any]) -> None:
    np.copyto(out, function(*values), casting="same_kind")


def _condition(product: ast.BinOp) -> ast.expr | None:
    """Return the comparison in ``1.0 * (…)``."""
    if isinstance(product.left, ast.Constant) and product.left.value == 1.0:
        return product.right if isinstance(product.right, ast.Compare) else None
    return None
