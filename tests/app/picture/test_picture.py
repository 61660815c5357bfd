"""The picture: what it says, how it is marked up, and that it looks as it looked before (tests/goldens)."""

import os
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from chainrule.app.picture.arrows import APART, Ends, edge_paths
from chainrule.app.picture.kinks import words
from chainrule.app.picture.layout import Layouts
from chainrule.app.picture.png import png
from chainrule.app.picture.progress import progress
from chainrule.app.picture.scene import Scene
from chainrule.app.picture.scene.space import CELL_WIDTH
from chainrule.app.picture.style import palette
from chainrule.app.picture.svg import draw
from chainrule.app.settings import Settings
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.explain.steps import step_count, steps
from chainrule.core.language.program import parse
from chainrule.core.ops import CODES
from tests.helpers.work import lines

GOLDENS = Path(__file__).parents[2] / "goldens"
ACCEPT = "CHAINRULE_ACCEPT_PICTURES"
SVG = "{http://www.w3.org/2000/svg}"

APPLES = """\
apple = 100  # 🍎 사과 가격
apple_num = 2  # 사과의 개수
tax = 1.1  # 소비세
apple_price = apple * apple_num
price = apple_price * tax  # 총 금액
"""
ORANGES = """\
apple = 100  # 🍎 apple price
apple_num = 2
orange = 150  # 🍊 orange price
orange_num = 3
tax = 1.1
price = (apple * apple_num + orange * orange_num) * tax
"""
SIGMOID = "x = 1\ny = sigmoid(x)\n"
BOOK = "def book_sigmoid(x):\n    return 1 / (exp(x * -1) + 1)\nx = 1\ny = book_sigmoid(x)\n"
BRANCHES = "x = 3\ny = x * x\nz = y * 2 + x\n"
BROKEN = "x = -1\ny = log(x)\nz = y * 2 + 1 / 0\n"
AFFINE_ONE = """\
X = [1, 2]
W = [[1, 3, 5], [2, 4, 6]]
B = [1, 2, 3]
Y = affine(X, W, B)
L = sum(Y ** 2)
"""
AFFINE = """\
X = [[1, 2], [3, 4]]  # 입력
W = [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]
B = [1, 2, 3]
Y = affine(X, W, B)
L = softmax_with_loss(Y, [2, 0])
"""
SCORES = "a = [0.3, 2.9, 4.0]\nt = [0, 0, 1]\nL = softmax_with_loss(a, t)\n"
NET = """\
x = randn(3, 784, seed=0)
W = randn(784, 10, seed=1)
b = zeros(10)
L = softmax_with_loss(relu(affine(x, W, b)), [1, 2, 3])
"""
CHAIN = "h = 1\nw = 2\nfor i in range(4):\n    h = relu(h * w)\nh ** 2\n"

TIE = "a = 2\nb = 2\nm = maximum(a, b)\nL = relu(m - 2) + abs(a)\n"
HALF = {
    "index": [],
    "left": 0,
    "right": 1,
    "passed": 0.5,
    "left_text": "0",
    "right_text": "1",
    "passed_text": "0.5",
}
AT_TIE = words([{"edge": edge, "count": 1, "places": [HALF]} for edge in ("a->m.0", "b->m.1")])

PICTURES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "apples": (APPLES, {"lang": "ko"}),
    "apples-dark": (APPLES, {"lang": "ko", "theme": "dark"}),
    "oranges-page": (ORANGES, {"standalone": False}),
    "oranges-blanks": (ORANGES, {"labels": "blanks"}),
    "oranges-step": (ORANGES, {"step": 6}),
    "sigmoid-closed": (SIGMOID, {}),
    "sigmoid-open": (SIGMOID, {"open": ["sigmoid_1"]}),
    "sigmoid-symbols": (SIGMOID, {"open": ["sigmoid_1"], "labels": "symbols"}),
    "sigmoid-book": (BOOK, {"open": ["book_sigmoid_1"], "labels": "symbols"}),
    "branches": (BRANCHES, {}),
    "broken": (BROKEN, {"theme": "projector"}),
    "chain": (CHAIN, {}),
    "affine-one": (AFFINE_ONE, {}),
    "affine-batch": (AFFINE, {"lang": "ko"}),
    "affine-batch-open": (AFFINE, {"open": ["affine_1"], "theme": "dark"}),
    "affine-page": (AFFINE, {"standalone": False, "step": 4}),
    "affine-shapes": (AFFINE, {"labels": "shapes"}),
    "affine-shapes-open": (AFFINE, {"labels": "shapes", "open": ["affine_1"]}),
    "affine-symbols": (AFFINE, {"labels": "symbols"}),
    "softmax-open": (SCORES, {"open": ["softmax_with_loss_1"]}),
    "heat": (NET, {"theme": "projector"}),
    "kinks": (TIE, {"kinks": AT_TIE}),
}


@pytest.fixture(scope="module")
def layouts() -> Iterator[Layouts]:
    made = Layouts(Settings())
    yield made
    made.close()


@pytest.fixture
def picture(layouts: Layouts):  # type: ignore[no-untyped-def]
    def make(program: str, *, seed: float = 1.0, **options: Any) -> str:
        options = {"standalone": True, "lang": "en", **options}
        graph = parse(program)
        tape = Tape(graph)
        values = tape.forward()
        scene = Scene(graph, options.get("open", ()), options.get("labels", "numbers"), options["lang"])
        return draw(graph, values, tape.backward(seed), layout=layouts.place_now(scene), **options)

    return make


def part(svg: str, part_id: str) -> ET.Element:
    """Return the element that stands for a node, an edge or a group."""
    found = [element for element in ET.fromstring(svg).iter(f"{SVG}g") if element.get("data-id") == part_id]
    assert len(found) == 1, f"{part_id} stands {len(found)} times"
    return found[0]


def said(element: ET.Element, name: str) -> str | None:
    """Return the text with this class in an element; None if there is none."""
    texts = [text for text in element.iter(f"{SVG}text") if name in (text.get("class") or "").split()]
    assert len(texts) < 2
    return "".join(texts[0].itertext()) if texts else None


def numbers(svg: str) -> dict[str, tuple[str | None, str | None]]:
    """Return value and gradient text of every edge."""
    edges = ET.fromstring(svg).find(f"{SVG}g[@class='edges']")
    assert edges is not None
    return {edge.get("data-id") or "": (said(edge, "value"), said(edge, "grad")) for edge in edges}


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_as_it_was(picture: Any, name: str) -> None:
    program, options = PICTURES[name]
    # The bytes of a PNG are its compressor's affair.
    drawn = re.sub(r"base64,[^\"]+", "base64,", picture(program, **options))
    golden, changed = GOLDENS / f"{name}.svg", GOLDENS / f"{name}-changed.svg"
    changed.unlink(missing_ok=True)
    if os.environ.get(ACCEPT):
        golden.write_text(drawn, encoding="utf-8")
    if not golden.is_file() or drawn != golden.read_text(encoding="utf-8"):
        changed.write_text(drawn, encoding="utf-8")
        pytest.fail(f"look at {changed.name} beside {golden.name}; if it is right, run again with {ACCEPT}=1")


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in GOLDENS.glob("*.svg") if not path.stem.endswith("-changed")} == set(
        PICTURES
    )


# What it says


def test_the_books_numbers_stand_on_the_edges(picture: Any) -> None:
    assert numbers(picture(ORANGES)) == {
        "apple->op_1.0": ("100", "2.2"),
        "apple_num->op_1.1": ("2", "110"),
        "orange->op_2.0": ("150", "3.3"),
        "orange_num->op_2.1": ("3", "165"),
        "op_1->op_3.0": ("200", "1.1"),
        "op_2->op_3.1": ("450", "1.1"),
        "op_3->price.0": ("650", "1.1"),
        "tax->price.1": ("1.1", "650"),
        "price->@output": ("715", "1"),
    }


def test_the_upstream_gradient_comes_in_at_the_right(picture: Any) -> None:
    assert numbers(picture("x = 10\ny = 5\nz = x * y\n", seed=1.3)) == {
        "x->z.0": ("10", "6.5"),
        "y->z.1": ("5", "13"),
        "z->@output": ("50", "1.3"),
    }


def test_words_stand_with_their_names(picture: Any) -> None:
    svg = picture(APPLES, lang="ko")
    apple, result = part(svg, "apple"), part(svg, "@output")
    assert (said(apple, "label"), said(apple, "name")) == ("🍎 사과 가격", "apple")
    assert (said(result, "label"), said(result, "name")) == ("총 금액", "price")
    assert said(part(svg, "apple_price"), "caption") == "apple_price"
    assert said(part(svg, "price"), "caption") is None  # it stands at the right end


def test_a_screen_reader_hears_name_kind_value_and_gradient(picture: Any) -> None:
    assert part(picture(APPLES), "apple").get("aria-label") == "apple, input, value 100, gradient 2.2"
    korean = picture(APPLES, lang="ko")
    assert part(korean, "apple").get("aria-label") == "사과 가격, 입력, 값 100, 기울기 2.2"
    assert "값 100, 기울기 2.2" in (part(korean, "apple->apple_price.0").get("aria-label") or "")


def test_no_gradient_goes_back_to_a_constant(picture: Any) -> None:
    edge = part(picture("x = 3\ny = x * 2\n"), "const_1->y.1")
    assert edge.find(f"{SVG}path[@class='forward']") is not None
    assert edge.find(f"{SVG}path[@class='backward']") is None
    assert said(edge, "grad") is None


def test_a_constant_exponent_stands_in_its_node(picture: Any) -> None:
    svg = picture("x = 3\ny = x ** 2\n")
    assert said(part(svg, "y"), "symbol") == "**2"
    assert set(numbers(svg)) == {"x->y.0", "y->@output"}


def test_an_exponent_that_is_used_elsewhere_too_stands_outside(picture: Any) -> None:
    svg = picture("x = 3\nn = 2\ny = x ** n\n")
    assert said(part(svg, "y"), "symbol") == "**"
    assert "n->y.1" in numbers(svg)


def test_edges_into_a_closed_layer_are_one_with_the_sum_of_their_gradients(picture: Any) -> None:
    program = "x = 3\ndef f(a):\n    return a * a + a\ny = f(x)\n"
    assert numbers(picture(program))["x->f_1"] == ("3", "7")
    opened = numbers(picture(program, open=["f_1"]))
    assert "x->f_1" not in opened
    assert sorted(grad for edge, (_, grad) in opened.items() if edge.startswith("x->")) == ["1", "3", "3"]


def test_open_and_closed_sigmoid_agree(picture: Any) -> None:
    closed, opened = numbers(picture(SIGMOID)), numbers(picture(SIGMOID, open=["sigmoid_1"]))
    assert closed["x->sigmoid_1"] == ("1", "0.196612")
    assert [text for edge, text in opened.items() if edge.startswith("x->")] == [("1", "0.196612")]
    assert closed["y->@output"] == opened["y->@output"]


def test_where_a_value_branches_the_sum_of_its_gradients_stands(picture: Any) -> None:
    svg = picture(BRANCHES)
    assert said(part(svg, "x"), "sum") == "∂ = 13"
    assert said(part(svg, "y"), "sum") is None


def test_where_a_value_stops_being_a_number_a_mark_stands(picture: Any) -> None:
    svg = picture(BROKEN)
    failing = {
        element.get("data-id")
        for element in ET.fromstring(svg).iter(f"{SVG}g")
        if "failing" in (element.get("class") or "").split()
    }
    # Not on what is made from those: there is nothing wrong with adding.
    assert failing == {"y", "op_2"}
    assert part(svg, "y").find(f"{SVG}path[@class='mark']") is not None
    assert numbers(svg)["z->@output"] == ("NaN", "1")


def test_a_layer_with_a_broken_value_inside_is_marked(picture: Any) -> None:
    svg = picture("x = 0\ndef f(a):\n    return log(a) * 2\ny = f(x)\n")
    assert "failing" in (part(svg, "f_1").get("class") or "")


def test_wrong_gradients_are_marked(layouts: Layouts) -> None:
    graph = parse(APPLES)
    tape = Tape(graph)
    svg = draw(
        graph,
        tape.forward(),
        tape.backward(1.0),
        layout=layouts.place_now(Scene(graph)),
        wrong=["apple->apple_price.0"],
    )
    assert "wrong" in (part(svg, "apple->apple_price.0").get("class") or "")
    assert "wrong" not in (part(svg, "tax->price.1").get("class") or "")


# What edges can say instead


def test_symbols_say_how_a_gradient_is_made(picture: Any) -> None:
    svg = picture("x = 2\nt = x * 3\nz = sin(t)\n", labels="symbols")
    assert numbers(svg)["x->t.0"] == ("x", "∂z/∂t · 3")
    assert numbers(svg)["t->z.0"] == ("t", "cos t")


def test_a_closed_layer_has_its_simplified_derivative_in_symbols(picture: Any) -> None:
    value, grad = numbers(picture("x = 2\ny = sigmoid(x)\nL = y * 3\n", labels="symbols"))["x->sigmoid_1"]
    assert value == "x"
    assert grad is not None
    assert grad.endswith("y·(1−y)")


def test_long_symbols_are_cut_and_whole_in_the_tooltip(picture: Any) -> None:
    name = "a_rather_long_name_for_a_number"
    svg = picture(f"{name} = 2\nb = 3\ny = ({name} * b) * b\n", labels="symbols")
    edge = part(svg, "b->op_1.1")
    shown_grad = said(edge, "grad")
    assert shown_grad is not None
    assert shown_grad.endswith("…")
    assert name in (edge.findtext(f"{SVG}title") or "")


def test_none_says_nothing(picture: Any) -> None:
    assert set(numbers(picture(ORANGES, labels="none")).values()) == {(None, None)}


def test_blanks_keep_what_is_given_and_give_nothing_away(picture: Any) -> None:
    svg = picture(ORANGES, labels="blanks")
    found = numbers(svg)
    assert found["apple->op_1.0"] == ("100", "")
    assert found["op_1->op_3.0"] == ("", "")
    assert found["price->@output"] == ("", "1")
    for answer in ("200", "450", "650", "715", "2.2", "110", "3.3", "165"):
        assert not re.search(
            rf"[>\s\"]{re.escape(answer)}[<\s\",.]", re.sub(r'(?:d|x|y)="[^"]*"', "", svg)
        ), answer
    edge = part(svg, "op_1->op_3.0")
    assert [rect.get("class") for rect in edge.iter(f"{SVG}rect")] == [
        "blank-box value-box",
        "blank-box grad-box",
    ]


# Tensors


def cells(svg: str, part_id: str, way: str) -> list[list[str]] | None:
    """Return the rows of texts of the matrix on one side of an edge; None where there is none."""
    found = [g for g in part(svg, part_id).iter(f"{SVG}g") if g.get("class") == f"cells {way}"]
    if not found:
        return None
    rows: dict[int, list[str]] = {}
    for text in found[0].iter(f"{SVG}text"):
        row, column = map(int, (text.get("data-cell") or "").split(","))
        assert column == len(rows.setdefault(row, []))
        rows[row].append(text.text or "")
    return [rows[row] for row in sorted(rows)]


def digits(svg: str) -> dict[str, str]:
    """Return the numbered box of every edge that has one."""
    edges = ET.fromstring(svg).find(f"{SVG}g[@class='edges']")
    assert edges is not None
    return {
        edge.get("data-id") or "": said(edge, "digit-text") or ""
        for edge in edges
        if said(edge, "digit-text")
    }


def product_lines(svg: str, part_id: str) -> list[str]:
    """Return the lines of shapes beneath a product, as they are read."""
    return [
        "".join(text.text or "" for text in group.iter(f"{SVG}text"))
        for group in part(svg, part_id).iter(f"{SVG}g")
        if (group.get("class") or "").startswith("product")
    ]


def test_a_small_tensor_stands_on_its_edge_as_a_matrix(picture: Any) -> None:
    svg = picture(AFFINE_ONE)
    assert cells(svg, "X->affine_1", "value") == [["1", "2"]]
    assert cells(svg, "W->affine_1", "value") == [["1", "3", "5"], ["2", "4", "6"]]
    # Y = (6, 13, 20), so ∂L/∂Y = 2Y = (12, 26, 40) and ∂L/∂X = ∂L/∂Y·Wᵀ.
    assert cells(svg, "X->affine_1", "grad") == [["290", "368"]]
    assert cells(svg, "W->affine_1", "grad") == [["12", "26", "40"], ["24", "52", "80"]]
    assert cells(svg, "B->affine_1", "grad") == [["12", "26", "40"]]
    assert numbers(svg)["L->@output"] == ("605", "1")


def test_open_and_closed_affine_carry_the_same_matrices(picture: Any) -> None:
    closed, opened = picture(AFFINE), picture(AFFINE, open=["affine_1"])
    for name, inside in (("X", "affine_1.op_1.0"), ("W", "affine_1.op_1.1"), ("B", "Y.1")):
        for way in ("value", "grad"):
            assert (
                cells(closed, f"{name}->affine_1", way) == cells(opened, f"{name}->{inside}", way) is not None
            )


def test_numbers_in_boxes_name_the_formulas_of_an_affine_layer(picture: Any) -> None:
    closed = {"X->affine_1": "1", "W->affine_1": "2", "B->affine_1": "3"}
    for labels in ("numbers", "symbols", "shapes"):
        assert digits(picture(AFFINE, labels=labels)) == closed
        assert digits(picture(AFFINE, labels=labels, open=["affine_1"])) == {
            "X->affine_1.op_1.0": "1",
            "W->affine_1.op_1.1": "2",
            "B->Y.1": "3",
        }
    assert digits(picture(AFFINE, labels="none")) == {}
    written = "X = [[1, 2]]\nW = [[1, 3], [2, 4]]\nB = [1, 2]\nY = X @ W + B\nL = sum(Y)\n"
    assert sorted(digits(picture(written)).values()) == ["1", "2", "3"]
    said_back = {edge: grad for edge, (_, grad) in numbers(picture(AFFINE, labels="symbols")).items()}
    assert [said_back[edge] for edge in closed] == ["∂L/∂Y·Wᵀ", "Xᵀ·∂L/∂Y", "Σ₀ ∂L/∂Y"]


def test_shapes_say_which_dimensions_agree(picture: Any) -> None:
    svg = picture(AFFINE, labels="shapes")
    assert numbers(svg)["X->affine_1"] == ("(N, 2)", "(N, 2)")
    assert numbers(svg)["L->@output"] == ("scalar", None)
    assert product_lines(svg, "affine_1") == [
        "(N, 2)·(2, 3)",
        "1(N, 3)·(3, 2)",
        "2(2, N)·(N, 3)",
        "3Σ₀ (N, 3)→ (3,)",
    ]
    assert (
        len([path for path in part(svg, "affine_1").iter(f"{SVG}path") if path.get("class") == "agree"]) == 3
    )
    opened = picture(AFFINE, labels="shapes", open=["affine_1"])
    assert product_lines(opened, "affine_1.op_1") == [
        "(N, 2)·(2, 3)",
        "1(N, 3)·(3, 2)",
        "2(2, N)·(N, 3)",
    ]


@pytest.mark.parametrize(
    ("a", "b", "lines"),
    [
        ("[1, 2]", "[[1, 2, 3], [4, 5, 6]]", ["(2,)·(2, 3)", "(3,)·(3, 2)", "(2, 1)·(1, 3)"]),
        ("[[1, 2], [3, 4], [5, 6]]", "[1, 2]", ["(N, 2)·(2,)", "(N, 1)·(1, 2)", "(2, N)·(N,)"]),
        ("[1, 2]", "[3, 4]", ["(2,)·(2,)"]),
    ],
)
def test_shapes_of_products_with_vectors(picture: Any, a: str, b: str, lines: list[str]) -> None:
    svg = picture(f"a = {a}\nb = {b}\ny = a @ b\nL = sum(y * 2)\n", labels="shapes")
    assert product_lines(svg, "y") == lines


def test_a_large_tensor_is_a_heat_map_with_shape_and_scale(picture: Any) -> None:
    svg = picture(NET)
    edge = part(svg, "W->affine_1")
    images = {image.get("class"): image for image in edge.iter(f"{SVG}image")}
    assert set(images) == {"heat value", "heat grad"}
    assert all((image.get("href") or "").startswith("data:image/png;base64,") for image in images.values())
    assert [text.text for text in edge.iter(f"{SVG}text") if "heat-shape" in (text.get("class") or "")] == [
        "(784, 10)",
        "(784, 10)",
    ]
    scale = [text.text for text in edge.iter(f"{SVG}text") if "heat-scale" in (text.get("class") or "")]
    assert re.fullmatch(r"±[\d.]+", scale[0] or "")
    picture_edge = next(part(svg, "x->affine_1").iter(f"{SVG}image"))
    assert picture_edge.get("width") == picture_edge.get("height")  # rows of 784 are images


def test_from_afar_tiles_stand_in_the_place_of_cells(picture: Any) -> None:
    program = "x = [1, -2, 0, 8]\ny = log(x)\nL = sum(y * 2 - x)\n"
    svg = picture(program, standalone=False)

    def tiles(edge: str) -> list[tuple[str, float]]:
        first = next(g for g in part(svg, edge).iter(f"{SVG}g") if g.get("class") == "cells value")
        found = [rect for rect in first.iter(f"{SVG}rect") if "tile" in (rect.get("class") or "")]
        assert [float(rect.get("width") or 0) for rect in found] == [CELL_WIDTH] * 4
        return [(rect.get("class") or "", float(rect.get("fill-opacity") or 0)) for rect in found]

    # The fuller, the larger its element; 0 is paper.
    assert tiles("x->y.0") == [
        ("tile positive", pytest.approx(0.1 + 0.9 / 8, abs=0.006)),
        ("tile negative", pytest.approx(0.1 + 0.9 / 4, abs=0.006)),
        ("tile positive", 0.0),
        ("tile positive", 1.0),
    ]
    # log 1, log −2, log 0 and log 8.
    assert [kind for kind, _ in tiles("y->op_1.0")] == [
        "tile positive",
        "tile odd",
        "tile odd",
        "tile positive",
    ]
    assert "tile" not in picture(program)


def test_blanks_of_tensors_give_nothing_away(picture: Any) -> None:
    svg = picture(AFFINE_ONE, labels="blanks")
    assert cells(svg, "X->affine_1", "value") == [["1", "2"]]
    assert cells(svg, "X->affine_1", "grad") is None
    assert cells(svg, "Y->op_1.0", "value") is None
    assert "290" not in re.sub(r'(?:d|x|y)="[^"]*"', "", svg)
    boxes = [rect.get("class") for rect in part(svg, "Y->op_1.0").iter(f"{SVG}rect")]
    assert boxes == ["blank-box value-box", "blank-box grad-box"]


def test_a_walk_reaches_tensors_too(picture: Any) -> None:
    begun = picture(AFFINE_ONE, step=0)
    assert cells(begun, "X->affine_1", "value") == [["1", "2"]]
    assert cells(begun, "X->affine_1", "grad") is None
    assert cells(begun, "Y->op_1.0", "value") is None
    assert digits(begun) == {}


def test_a_tensor_with_an_element_that_is_no_number_is_marked(picture: Any) -> None:
    svg = picture("x = [1, -2]\ny = log(x)\nL = sum(y * 2)\n")
    assert "failing" in (part(svg, "y").get("class") or "")
    assert "failing" not in (part(svg, "L").get("class") or "")


def test_an_axis_of_a_sum_is_named_and_layers_have_the_books_names(picture: Any) -> None:
    svg = picture("x = [[1, 2], [3, 4]]\ns = sum(x, axis=0)\nL = sum(relu(s) * 2)\n")
    assert said(part(svg, "s"), "symbol") == "Σ₀"
    assert said(part(svg, "L"), "sign") == "Σ"
    assert said(part(svg, "op_1"), "symbol") == "ReLU"
    assert said(part(picture(SCORES), "softmax_with_loss_1"), "symbol") == "Softmax-with-Loss"
    opened = picture(SCORES, open=["softmax_with_loss_1"])
    assert said(part(opened, "softmax_with_loss_1"), "group-name") == "Softmax-with-Loss"


def test_a_tensor_graph_without_numbers_is_drawn_all_the_same(layouts: Layouts) -> None:
    graph = parse(AFFINE)
    svg = draw(graph, None, None, layout=layouts.place_now(Scene(graph)))
    assert cells(svg, "X->affine_1", "value") == [["", ""], ["", ""]]


def test_a_tensor_without_elements_says_its_shape(picture: Any) -> None:
    svg = picture("x = zeros(0, 3)\ny = x * 2\nL = sum(y)\n")
    assert numbers(svg)["y->L.0"][0] == "(0, 3)"


# The walk


@pytest.mark.parametrize(
    ("program", "open"),
    [(ORANGES, ()), (BRANCHES, ()), (SIGMOID, ()), (SIGMOID, ("sigmoid_1",)), (CHAIN, ())],
)
def test_each_step_lights_what_the_core_names(program: str, open: tuple[str, ...]) -> None:
    graph = parse(program)
    tape = Tape(graph)
    scene = Scene(graph, open)
    visible = {edge.id for edge in scene.edges}
    for step in steps(graph, tape.forward(), tape.backward(1.0), "en", open):
        walk = progress(scene, step.index + 1)
        assert walk.phase == step.phase
        assert walk.lit == {step.node, *(visible & set(step.edges))}


def test_before_the_first_step_only_the_inputs_are_known(picture: Any) -> None:
    found = numbers(picture(ORANGES, step=0))
    assert found["apple->op_1.0"] == ("100", None)
    assert found["op_1->op_3.0"] == (None, None)


def test_gradients_appear_from_the_right(picture: Any) -> None:
    count = step_count(parse(ORANGES))
    begun = numbers(picture(ORANGES, step=count // 2 + 1))
    assert begun["price->@output"] == ("715", "1")
    assert begun["apple->op_1.0"] == ("100", None)
    assert numbers(picture(ORANGES, step=count)) == numbers(picture(ORANGES))
    assert numbers(picture(ORANGES, step=count + 100)) == numbers(picture(ORANGES))


def test_on_the_page_texts_stay_for_the_page_to_show(picture: Any) -> None:
    svg = picture(ORANGES, step=0, standalone=False)
    assert numbers(svg) == numbers(picture(ORANGES))
    assert ET.fromstring(svg).get("data-phase") == "forward"
    assert {"dim", "waiting"} <= set((part(svg, "op_1->op_3.0").get("class") or "").split())


# Markup


@pytest.mark.parametrize("standalone", [True, False])
def test_what_a_user_writes_is_never_markup(picture: Any, standalone: bool) -> None:
    label = "</title><script>alert(\"1\")</script> & <b>'x'"
    svg = picture(f"x = 1  # {label}\ny = exp(x)  # {label}\n", standalone=standalone)
    root = ET.fromstring(svg)
    assert not list(root.iter(f"{SVG}script"))
    assert not list(root.iter("script"))
    assert label in "".join(part(svg, "x").itertext())


def test_the_pages_picture_has_no_styles_and_can_be_reached_by_keyboard(picture: Any) -> None:
    root = ET.fromstring(picture(SIGMOID, standalone=False, open=["sigmoid_1"]))
    assert not list(root.iter(f"{SVG}style"))
    assert not [element for element in root.iter() if element.get("style")]
    for element in root.iter(f"{SVG}g"):
        if element.get("data-id"):
            assert element.get("role") == "button"
            assert element.get("tabindex") in ("0", "-1")
            assert element.get("aria-label")
    for edge in root.find(f"{SVG}g[@class='edges']") or ():
        assert edge.find(f"{SVG}path[@class='hit']") is not None


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_a_standalone_picture_needs_nothing_else(picture: Any, theme: Any) -> None:
    svg = picture(SIGMOID, theme=theme, open=["sigmoid_1"])
    root = ET.fromstring(svg)
    assert "var(" not in svg
    assert "light-dark(" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert root.findtext(f"{SVG}title") == "Computational graph: y"
    assert "x, input, value 1" in (root.findtext(f"{SVG}desc") or "")
    style = root.findtext(f"{SVG}style") or ""
    assert palette(theme)["--forward"] in style
    assert palette(theme)["--paper"] in style
    assert not [
        element for element in root.iter() if element.get("tabindex") or element.get("class") == "hit"
    ]


def test_the_themes_differ() -> None:
    papers = [palette(theme)["--paper"] for theme in ("light", "dark", "projector")]  # type: ignore[arg-type]
    assert len(set(papers)) == 3
    assert all(re.fullmatch(r"#[0-9a-f]{6}", paper) for paper in papers)


def test_the_same_graph_gives_the_same_picture(picture: Any) -> None:
    assert picture(BRANCHES) == picture(BRANCHES)


def test_a_graph_without_numbers_is_drawn_all_the_same(layouts: Layouts) -> None:
    graph = parse("y = exp(x)\n", given=["x"])
    svg = draw(graph, None, None, layout=layouts.place_now(Scene(graph)))
    assert numbers(svg) == {"x->y.0": ("", ""), "y->@output": ("", "")}


def test_arrows_run_parallel_and_end_at_the_shapes(layouts: Layouts) -> None:
    scene = Scene(parse("x = 3\ny = exp(x)\n"))
    layout = layouts.place_now(scene)
    source, target = scene.nodes[0], scene.nodes[1]
    paths = edge_paths(layout.edges[0].points, Ends(source, layout.nodes[0], target, layout.nodes[1]), True)
    forward, backward = points(paths.forward), points(paths.backward)
    middle = layout.edges[0].points[0][1]
    assert all(y == pytest.approx(middle - APART, abs=0.06) for _, y in forward)
    assert all(y == pytest.approx(middle + APART, abs=0.06) for _, y in backward)
    circle = layout.nodes[1].x + target.width / 2 - target.shape_width / 2
    tips = [max(x for x, _ in points(paths.forward_head)), min(x for x, _ in points(paths.backward_head))]
    assert circle < tips[0] < circle + 1.5  # on the round edge, a little right of its leftmost point
    assert 0 < tips[1] - (layout.nodes[0].x + source.width) < 8
    assert max(x for x, _ in forward) < tips[0]
    assert min(x for x, _ in backward) > tips[1]


def test_arrows_run_down_side_by_side_and_end_at_the_shapes(layouts: Layouts) -> None:
    scene = Scene(parse("x = 3\ny = exp(x)\n"), direction="down")
    layout = layouts.place_now(scene)
    source, target = scene.nodes[0], scene.nodes[1]
    paths = edge_paths(layout.edges[0].points, Ends(source, layout.nodes[0], target, layout.nodes[1]), True)
    middle = layout.edges[0].points[0][0]
    assert all(x == pytest.approx(middle - APART, abs=0.06) for x, _ in points(paths.forward))
    assert all(x == pytest.approx(middle + APART, abs=0.06) for x, _ in points(paths.backward))
    tips = [max(y for _, y in points(paths.forward_head)), min(y for _, y in points(paths.backward_head))]
    assert layout.nodes[1].y < tips[0] < layout.nodes[1].y + 1.5
    assert 0 < tips[1] - (layout.nodes[0].y + source.height) < 8
    assert paths.kink == pytest.approx((middle + APART, layout.nodes[1].y - 13), abs=1.5)


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)]


def test_twice_the_nodes_are_twice_the_drawing(layouts: Layouts) -> None:
    def drawing(nodes: int) -> int:
        graph = Graph()
        at = graph.input("x", 0.1)
        for _ in range(nodes):
            at = graph.apply(CODES["sin"], at)
        tape = Tape(graph)
        values = tape.forward()
        layout = layouts.place_now(Scene(graph))
        svg, work = lines(lambda: draw(graph, values, tape.backward(1.0), layout=layout))
        assert svg.count('class="node op"') == nodes
        return work

    drawing(200)  # what is kept for the next one
    assert drawing(200) < 2.5 * drawing(100)


# PNG


def test_the_png_is_twice_the_size(picture: Any) -> None:
    svg = picture(ORANGES)
    image = png(svg)
    assert image.startswith(b"\x89PNG\r\n")
    root = ET.fromstring(svg)
    width, height = struct.unpack(">II", image[16:24])
    assert width == pytest.approx(2 * float(root.get("width") or 0), abs=2)
    assert height == pytest.approx(2 * float(root.get("height") or 0), abs=2)


def test_a_huge_picture_is_made_smaller_and_not_refused() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90000" height="2000"><rect width="9" height="9"/></svg>'
    width, height = struct.unpack(">II", png(svg)[16:24])
    assert width * height <= 41_000_000


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="not a picture"):
        png("<svg/>")


def test_an_edge_at_a_kink_is_marked_with_both_slopes(picture: Any) -> None:
    drawn = picture(TIE, kinks=AT_TIE, standalone=False, lang="ko")
    tie, smooth, relu = (part(drawn, edge) for edge in ("a->m.0", "m->op_1.0", "op_1->op_2.0"))
    title = tie.find(f"{SVG}g[@class='kink']/{SVG}title")
    assert title is not None
    assert title.text == "꺾이는 점: 왼쪽 기울기 0, 오른쪽 기울기 1, 흘려보내는 값 0.5"
    assert "at-kink" in (tie.get("class") or "")
    assert smooth.find(f"{SVG}g[@class='kink']") is None
    # On the page an edge has its mark before it stands at a kink, so that only a class comes and goes.
    assert "at-kink" not in (relu.get("class") or "")
    assert relu.find(f"{SVG}g[@class='kink']") is not None


def test_blanks_hide_the_marks_of_kinks(picture: Any) -> None:
    assert "at-kink" not in picture(TIE, kinks=AT_TIE, labels="blanks")
    assert "kink" not in picture(TIE, kinks={})


def test_of_several_elements_the_first_is_told() -> None:
    place = HALF | {"index": [0, 2], "left": None}
    said = words([{"edge": "x->y.0", "count": 1_200, "places": [place]}])["x->y.0"]
    assert (
        said.en
        == "1,200 elements at a kink; at [0, 2] the slope is none from the left, 1 from the right, 0.5 passed back"
    )


def test_a_value_that_nothing_reads_shows_its_number(picture: Any) -> None:
    program = "a = 2\nd = 7\nb = a * 3\nt = [1, 2] * a\nc = a + 1"
    svg = picture(program)
    shown = {node: said(part(svg, node), "unread") for node in ("a", "b", "c", "d", "t")}
    assert shown == {"a": None, "b": "= 6", "c": None, "d": "= 7", "t": None}
    for labels in ("blanks", "symbols", "none"):
        assert said(part(picture(program, labels=labels), "b"), "unread") is None
