"""Formulas mean what the graph computes: in symbols, with numbers, with parentheses where they are needed."""

import gc
import math
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st
from math_core import LatexToMathML

from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.latex.edge_text import edge_symbols
from chainrule.core.latex.formula import Formulas
from chainrule.core.latex.names import names_of
from chainrule.core.latex.notation import name_latex
from chainrule.core.latex.plain_text import plain_text
from chainrule.core.ops import OPS
from chainrule.core.view.evaluated import Evaluated, edges_into
from chainrule.core.view.visible import Visible

SHOPPING = """
apple = 100
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax
"""
CALLS = {1: "x = 0.7\n{}(x)", 2: "x = 0.7\nw = 0.3\n{}(x, w)"}


def read(program: str, seed: float = 1.0, mistakes: tuple[str, ...] = ()) -> Evaluated:
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    return Evaluated(graph, values, tape.backward(seed, mistakes))


def value_of(program: str) -> str:
    """Return the output's value in symbols, as plain text, without the name on its left."""
    evaluated = read(program)
    return plain_text(Formulas(evaluated).expression(evaluated.graph.output).latex)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("x1", "x_{1}"),
        ("x_2", "x_{2}"),
        ("apple_num", r"\mathit{apple\_num}"),
        ("W1_2", r"\mathit{W1}_{2}"),
        ("_", r"\_"),
        ("_1", r"\mathit{\_1}"),
        ("사과", r"\text{사과}"),
        ("사과_수_2", r"\text{사과\_수}_{2}"),
        ("é", r"\text{é}"),
        ("sigmoid_1.op_2", r"\mathit{sigmoid}_{1}{.}\mathit{op}_{2}"),
    ],
)
def test_names(name: str, latex: str) -> None:
    assert name_latex(name) == latex
    assert "<math" in LatexToMathML().convert_with_local_state(latex, displaystyle=True)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("x = 1\nw = 2\n(x + w) * x", "(x + w) × x"),
        ("x = 1\nw = 2\nx + w * x", "x + w × x"),
        ("x = 1\nw = 2\nx - (w - x)", "x − (w − x)"),
        ("x = 1\nw = 2\nx - w - x", "x − w − x"),
        ("x = 1\nw = 2\n-(x + w)", "−(x + w)"),
        ("x = 1\nx * -2", "x × (−2)"),
        ("x = 1\n-2 * x", "−2 × x"),
        ("x = 1\n-(-x)", "−(−x)"),
        ("x = 1\nw = 2\n(x + w) ** 2", "(x + w)^2"),
        ("x = 1\nw = 2\n(-x) ** w", "(−x)^w"),
        ("x = 1\nw = 2\n-x ** w", "−x^w"),
        ("x = 1\nw = 2\nx ** (w + 1)", "x^(w + 1)"),
        ("x = 1\nw = 2\n(x ** w) ** 2", "(x^w)^2"),
        ("x = 1\nw = 2\nx / (w / x)", "x/(w/x)"),
        ("x = 1\nw = 2\n(x / w) ** 2", "(x/w)^2"),
        ("x = 1\nw = 2\nlog(x) * w", "(log x) × w"),
        ("x = 1\nw = 2\nw * log(x)", "w × log x"),
        ("x = 1\nw = 2\nlog(x + w)", "log (x + w)"),
        ("x = 1\nw = 2\n(w * log(x)) * x", "(w × log x) × x"),
        ("x = 1\nw = 2\nlog(x) ** 2", "(log x)^2"),
        ("x = 1\nlog(x ** 2)", "log (x^2)"),
        ("x = 1\nexp(x) ** 2", "(e^x)^2"),
        ("x = 1\nw = 2\nmax(x - w, -x) * w", "max(x − w, −x) × w"),
        ("x = 1\nsqrt(abs(x))", "√(|x|)"),
        ("x = 1\n1e-7 * x", "1e-7 × x"),
        ("x = 1\nx ** 1e-7", "x^1e-7"),
        ("x = 1\n1e-7 ** x", "(1e-7)^x"),
        ("x = 1\nsigmoid(x) * 2", "sigmoid(x) × 2"),
        ("x = 1\ndef f(a):\n    return a + 1\nf(f(x)) * 2", "f(f(x)) × 2"),
    ],
)
def test_parentheses_stand_where_they_are_needed(program: str, expected: str) -> None:
    assert value_of(program) == expected


def programs() -> st.SearchStrategy[str]:
    """Return one expression over x, w and v, of arithmetic alone, with every parenthesis written."""
    leaves = st.sampled_from(["x", "w", "v", "2", "-3", "0.5"])

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        binary = st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({' '.join(parts)})")
        return binary | inner.map(lambda text: f"(-{text})") | inner.map(lambda text: f"({text}) ** 2")

    return st.recursive(leaves, grown, max_leaves=6)


@given(programs())
def test_a_formula_read_as_arithmetic_gives_the_value(expression: str) -> None:
    evaluated = read(f"x = 1.7\nw = -0.6\nv = 3\nx + {expression}")
    output = evaluated.graph.output
    formulas = Formulas(evaluated)
    text = plain_text(formulas.expression(output).latex)
    names = dict(zip(evaluated.graph.ids, evaluated.values, strict=True))
    # An op too far down to be written out stands by its id, which has its value.
    code = text.replace("×", "*").replace("−", "-").replace("^", "**")
    expected = evaluated.value(output)
    try:
        found = eval(code, {"__builtins__": {}}, names)
    except ZeroDivisionError:
        assert not math.isfinite(expected)
        return
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


def test_the_shopping_graph_in_symbols_and_numbers() -> None:
    evaluated = read(SHOPPING)
    formulas, graph = Formulas(evaluated), evaluated.graph
    visible = Visible(evaluated)
    assert formulas.value(graph.index("op_1")).whole == (
        r"\mathit{apple} \times \mathit{apple\_num} = 100 \times 2 = 200"
    )
    apple = formulas.gradient(visible, visible.position[graph.index("apple")])
    assert apple.symbols == (
        r"\frac{\partial \mathit{price}}{\partial \mathit{apple}} = "
        r"\frac{\partial \mathit{price}}{\partial (\mathit{apple} \times \mathit{apple\_num})} "
        r"\cdot \mathit{apple\_num}"
    )
    assert apple.numbers == r"1.1 \times 2 = 2.2"
    tax = graph.edges[-1]
    assert (
        plain_text(formulas.local(tax).whole) == "∂price/∂tax = apple × apple_num + orange × orange_num = 650"
    )


def test_an_unnamed_output_is_called_l_and_so_is_what_a_seed_comes_from() -> None:
    assert plain_text(Formulas(read("x = 2\nx * 3")).by(0)) == "∂L/∂x"
    assert plain_text(Formulas(read("x = 2\nz = x * 3", seed=1.3)).by(0)) == "∂L/∂x"
    assert plain_text(Formulas(read("x = 2\nz = x * 3")).by(0)) == "∂z/∂x"
    assert plain_text(Formulas(read("L = 2\nL * 3")).by(0)) == "∂J/∂L"


def test_a_sum_over_branches_has_every_term() -> None:
    evaluated = read("x = 3\ndouble = 2 * x\nsquare = x ** 2\ntotal = double + square + x")
    visible = Visible(evaluated)
    formula = Formulas(evaluated).gradient(visible, visible.position[0])
    assert plain_text(formula.numbers) == "2 + 6 + 1 = 9"
    assert plain_text(formula.symbols) == (
        "∂total/∂x = ∂total/∂double · 2 + ∂total/∂square · 2 · x + ∂total/∂total · 1"
    )


def test_the_two_copies_of_one_operand_are_told_apart() -> None:
    evaluated = read("x = 3\ny = x * x")
    first, second = edges_into(evaluated.graph, 1)
    formulas = Formulas(evaluated)
    assert formulas.local(first).symbols == r"\frac{\partial y}{\partial {x}^{(1)}} = x"
    assert formulas.local(second).symbols == r"\frac{\partial y}{\partial {x}^{(2)}} = x"


def test_a_broken_rule_never_makes_a_false_equation() -> None:
    evaluated = read("x = 3\ny = 5\nz = x * y + x", mistakes=("mul.not_swapped", "fan_out.not_summed"))
    formulas, visible = Formulas(evaluated), Visible(evaluated)
    edge = evaluated.graph.edges[0]
    assert plain_text(formulas.local(edge).numbers) == "5 ≠ 3"
    assert plain_text(formulas.contribution(edge).numbers) == "1 × 5 ≠ 3"
    assert "≠" in plain_text(formulas.gradient(visible, 0).numbers)
    forgotten = read("x = 3\ny = x * 5 * 7", mistakes=("mul.upstream_forgotten",))
    assert plain_text(Formulas(forgotten).contribution(forgotten.graph.edges[0]).numbers) == "7 × 5 ≠ 5"


BOOK = "def book_sigmoid(x):\n    return 1 / (exp(x * -1) + 1)\n"


def test_inside_of_a_group_names_are_short_unless_that_is_unclear() -> None:
    evaluated = read(f"{BOOK}x = 1\ny = book_sigmoid(x)")
    inside = Formulas(evaluated).within(0)
    assert plain_text(inside.value(evaluated.graph.index("book_sigmoid_1.op_2")).symbols) == "e^(x × (−1))"
    taken = read(f"{BOOK}x = 1\nop_2 = x * 3\ny = book_sigmoid(op_2)")
    inside = Formulas(taken).within(0)
    symbols = plain_text(inside.value(taken.graph.index("book_sigmoid_1.op_2")).symbols)
    assert symbols == "e^(op_2 × (−1))"


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("x1 = 2\nx_2 = 3\nx1 * x_2", "x1 × x_2"),
        ("W1 = [[1, 2], [3, 4]]\nW1 @ W1.T", "W1 · W1ᵀ"),
        ("def f1(a):\n    return a * 2\n사과2 = 1\nf1(사과2)", "f1(사과2)"),
    ],
)
def test_words_spell_a_name_as_the_program_does(program: str, expected: str) -> None:
    evaluated = read(program)
    names = names_of(evaluated.graph)
    assert names.plain(evaluated.graph.output) == expected


def test_a_long_expression_is_cut_off() -> None:
    terms = " + ".join(f"x * {k}" for k in range(2, 60))
    evaluated = read(f"x = 1\ny = {terms}")
    latex = Formulas(evaluated).expression(evaluated.graph.output).latex
    assert len(latex) < 300
    assert latex.startswith(r"\cdots + x \times")


def test_a_very_deep_expression_needs_no_stack() -> None:
    evaluated = read("x = 1\nfor i in range(2400):\n    x = x * 1.0001")
    assert Formulas(evaluated).expression(evaluated.graph.output).latex.startswith("x_{")


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.tensor is None])
def test_every_op_has_formulas_that_a_browser_can_show(name: str) -> None:
    op = OPS[name]
    evaluated = read(CALLS[op.arity].format(name))
    formulas, converter = Formulas(evaluated), LatexToMathML()
    for edge in evaluated.graph.edges:
        for formula in (formulas.value(edge.target), formulas.local(edge), formulas.contribution(edge)):
            assert "$" not in formula.whole
            assert "<math" in converter.convert_with_local_state(formula.whole, displaystyle=True)
            assert not set("\\{}$") & set(plain_text(formula.whole)), plain_text(formula.whole)
        forward, backward = edge_symbols(evaluated.graph, edge)
        assert forward in ("x", "w")
        assert not set("\\{}$") & set(backward)


@pytest.mark.parametrize(
    ("program", "edge", "forward", "backward"),
    [
        (SHOPPING, 0, "apple", "∂price/∂(⋯ × ⋯) · apple_num"),
        (SHOPPING, 4, "apple × apple_num", "∂price/∂(⋯ + ⋯)"),
        (SHOPPING, 6, "apple × apple_num + ⋯", "tax"),
        ("x = 2\ny = 1 / x\nL = y * 3", 0, "x", "∂L/∂y · (−y²)"),
        ("x = 2\ny = x - 1\nL = 5 - y", 3, "y", "−1"),
        ("x = 2\nt = x ** 2\nL = t * 1", 0, "x", "∂L/∂t · 2·x"),
        ("x = 2\nt = x ** 3\nL = t * 1", 0, "x", "∂L/∂t · 3·x^2"),
        ("x = 2\nt = tanh(x)\nL = t * 1", 0, "x", "∂L/∂t · (1−t²)"),
    ],
)
def test_edges_in_symbols(program: str, edge: int, forward: str, backward: str) -> None:
    graph = parse(program)
    assert edge_symbols(graph, graph.edges[edge]) == (forward, backward)


def test_an_upstream_gradient_from_outside_is_not_left_out() -> None:
    graph = parse("x = 10\ny = 5\nz = x * y")
    assert edge_symbols(graph, graph.edges[0], 1.3) == ("x", "∂L/∂z · y")
    assert edge_symbols(graph, graph.edges[0]) == ("x", "y")


def test_the_names_of_a_graph_go_with_it():
    graph = parse("x = 2\ny = x * 3 + 1")
    assert names_of(graph).plain(graph.output) == "y"
    left = ref(graph)
    del graph
    gc.collect()
    assert left() is None
