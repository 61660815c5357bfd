"""The draft of a question: a program with its numbers, and its blanks."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from chainrule.core.questions.dice import Dice
from chainrule.core.text import Text

Mode = Literal["all", "forward", "backward", "shapes"]
"""The kind of blanks: values and gradients, only values, only gradients, or shapes."""


class Draft(NamedTuple):
    """A question before its program is evaluated."""

    title: Text
    program: str
    """With comments in both languages, ``korean | english``."""
    mode: Mode = "all"
    upstream: float = 1.0
    """The gradient at the output."""
    values: tuple[str, ...] | None = None
    """Names of the nodes whose value or shape is blank; None for all computed nodes."""
    grads: tuple[str, ...] | None = None
    """Names of the nodes whose gradient, or its shape, is blank; None for all."""
    each: int = 2
    """Number of blank elements of each tensor."""
    off_diagonal: bool = False
    """Whether to skip a matrix's diagonal, where two wrong matrix products agree."""
    exact: bool = True
    """Whether every result must be a short decimal."""


Structure = Callable[[Dice], Draft]
"""Draws random numbers for one kind of question."""


def signed(dice: Dice, most: int = 9) -> int:
    """Draw a whole number other than 0 and ±1, which would hide mistakes."""
    return dice.whole(2, most) * dice.one((1, 1, -1))


def two_signed(dice: Dice, most: int = 9) -> tuple[int, int]:
    """Draw two different numbers of this kind."""
    one, other = dice.some([sign * size for size in range(2, most + 1) for sign in (1, -1)], 2)
    return one, other
