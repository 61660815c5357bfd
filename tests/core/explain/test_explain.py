"""Explanations: the right numbers, the rule, the sum, the paths, and a note where a number is not finite."""

import math

import pytest
from math_core import LatexToMathML

from chainrule.app.lecture.examples import examples
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.explain.explain import explain
from chainrule.core.explain.explanation import Explanation
from chainrule.core.explain.notes import note
from chainrule.core.language.program import parse
from chainrule.core.latex.plain_text import plain_text
from chainrule.core.ops import OPS
from chainrule.core.view.evaluated import GradientColumns, Numbers
from tests.helpers.work import lines

SHOPPING = """
apple = 100  # 🍎 사과 가격
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax
"""


def evaluated(
    program: str, seed: float = 1.0, mistakes: tuple[str, ...] = ()
) -> tuple[Graph, Numbers, GradientColumns]:
    graph = parse(program)
    tape = Tape(graph)
    return graph, tape.forward(), tape.backward(seed, mistakes)


def told(
    program: str,
    part: str,
    lang: str = "en",
    seed: float = 1.0,
    open: tuple[str, ...] = (),
    mistakes: tuple[str, ...] = (),
) -> Explanation:
    return explain(*evaluated(program, seed, mistakes), part, lang, open, mistakes)


def test_an_input() -> None:
    apple = told(SHOPPING, "apple", "ko")
    assert (apple.kind, apple.value_text, apple.grad_text) == ("input", "100", "2.2")
    assert apple.aria == "사과 가격, 입력, 값 100, 기울기 2.2"
    assert told(SHOPPING, "apple").aria == "apple, input, value 100, gradient 2.2"
    assert apple.gradient is not None
    assert (
        plain_text(apple.gradient.whole)
        == "∂price/∂apple = ∂price/∂(apple × apple_num) · apple_num = 1.1 × 2 = 2.2"
    )
    (local,) = apple.locals
    assert (local.edge, local.target, local.value_text) == ("apple->op_1.0", "op_1", "2")
    (branch,) = apple.sum
    assert (branch.edge, branch.grad_text) == ("apple->op_1.0", "2.2")
    assert apple.paths is not None
    (path,) = apple.paths.items
    assert path.nodes == ("apple", "op_1", "op_3", "price")
    assert path.factors == ("2", "1", "1.1")
    assert plain_text(path.formula.numbers) == "1.1 × 1 × 2 = 2.2"
    assert (apple.paths.count, apple.paths.shown, apple.paths.sum_text) == (1, 1, "2.2")
    assert apple.note is None


def test_an_op() -> None:
    op = told(SHOPPING, "op_1")
    assert (op.kind, op.title) == ("node", "apple × apple_num · multiplication")
    assert op.formula is not None
    assert plain_text(op.formula.whole) == "apple × apple_num = 100 × 2 = 200"
    assert [(local.source, local.value_text) for local in op.locals] == [("apple", "2"), ("apple_num", "100")]
    assert op.rule == OPS["mul"].rule_text.en


def test_an_edge() -> None:
    edge = told(SHOPPING, "apple->op_1.0")
    assert (edge.kind, edge.value_text, edge.grad_text) == ("edge", "100", "2.2")
    assert edge.aria == "apple to apple × apple_num, value 100, gradient 2.2"
    assert edge.formula is not None
    assert plain_text(edge.formula.whole) == "∂price/∂(apple × apple_num) · apple_num = 1.1 × 2 = 2.2"


def test_the_output_and_the_word_behind_it() -> None:
    assert told(SHOPPING, "price").paths is None
    for part in ("@output", "price->@output"):
        last = told(SHOPPING, part)
        assert (last.value_text, last.grad_text) == ("715", "1")
        assert "∂price/∂price = 1" in last.rule
    assert told("x = 2\nz = x * 3", "z->@output", seed=1.3).grad_text == "1.3"


def test_a_constant_has_no_gradient() -> None:
    graph = parse("x = 3\nx * 2")
    constant = told("x = 3\nx * 2", "const_1")
    assert (constant.grad_text, constant.gradient, constant.paths, constant.sum) == (None, None, None, ())
    assert "so it has no gradient" in constant.rule
    edge = told("x = 3\nx * 2", graph.edges[1].id)
    assert (edge.grad_text, edge.formula, edge.locals) == (None, None, ())


def test_a_fan_out_is_a_sum_and_its_paths_add_up() -> None:
    x = told("x = 3\ndouble = 2 * x\nsquare = x ** 2\ntotal = double + square + x", "x")
    assert [branch.grad for branch in x.sum] == [2, 6, 1]
    assert x.rule.endswith("2 + 6 + 1 = 9")
    assert x.paths is not None
    assert sorted(path.product_text for path in x.paths.items) == ["1", "2", "6"]
    assert x.paths.sum_text == x.grad_text == "9"


def test_a_closed_layer_says_that_open_and_closed_are_the_same_number() -> None:
    for open in ((), ("sigmoid_1",)):
        layer = told("x = 1\ny = sigmoid(x)\nL = y * 3", "sigmoid_1", open=open)
        assert layer.kind == "group"
        assert layer.formula is not None
        assert plain_text(layer.formula.symbols) == "y = sigmoid(x) = 1/(1 + e^(−x))"
        (local,) = layer.locals
        assert plain_text(local.symbols) == "∂y/∂x = y (1 − y)"
        assert plain_text(local.numbers) == "0.731059 (1 − 0.731059) = 0.196612"
        assert "the local derivative is 0.196612 both ways" in layer.rule
        assert layer.derivation[-1] == "= y (1 - y)"
    assert "국소적 미분은 같습니다" in told("x = 1\ny = sigmoid(x)", "sigmoid_1", "ko").rule


def test_a_layer_of_the_users_own_has_the_derivative_of_its_inside() -> None:
    own = told("x = 3\ndef f(a):\n    t = a * a\n    return t * t\ny = f(x)", "f_1")
    (local,) = own.locals
    assert local.value_text == "108"
    assert "the chain rule" in own.rule
    assert own.formula is not None
    assert plain_text(own.formula.symbols) == "y = f(x) = t × t"


def test_inside_of_a_closed_group_one_is_told_as_if_it_were_open() -> None:
    inner = told("x = 1\ny = sigmoid(x)\nL = y * 3", "sigmoid_1.op_2")
    assert inner.paths is not None
    assert inner.paths.items[0].nodes == ("sigmoid_1.op_2", "sigmoid_1.op_3", "y", "L")


@pytest.mark.parametrize(
    ("program", "part", "wanted"),
    [
        ("x = 0\ny = log(x)", "y", OPS["log"].undefined_note),
        ("x = -1\ny = log(x)", "y", OPS["log"].undefined_note),
        ("x = 0\ny = 1 / x", "y", OPS["inv"].undefined_note),
        ("x = 0\nw = 2\ny = w / x", "y", OPS["div"].undefined_note),
        ("x = -2\ny = sqrt(x)", "y", OPS["sqrt"].undefined_note),
        ("x = -2\ny = x ** 0.5", "y", OPS["pow"].undefined_note),
        ("x = 0\ny = x ** -1", "y", OPS["pow"].undefined_note),
    ],
)
def test_where_an_op_has_no_value_the_reason_is_told(program: str, part: str, wanted: object) -> None:
    graph, values, _ = evaluated(program)
    assert not math.isfinite(values[graph.index(part)])
    assert note(graph, values, graph.index(part)) == wanted
    assert wanted is not None


def test_overflow_is_told() -> None:
    assert told("x = 1000\ny = exp(x)", "y").note is not None
    assert "e^1,000 is larger than a 64-bit number can hold" in str(told("x = 1000\ny = exp(x)", "y").note)
    assert "e^1,000" in str(told("x = 1000\ny = exp(x)", "y", "ko").note)
    large = told("x = 1e200\ny = x * x", "y").note
    assert large is not None
    assert large.startswith("The result is larger than a 64-bit number can hold")


def test_where_a_strange_value_came_from_is_told() -> None:
    found = told("x = 0\ny = log(x)\nz = y + 1", "z").note
    assert found is not None
    assert "y = −∞" in found
    assert "no definite value" in str(told("x = 0\ny = log(x)\nz = y - y", "z").note)


def test_a_strange_gradient_is_told() -> None:
    assert "0 × ∞ = NaN" in str(told("x = 0\ny = sqrt(x) * 0", "x").note)
    assert "The local derivative at y" in str(told("x = 0\ny = sqrt(x)", "x").note)
    assert "upstream gradient, from t" in str(told("x = 0\nt = x * 2\ny = sqrt(t)", "x").note)
    assert "기울기" in str(told("x = 0\ny = sqrt(x)", "x", "ko").note)


def test_ordinary_numbers_have_no_note() -> None:
    graph, values, gradients = evaluated(SHOPPING)
    for node in graph.ids:
        assert explain(graph, values, gradients, node, "en").note is None


def test_a_broken_rule_is_never_silent() -> None:
    broken = told(SHOPPING, "apple", mistakes=("mul.not_swapped",))
    assert broken.note == "A backward rule is broken on purpose (multiplication: inputs not swapped)."
    assert plain_text(broken.locals[0].numbers) == "2 ≠ 100"
    assert told(SHOPPING, "op_1", mistakes=("mul.not_swapped",)).note is None  # read by an addition only
    forgotten = told(SHOPPING, "apple", "ko", mistakes=("mul.upstream_forgotten",))
    assert "일부러 고장" in str(forgotten.note)
    branched = told("x = 3\ny = x * 2 + x", "x", mistakes=("fan_out.not_summed",))
    assert "fan-out not summed" in str(branched.note)
    assert "≠" in branched.rule


@pytest.mark.parametrize(
    "part", ["aple", "apple->op_2.0", "apple->op_1.1", "x->@output", "->", "apple->", "@out"]
)
def test_an_unknown_id_is_refused(part: str) -> None:
    with pytest.raises(KeyError):
        told(SHOPPING, part)


@pytest.mark.parametrize("slug", examples())
def test_every_part_of_every_example_can_be_explained(slug: str) -> None:
    example = examples()[slug]
    graph = parse(example.program, list(example.inputs))
    tape, converter = Tape(graph), LatexToMathML()
    values = tape.forward(example.inputs)
    gradients = tape.backward(example.upstream)
    closed = {f"{graph.ids[source]}->{group.id}" for group in graph.groups for source in group.inputs}
    parts = [
        *graph.ids,
        *(edge.id for edge in graph.edges),
        *(group.id for group in graph.groups),
        *closed,
        "@output",
    ]
    for part in parts:
        for lang in ("ko", "en"):
            found = explain(graph, values, gradients, part, lang, example.open)
            assert found.id == part
            assert found.title
            assert found.aria
            assert found.rule
            latex = [f.whole for f in (found.formula, found.gradient) if f]
            latex += [local.symbols for local in found.locals] + [local.numbers for local in found.locals]
            latex += [path.formula.whole for path in found.paths.items] if found.paths else []
            latex += found.derivation
            for formula in latex:
                assert "<math" in converter.convert_with_local_state(formula, displaystyle=True)


def test_a_large_graph_is_explained_fast() -> None:
    def program(rounds: int) -> str:
        return f"x = 1\nfor i in range({rounds}):\n    x = x * 1.0001 + x"

    def work(rounds: int) -> int:
        read = evaluated(program(rounds))
        return lines(lambda: explain(*read, "x", "en"))[1]

    # The smaller first: pieces that have been put into words once cost the next less.
    small, large = work(100), work(200)
    assert large < 2.5 * small
    found = explain(*evaluated(program(1600)), "x", "en")
    assert found.paths is not None
    assert found.paths.count == 1.7976931348623157e308
