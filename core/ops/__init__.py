"""The op table: what every primitive computes and how it passes gradients back, one entry an op.

An entry (``op``) stands in the file of its kind: ``arithmetic``, ``functions``, ``product``, ``reductions``,
``shaping``, ``along``, ``joining``. The parser, the engine, explanations, pictures, exports, the catalogue, the
documents and the tests read the entries and nothing else.
"""

from chainrule.core.ops.compile import ARRAY_FUNCTIONS, SCALAR_FUNCTIONS, compile_rule
from chainrule.core.ops.mistakes import (
    BRANCH_MISTAKES,
    COPIES,
    COPIES_AVERAGED,
    COPIES_NOT_SUMMED,
    COPIES_WRONG_AXIS,
    FAN_OUT,
    FAN_OUT_NOT_SUMMED,
    FORGOTTEN,
    NOT_SUMMED,
    UPSTREAM_FORGOTTEN,
    mistake_told,
    mistakes_of,
)
from chainrule.core.ops.op import Op, Shape
from chainrule.core.ops.registry import BY_CODE, CODES, CONSTANT, INPUT, OPS, STOPS, TENSOR_CODES, register

__all__ = [
    "ARRAY_FUNCTIONS",
    "BRANCH_MISTAKES",
    "BY_CODE",
    "CODES",
    "CONSTANT",
    "COPIES",
    "COPIES_AVERAGED",
    "COPIES_NOT_SUMMED",
    "COPIES_WRONG_AXIS",
    "FAN_OUT",
    "FAN_OUT_NOT_SUMMED",
    "FORGOTTEN",
    "INPUT",
    "NOT_SUMMED",
    "OPS",
    "SCALAR_FUNCTIONS",
    "STOPS",
    "TENSOR_CODES",
    "UPSTREAM_FORGOTTEN",
    "Op",
    "Shape",
    "compile_rule",
    "mistake_told",
    "mistakes_of",
    "register",
]
