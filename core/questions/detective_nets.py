"""Programs in which one backward rule will be broken: small graphs, branches, layers, deep nets."""

from collections.abc import Callable

from chainrule.core.questions.dice import Dice
from chainrule.core.text import Text

Net = Callable[[Dice], str]
"""Draws the structure and the numbers of one program."""

LEVEL_TITLES = (
    Text("작은 그래프", "A small graph"),
    Text("갈라지는 그래프", "Branches"),
    Text("계층의 사슬", "A chain of layers"),
    Text("깊은 신경망", "A deep net"),
)

_FUNCTIONS = ("exp({})", "log({})", "tanh({})", "sqrt({})", "{} ** 2", "1 / {}", "sin({})")
_BINARY = ("{} * {}", "{} + {}", "{} - {}", "{} / {}", "{} * {}")
_NAMES = "pqrsuvwxyz"


def small_graph(dice: Dice) -> str:
    """Write a program of four inputs and six ops; each value is used once."""
    return _numbers(dice, inputs=4, functions=3, reused=0)


def branches(dice: Dice) -> str:
    """Write a program of ten ops in which three values are used twice."""
    return _numbers(dice, inputs=4, functions=4, reused=3)


def layer_chain(dice: Dice) -> str:
    """Write a net of two layers on a small batch, ended by a mean of squares."""
    rows, wide, inner, out = 3, *dice.one(((4, 2, 3), (2, 4, 3), (3, 4, 2), (4, 3, 2)))
    function = dice.one(("relu", "tanh", "sigmoid", "softplus"))
    return "\n".join(
        (
            f"X = {_matrix(dice, rows, wide)}  # {rows}개의 데이터 | {rows} samples",
            f"W1 = {_matrix(dice, wide, inner)}",
            f"b1 = {_vector(dice, inner)}",
            f"W2 = {_matrix(dice, inner, out)}",
            f"b2 = {_vector(dice, out)}",
            f"T = {_matrix(dice, rows, out)}  # 정답 | targets",
            "Z1 = X @ W1",
            "A1 = Z1 + b1",
            f"H1 = {function}(A1)",
            "Z2 = H1 @ W2",
            "Y = Z2 + b2",
            "D = Y - T",
            "S = D ** 2",
            "L = mean(S)  # 손실 | loss",
        )
    )


def deep_net(dice: Dice) -> str:
    """Write a classifier of four layers on a batch, two of them joined by a skip."""
    rows, wide, inner, out = dice.one(((3, 4, 2, 3), (4, 3, 2, 3), (4, 2, 3, 2)))
    one, two, three = (dice.one(("relu", "tanh", "sigmoid")) for _ in range(3))
    targets = [dice.whole(0, out - 1) for _ in range(rows)]
    return "\n".join(
        (
            f"X = {_matrix(dice, rows, wide)}  # {rows}개의 데이터 | {rows} samples",
            f"W1 = {_matrix(dice, wide, inner)}",
            f"b1 = {_vector(dice, inner)}",
            f"W2 = {_matrix(dice, inner, inner)}",
            f"b2 = {_vector(dice, inner)}",
            f"W3 = {_matrix(dice, inner, inner + 1)}",
            f"b3 = {_vector(dice, inner + 1)}",
            f"W4 = {_matrix(dice, inner + 1, out)}",
            f"b4 = {_vector(dice, out)}",
            f"t = {targets}  # 정답 번호 | class numbers",
            "Z1 = X @ W1",
            "A1 = Z1 + b1",
            f"H1 = {one}(A1)",
            "Z2 = H1 @ W2",
            "A2 = Z2 + b2",
            f"H2 = {two}(A2)",
            "R = H1 + H2  # 지름길 | skip",
            "Z3 = R @ W3",
            "A3 = Z3 + b3",
            f"H3 = {three}(A3)",
            "Z4 = H3 @ W4",
            "A4 = Z4 + b4",
            "Y = softmax(A4)  # 확률 | probabilities",
            "L = cross_entropy(Y, t)  # 손실 | loss",
        )
    )


LEVELS: tuple[Net, ...] = (small_graph, branches, layer_chain, deep_net)


def _numbers(dice: Dice, inputs: int, functions: int, reused: int) -> str:
    """Write a random graph of numbers: loose ends are joined until one is left."""
    names = dice.shuffled(_NAMES)[:inputs]
    lines = [f"{name} = {_number(dice)}" for name in names]
    loose, made = list(names), 0

    def take() -> str:
        return loose.pop(dice.whole(0, len(loose) - 1))

    def write(expression: str) -> None:
        nonlocal made
        made += 1
        loose.append(f"h{made}")
        lines.append(f"h{made} = {expression}")

    while len(loose) > 1 or functions > 0:
        if functions > 0 and (len(loose) == 1 or dice.whole(0, 1)):
            functions -= 1
            write(dice.one(_FUNCTIONS).format(take()))
            continue
        one, other = take(), take()
        again = reused > 0 and made > 0
        write(dice.one(_BINARY).format(one, other))
        if again:
            reused -= 1
            loose.append(dice.one((one, other)))
    return "\n".join(lines)


def _number(dice: Dice) -> float:
    return dice.whole(3, 30) / 10


def _vector(dice: Dice, size: int) -> str:
    return str([dice.whole(1, 15) * dice.one((1, 1, -1)) / 10 for _ in range(size)])


def _matrix(dice: Dice, rows: int, columns: int) -> str:
    return f"[{', '.join(_vector(dice, columns) for _ in range(rows))}]"
