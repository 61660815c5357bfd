"""The tape: values forward, gradients backward, whichever way it takes through the graph."""

import math
import random
import threading
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given

from chainrule.core.engine import levels
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.levels import Levels
from chainrule.core.engine.loop import Loop
from chainrule.core.engine.tape import Tape
from chainrule.core.errors import EvaluationError
from chainrule.core.language.program import parse
from chainrule.core.ops import CODES, OPS
from chainrule.core.ops.shapes import unbroadcast
from tests.helpers import pytorch
from tests.helpers.strategies import Program, programs

SHOPPING = """
apple = 100
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax
"""


def by_name(graph: Graph, column: list) -> dict:
    return {node.id: column[node.index] for node in graph.nodes}


def wide_graph(nodes: int, seed: int, width: int = 300) -> Graph:
    """Random levels of ``width`` nodes, constants among the leaves; the output does not depend on all."""
    drawn = random.Random(seed)
    graph = Graph()
    before = [graph.input(f"x{k}", drawn.uniform(0.5, 1.5)) for k in range(width - 5)]
    before += [graph.constant(drawn.uniform(0.5, 1.5)) for _ in range(5)]
    leaves, everything = before, list(before)
    while len(graph) < nodes - 2 * width:
        level = []
        for a in before:
            op = OPS[drawn.choice(("add", "sub", "mul", "div", "neg", "relu", "maximum"))]
            b = drawn.choice(leaves if op.name in ("mul", "div") else everything[-3 * width :])
            level.append(graph.apply(CODES[op.name], a, *[b][: op.arity - 1]))
        before = level[: width - 3] + drawn.sample(leaves, 3)
        everything += level
    while len(before) > 1:
        half = len(before) // 2
        before = [
            graph.apply(CODES["add"], *pair) for pair in zip(before[:half], before[-half:], strict=True)
        ]
    return graph


class TestForward:
    def test_the_book(self):
        graph = parse(SHOPPING)
        values = Tape(graph).forward()
        assert values[graph.output] == pytest.approx(715)
        assert len(values) == len(graph)
        assert list(values) == values.values

    def test_inputs_stand_in_for_the_programs_values(self):
        tape = Tape(parse(SHOPPING))
        assert tape.forward({"apple": 130, "tax": 1})[tape.graph.output] == pytest.approx(710)
        assert tape.forward()[tape.graph.output] == pytest.approx(715)

    def test_an_unknown_input_is_named_with_the_nearest_one(self):
        with pytest.raises(EvaluationError, match="`aple` is not an input") as error:
            Tape(parse(SHOPPING)).forward({"aple": 1})
        assert error.value.name == "aple"
        assert error.value.hint is not None
        assert "`apple`" in error.value.hint.en
        assert "`apple`" in error.value.hint.ko

    def test_an_inner_node_is_not_an_input(self):
        with pytest.raises(EvaluationError, match="`price`"):
            Tape(parse(SHOPPING)).forward({"price": 1})

    def test_inputs_are_told_apart_by_id(self):
        tape = Tape(parse("x = 2\ny = x * 3\nx = 5\ny = x * y"))
        assert tape.forward()[tape.graph.output] == 30
        assert tape.forward({"x": 1, "x_2": 10})[tape.graph.output] == 30
        tape = Tape(parse("a = 2\nx = a + 1\nx = 5\ny = x * a"))
        assert tape.forward({"x_2": 7})[tape.graph.output] == 14
        with pytest.raises(EvaluationError, match="`x` is not an input"):
            tape.forward({"x": 7})

    def test_an_input_without_a_value_is_named(self):
        tape = Tape(parse("y = x * z", given=("x", "z")))
        with pytest.raises(EvaluationError, match="`z` has no value"):
            tape.forward({"x": 1})
        assert tape.forward({"x": 2, "z": 3})[tape.graph.output] == 6

    @pytest.mark.parametrize("value", ["four", None, [1.0, 2.0], 10**400, 1j])
    def test_what_is_no_number_is_refused(self, value: object):
        with pytest.raises(EvaluationError, match="`apple`"):
            Tape(parse(SHOPPING)).forward({"apple": value})

    @pytest.mark.parametrize(
        ("program", "value"),
        [
            ("x = 0.0\ny = log(x)", -math.inf),
            ("x = -1.0\ny = log(x)", math.nan),
            ("x = -1.0\ny = sqrt(x)", math.nan),
            ("x = 0.0\ny = 1 / x", math.inf),
            ("x = 0.0\ny = -1 / x", -math.inf),
            ("x = 0.0\ny = x / x", math.nan),
            ("x = 0.0\ny = x ** -1", math.inf),
            ("x = -8.0\ny = x ** (1 / 3)", math.nan),
            ("x = 1000.0\ny = exp(x)", math.inf),
            ("x = 10.0\ny = x ** 400", math.inf),
            ("x = 1e300\ny = x * x", math.inf),
            ("x = 1000.0\ny = exp(x) - exp(x)", math.nan),
            ("x = 1000.0\ny = sin(exp(x))", math.nan),
            ("x = -1000.0\ny = exp(x)", 0.0),
        ],
    )
    def test_arithmetic_is_that_of_ieee_754(self, program: str, value: float):
        found = Tape(parse(program)).forward().values[-1]
        assert type(found) is float
        assert found == pytest.approx(value, nan_ok=True)


class TestBackward:
    def test_the_book(self):
        graph = parse(SHOPPING)
        tape = Tape(graph)
        tape.forward()
        gradients = tape.backward()
        expected = {"apple": 2.2, "apple_num": 110, "orange": 3.3, "orange_num": 165, "tax": 650, "price": 1}
        assert by_name(graph, gradients.nodes) == pytest.approx(
            expected | {"op_1": 1.1, "op_2": 1.1, "op_3": 1.1}
        )
        edges = {edge.id: gradients.edges[edge.index] for edge in graph.edges}
        assert edges["apple->op_1.0"] == pytest.approx(2.2)
        assert edges["tax->price.1"] == pytest.approx(650)
        local = {edge.id: gradients.locals[edge.index] for edge in graph.edges}
        assert local["apple->op_1.0"] == 2
        assert local["op_1->op_3.0"] == 1

    def test_forward_is_run_where_it_was_not(self):
        assert Tape(parse("x = 3.0\ny = x * x")).backward().nodes == [6.0, 1.0]

    def test_the_seed_comes_from_upstream(self):
        tape = Tape(parse("x = 10.0\ny = 5.0\nz = x + y"))
        assert tape.backward(1.3).nodes == [1.3, 1.3, 1.3]

    def test_a_branch_is_summed_and_each_edge_keeps_its_part(self):
        graph = parse("x = 3.0\ny = x * x + x")
        gradients = Tape(graph).backward()
        assert gradients.nodes[0] == 7.0
        parts = [gradients.edges[edge.index] for edge in graph.outgoing(0)]
        assert parts == [3.0, 3.0, 1.0]

    def test_nobody_asks_a_constant(self):
        graph = parse("x = -2.0\ny = x ** 3 + (1 + 2) * x")
        tape = Tape(graph)
        tape.forward()
        gradients = tape.backward()
        for node in graph.nodes:
            if not graph.requires_grad()[node.index]:
                assert gradients.nodes[node.index] is None
        for edge in graph.edges:
            asked = graph.requires_grad()[edge.source]
            assert (gradients.edges[edge.index] is not None) == asked
            assert (gradients.locals[edge.index] is not None) == asked
        assert gradients.nodes[0] == 15.0

    def test_a_program_of_constants_has_no_gradients(self):
        tape = Tape(parse("2 * 3"))
        assert tape.forward().values == [2.0, 3.0, 6.0]
        assert tape.backward().nodes == [None, None, None]

    def test_what_the_output_does_not_depend_on_gets_zero(self):
        """And not NaN: the derivative of log at 0 is infinite, but nothing comes to multiply it."""
        graph = parse("x = 0.0\nunused = log(x) * 2\ny = x + 1")
        gradients = Tape(graph).backward()
        assert by_name(graph, gradients.nodes)["x"] == 1.0
        assert by_name(graph, gradients.nodes)["unused"] == 0.0
        [unused] = [edge for edge in graph.edges if graph.nodes[edge.target].op.name == "log"]
        assert gradients.edges[unused.index] == 0.0
        assert gradients.locals[unused.index] == math.inf

    @pytest.mark.parametrize(
        ("program", "gradient"),
        [
            ("x = 0.0\ny = log(x)", math.inf),
            ("x = 0.0\ny = 1 / x", -math.inf),
            ("x = 0.0\ny = sqrt(x)", math.inf),
            ("x = 0.0\ny = log(relu(x))", math.nan),
            ("x = 1000.0\ny = exp(x)", math.inf),
            ("x = -2.0\ny = x ** 3", 12.0),
        ],
    )
    def test_gradients_too_follow_ieee_754(self, program: str, gradient: float):
        found = Tape(parse(program)).backward().nodes[0]
        assert type(found) is float
        assert found == pytest.approx(gradient, nan_ok=True)

    def test_every_entry_is_a_float(self):
        graph = parse("x = 2\nn = 3\nunused = x * n\ny = relu(x) ** n / maximum(x, n)")
        tape = Tape(graph)
        record = tape.backward(2)
        for column in (tape.forward({"x": 5}).values, record.nodes, record.edges, record.locals):
            assert {type(entry) for entry in column} <= {float, type(None)}


class TestMistakes:
    def test_multiplication_not_swapped(self):
        tape = Tape(parse("a = 3.0\nb = 4.0\ny = a * b"))
        gradients = tape.backward(2.0, ["mul.not_swapped"])
        assert gradients.nodes == [6.0, 8.0, 2.0]
        assert gradients.locals == [3.0, 4.0]

    def test_upstream_forgotten(self):
        gradients = Tape(parse("a = 3.0\nb = 4.0\ny = a * b")).backward(2.0, ["mul.upstream_forgotten"])
        assert gradients.nodes == [4.0, 3.0, 2.0]

    def test_fan_out_not_summed_keeps_one_branch(self):
        graph = parse("x = 3.0\ny = x * 2 + x * 5")
        assert Tape(graph).backward(mistakes=["fan_out.not_summed"]).nodes[0] in (2.0, 5.0)
        assert Tape(graph).backward().nodes[0] == 7.0

    def test_mistakes_add_up_and_pass(self):
        tape = Tape(parse(SHOPPING))
        tape.forward()
        right = tape.backward().nodes
        wrong = tape.backward(1.0, {"add.halved", "mul.not_swapped"}).nodes
        assert wrong != right
        assert tape.backward().nodes == right

    def test_an_unknown_mistake_is_named_with_the_nearest_one(self):
        with pytest.raises(EvaluationError, match=r"`mul\.swapped`") as error:
            Tape(parse(SHOPPING)).backward(mistakes=["mul.swapped"])
        assert error.value.hint is not None
        assert "`mul.not_swapped`" in error.value.hint.en


class TestWays:
    """A graph may be gone through node by node or level by level: with one result."""

    @staticmethod
    def both(graph: Graph) -> tuple[Tape, Tape]:
        requires_grad = bytes(graph.requires_grad())
        by_levels, by_nodes = Tape(graph), Tape(graph)
        by_levels._strategy = Levels(graph, requires_grad, np.array(levels.levels_of(graph)))
        by_nodes._strategy = Loop(graph, requires_grad)
        return by_levels, by_nodes

    def test_wide_graphs_go_by_levels_and_others_by_nodes(self):
        assert isinstance(Tape(wide_graph(6000, seed=0))._strategy, Levels)
        assert isinstance(Tape(wide_graph(6000, seed=0, width=20))._strategy, Loop)
        assert isinstance(Tape(wide_graph(2000, seed=0))._strategy, Loop)

    @pytest.mark.parametrize("seed", range(4))
    def test_arithmetic_agrees_bit_for_bit(self, seed: int):
        by_levels, by_nodes = self.both(wide_graph(6000, seed))
        inputs = {"x0": 0.75, "x1": -1.25}
        assert by_levels.forward(inputs).values == by_nodes.forward(inputs).values
        some, others = by_levels.backward(1.3), by_nodes.backward(1.3)
        assert some.nodes == others.nodes
        assert some.edges == others.edges
        assert some.locals == others.locals
        assert 0.0 in some.nodes
        assert None in some.nodes

    @given(programs())
    def test_any_program_agrees(self, program: Program):
        """The functions of NumPy and of Python differ in the last digit, and a program may make more of that."""
        by_levels, by_nodes = self.both(parse(program.text))
        assert by_levels.forward().values == pytest.approx(by_nodes.forward().values, rel=1e-11)
        some, others = by_levels.backward(), by_nodes.backward()
        largest = max(abs(gradient) for gradient in others.nodes if gradient is not None)
        for found, expected in ((some.nodes, others.nodes), (some.edges, others.edges)):
            assert [g is None for g in found] == [g is None for g in expected]
            pairs = [(f, e) for f, e in zip(found, expected, strict=True) if e is not None]
            assert all(f == pytest.approx(e, rel=1e-9, abs=1e-11 * largest) for f, e in pairs)

    def test_infinite_and_undefined_numbers_agree(self):
        program = "x = 0.0\ny = -1.0\nu = log(x) * x + 1 / x - sqrt(y)\nv = u + exp(1000 + x) + y ** 0.5"
        by_levels, by_nodes = self.both(parse(program))
        assert repr(by_levels.forward().values) == repr(by_nodes.forward().values)
        assert repr(by_levels.backward().nodes) == repr(by_nodes.backward().nodes)

    def test_a_wide_graph_takes_mistakes(self):
        by_levels, by_nodes = self.both(wide_graph(6000, seed=1))
        for mistake in ("add.halved", "fan_out.not_summed", "mul.upstream_forgotten"):
            assert by_levels.backward(1.0, [mistake]).nodes == by_nodes.backward(1.0, [mistake]).nodes
            assert by_levels.backward(1.0, [mistake]).nodes != by_levels.backward().nodes

    def test_a_wide_graph_gives_floats(self):
        tape = Tape(wide_graph(6000, seed=2))
        record = tape.backward()
        for column in (tape.forward().values, record.nodes, record.edges, record.locals):
            assert {type(entry) for entry in column} <= {float, type(None)}


class TestShapes:
    """Graphs with arrays: the same ops with broadcasting, checked against PyTorch."""

    SHAPES = (
        ((2, 3), (2, 3)),
        ((2, 3), (3,)),
        ((3,), (2, 3)),
        ((2, 1), (1, 3)),
        ((), (2, 3)),
        ((4, 1, 3), (2, 1)),
    )

    @pytest.mark.parametrize(("a", "b"), SHAPES)
    @pytest.mark.parametrize("name", [op.name for op in OPS.values() if op.arity == 2 and not op.tensor])
    def test_two_operands(self, name: str, a: tuple[int, ...], b: tuple[int, ...]):
        drawn = np.random.default_rng(3)
        arrays = {"a": drawn.uniform(0.5, 2.0, a), "b": drawn.uniform(0.5, 2.0, b)}
        graph = Graph()
        graph.apply(CODES[name], graph.input("a", shape=a), graph.input("b", shape=b))
        self.compare(graph, arrays, pytorch.OPS[name])

    @pytest.mark.parametrize("name", [op.name for op in OPS.values() if op.arity == 1 and not op.tensor])
    def test_one_operand(self, name: str):
        arrays = {"a": np.random.default_rng(4).uniform(0.5, 2.0, (3, 2))}
        graph = Graph()
        graph.apply(CODES[name], graph.input("a", shape=(3, 2)))
        self.compare(graph, arrays, pytorch.OPS[name])

    @staticmethod
    def compare(graph: Graph, arrays: dict[str, np.ndarray], function) -> None:
        tensors = [pytorch.leaf(array) for array in arrays.values()]
        expected = function(*tensors)
        expected.backward(torch.full(expected.shape, 1.3, dtype=torch.float64))
        tape = Tape(graph)
        assert graph.nodes[-1].shape == expected.shape
        np.testing.assert_allclose(tape.forward(arrays)[-1], expected.detach().numpy(), rtol=1e-14)
        gradients = tape.backward(1.3)
        for found, tensor in zip(gradients.nodes, tensors, strict=False):
            assert np.shape(found) == tensor.shape
            np.testing.assert_allclose(found, tensor.grad.numpy(), rtol=1e-13)

    def test_a_layer_with_a_bias_and_a_constant(self):
        graph = Graph()
        x, w, b = (graph.input(name, shape=shape) for name, shape in (("x", (4, 3)), ("w", (3,)), ("b", ())))
        product = graph.apply(CODES["mul"], x, w)
        shifted = graph.apply(CODES["add"], product, b)
        graph.apply(CODES["pow"], graph.apply(CODES["sin"], shifted), graph.constant(2.0))
        drawn = np.random.default_rng(5)
        arrays = {"x": drawn.normal(size=(4, 3)), "w": drawn.normal(size=3), "b": np.float64(0.2)}
        self.compare(graph, arrays, lambda x, w, b: torch.sin(x * w + b) ** 2)
        gradients = Tape(graph).backward(values=Tape(graph).forward(arrays))
        assert gradients.nodes[graph.index("const_1")] is None
        assert [np.shape(edge) for edge in gradients.edges[:2]] == [(4, 3), (3,)]
        assert np.shape(gradients.locals[1]) == (4, 3)

    def test_nothing_comes_to_an_array_that_the_output_does_not_depend_on(self):
        graph = Graph()
        x = graph.input("x", shape=(2,))
        graph.apply(CODES["log"], x)
        graph.apply(CODES["exp"], x)
        gradients = Tape(graph).backward(values=Tape(graph).forward({"x": [0.0, 1.0]}))
        np.testing.assert_allclose(gradients.nodes[0], [1.0, math.e])
        np.testing.assert_array_equal(gradients.nodes[1], [0.0, 0.0])

    def test_mistakes_on_arrays_keep_shapes(self):
        graph = Graph()
        graph.apply(CODES["add"], graph.input("a", shape=(2, 3)), graph.input("b", shape=(3,)))
        values = {"a": np.ones((2, 3)), "b": np.ones(3)}
        gradients = Tape(graph).backward(5.0, ["add.upstream_forgotten"], Tape(graph).forward(values))
        np.testing.assert_array_equal(gradients.nodes[0], np.ones((2, 3)))
        np.testing.assert_array_equal(gradients.nodes[1], [2.0, 2.0, 2.0])

    def test_a_number_stands_for_each_element_and_another_shape_is_refused(self):
        graph = Graph()
        x = graph.input("x", 0.5, shape=(2, 2))
        graph.apply(CODES["neg"], x)
        np.testing.assert_array_equal(Tape(graph).forward()[1], np.full((2, 2), -0.5))
        with pytest.raises(EvaluationError, match=r"shape \(2, 2\), not \(3,\)"):
            Tape(graph).forward({"x": [1, 2, 3]})

    @pytest.mark.parametrize(
        ("wide", "shape"), [((2, 3), (3,)), ((2, 3), (1, 3)), ((2, 3), ()), ((2, 3), (2, 3))]
    )
    def test_unbroadcast_undoes_broadcasting(self, wide: tuple[int, ...], shape: tuple[int, ...]):
        back = unbroadcast(np.ones(wide), shape)
        assert np.shape(back) == shape
        assert np.sum(back) == 6


class TestRecords:
    def test_passes_leave_graph_and_earlier_records_alone(self):
        graph = parse(SHOPPING)
        columns = bytes(graph.codes), list(graph.a), list(graph.b), dict(graph.values)
        tape = Tape(graph)
        first, gradients = tape.forward(), tape.backward()
        kept = list(first.values), list(gradients.nodes), list(gradients.edges)
        tape.forward({"apple": 1})
        tape.backward(5.0, ["mul.not_swapped"])
        assert (first.values, gradients.nodes, gradients.edges) == kept
        assert (bytes(graph.codes), graph.a, graph.b, graph.values) == columns

    def test_the_same_question_has_the_same_answer(self):
        for graph in (parse(SHOPPING), wide_graph(6000, seed=3)):
            one, other = Tape(graph), Tape(graph)
            assert one.forward().values == other.forward().values == one.forward().values
            assert one.backward().nodes == other.backward().nodes
            assert one.backward().edges == other.backward().edges

    def test_values_can_be_handed_over(self):
        tape = Tape(parse("x = 3.0\ny = x * x"))
        at_3, at_5 = tape.forward(), tape.forward({"x": 5})
        assert tape.backward(values=at_3).nodes == [6.0, 1.0]
        assert tape.backward(values=at_5).nodes == [10.0, 1.0]

    def test_threads_share_a_tape_by_handing_values_over(self):
        tape = Tape(parse("x = 3.0\ny = x * x"))
        wrong = []

        def run(x: float) -> None:
            for _ in range(200):
                if tape.backward(values=tape.forward({"x": x})).nodes[0] != 2 * x:
                    wrong.append(x)

        threads = [threading.Thread(target=run, args=(float(x),)) for x in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong


class TestSize:
    def test_a_chain_of_100_000_ops(self):
        graph = Graph()
        x = node = graph.input("x", 1e-3)
        for k in range(100_000):
            node = graph.apply(CODES["add"], node, x) if k % 2 else graph.apply(CODES["neg"], node)
        tape = Tape(graph)
        # y becomes x − y at every second step: x and 0 in turn.
        assert tape.forward()[node] == pytest.approx(1e-3)
        assert tape.backward().nodes[x] == pytest.approx(1.0)

    @pytest.mark.parametrize("width", [1, 1000])
    def test_a_node_takes_at_most_150_bytes(self, width: int):
        tracemalloc.start()
        try:
            graph = Graph()
            before = [graph.input(f"x{k}", 1.0) for k in range(width)]
            while len(graph) < 50_000:
                mul = CODES["mul"]
                before = [graph.apply(mul, node, (node * 7 + 3) % len(graph)) for node in before]
            tape = Tape(graph)
            assert tracemalloc.get_traced_memory()[0] / len(graph) < 150
        finally:
            tracemalloc.stop()
        assert tape.forward()[-1] == 1.0
