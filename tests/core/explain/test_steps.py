"""The walk: forward in order, then back in reverse, each step with its edges and its numbers."""

import re

import pytest
from math_core import LatexToMathML

from chainrule.app.lecture.examples import examples
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.explain.steps import Step, step_count, steps, walk
from chainrule.core.language.program import parse
from chainrule.core.ops import OPS
from chainrule.core.view.visible import OUTPUT
from tests.helpers.work import lines

SHOPPING = """
apple = 100
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax
"""
NAMES = re.compile(r"[A-Za-z_0-9가-힣.]+")
PARTICLES = ("은", "는", "이", "가", "을", "를", "과", "와", "으로", "로")


def walked(program: str, lang: str = "ko", open: tuple[str, ...] = (), seed: float = 1.0) -> list[Step]:
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    return steps(graph, values, tape.backward(seed), lang, open)


def test_the_shopping_graph_is_walked_node_by_node() -> None:
    found = [(step.phase, step.node) for step in walked(SHOPPING)]
    forward = ["op_1", "op_2", "op_3", "price"]
    backward = [OUTPUT, "price", "op_3", "op_2", "op_1"]
    assert found == [*(("forward", node) for node in forward), *(("backward", node) for node in backward)]


def test_a_forward_step_says_what_is_computed() -> None:
    step = walked(SHOPPING)[0]
    assert step.sentence == "두 입력을 곱합니다: 100 × 2 = 200"
    assert step.edges == ("apple->op_1.0", "apple_num->op_1.1")
    assert step.title == "apple × apple_num · 곱셈"
    assert step.formula == (r"\mathit{apple} \times \mathit{apple\_num} = 100 \times 2 = 200")
    assert walked(SHOPPING, "en")[0].sentence == "Multiplies its two inputs: 100 × 2 = 200"


def test_a_backward_step_says_the_rule_with_its_numbers() -> None:
    assert walked(SHOPPING)[8].sentence == (
        "곱셈 노드는 상류의 기울기에 반대편 입력을 곱해 흘려보냅니다. "
        "apple 쪽: 1.1 × 2 = 2.2, apple_num 쪽: 1.1 × 100 = 110"
    )
    english = walked(SHOPPING, "en")[8]
    assert english.sentence == (
        "A multiplication node passes back the upstream gradient times the other input. "
        "To apple: 1.1 × 2 = 2.2, to apple_num: 1.1 × 100 = 110"
    )
    assert english.edges == ("apple->op_1.0", "apple_num->op_1.1")
    assert (
        r"\frac{\partial \mathit{price}}{\partial \mathit{apple}} = "
        r"\frac{\partial \mathit{price}}{\partial (\mathit{apple} \times \mathit{apple\_num})} "
        r"\cdot \mathit{apple\_num} = 1.1 \times 2 = 2.2"
    ) in english.formula


def test_the_backward_pass_starts_with_what_comes_from_upstream() -> None:
    start = walked("x = 10\ny = 5\nz = x * y", "en", seed=1.3)[1]
    assert (start.node, start.edges) == (OUTPUT, ("z->@output",))
    assert start.sentence.endswith("the gradient that comes from upstream: ∂L/∂z = 1.3")
    assert walked("x = 10\nz = x * 3", "en")[1].sentence.endswith("with respect to itself is 1: ∂z/∂z = 1")


def test_an_input_used_more_than_once_has_a_step_for_its_sum() -> None:
    last = walked("x = 3\ndouble = 2 * x\nsquare = x ** 2\ntotal = double + square + x", "en")[-1]
    assert (last.phase, last.node) == ("backward", "x")
    assert last.edges == ("x->double.1", "x->square.0", "x->total.1")
    assert last.sentence == (
        "The value of x is used in 3 places, so the gradients that come back are added: 2 + 6 + 1 = 9"
    )
    assert last.formula.endswith("2 + 6 + 1 = 9")


def test_an_op_used_more_than_once_sums_before_it_passes_on() -> None:
    step = next(
        s for s in walked("x = 3\ny = x * 2\nz = y * 5 + y", "en") if (s.phase, s.node) == ("backward", "y")
    )
    assert step.sentence.startswith(
        "The value of y is used in 2 places, so the gradients that come back are added: 5 + 1 = 6"
    )
    assert "To x: 6 × 2 = 12" in step.sentence


def test_a_closed_group_is_one_step_and_an_open_one_many() -> None:
    program = "x = 1\ny = sigmoid(x)"
    assert [step.node for step in walked(program)] == ["sigmoid_1", OUTPUT, "sigmoid_1"]
    closed = walked(program)
    assert closed[0].sentence == "sigmoid 계층을 한 번에 계산합니다: sigmoid(1) = 0.731059"
    assert "y(1−y)" in closed[2].sentence
    assert closed[2].sentence.endswith("1 × 0.196612 = 0.196612")
    opened = walked(program, open=("sigmoid_1",))
    inside = ["sigmoid_1.op_1", "sigmoid_1.op_2", "sigmoid_1.op_3", "y"]
    assert [step.node for step in opened] == [*inside, OUTPUT, *inside[::-1]]
    assert opened[-1].sentence.endswith("= 0.196612")


def test_constants_get_no_gradient_and_constant_nodes_no_backward_step() -> None:
    found = walked("x = 3\ny = x * 2 ** 3")
    power = [step for step in found if step.node == "op_1"]
    assert [step.phase for step in power] == ["forward"]
    product = next(step for step in found if (step.phase, step.node) == ("backward", "y"))
    assert product.edges == ("x->y.0",)
    assert [step.phase for step in walked("2 * 3")] == ["forward"]


@pytest.mark.parametrize("slug", examples())
def test_steps_of_every_example(slug: str) -> None:
    example = examples()[slug]
    graph = parse(example.program, list(example.inputs))
    tape, converter = Tape(graph), LatexToMathML()
    values = tape.forward(example.inputs)
    gradients = tape.backward(example.upstream)
    ids = {*graph.ids, *(group.id for group in graph.groups), OUTPUT}
    for open in ((), tuple(group.id for group in graph.groups)):
        found = steps(graph, values, gradients, "ko", open)
        assert len(found) == step_count(graph, open)
        assert [(step.phase, step.node) for step in found] == walk(graph, open)
        assert [step.index for step in found] == list(range(len(found)))
        phases = [step.phase for step in found]
        assert phases == sorted(phases, key=["forward", "backward"].index)
        for step in found:
            assert step.node in ids
            assert step.edges
            assert "<math" in converter.convert_with_local_state(step.formula, displaystyle=True)
            assert not re.search(r"[\\{}$]", step.sentence), step.sentence


def test_no_korean_particle_depends_on_the_end_of_a_name() -> None:
    program = "사과 = 2\nqq = 3\ndef ff(aa):\n    return aa * aa\nzz = ff(사과 * qq) + sigmoid(qq) + 사과"
    said = [step.sentence for open in ((), ("ff_1", "sigmoid_1")) for step in walked(program, open=open)]
    names = ("사과", "qq", "zz", "op_1", "op_2", "ff_1", "sigmoid_1")
    assert any("사과" in sentence for sentence in said)
    for sentence in said:
        for name in names:
            for particle in PARTICLES:
                assert not re.search(rf"{name}{particle}(?![가-힣])", sentence), sentence


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.tensor is None])
def test_every_op_has_a_step_each_way_in_both_languages(name: str) -> None:
    call = f"{name}(x)" if OPS[name].arity == 1 else f"{name}(x, w)"
    for lang in ("ko", "en"):
        forward, _, backward = walked(f"x = 0.7\nw = 0.3\ny = {call}", lang)
        title = OPS[name].title.ko if lang == "ko" else OPS[name].title.en
        assert title in forward.title
        assert "0.7" in forward.sentence
        assert re.search(r"1 × \S+ = ", backward.sentence), backward.sentence


def test_a_page_of_steps_is_a_slice() -> None:
    graph = parse(SHOPPING)
    tape = Tape(graph)
    values = tape.forward()
    gradients = tape.backward()
    whole = steps(graph, values, gradients, "ko")
    assert steps(graph, values, gradients, "ko", start=3, count=2) == whole[3:5]
    assert steps(graph, values, gradients, "ko", start=7, count=50) == whole[7:]
    assert steps(graph, values, gradients, "ko", start=90, count=5) == []
    assert steps(graph, values, gradients, "ko", start=0, count=0) == []


def test_a_page_of_a_large_graph_comes_fast() -> None:
    def work(rounds: int) -> int:
        graph: Graph = parse(f"x = 1\nfor i in range({rounds}):\n    x = sin(x) * 1.01")
        tape = Tape(graph)
        values = tape.forward()
        gradients = tape.backward()
        page, found = lines(lambda: steps(graph, values, gradients, "ko", start=rounds, count=50))
        assert len(page) == 50
        return found

    # The smaller first: pieces that have been put into words once cost the next less.
    small, large = work(400), work(800)
    assert large < 2.5 * small


def test_a_tie_is_told_of_both_operands_in_both_languages() -> None:
    tape = Tape(parse("a = 3\nb = 3\ny = maximum(a, b)"))
    found = tape.graph, tape.forward(), tape.backward()
    told = {lang: steps(*found, lang)[-1].sentence for lang in ("ko", "en")}
    assert told["ko"].endswith(
        "a = b인 자리(동점)입니다. a, b 쪽 기울기: 왼쪽 0, 오른쪽 1. 여기서 쓰는 값: 0.5."
    )
    assert told["en"].endswith(
        "At a = b, a tie: the slope by a and by b is 0 from the left and 1 from the right; 0.5 is used."
    )


def test_infinite_gradients_of_both_signs_make_nan_without_a_warning() -> None:
    # At 0, log passes +∞ back and the inverse −∞: ∞ − ∞ has no value.
    last = walked("x = [0.0, 1.0]\ny = sum(1 / x + log(x))", "en")[-1]
    assert (last.node, last.edges) == ("x", ("x->op_1.0", "x->op_2.0"))
    assert "NaN" in last.formula
