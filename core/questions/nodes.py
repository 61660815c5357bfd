"""Questions of level 1: a single node."""

from chainrule.core.questions.dice import Dice
from chainrule.core.questions.draft import Draft, Mode, Structure, signed, two_signed
from chainrule.core.text import Text

UPSTREAM = (1.3, 2, 3, 0.5, 1.5, 4, 10, -2)


def _one(ko: str, en: str, program: str, dice: Dice, mode: Mode = "all", exact: bool = True) -> Draft:
    """Draft a single node with a random upstream gradient."""
    return Draft(Text(ko, en), program, mode, dice.one(UPSTREAM), exact=exact)


def _multiplication(dice: Dice) -> Draft:
    return _one(
        "곱셈 노드", "A multiplication", f"x = {signed(dice, 12)}\ny = {signed(dice)}\nz = x * y", dice
    )


def _addition(dice: Dice) -> Draft:
    return _one(
        "덧셈 노드", "An addition", f"x = {signed(dice, 20)}\ny = {signed(dice, 20)}\nz = x + y", dice
    )


def _subtraction(dice: Dice) -> Draft:
    return _one(
        "뺄셈 노드", "A subtraction", f"x = {signed(dice, 20)}\ny = {signed(dice, 20)}\nz = x - y", dice
    )


def _division(dice: Dice) -> Draft:
    y = dice.one((2, 4, 5, 10))
    return _one("나눗셈 노드", "A division", f"x = {y * signed(dice)}\ny = {y}\nz = x / y", dice)


def _square(dice: Dice) -> Draft:
    return _one("제곱 노드", "A square", f"x = {signed(dice)}\nz = x ** 2", dice)


def _cube(dice: Dice) -> Draft:
    return _one("세제곱 노드", "A cube", f"x = {dice.one((2, 3, 4, 5, -2, -3))}\nz = x ** 3", dice)


def _inverse(dice: Dice) -> Draft:
    return _one(
        "역수 노드", "An inverse", f"x = {dice.one((2, 4, 5, 10, -2, -5, 0.5, 0.2))}\nz = 1 / x", dice
    )


def _relu(dice: Dice) -> Draft:
    return _one("ReLU 노드", "A ReLU", f"x = {dice.whole(2, 9) * dice.one((1, -1))}\nz = relu(x)", dice)


def _larger(dice: Dice) -> Draft:
    x, y = two_signed(dice)
    program = f"x = {x}\ny = {y}\nz = maximum(x, y)"
    return _one("최댓값 노드", "A maximum", program, dice)


def _exponential(dice: Dice) -> Draft:
    program = f"x = {dice.one((0.5, 1.5, 2, 3, -0.5))}\nz = exp(x)"
    return _one("지수 노드", "An exponential", program, dice, "backward", exact=False)


def _logarithm(dice: Dice) -> Draft:
    return _one("로그 노드", "A logarithm", f"x = {dice.one((2, 4, 5, 8, 10))}\nz = log(x)", dice, "backward")


STRUCTURES: tuple[Structure, ...] = (
    _multiplication,
    _addition,
    _subtraction,
    _division,
    _square,
    _cube,
    _inverse,
    _relu,
    _larger,
    _exponential,
    _logarithm,
)
