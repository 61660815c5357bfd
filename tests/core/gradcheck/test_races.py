"""Three ways to all slopes: the same slopes, other numbers of passes, and multiplications that are really counted."""

import numpy as np
import pytest

from chainrule.core.errors import EvaluationError
from chainrule.core.gradcheck.races import WAYS, Race
from chainrule.core.language.program import parse

SHOPPING = (
    "apple = 100\napple_num = 2\norange = 150\norange_num = 3\ntax = 1.1\n"
    "price = (apple * apple_num + orange * orange_num) * tax"
)
ONE_INPUT = "tax = 1.1\nprices = [100, 150, 80, 120, 200] * tax"
NET = (
    "x = rand(1, 784, seed=1)\nt = [5]\nW1 = randn(784, 50, seed=2, scale=0.01)\nb1 = zeros(50)\n"
    "W2 = randn(50, 10, seed=3, scale=0.01)\nb2 = zeros(10)\n"
    "loss = softmax_with_loss(affine(relu(affine(x, W1, b1)), W2, b2), t)"
)


def ran(program, moved=(), inputs=None):
    """Every way's race, run to its end: its passes and its multiplications."""
    race = Race(parse(program), inputs or {}, moved)
    return {way: list(race.run(way, 0, race.passes(way))) for way in WAYS}


def table(passes):
    return {
        (each.input.node, *each.input.where, *each.output.where): each.value
        for one in passes
        for each in one.slopes
    }


def test_the_shopping_graph():
    """Five inputs, one output. A pass multiplies thrice; backward each product multiplies twice."""
    found = ran(SHOPPING)
    assert {way: len(passes) for way, passes in found.items()} == {
        "numerical": 10,
        "forward": 6,
        "reverse": 2,
    }
    assert {way: sum(each.multiplications for each in passes) for way, passes in found.items()} == {
        "numerical": 10 * 3 + 5,  # and five quotients
        "forward": 3 + 4 * 2 + 1,  # the tax comes in last
        "reverse": 3 + 3 * 2,
    }
    for passes in found.values():
        assert list(table(passes).values()) == pytest.approx([2.2, 110, 3.3, 165, 650])
        assert sum(each.known for each in passes) == 5


def test_one_input_and_many_outputs():
    """Forward mode needs one tangent pass, reverse mode one backward pass for each output."""
    found = ran(ONE_INPUT)
    assert {way: len(passes) for way, passes in found.items()} == {"numerical": 2, "forward": 2, "reverse": 6}
    totals = {way: sum(each.multiplications for each in passes) for way, passes in found.items()}
    assert totals == {"numerical": 2 * 5 + 5, "forward": 5 + 5, "reverse": 5 + 5 * 5}
    for passes in found.values():
        assert list(table(passes).values()) == pytest.approx([100, 150, 80, 120, 200])


def test_the_net_of_the_book():
    """784-50-10 has 39,760 parameters: 79,520 evaluations, or one forward and one backward pass."""
    race = Race(parse(NET), {}, ["W1", "b1", "W2", "b2"])
    assert race.slopes == 784 * 50 + 50 + 50 * 10 + 10 == 39_760
    assert [race.passes(way) for way in WAYS] == [79_520, 39_761, 2]
    forward, backward = race.run("reverse", 0, 2)
    products = 784 * 50 + 50 * 10
    assert products < forward.multiplications < products + 50
    # Backward each product is two: one for the weights, one for what is before; the image is an input too.
    assert 2 * products < backward.multiplications < 2 * products + 200
    raised, lowered = race.run("numerical", 40_000, 2)
    assert raised.multiplications == forward.multiplications
    assert lowered.multiplications == forward.multiplications + 1
    (numerical,) = lowered.slopes
    (tangent,) = race.run("forward", 20_001, 1)
    assert tangent.slopes[0].input == numerical.input
    assert tangent.slopes[0].value == pytest.approx(numerical.value, rel=1e-5, abs=1e-9)


def test_matrix_products_are_counted_as_written_out():
    """(n, k) times (k, m) takes n·k·m multiplications, and backward twice as many."""
    n, k, m = 3, 4, 5
    found = ran(f"X = rand({n}, {k}, seed=1)\nW = rand({k}, {m}, seed=2)\nL = sum(X @ W)", ["W"])
    forward, backward = found["reverse"]
    assert (forward.multiplications, backward.multiplications) == (n * k * m, 2 * n * k * m)
    assert all(each.multiplications == n * k * m for each in found["forward"])


def test_every_way_finds_every_slope_of_a_tensor():
    program = "x = [[0.3, -1], [2, 0.5]]\nw = [0.7, -0.2]\ny = tanh(x @ w) * exp(w)"
    found = ran(program)
    reverse = table(found["reverse"])
    assert len(reverse) == 6 * 2
    for way in ("numerical", "forward"):
        assert table(found[way]) == pytest.approx(reverse, rel=1e-6, abs=1e-9)


def test_a_race_goes_on_where_it_stopped():
    race = Race(parse(SHOPPING), {"apple": 130}, ["apple", "tax"])
    whole = list(race.run("numerical", 0, 4))
    assert [each for first in range(4) for each in race.run("numerical", first, 1)] == whole
    other = Race(parse(SHOPPING), {"apple": 130}, ["apple", "tax"])
    assert list(other.run("numerical", 3, 9)) == whole[3:]
    assert [slope.value for each in whole for slope in each.slopes] == pytest.approx([2.2, 710])
    assert np.isclose(sum(each.multiplications for each in whole), 14)


def test_an_unknown_input_is_refused():
    with pytest.raises(EvaluationError):
        Race(parse(SHOPPING), {}, ["pear"])
