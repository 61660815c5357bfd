"""Questions of level 2: shopping, as in the lecture's first graphs."""

from chainrule.core.questions.dice import Dice
from chainrule.core.questions.draft import Draft, Structure
from chainrule.core.text import Text

GOODS = (
    ("apple", "🍎", "사과", "apple", "apples"),
    ("orange", "🍊", "귤", "orange", "oranges"),
    ("pear", "🍐", "배", "pear", "pears"),
    ("peach", "🍑", "복숭아", "peach", "peaches"),
    ("lemon", "🍋", "레몬", "lemon", "lemons"),
    ("melon", "🍈", "멜론", "melon", "melons"),
    ("bread", "🍞", "빵", "bread", "loaves of bread"),
    ("pencil", "✏️", "연필", "pencil", "pencils"),
)


def _bought(dice: Dice, goods: tuple[str, str, str, str, str]) -> str:
    """Write three lines of a program: some pieces of one article at a price."""
    name, sign, ko, en, many = goods
    return (
        f"{name} = {dice.whole(2, 18) * 50}  # {sign} {ko} 가격 | {sign} {en} price\n"
        f"{name}_num = {dice.whole(2, 9)}  # {ko}의 개수 | number of {many}\n"
        f"{name}_price = {name} * {name}_num\n"
    )


def _tax(dice: Dice) -> str:
    return dice.one(
        (
            "tax = 1.1  # 소비세 | consumption tax\n",
            "tax = 1.2  # 소비세 | consumption tax\n",
            "sale = 0.9  # 할인 | sale\n",
            "sale = 0.8  # 할인 | sale\n",
        )
    )


TOTAL = "  # 총 금액 | total"


def _one_good(dice: Dice) -> Draft:
    goods, rate = dice.one(GOODS), _tax(dice)
    program = f"{_bought(dice, goods)}{rate}price = {goods[0]}_price * {rate.split()[0]}{TOTAL}"
    return Draft(Text("한 가지 물건 사기", "Buying one thing"), program)


def _basket(dice: Dice) -> tuple[str, str]:
    """Write a program that buys two articles; return it and the name of the total."""
    one, other = dice.some(GOODS, 2)
    lines = _bought(dice, one) + _bought(dice, other)
    return f"{lines}all_price = {one[0]}_price + {other[0]}_price\n", "all_price"


def _two_goods(dice: Dice) -> Draft:
    (lines, name), rate = _basket(dice), _tax(dice)
    program = f"{lines}{rate}price = {name} * {rate.split()[0]}{TOTAL}"
    return Draft(Text("두 가지 물건 사기, 역전파", "Buying two things, backward"), program, "backward")


def _two_goods_forward(dice: Dice) -> Draft:
    (lines, name), rate = _basket(dice), _tax(dice)
    program = f"{lines}{rate}price = {name} * {rate.split()[0]}{TOTAL}"
    return Draft(Text("두 가지 물건 사기, 순전파", "Buying two things, forward"), program, "forward")


def _coupon(dice: Dice) -> Draft:
    goods, rate = dice.one(GOODS), _tax(dice)
    program = (
        f"{_bought(dice, goods)}coupon = {dice.whole(1, 9) * 20}  # 🎟️ 쿠폰 | 🎟️ coupon\n"
        f"reduced = {goods[0]}_price - coupon\n{rate}price = reduced * {rate.split()[0]}{TOTAL}"
    )
    return Draft(Text("쿠폰 쓰기", "With a coupon"), program, "backward")


def _delivery(dice: Dice) -> Draft:
    goods = dice.one(GOODS)
    program = (
        f"{_bought(dice, goods)}sale = {dice.one((0.9, 0.8, 0.7))}  # 할인 | sale\n"
        f"reduced = {goods[0]}_price * sale\n"
        f"delivery = {dice.whole(2, 9) * 250}  # 🚚 배송비 | 🚚 delivery\nprice = reduced + delivery{TOTAL}"
    )
    return Draft(Text("할인하고 배송비 더하기", "On sale, with delivery"), program, "backward")


def _shared(dice: Dice) -> Draft:
    lines, name = _basket(dice)
    people = dice.one((2, 4, 5, 10))
    program = (
        f"{lines}people = {people}  # 👥 사람 수 | 👥 people\n"
        f"share = {name} / people  # 한 사람 몫 | each person's share"
    )
    return Draft(Text("여럿이 나누어 내기", "Sharing the bill"), program, "backward")


STRUCTURES: tuple[Structure, ...] = (
    _one_good,
    _two_goods_forward,
    _two_goods,
    _coupon,
    _delivery,
    _shared,
)
