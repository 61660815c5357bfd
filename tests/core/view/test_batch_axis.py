"""The batch axis: which axes are called N, and which are not."""

import pytest

from chainrule.core.language.program import parse
from chainrule.core.view.batch_axis import names, shown

NET = """
X = randn(4, 2)
W1 = randn(2, 3)
B1 = [1, 2, 3]
W2 = randn(3, 2)
B2 = [1, 2]
t = [0, 1, 1, 0]
Y = relu(affine(X, W1, B1))
L = softmax_with_loss(affine(Y, W2, B2), t)
"""


def named(program: str) -> dict[str, tuple[str | int, ...]]:
    graph = parse(program)
    return dict(zip(graph.ids, names(graph), strict=True))


def test_the_batch_goes_through_a_whole_net() -> None:
    found = named(NET)
    assert found["X"] == ("N", 2)
    assert found["W1"] == (2, 3)
    assert found["B1"] == (3,)
    assert found["Y"] == ("N", 3)
    assert found["t"] == ("N",)
    assert found["affine_2.op_2"] == ("N", 2)
    assert found["softmax_with_loss_1.t"] == ("N", 2)
    assert found["softmax_with_loss_1.log_sum"] == ("N", 1)
    assert found["softmax_with_loss_1.op_6"] == ("N",)
    assert found["L"] == ()


@pytest.mark.parametrize(
    ("program", "node", "axes"),
    [
        ("X = randn(4, 2)\nW = randn(2, 3)\nZ = X / 255 - 1\nY = Z @ W", "X", ("N", 2)),
        ("X = randn(4, 2)\nW = randn(2, 3)\nY = (X @ W).T", "Y", (3, "N")),
        ("X = randn(4, 2)\nW = randn(2, 3)\nY = sum(X @ W, axis=0)", "Y", (3,)),
        ("X = randn(4, 2)\nW = randn(2, 3)\nY = mean(X @ W, axis=1)", "Y", ("N",)),
        ("X = randn(4, 2)\nW = randn(2, 6)\nY = reshape(X @ W, (4, 2, 3))", "Y", ("N", 2, 3)),
        ("X = randn(4, 2)\nW = randn(2, 3)\nY = (X @ W)[1:3]", "Y", (2, 3)),
        ("X = randn(4, 2)\nW = randn(2, 3)\nY = (X @ W)[:, 0]", "Y", ("N",)),
        ("a = [[1, 2, 3], [4, 5, 6]]\ny = softmax(a)", "a", ("N", 3)),
        ("x = [1, 2]\nW = randn(2, 3)\ny = x @ W", "y", (3,)),
        ("A = randn(3, 4)\nv = randn(4)\nu = A @ v\nw = u @ A", "A", (3, 4)),
        ("X = randn(2, 3)\nW = randn(3, 3)\nV = randn(3, 2)\nY = X @ (W @ V)", "W", (3, 3)),
        ("X = randn(5, 5)\nY = X * X", "Y", (5, 5)),
    ],
)
def test_what_is_the_batch_and_what_is_not(program: str, node: str, axes: tuple[str | int, ...]) -> None:
    assert named(program)[node] == axes


def test_a_graph_of_numbers_has_no_axes() -> None:
    assert set(named("x = 1\ny = x * 2").values()) == {()}


def test_shapes_with_names() -> None:
    assert shown(("N", 2)) == "(N, 2)"
    assert shown(("N",)) == "(N,)"
    assert shown(()) == "()"
