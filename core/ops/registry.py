"""Every op by name and by code. To add one is to add an entry to a table, or to ``register`` it at run time."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from chainrule.core.ops.along import ALONG
from chainrule.core.ops.angles import ANGLES
from chainrule.core.ops.arithmetic import ARITHMETIC
from chainrule.core.ops.comparisons import COMPARISONS
from chainrule.core.ops.functions import FUNCTIONS
from chainrule.core.ops.joining import JOINING
from chainrule.core.ops.op import Op
from chainrule.core.ops.picking import PICKING
from chainrule.core.ops.product import PRODUCTS
from chainrule.core.ops.reductions import REDUCTIONS
from chainrule.core.ops.shaping import SHAPING

INPUT, CONSTANT = 0, 1
"""The codes of the two kinds of leaf; ops follow."""

_OPS: dict[str, Op] = {}
_CODES: dict[str, int] = {}

OPS: Mapping[str, Op] = _OPS
"""Every primitive by name."""
CODES: Mapping[str, int] = _CODES
BY_CODE: list[Op | None] = [None, None]
BINARY: list[bool] = [False, False]
"""By code, whether the op has two operands."""
TENSOR_CODES: set[int] = set()
STOPS: set[int] = set()
"""Codes of the ops that pass no gradient back: they read labels."""

WATCHERS: list[Callable[[Op | None], None]] = []
"""Called with each op that is registered at run time, and with None when it is taken away."""


def _add(op: Op) -> None:
    code = len(BY_CODE)
    _OPS[op.name], _CODES[op.name] = op, code
    BY_CODE.append(op)
    BINARY.append(op.arity == 2)
    if op.tensor is not None:
        TENSOR_CODES.add(code)
        if op.tensor.vjps[0].vjp is None:
            STOPS.add(code)


@contextmanager
def register(op: Op) -> Iterator[Op]:
    """Add an op for as long as the block runs; everything that reads the table then knows it.

    Graphs made inside must not be used behind it. Raises ValueError for a name that is taken.
    """
    if op.name in _OPS:
        raise ValueError(f"there is an op {op.name} already")
    _add(op)
    for watcher in WATCHERS:
        watcher(op)
    try:
        yield op
    finally:
        code = _CODES.pop(op.name)
        del _OPS[op.name]
        BY_CODE.pop()
        BINARY.pop()
        TENSOR_CODES.discard(code)
        STOPS.discard(code)
        for watcher in WATCHERS:
            watcher(None)


for _op in (
    *ARITHMETIC,
    *FUNCTIONS,
    *ANGLES,
    *COMPARISONS,
    *PRODUCTS,
    *REDUCTIONS,
    *SHAPING,
    *PICKING,
    *ALONG,
    *JOINING,
):
    _add(_op)
