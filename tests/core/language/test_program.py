"""The program language: what programs mean, and what is said of those that mean nothing."""

import pytest

from chainrule.core.errors import ProgramError
from chainrule.core.language.program import Limits, parse

SHOPPING = """\
apple = 100  # 🍎 사과 가격
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax
"""


def problem(source: str, **options: object) -> ProgramError:
    with pytest.raises(ProgramError) as caught:
        parse(source, **options)  # type: ignore[arg-type]
    return caught.value


def test_shopping_graph_has_the_book_s_nodes_and_order() -> None:
    graph = parse(SHOPPING)
    assert graph.ids == "apple apple_num orange orange_num tax op_1 op_2 op_3 price".split()
    assert [node.kind for node in graph.nodes] == ["input"] * 5 + ["op"] * 4
    assert [edge.id for edge in graph.edges] == [
        "apple->op_1.0",
        "apple_num->op_1.1",
        "orange->op_2.0",
        "orange_num->op_2.1",
        "op_1->op_3.0",
        "op_2->op_3.1",
        "op_3->price.0",
        "tax->price.1",
    ]
    assert graph.ids[graph.output] == "price"
    assert graph.nodes[0].label == "🍎 사과 가격"
    assert (graph.nodes[8].line, graph.nodes[8].column) == (6, 9)


def test_columns_count_characters_not_bytes() -> None:
    error = problem("사과 = 100\n값 = 사과 * aple")
    assert (error.line, error.column, error.end_column) == (2, 10, 14)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("x = 1\ny = 사과 * \ud800", (2, 10)),
        ("x = 1\n\ny = '\x00", (3, 6)),
        ("x = 1  # \x0c\u2028\x85\ny = aple", (2, 5)),
        ("x = 1\r\ny = aple", (2, 5)),
    ],
)
def test_lines_end_where_python_s_do(source: str, place: tuple[int, int]) -> None:
    error = problem(source)
    assert (error.line, error.column) == place


def test_names_given_again_are_numbered_and_ids_never_collide() -> None:
    assert parse("x = 1\nx = x + 2\nx = x * 3").ids == ["x", "const_1", "x_2", "const_2", "x_3"]
    ids = parse("op_1 = 1\nx_2 = 2\nx = op_1 * 2 + x_2\nx = x + 1").ids
    assert len(set(ids)) == len(ids)
    assert {"op_1", "x_2", "x"} <= set(ids)


def test_signed_literals_are_inputs_and_inner_numbers_are_constants() -> None:
    graph = parse("x = -2\ny = x * -3 + 1")
    assert [(n.kind, n.value) for n in graph.nodes if n.kind != "op"] == [
        ("input", -2.0),
        ("constant", -3.0),
        ("constant", 1.0),
    ]


def test_one_over_x_is_the_inverse_node() -> None:
    graph = parse("x = 2\ny = 1 / x\nz = 2 / y")
    assert [node.op.name for node in graph.nodes if node.op] == ["inv", "div"]


def test_loops_are_unrolled_and_count() -> None:
    graph = parse("x = 1\nfor i in range(2, 6, 2):\n    x = x * i")
    assert [n.value for n in graph.nodes if n.kind == "constant"] == [2.0, 4.0]
    assert graph.ids[graph.output] == "x_3"


def test_functions_become_groups() -> None:
    graph = parse("def f(a, b):\n    c = a * b\n    return c + a\nx = 2\ny = f(x, f(x, 3))")
    assert [group.id for group in graph.groups] == ["f_1", "f_2"]
    assert graph.groups[1].inputs == (graph.index("x"), graph.index("f_1.op_1"))
    assert graph.groups[1].output == graph.index("y")
    assert "f_2.c" in graph.ids


def test_the_book_s_code_needs_no_change() -> None:
    graph = parse("import numpy as np\nx = 1.0\nout = 1 / (1 + np.exp(-x))\nprint(out)  # 0.73")
    assert graph.ids[graph.output] == "out"
    assert [node.op.name for node in graph.nodes if node.op] == ["neg", "exp", "add", "inv"]


def test_free_names_are_inputs_when_given() -> None:
    graph = parse("y = w * 2", given=["w"])
    assert graph.nodes[0].kind == "input"
    assert graph.nodes[0].value is None
    assert problem("y = w * 2").name == "w"


def test_a_misspelt_name_gets_a_suggestion_and_the_graph_before_it() -> None:
    error = problem("apple = 100\ntotal = apple * 2\nprice = aple * 3")
    assert error.message.en == "`aple` is not defined."
    assert error.hint is not None
    assert error.hint.en == "did you mean `apple`?"
    assert (error.line, error.column, error.end_column, error.name) == (3, 9, 13, "aple")
    assert error.partial is not None
    assert error.partial.ids == ["apple", "const_1", "total"]


def test_the_graph_before_a_syntax_error_stands() -> None:
    error = problem("x = 2\ny = x * 3\nz = (y +\n")
    assert error.line == 3
    assert error.partial is not None
    assert error.partial.ids == ["x", "const_1", "y"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "empty"),
        ("# only a comment", "empty"),
        ("x = 1\ny = x % 2", "`%` is not allowed"),
        ("x = (1, 2)", "nothing to draw"),
        ("x = 'a'\ny = x * 2", "not a real number"),
        ("x = None\ny = x * 2", "not a real number"),
        ("x = 2j", "not a real number"),
        ("while True: pass", "`while` is not allowed"),
        ("import os\nx = os.getcwd()\ny = x * 2", "Nothing can be computed"),
        ("import torch", "`torch` cannot be imported"),
        ("x = 1\nx.y = 2", "cannot be given an attribute"),
        ("a, b = 1, 2, 3", "2 names for 3 values"),
        ("x = lambda: 1", "nothing to draw"),
        ("x = ().__class__", "has no `__class__`"),
        ("x = __import__('os')", "no function `__import__`"),
        ("x = 1\nx + 1\ny = x", "not used"),
        ("exp = 3\ny = exp(exp)", "is no function"),
        ("x = exp + 1", "is a function"),
        ("x = 1\ny = relu(x, x)", "takes 1 argument, not 2"),
        ("x = 1\ny = relu(a=x)", "without names"),
        ("x = 1\ny = rel(x)", "no function `rel`"),
        ("y = x\nx = 1", "not defined"),
        ("def f(x):\n    return f(x)\ny = f(1)", "defined above"),
        ("def f(x, y):\n    return x\na = 1\ny = f(a)", "takes 2 arguments, not 1"),
        ("def f(**x):\n    return x", "parameter with `**`"),
        ("def f(x):\n    y = x\na = 1\nb = f(a) + 1", "not a real number"),
        ("n = 2.5\nfor i in range(n):\n    n = n * 2", "whole number"),
        ("for i in range(1e400):\n    x = 1", "whole number"),
        ("a = 2\nfor i in a:\n    x = 1", "range"),
        ("x = 1\x00", "no text"),
        ("x = '\ud800'", "no text"),
        ("return 3", "`return` can only stand"),
        ("x = 1\ny = '\\ud800'", "a character that is none"),
        ("x = zeros(" + "1, " * 70 + ")", "at most 32 axes here, not 70"),
        ("x = [1, 2]\ny = reshape(x, (" + "1, " * 70 + "2))", "at most 32 axes here, not 71"),
        ("x = [1, 2]\ny = x[2 @ 3]", "multiply numbers with `*`"),
        ("x = 1\ny = [x, 'a'][()]", "not a real number"),
    ],
)
def test_what_is_not_allowed_is_refused_with_a_reason(source: str, words: str) -> None:
    error = problem(source)
    assert words in str(error)
    assert error.message.ko != error.message.en
    assert error.line >= 1
    assert error.end_column > error.column >= 1


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\ny = " + "(" * 5000 + "x" + ")" * 5000,
        "x = 1\ny = " + "-" * 5000 + "x",
        "x = 1\ny = " + "exp(" * 4000 + "x" + ")" * 4000,
        "x = 1\ny = " + "+".join(["x"] * 9000),
        "x = 1\nfor i in range(100000000):\n    pass",
        "x = 1\nfor i in range(10000):\n    x = x * 2",
        "def f0(x):\n    return x * 2\n"
        + "".join(f"def f{i + 1}(x):\n    return f{i}(f{i}(x))\n" for i in range(40))
        + "a = 1\ny = f40(a)",
        "def f0(x):\n    return x * 2\n"
        + "".join(f"def f{i + 1}(x):\n    return f{i}(x)\n" for i in range(60))
        + "a = 1\ny = f60(a)",
        "x" * 30_000,
    ],
    ids=["brackets", "signs", "calls", "sum", "loop", "nodes", "doubling", "call depth", "length"],
)
def test_what_is_too_large_is_refused_and_never_hangs(source: str) -> None:
    assert str(problem(source))


def test_a_long_sum_and_a_long_chain_work() -> None:
    assert len(parse("x = 1\ny = " + "+".join(["x"] * 2000))) == 2000
    chain = parse("x = 1\nfor i in range(50000):\n    x = exp(x)", limits=Limits(nodes=100_000))
    assert len(chain) == 50_001
    assert chain.ids[-1] == "x_50001"
