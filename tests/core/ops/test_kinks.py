"""Kinks as the entries declare them, beside one-sided differences of the values: none missing, none wrong."""

import itertools
import math

import numpy as np
import pytest

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.errors import EvaluationError
from chainrule.core.language.program import parse
from chainrule.core.ops import CODES, OPS
from chainrule.core.ops.op import Op
from chainrule.core.ops.rules import CONVENTIONS, known_conventions
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.kinks import kinks_met

GRID = (-2.0, -1.0, 0.0, 0.5, 1.0, 3.0)
CONDITIONS = {("masked", 0), ("masked_out", 0)}
"""Operands that are read as true or false and not as numbers."""
STEP = 2.0**-17

ELEMENTWISE = [op for op in OPS.values() if op.tensor is None]
TENSOR_OPS = [op for op in OPS.values() if op.tensor is not None and op.name != "one_hot"]


def one_sided(value, y: float, side: int) -> float | None:
    """The slope from one side: a limit of difference quotients; infinite where they grow; None where there is none."""
    if math.isinf(y):
        return None
    wide, half = ((value(side * step) - y) / (side * step) for step in (STEP, STEP / 2))
    if not (math.isfinite(wide) and math.isfinite(half)):
        return None
    if abs(half) > 100 and abs(half) > 1.3 * abs(wide):
        return math.copysign(math.inf, half)
    return 2 * half - wide


def evaluated(tape: Tape, conventions=()) -> Evaluated:
    values = tape.forward()
    return Evaluated(tape.graph, values, tape.backward(values=values, conventions=conventions))


def single(op: Op, operands) -> Tape:
    graph = Graph()
    leaves = [graph.input(name, operand) for name, operand in zip("ab", operands, strict=False)]
    graph.apply(CODES[op.name], *leaves)
    return Tape(graph)


def close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return a == b or abs(a - b) <= 1e-4 * max(1.0, abs(a), abs(b))


@pytest.mark.parametrize("op", ELEMENTWISE, ids=lambda op: op.name)
def test_every_corner_of_an_op_is_declared_with_its_slopes(op: Op) -> None:
    for operands in itertools.product(GRID, repeat=op.arity):
        tape = single(op, operands)
        found = evaluated(tape)
        y = found.values[op.arity]
        if math.isnan(y):
            continue  # outside of the domain
        met = {each.edge.slot: each for each in kinks_met(found, removable=True)}
        for slot in range(op.arity):
            if (op.name, slot) in CONDITIONS:
                continue

            def value(shift: float, slot=slot, operands=operands, tape=tape) -> float:
                moved = [x + shift if k == slot else x for k, x in enumerate(operands)]
                return tape.forward(dict(zip("ab", moved, strict=False)))[len(operands)]

            left, right = one_sided(value, y, -1), one_sided(value, y, 1)
            passed = found.gradients.locals[slot]
            if slot not in met:
                assert close(left, right), (operands, slot, left, right)
                assert close(left, passed), (operands, slot, left, passed)
                continue
            (place,) = met[slot].places
            if math.isfinite(y):
                assert close(place.left, left), (operands, slot, place, left)
                assert close(place.right, right), (operands, slot, place, right)
            assert place.passed == passed or math.isnan(passed)


@pytest.mark.parametrize("op", TENSOR_OPS, ids=lambda op: op.name)
def test_every_corner_of_a_tensor_op_is_declared_with_its_slopes(op: Op) -> None:
    lines = op.example.splitlines()[:-1]
    result = lines[-1].partition(" =")[0].partition("[")[0]
    lines = [line.partition(" *")[0] for line in lines]
    graph = parse("\n".join([*lines, f"L = sum({result})"]))
    tape, random = Tape(graph), np.random.default_rng(5)
    for _ in range(4):
        at = {
            node.name: random.integers(0, 3, node.shape).astype(float)
            for node in graph.inputs
            if node.name in "ab"
        }
        values = tape.forward(at)
        met = kinks_met(Evaluated(graph, values, tape.backward(values=values)), removable=True)
        declared = {}
        for each in met:
            assert each.count <= 5 or each.count == at[graph.ids[each.edge.source]].size
            for place in each.places:
                declared[graph.ids[each.edge.source], place.index] = place
        output = float(values[graph.output])
        gradients = tape.backward(values=values).nodes
        for name, held in at.items():
            for index in np.ndindex(held.shape):

                def value(shift: float, name=name, held=held, index=index, at=at) -> float:
                    moved = np.array(held)
                    moved[index] += shift
                    return float(tape.forward(at | {name: moved})[graph.output])

                left, right = one_sided(value, output, -1), one_sided(value, output, 1)
                place = declared.get((name, index))
                if place is not None:
                    assert close(place.left, left), (at, name, index, place, left)
                    assert close(place.right, right), (at, name, index, place, right)
                elif sum(each.count for each in met) == len(declared):
                    passed = float(gradients[graph.index(name)][index])
                    assert close(left, right), (at, name, index, left, right)
                    assert close(left, passed), (at, name, index, left, passed)


SHARED = {"half": (0.5, 0.5), "first": (1, 0), "second": (0, 1), "each": (1, 1)}
BOUND = {"through": (1, 0), "half": (0.5, 0.5), "blocked": (0, 1)}
AT_KINKS = {
    "maximum.tie": ("a = 2\nb = 2\ny = maximum(a, b)", SHARED),
    "minimum.tie": ("a = 2\nb = 2\ny = minimum(a, b)", SHARED),
    "relu.zero": ("a = 0\ny = relu(a)", {"zero": (0,), "half": (0.5,), "one": (1,)}),
    "abs.zero": ("a = 0\ny = abs(a)", {"zero": (0,), "plus": (1,), "minus": (-1,)}),
    "leaky_relu.zero": (
        "a = 0\nb = 0.2\ny = leaky_relu(a, b)",
        {"lower": (0.2, 0), "half": (0.6, 0), "one": (1, 0)},
    ),
    "clamp_min.bound": ("a = 2\nb = 2\ny = clamp_min(a, b)", BOUND),
    "clamp_max.bound": ("a = 2\nb = 2\ny = clamp_max(a, b)", BOUND),
    "max.tie": (
        "a = [1, 3, 3]\ny = max(a)",
        {"split": ([0, 0.5, 0.5],), "each": ([0, 1, 1],), "first": ([0, 1, 0],)},
    ),
    "min.tie": (
        "a = [1, 1, 3]\ny = min(a)",
        {"split": ([0.5, 0.5, 0],), "each": ([1, 1, 0],), "first": ([1, 0, 0],)},
    ),
}
"""Every kink at which there is a choice: a program, and what each choice passes to the inputs."""


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_convention_passes_what_it_says_at_its_kink(convention: str) -> None:
    kink, _, choice = convention.rpartition(".")
    program, expected = AT_KINKS[kink]
    for text, scale in ((program, 1.0), (f"{program}\nz = sum([[1, 2], [3, 4]] * y)", 10.0)):
        tape = Tape(parse(text))
        gradients = tape.backward(conventions=[convention]).nodes
        for node, gradient in zip(tape.graph.inputs, expected[choice], strict=False):
            np.testing.assert_allclose(gradients[node.index], np.multiply(scale, gradient), rtol=1e-15)


@pytest.mark.parametrize("kink", AT_KINKS)
def test_away_from_its_kink_a_convention_changes_nothing(kink: str) -> None:
    program = AT_KINKS[kink][0].replace("a = 2", "a = 1.5").replace("a = 0", "a = -0.5")
    tape = Tape(parse(program.replace("[1, 3, 3]", "[1, 2, 3]").replace("[1, 1, 3]", "[1, 2, 3]")))
    right = tape.backward().nodes
    for choice, of in known_conventions().items():
        if of == kink:
            for ours, expected in zip(tape.backward(conventions=[choice]).nodes, right, strict=True):
                np.testing.assert_array_equal(ours, expected)


def test_first_takes_the_first_of_each_row_along_any_axes() -> None:
    graph = parse("a = [[[1, 3], [3, 0]], [[2, 2], [2, 2]]]\ny = sum(max(a, axis=(1, 2)))")
    gradient = Tape(graph).backward(conventions=["max.tie.first"]).nodes[0]
    np.testing.assert_array_equal(gradient, [[[0, 1], [0, 0]], [[1, 0], [0, 0]]])


def test_a_mistake_wins_over_a_convention() -> None:
    tape = Tape(parse("a = 0\ny = relu(a)"))
    assert tape.backward(mistakes=["relu.mask_dropped"], conventions=["relu.zero.half"]).nodes[0] == 1.0


def test_wide_graphs_take_conventions_too() -> None:
    graph = Graph()
    row = [graph.apply(CODES["relu"], graph.input(f"a{k}", 0.0)) for k in range(2048)]
    while len(row) > 1:
        row = [graph.apply(CODES["add"], *pair) for pair in zip(row[::2], row[1::2], strict=True)]
    tape = Tape(graph)
    assert tape.backward().nodes[0] == 0.0
    assert tape.backward(conventions=["relu.zero.half"]).nodes[0] == 0.5


def test_unknown_and_doubled_conventions_are_refused() -> None:
    tape = Tape(parse("a = 0\ny = relu(a)"))
    with pytest.raises(EvaluationError, match="not a known convention") as refused:
        tape.backward(conventions=["relu.zero.on"])
    assert refused.value.hint is not None
    assert "relu.zero.one" in refused.value.hint.en
    with pytest.raises(EvaluationError, match="two conventions"):
        tape.backward(conventions=["relu.zero.one", "relu.zero.half"])


def test_nothing_is_told_where_there_is_no_kink() -> None:
    for program in ("a = 1\ny = relu(a) + abs(a) + log(a) + 1 / a", "a = [1, 2]\ny = max(relu(a))"):
        assert kinks_met(evaluated(Tape(parse(program)))) == []
    # A slope of 1 on both sides is no corner.
    assert kinks_met(evaluated(Tape(parse("a = 0\ny = leaky_relu(a, 1)")))) == []


def test_a_constant_operand_has_no_kink_of_its_own() -> None:
    met = kinks_met(evaluated(Tape(parse("a = 0\ny = maximum(a, 0)"))))
    assert [(each.edge.slot, each.name) for each in met] == [(0, "maximum.tie")]


def test_elements_at_kinks_are_counted_and_the_first_told() -> None:
    met = kinks_met(evaluated(Tape(parse("x = zeros(3, 4)\ny = sum(relu(x))"))))
    assert [(each.count, len(each.places)) for each in met] == [(12, 5)]
    assert met[0].places[4].index == (1, 0)
