"""Questions of level 3: values that are used more than once."""

from chainrule.core.questions.dice import Dice
from chainrule.core.questions.draft import Draft, Structure, signed, two_signed
from chainrule.core.questions.shopping import GOODS, TOTAL
from chainrule.core.text import Text


def _mixed(ko: str, en: str, program: str) -> Draft:
    return Draft(Text(ko, en), program)


def _sum_times_part(dice: Dice) -> Draft:
    return _mixed(
        "a가 두 곳에 쓰임",
        "a is used twice",
        f"a = {signed(dice)}\nb = {signed(dice)}\ns = a + b\ny = s * a",
    )


def _product_used_twice(dice: Dice) -> Draft:
    return _mixed(
        "p가 두 곳에 쓰임",
        "p is used twice",
        f"a = {signed(dice, 6)}\nb = {signed(dice, 6)}\nc = {signed(dice)}\np = a * b\nq = p + c\ny = p * q",
    )


def _squared_difference(dice: Dice) -> Draft:
    return _mixed(
        "차의 제곱과 a", "A squared difference, and a",
        f"a = {signed(dice)}\nb = {signed(dice)}\nd = a - b\ne = d ** 2\ny = e * a",
    )  # fmt: skip


def _quotient_used_twice(dice: Dice) -> Draft:
    b = dice.one((2, 4, 5))
    return _mixed(
        "몫 q가 두 곳에 쓰임", "The quotient q is used twice",
        f"a = {b * signed(dice)}\nb = {b}\nc = {signed(dice)}\nq = a / b\nr = q + c\ny = q * r",
    )  # fmt: skip


def _gate(dice: Dice) -> Draft:
    return _mixed(
        "ReLU를 지나는 갈래", "One branch goes through a ReLU",
        f"a = {signed(dice, 5)}\nb = {signed(dice, 5)}\nc = {signed(dice)}\n"
        "h = a * b\nm = h + c\nr = relu(m)\ny = r * h",
    )  # fmt: skip


def _inverse_and_itself(dice: Dice) -> Draft:
    return _mixed(
        "a와 그 역수", "a and its inverse",
        f"a = {dice.one((2, 4, 5, 0.5, -2, -4))}\nb = {signed(dice, 12)}\nr = 1 / a\ns = r * b\ny = s + a",
    )  # fmt: skip


def _three_ways(dice: Dice) -> Draft:
    return _mixed(
        "x가 세 곳에 쓰임", "x is used three times",
        f"x = {signed(dice)}\nk = {signed(dice)}\nm = k * x\ns = x ** 2\nt = m + s\ny = t + x",
    )  # fmt: skip


def _larger_and_itself(dice: Dice) -> Draft:
    a, b = two_signed(dice)
    return _mixed(
        "최댓값과 a", "A maximum, and a",
        f"a = {a}\nb = {b}\nc = {signed(dice)}\nm = maximum(a, b)\nn = m * c\ny = n + a",
    )  # fmt: skip


def _wrapped(dice: Dice) -> Draft:
    name, sign, ko, en, many = dice.one(GOODS)
    return _mixed(
        "개수가 두 곳에 쓰임", "The number is used twice",
        f"{name} = {dice.whole(2, 12) * 50}  # {sign} {ko} 가격 | {sign} {en} price\n"
        f"num = {dice.whole(2, 9)}  # {ko}의 개수 | number of {many}\n"
        f"wrap = {dice.whole(2, 9) * 10}  # 🎁 포장비 | 🎁 wrapping\n"
        f"goods = {name} * num\nwrapping = wrap * num\nprice = goods + wrapping{TOTAL}",
    )  # fmt: skip


def _opposite(dice: Dice) -> Draft:
    return _mixed(
        "a와 −a", "a and −a",
        f"a = {signed(dice)}\nb = {signed(dice)}\nn = -a\np = n * b\ny = p + a",
    )  # fmt: skip


STRUCTURES: tuple[Structure, ...] = (
    _sum_times_part,
    _product_used_twice,
    _squared_difference,
    _quotient_used_twice,
    _gate,
    _inverse_and_itself,
    _three_ways,
    _larger_and_itself,
    _wrapped,
    _opposite,
)
