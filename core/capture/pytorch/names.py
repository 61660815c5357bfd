"""PyTorch's functions by name: what is in place, what only relabels, and which op of our table is the same."""

from collections.abc import Mapping, Sequence
from typing import Any

_RIGHT = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor")
_SHORT = {
    "truediv": "div",
    "__truediv__": "div",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "invert": "bitwise_not",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
}
_COMMUTING = ("add", "mul", "bitwise_and", "bitwise_or", "bitwise_xor")

RELABELS = frozenset(
    "view view_as reshape reshape_as transpose transpose_ t T mT H mH permute swapaxes swapdims movedim moveaxis "
    "squeeze squeeze_ unsqueeze unsqueeze_ flatten unflatten ravel expand expand_as contiguous narrow select "
    "unbind chunk split split_with_sizes tensor_split hsplit vsplit dsplit detach alias as_strided "
    "view_as_real view_as_complex real clone backward_hook".split()
)
"""Ops whose result has the same elements at other places."""

RECTIFIERS = frozenset("relu relu_ relu6 threshold threshold_ hardtanh hardtanh_ hardswish".split())
"""Ops that cut off at 0, behind which a unit can be dead."""

FORMULAS: Mapping[str, str] = {
    **{
        name: name
        for name in "abs add bmm cos cumsum div erf erfc exp log log10 log1p log2 log_softmax".split()
    },
    **{
        name: name
        for name in "logaddexp logsumexp matmul maximum minimum mul neg pow prod relu sin sqrt".split()
    },
    **{name: name for name in "std sub tan tanh var xlogy stack mean sum getitem leaky_relu reshape".split()},
    **{name: name for name in "transpose max min argmax argmin one_hot".split()},
    "arctan": "arctan",
    "atan": "arctan",
    "arctan2": "arctan2",
    "atan2": "arctan2",
    "mm": "matmul",
    "mv": "matmul",
    "dot": "matmul",
    "cat": "concatenate",
    "concat": "concatenate",
    "concatenate": "concatenate",
    "reciprocal": "inv",
    "absolute": "abs",
    "negative": "neg",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "rsub": "sub",
    "rdiv": "div",
    "rpow": "pow",
    "rmatmul": "matmul",
    "t": "transpose",
    "T": "transpose",
    "view": "reshape",
    "eq": "equal",
    "ne": "not_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "lt": "less",
    "le": "less_equal",
}
"""Ops of our table by PyTorch's name; an op in place has the formula of its namesake."""

WRITERS = frozenset({"__setitem__", "__set__", "batch_norm", "instance_norm", "embedding", "embedding_bag"})
"""Functions that may write into an argument though their name does not end in an underscore."""

LEAKS = frozenset({"numpy", "__array__", "__dlpack__", "data_ptr", "untyped_storage", "storage"})
"""Functions that give the memory away, so that it may be written unseen."""


def op_name(func: Any) -> str:
    """Return PyTorch's name of a function: ``Tensor.__iadd__`` → ``add_``, ``F.relu`` → ``relu``."""
    name = str(getattr(func, "__name__", type(func).__name__))
    if name == "__get__":
        return str(getattr(getattr(func, "__self__", None), "__name__", name))
    if name.startswith("__") and name.endswith("__") and len(name) > 4:
        bare = name[2:-2]
        if bare[0] == "i" and bare[1:] in _RIGHT:
            return _SHORT.get(bare[1:], bare[1:]) + "_"
        if bare[0] == "r" and bare[1:] in _RIGHT:
            bare = bare[1:]
            short = _SHORT.get(bare, bare)
            # The operands stand the other way round; of others it makes no difference.
            return short if short in _COMMUTING else f"r{short}"
        return _SHORT.get(bare, bare)
    return name.lstrip("_") or name


def autograd_name(name: str) -> str:
    """Return an op's name from autograd's: ``AddmmBackward0`` → ``addmm``, ``MyFunctionBackward`` → ``MyFunction``."""
    bare, backward, number = name.rpartition("::")[2].rpartition("Backward")
    if not backward:
        return number
    if not number:
        return bare
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in bare)
    return words.lstrip("_")


def formula(op: str, arguments: Sequence[tuple[str, Any]]) -> str | None:
    """Return the name of the same op in our table, None for others and for calls that it has no form for."""
    if any(name == "rounding_mode" or (name == "alpha" and value != 1) for name, value in arguments):
        return None
    return FORMULAS.get(op.removesuffix("_"))
