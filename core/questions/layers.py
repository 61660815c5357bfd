"""Questions of level 4: layers, elements of small tensors, shapes."""

from chainrule.core.questions.dice import Dice
from chainrule.core.questions.draft import Draft, Structure
from chainrule.core.text import Text


def _matrix(dice: Dice, rows: int, columns: int, most: int = 5) -> str:
    """Write a random matrix of small nonzero whole numbers, as a program does."""
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
    title = Text("두 층 신경망의 모양", "Shapes of a two-layer net")
    return Draft(title, program, "shapes", values=("A1", "Z1", "A2"), grads=("W1", "Z1", "W2"))


def _affine_backward(dice: Dice) -> Draft:
    # Of unequal sizes: only one product of the matrices has the right shape.
    rows, wide, narrow = dice.one(((3, 4, 2), (2, 4, 3)))
    program = (
        f"X = {_matrix(dice, rows, wide, 3)}\nW = {_matrix(dice, wide, narrow, 3)}  # 가중치 | weights\n"
        f"B = {_vector(dice, narrow)}  # 편향 | bias\n"
        f"XW = X @ W\nY = XW + B\nweighted = Y * {_matrix(dice, rows, narrow)}\nL = sum(weighted)"
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
    return Draft(title, program, "backward", grads=("X", "W"), off_diagonal=True)


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


STRUCTURES: tuple[Structure, ...] = (
    _affine_shapes,
    _batch_shapes,
    _net_shapes,
    _affine_backward,
    _product_backward,
    _affine_forward,
    _mask,
    _repeat,
    _scores,
)
