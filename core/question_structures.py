"""The structures that questions are made from, at four levels: what is computed, and from which numbers.

A structure throws its numbers with the dice it is given. ``core.questions`` throws again until they suit: results that
end soon, and another wrong number for each known mistake.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from core.dice import Dice
from core.op import Text

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
    exact: bool = True
    """Whether every result is a decimal that ends soon."""


Structure = Callable[[Dice], Draft]

UPSTREAM = (1.3, 2, 3, 0.5, 1.5, 4, 10, -2)


def _one(ko: str, en: str, program: str, dice: Dice, mode: Mode = "all", exact: bool = True) -> Draft:
    """A single node, with a gradient that comes in from behind."""
    return Draft(Text(ko, en), program, mode, dice.one(UPSTREAM), exact=exact)


def _signed(dice: Dice, most: int = 9) -> int:
    """A whole number but 0 and ±1, which would hide a mistake."""
    return dice.whole(2, most) * dice.one((1, 1, -1))


def _multiplication(dice: Dice) -> Draft:
    return _one(
        "곱셈 노드", "A multiplication", f"x = {_signed(dice, 12)}\ny = {_signed(dice)}\nz = x * y", dice
    )


def _addition(dice: Dice) -> Draft:
    return _one(
        "덧셈 노드", "An addition", f"x = {_signed(dice, 20)}\ny = {_signed(dice, 20)}\nz = x + y", dice
    )


def _subtraction(dice: Dice) -> Draft:
    return _one(
        "뺄셈 노드", "A subtraction", f"x = {_signed(dice, 20)}\ny = {_signed(dice, 20)}\nz = x - y", dice
    )


def _division(dice: Dice) -> Draft:
    y = dice.one((2, 4, 5, 10))
    return _one("나눗셈 노드", "A division", f"x = {y * _signed(dice)}\ny = {y}\nz = x / y", dice)


def _square(dice: Dice) -> Draft:
    return _one("제곱 노드", "A square", f"x = {_signed(dice)}\nz = x ** 2", dice)


def _cube(dice: Dice) -> Draft:
    return _one("세제곱 노드", "A cube", f"x = {dice.one((2, 3, 4, 5, -2, -3))}\nz = x ** 3", dice)


def _inverse(dice: Dice) -> Draft:
    return _one(
        "역수 노드", "An inverse", f"x = {dice.one((2, 4, 5, 10, -2, -5, 0.5, 0.2))}\nz = 1 / x", dice
    )


def _relu(dice: Dice) -> Draft:
    return _one("ReLU 노드", "A ReLU", f"x = {dice.whole(2, 9) * dice.one((1, -1))}\nz = relu(x)", dice)


def _larger(dice: Dice) -> Draft:
    program = f"x = {_signed(dice)}\ny = {_signed(dice)}\nz = maximum(x, y)"
    return _one("최댓값 노드", "A maximum", program, dice)


def _exponential(dice: Dice) -> Draft:
    program = f"x = {dice.one((0.5, 1.5, 2, 3, -0.5))}\nz = exp(x)"
    return _one("지수 노드", "An exponential", program, dice, "backward", exact=False)


def _logarithm(dice: Dice) -> Draft:
    return _one("로그 노드", "A logarithm", f"x = {dice.one((2, 4, 5, 8, 10))}\nz = log(x)", dice, "backward")


_GOODS = (
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
    """So many of one thing at a price: three lines of a program."""
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


_TOTAL = "  # 총 금액 | total"


def _one_good(dice: Dice) -> Draft:
    goods, rate = dice.one(_GOODS), _tax(dice)
    program = f"{_bought(dice, goods)}{rate}price = {goods[0]}_price * {rate.split()[0]}{_TOTAL}"
    return Draft(Text("한 가지 물건 사기", "Buying one thing"), program)


def _basket(dice: Dice) -> tuple[str, str]:
    """Two things and their sum."""
    one, other = dice.some(_GOODS, 2)
    lines = _bought(dice, one) + _bought(dice, other)
    return f"{lines}all_price = {one[0]}_price + {other[0]}_price\n", "all_price"


def _two_goods(dice: Dice) -> Draft:
    (lines, name), rate = _basket(dice), _tax(dice)
    program = f"{lines}{rate}price = {name} * {rate.split()[0]}{_TOTAL}"
    return Draft(Text("두 가지 물건 사기, 역전파", "Buying two things, backward"), program, "backward")


def _two_goods_forward(dice: Dice) -> Draft:
    (lines, name), rate = _basket(dice), _tax(dice)
    program = f"{lines}{rate}price = {name} * {rate.split()[0]}{_TOTAL}"
    return Draft(Text("두 가지 물건 사기, 순전파", "Buying two things, forward"), program, "forward")


def _coupon(dice: Dice) -> Draft:
    goods, rate = dice.one(_GOODS), _tax(dice)
    program = (
        f"{_bought(dice, goods)}coupon = {dice.whole(1, 9) * 20}  # 🎟️ 쿠폰 | 🎟️ coupon\n"
        f"reduced = {goods[0]}_price - coupon\n{rate}price = reduced * {rate.split()[0]}{_TOTAL}"
    )
    return Draft(Text("쿠폰 쓰기", "With a coupon"), program, "backward")


def _delivery(dice: Dice) -> Draft:
    goods = dice.one(_GOODS)
    program = (
        f"{_bought(dice, goods)}sale = {dice.one((0.9, 0.8, 0.7))}  # 할인 | sale\n"
        f"reduced = {goods[0]}_price * sale\n"
        f"delivery = {dice.whole(2, 9) * 250}  # 🚚 배송비 | 🚚 delivery\nprice = reduced + delivery{_TOTAL}"
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


def _mixed(ko: str, en: str, program: str) -> Draft:
    return Draft(Text(ko, en), program)


def _sum_times_part(dice: Dice) -> Draft:
    return _mixed(
        "a가 두 곳에 쓰임",
        "a is used twice",
        f"a = {_signed(dice)}\nb = {_signed(dice)}\ns = a + b\ny = s * a",
    )


def _product_used_twice(dice: Dice) -> Draft:
    return _mixed(
        "p가 두 곳에 쓰임",
        "p is used twice",
        f"a = {_signed(dice, 6)}\nb = {_signed(dice, 6)}\nc = {_signed(dice)}\np = a * b\nq = p + c\ny = p * q",
    )


def _squared_difference(dice: Dice) -> Draft:
    return _mixed(
        "차의 제곱과 a", "A squared difference, and a",
        f"a = {_signed(dice)}\nb = {_signed(dice)}\nd = a - b\ne = d ** 2\ny = e * a",
    )  # fmt: skip


def _quotient_used_twice(dice: Dice) -> Draft:
    b = dice.one((2, 4, 5))
    return _mixed(
        "몫 q가 두 곳에 쓰임", "The quotient q is used twice",
        f"a = {b * _signed(dice)}\nb = {b}\nc = {_signed(dice)}\nq = a / b\nr = q + c\ny = q * r",
    )  # fmt: skip


def _gate(dice: Dice) -> Draft:
    return _mixed(
        "ReLU를 지나는 갈래", "One way goes through a ReLU",
        f"a = {_signed(dice, 5)}\nb = {_signed(dice, 5)}\nc = {_signed(dice)}\n"
        "h = a * b\nm = h + c\nr = relu(m)\ny = r * h",
    )  # fmt: skip


def _inverse_and_itself(dice: Dice) -> Draft:
    return _mixed(
        "a와 그 역수", "a and its inverse",
        f"a = {dice.one((2, 4, 5, 0.5, -2, -4))}\nb = {_signed(dice, 12)}\nr = 1 / a\ns = r * b\ny = s + a",
    )  # fmt: skip


def _three_ways(dice: Dice) -> Draft:
    return _mixed(
        "x가 세 곳에 쓰임", "x is used three times",
        f"x = {_signed(dice)}\nk = {_signed(dice)}\nm = k * x\ns = x ** 2\nt = m + s\ny = t + x",
    )  # fmt: skip


def _larger_and_itself(dice: Dice) -> Draft:
    return _mixed(
        "최댓값과 a", "A maximum, and a",
        f"a = {_signed(dice)}\nb = {_signed(dice)}\nc = {_signed(dice)}\nm = maximum(a, b)\nn = m * c\ny = n + a",
    )  # fmt: skip


def _wrapped(dice: Dice) -> Draft:
    name, sign, ko, en, many = dice.one(_GOODS)
    return _mixed(
        "개수가 두 곳에 쓰임", "The number is used twice",
        f"{name} = {dice.whole(2, 12) * 50}  # {sign} {ko} 가격 | {sign} {en} price\n"
        f"num = {dice.whole(2, 9)}  # {ko}의 개수 | number of {many}\n"
        f"wrap = {dice.whole(2, 9) * 10}  # 🎁 포장비 | 🎁 wrapping\n"
        f"goods = {name} * num\nwrapping = wrap * num\nprice = goods + wrapping{_TOTAL}",
    )  # fmt: skip


def _opposite(dice: Dice) -> Draft:
    return _mixed(
        "a와 −a", "a and −a",
        f"a = {_signed(dice)}\nb = {_signed(dice)}\nn = -a\np = n * b\ny = p + a",
    )  # fmt: skip


def _matrix(dice: Dice, rows: int, columns: int, most: int = 5) -> str:
    """A matrix of small whole numbers other than 0, as a program writes it."""
    listed = [[dice.whole(1, most) * dice.one((1, 1, -1)) for _ in range(columns)] for _ in range(rows)]
    return str(listed)


def _vector(dice: Dice, size: int, most: int = 5) -> str:
    return str([dice.whole(1, most) * dice.one((1, 1, -1)) for _ in range(size)])


_GIVEN = Text("상수 행렬이 상류의 기울기 ∂L/∂Y입니다.", "The constant matrix is the upstream gradient ∂L/∂Y.")


def _affine_shapes(dice: Dice) -> Draft:
    wide, narrow = dice.some((2, 3, 4, 5), 2)
    program = (
        f"X = ones({wide})\nW = ones({wide}, {narrow})  # 가중치 | weights\nB = ones({narrow})  # 편향 | bias\n"
        "XW = X @ W\nY = XW + B"
    )
    title = Text("Affine 계층의 모양, 데이터 하나", "Shapes of an affine layer, one sample")
    return Draft(title, program, "shapes", values=("XW", "Y"), grads=("X", "W", "B"))


def _batch_shapes(dice: Dice) -> Draft:
    rows, wide, narrow = dice.some((2, 3, 4, 5, 6), 3)
    program = (
        f"X = ones({rows}, {wide})  # N = {rows}\nW = ones({wide}, {narrow})  # 가중치 | weights\n"
        f"B = ones({narrow})  # 편향 | bias\nXW = X @ W\nY = XW + B"
    )
    title = Text("Affine 계층의 모양, 데이터 N개", "Shapes of an affine layer, N samples")
    return Draft(title, program, "shapes", values=("XW", "Y"), grads=("X", "W", "XW", "B"))


def _net_shapes(dice: Dice) -> Draft:
    inner, out = dice.some((3, 4, 5, 10), 2)
    wide = dice.one((6, 8, 16, 28))
    program = (
        f"X = ones(2, {wide})  # N = 2\nW1 = ones({wide}, {inner})\nW2 = ones({inner}, {out})\n"
        "A1 = X @ W1\nZ1 = relu(A1)\nA2 = Z1 @ W2"
    )
    title = Text("두 층 신경망의 모양", "Shapes of a net of two layers")
    return Draft(title, program, "shapes", values=("A1", "Z1", "A2"), grads=("W1", "Z1", "W2"))


def _affine_backward(dice: Dice) -> Draft:
    program = (
        f"X = {_matrix(dice, 2, 2)}\nW = {_matrix(dice, 2, 2)}  # 가중치 | weights\n"
        f"B = {_vector(dice, 2)}  # 편향 | bias\n"
        f"XW = X @ W\nY = XW + B\nweighted = Y * {_matrix(dice, 2, 2)}\nL = sum(weighted)"
    )
    title = Text(f"Affine 계층의 역전파. {_GIVEN.ko}", f"An affine layer, backward. {_GIVEN.en}")
    return Draft(title, program, "backward", grads=("X", "W", "B"))


def _product_backward(dice: Dice) -> Draft:
    size = dice.one((2, 2, 3))
    program = (
        f"X = {_matrix(dice, size, size)}\nW = {_matrix(dice, size, size)}\nY = X @ W\n"
        f"weighted = Y * {_matrix(dice, size, size)}\nL = sum(weighted)"
    )
    title = Text(f"행렬 곱의 역전파. {_GIVEN.ko}", f"A matrix product, backward. {_GIVEN.en}")
    return Draft(title, program, "backward", grads=("X", "W"))


def _affine_forward(dice: Dice) -> Draft:
    program = (
        f"X = {_matrix(dice, 2, 2)}\nW = {_matrix(dice, 2, 3)}  # 가중치 | weights\n"
        f"B = {_vector(dice, 3)}  # 편향 | bias\nXW = X @ W\nY = XW + B"
    )
    title = Text("Affine 계층의 순전파", "An affine layer, forward")
    return Draft(title, program, "forward", each=3)


def _mask(dice: Dice) -> Draft:
    signs = dice.shuffled((1, 1, -1, -1))
    listed = [sign * dice.whole(1, 9) for sign in signs]
    program = f"x = {listed}\ny = relu(x)\nweighted = y * {_vector(dice, 4, 9)}\nL = sum(weighted)"
    title = Text(
        "벡터의 ReLU. 상수 벡터가 상류의 기울기 ∂L/∂y입니다.",
        "A ReLU on a vector. The constant vector is the upstream gradient ∂L/∂y.",
    )
    return Draft(title, program, "backward", grads=("x",), each=4)


def _repeat(dice: Dice) -> Draft:
    program = (
        f"x = {_vector(dice, 3)}\ny = repeat(x, 2)  # N = 2\nweighted = y * {_matrix(dice, 2, 3, 9)}\n"
        "L = sum(weighted)"
    )
    title = Text(
        "반복 노드. 상수 행렬이 상류의 기울기 ∂L/∂y입니다.",
        "A repeat node. The constant matrix is the upstream gradient ∂L/∂y.",
    )
    return Draft(title, program, "backward", grads=("x",), each=3)


def _scores(dice: Dice) -> Draft:
    scores = dice.some((-1, 0, 0.5, 1, 2, 3), 3)
    program = (
        f"a = {[scores]}  # 점수 | scores\nt = [{dice.whole(0, 2)}]  # 정답 번호 | class number\n"
        "y = softmax(a)  # 확률 | probabilities\nL = cross_entropy(y, t)  # 손실 | loss"
    )
    title = Text("Softmax와 교차 엔트로피 오차", "Softmax and cross entropy error")
    return Draft(title, program, "backward", grads=("a",), each=3, exact=False)


LEVELS: tuple[tuple[Structure, ...], ...] = (
    (
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
    ),
    (_one_good, _two_goods_forward, _two_goods, _coupon, _delivery, _shared),
    (
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
    ),
    (
        _affine_shapes,
        _batch_shapes,
        _net_shapes,
        _affine_backward,
        _product_backward,
        _affine_forward,
        _mask,
        _repeat,
        _scores,
    ),
)
"""The structures of each level: one node; shopping; mixed ops with fan-out; layers with shapes."""

LEVEL_TITLES = (
    Text("노드 하나", "One node"),
    Text("장보기", "Shopping"),
    Text("갈라지는 계산", "Mixed ops, with fan-out"),
    Text("계층과 모양", "Layers and shapes"),
)
