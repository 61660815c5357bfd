"""What an op is: one entry with a primitive's value, its backward rule, and all that is said and written of it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chainrule.core.ops.kinks import Kink
from chainrule.core.text import Text

Kernel = Callable[..., Any]
Shape = tuple[int, ...]
Parameters = dict[str, Any]
Binder = Callable[[Sequence[Shape], Sequence[Any], Mapping[str, Any]], Parameters]
"""Operand shapes, literal arguments behind the operands, arguments by name → the op's parameters.

Raises chainrule.core.ops.shapes.ShapeError.
"""


class Partial(NamedTuple):
    """The local derivative ∂y/∂(operand): as code over a, b, y; as LaTeX; as plain text ($a, $b, $y stand in)."""

    code: str
    latex: str
    text: str


class Vjp(NamedTuple):
    """The gradient of one operand of a tensor op: ``vjp(g, a, b, y, **parameters)``; as LaTeX; as plain text.

    ``g`` is the upstream gradient, in the texts $g. A vjp of None stops the gradient: labels have none.
    """

    vjp: Kernel | None
    latex: str
    text: str


class Layer(NamedTuple):
    """A layer class for scripts in the book's style: its name, its source, the parameters it is made with."""

    name: str
    source: str
    parameters: tuple[str, ...] = ()


def no_parameters(operands: Sequence[Shape], written: Sequence[Any], named: Mapping[str, Any]) -> Parameters:
    """Bind an op that has no parameters."""
    return {}


def same_axes(
    parameters: Parameters, operands: Sequence[Shape], whole: Shape
) -> Iterable[tuple[int, int, int]]:
    """Every axis of an operand that has the result's shape."""
    return ((slot, k, k) for slot, shape in enumerate(operands) if shape == whole for k in range(len(shape)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorRule:
    """What a tensor op does, where an elementwise op has expressions.

    Each function takes the op's parameters (``axis`` …) as keywords. ``value(a, b)`` and the vjps work on the last
    axes only, so that any number of axes may stand in front: many evaluations at once are one more axis.
    """

    value: Kernel
    shape: Callable[..., Shape]
    """The result's shape from those of the operands. Raises chainrule.core.ops.shapes.ShapeError."""
    vjps: tuple[Vjp, ...]
    written: str
    """How a program writes it, on operands ``a`` and ``b``."""
    torch: Callable[[Sequence[str], Parameters], str]
    """The same in PyTorch, from the operands' names."""
    layer: Layer
    """The same as a class in the book's style."""
    bind: Binder = no_parameters
    parameters: tuple[str, ...] = ()
    """Names that a call may give its parameters by."""
    kept: Callable[[Parameters, Sequence[Shape], Shape], Iterable[tuple[int, int, int]]] = same_axes
    """Which axes pass through: (operand, its axis, the result's axis)."""
    template: Callable[[str, Parameters, Shape], str] | None = None
    """LaTeX with the parameters in it, from the op's own and the first operand's shape; None: by ``axis`` alone."""
    linear: bool = False
    """Whether an element of the result is a sum of elements of its operand, each times a constant."""
    chooses: bool = False
    """Whether an element of the result is one of the operand's: a maximum."""
    flat: bool = False
    """Whether the slope is 0 everywhere: the place of a maximum."""
    folds: bool = False
    """Whether a call takes a list, joined from the left, two at a time."""


class Mistake(NamedTuple):
    """A known wrong backward rule: its name, its advice, and the local derivatives it uses.

    Of a tensor op ``vjps`` stand in their place, one for each operand.
    """

    title: Text
    partials: tuple[str, ...]
    advice: Text
    """What to do instead."""
    vjps: tuple[Kernel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One primitive: elementwise, or a tensor op.

    Elementwise: ``value`` gives y from the operands, ``partials`` one local derivative per operand. The
    vector-Jacobian product is then always the same: upstream gradient × local derivative, summed back to the
    operand's shape (``core.ops.rules``). A tensor op has ``tensor`` instead.
    """

    name: str
    symbol: str
    latex: str
    title: Text
    forward: Text
    rule_text: Text
    """The backward rule as a sentence."""
    value: str = ""
    partials: tuple[Partial, ...] = ()
    tensor: TensorRule | None = None
    precedence: int = 9
    """How tightly the formula binds (Python's order): 1 sum, 2 product, 3 sign, 4 power, 9 function or fraction."""
    operand_precedence: tuple[int, ...] = (0, 0)
    """An operand whose own precedence is lower than this is put in parentheses."""
    infix: str | None = None
    """The Python operator that writes it in a program; None for a function call."""
    torch: str | None = None
    """Elementwise: PyTorch's own function over a, b where it has one; else ``value`` is written out."""
    torch_not_finite: str | None = None
    """Elementwise: PyTorch's form where an operand is infinite or NaN, if its own has another gradient there."""
    layer: Layer | None = None
    """Elementwise: a class as the book writes it; None: one is made from ``value`` and ``partials``."""
    defaults: tuple[float, ...] = ()
    """Elementwise: the last operands where a call leaves them out."""
    defined: str | None = None
    """A condition over a, b under which the value is an ordinary number; None if always."""
    undefined_note: Text | None = None
    """What to tell a person where ``defined`` does not hold."""
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)
    kinks: Mapping[str, Kink] = field(default_factory=dict)
    """Where it has no single slope, by name."""
    why: Text | None = None
    """Why a slope of it can change, as the beginning of a sentence; $s stands for the operand that has the slope.

    Where the slope is a value, $b of a product, the sentence goes on with "and that rose by"; else with its numbers.
    """
    own_example: str = ""
    """A program that shows the op, where the plain one (``example``) does not fit it."""

    @property
    def arity(self) -> int:
        """Number of operands."""
        return len(self.partials) or len(self.tensor.vjps if self.tensor else ())

    def slope_reads(self, slot: int) -> frozenset[str]:
        """Return what the slope by an operand depends on: of its operands ``a`` and ``b``, and its value ``y``."""
        if self.tensor is None:
            return frozenset(re.findall(r"\b[aby]\b", self.partials[slot].code))
        if self.tensor.linear:
            return frozenset()
        return frozenset(re.findall(r"\$([aby])", self.tensor.vjps[slot].text))

    def flat(self, slot: int) -> bool:
        """Tell whether the slope by an operand is 0 everywhere, as by a condition."""
        return self.tensor.flat if self.tensor is not None else self.partials[slot].code == "0.0"

    @property
    def method(self) -> bool:
        """Whether a program may also write ``a.name(…)``."""
        return self.infix is None and not (self.tensor and self.tensor.folds)

    @property
    def example(self) -> str:
        """A program that calls the op on numbers, or on matrices."""
        if self.own_example:
            return self.own_example
        if self.tensor is None:
            return "\n".join([*("a = 0.7", "b = 1.6")[: self.arity], f"y = {self.written}"])
        matrices = ("a = [[1.5, -0.5], [0.3, 2], [-1, 0.7]]", "b = [[1, 2], [3, -1]]")
        return "\n".join([*matrices[: self.arity], f"y = {self.written}", "L = sum(y ** 3)"])

    @property
    def written(self) -> str:
        """How a program writes the op, on operands a and b."""
        if self.tensor is not None:
            return self.tensor.written
        letters = "ab"[: self.arity]
        if self.infix is None:
            return f"{self.name}({', '.join(letters)})"
        return f"a {self.infix} b" if self.arity == 2 else f"{self.infix}a"
