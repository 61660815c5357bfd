"""A question before anybody has worked it out: what is computed, from which numbers, and what is asked."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from chainrule.core.questions.dice import Dice
from chainrule.core.text import Text

Mode = Literal["all", "forward", "backward", "shapes"]
"""What is asked: values and gradients, values alone, gradients alone, shapes."""


class Draft(NamedTuple):
    """A question before anybody has worked it out."""

    title: Text
    program: str
    """Its comments stand in both languages, ``korean | english``."""
    mode: Mode = "all"
    seed: float = 1.0
    values: tuple[str, ...] | None = None
    """The names of the nodes whose value or its shape is asked; None for all that are computed."""
    grads: tuple[str, ...] | None = None
    """The names of the nodes whose way out is asked for its gradient or shape; None for all."""
    each: int = 2
    """How many elements of a tensor are asked."""
    off_diagonal: bool = False
    """Whether no element of the diagonal of a matrix is asked: there two wrong matrix products agree."""
    exact: bool = True
    """Whether every result is a decimal that ends soon."""


Structure = Callable[[Dice], Draft]


def signed(dice: Dice, most: int = 9) -> int:
    """A whole number but 0 and ±1, which would hide a mistake."""
    return dice.whole(2, most) * dice.one((1, 1, -1))


def two_signed(dice: Dice, most: int = 9) -> tuple[int, int]:
    """Two such numbers that differ."""
    one, other = dice.some([sign * size for size in range(2, most + 1) for sign in (1, -1)], 2)
    return one, other
