"""What an op is: a primitive's forward value, its backward rule, and how both are told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chainrule.core.text import Text

Kernel = Callable[..., Any]
Shape = tuple[int, ...]


class Partial(NamedTuple):
    """The local derivative ∂y/∂(operand): as code over a, b, y; as LaTeX; as plain text ($a, $b, $y stand in)."""

    code: str
    latex: str
    text: str


class Vjp(NamedTuple):
    """The gradient of one operand of a tensor op: ``rule(g, a, b, y, **parameters)``; as LaTeX; as plain text.

    ``g`` is the upstream gradient, in the texts $g. A rule of None stops the gradient: labels have none.
    """

    rule: Kernel | None
    latex: str
    text: str


class TensorRule(NamedTuple):
    """What a tensor op does, where an elementwise op has expressions.

    Each function takes the op's parameters (``axis`` …) as keywords. ``value(a, b)`` and the vjps work on the last
    axes only, so that any number of axes may stand in front: many evaluations at once are one more axis.
    """

    value: Kernel
    shape: Callable[..., Shape]
    """The result's shape from those of the operands. Raises chainrule.core.ops.shapes.ShapeError."""
    vjps: tuple[Vjp, ...]


class Mistake(NamedTuple):
    """A known wrong backward rule: what is told of it, and the local derivatives it uses.

    Of a tensor op ``vjps`` stand in their place, one for each operand.
    """

    title: Text
    partials: tuple[str, ...]
    advice: Text
    """What to do instead, told to whoever made it."""
    vjps: tuple[Kernel, ...] = ()


@dataclass(frozen=True, slots=True)
class Op:
    """One primitive: elementwise, or a tensor op.

    Elementwise: ``value`` gives y from the operands, ``partials`` one local derivative per operand. The
    vector-Jacobian product is then always the same: upstream gradient × local derivative, summed back to the
    operand's shape by ``core.ops.broadcast.unbroadcast``. A tensor op has ``tensor`` instead.
    """

    name: str
    symbol: str
    latex: str
    title: Text
    forward: Text
    rule: Text
    value: str = ""
    partials: tuple[Partial, ...] = ()
    tensor: TensorRule | None = None
    precedence: int = 9
    """How tightly the formula binds (Python's order): 1 sum, 2 product, 3 sign, 4 power, 9 function or fraction."""
    operand_precedence: tuple[int, ...] = (0, 0)
    """An operand whose own precedence is lower than this is put in parentheses."""
    infix: str | None = None
    """The Python operator that writes it in a program; None for a function call."""
    defined: str | None = None
    """A condition over a, b under which the value is an ordinary number; None if always."""
    undefined_note: Text | None = None
    """What to tell a person where ``defined`` does not hold."""
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)

    @property
    def arity(self) -> int:
        """Number of operands."""
        return len(self.partials) or len(self.tensor.vjps if self.tensor else ())
