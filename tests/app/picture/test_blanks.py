"""A picture with chosen blanks: boxes where something is asked, the other numbers given, the answers nowhere."""

import re
from collections.abc import Iterator

import pytest

from chainrule.app.picture.blanks import BlankSet
from chainrule.app.picture.layout import Layouts
from chainrule.app.picture.svg import draw, scene_of
from chainrule.app.settings import Settings
from chainrule.core.questions.blanks import Solved

TWICE = "a = 3\nb = 5\nc = a * b\ny = c + a"
AFFINE = "X = [[1, 2], [3, 4]]\nW = [[5, 6], [7, 8]]\nB = [10, 20]\nXW = X @ W\nY = XW + B"


@pytest.fixture(scope="module")
def layouts() -> Iterator[Layouts]:
    made = Layouts(Settings())
    yield made
    made.close()


def drawn(layouts: Layouts, program: str, blanks: list[str], labels: str = "blanks") -> str:
    solved = Solved(program)
    return draw(
        solved.graph,
        solved.values,
        solved.gradients,
        labels=labels,
        layout=layouts.place_now(scene_of(solved.graph, (), labels, "en", blanks)),
        blanks=blanks,
    )


def edge(svg: str, part: str) -> str:
    found = re.search(
        rf'<g class="edge[^"]*" data-id="{re.escape(part.replace(">", "&gt;"))}".*?</g>\n', svg, re.S
    )
    assert found, part
    return found[0]


def texts(markup: str, kind: str) -> list[str]:
    return re.findall(rf'<text class="{kind}"[^>]*>([^<]*)<', markup)


def test_ids_name_wholes_and_elements():
    asked = BlankSet(["value:y", "grad:a->c.0", "grad:X->XW.0[0,1]", "grad:B->Y.1[1]"])
    assert asked.whole("grad:a->c.0")
    assert not asked.whole("grad:X->XW.0")
    assert asked.cells("grad:X->XW.0") == {"0,1": "grad:X->XW.0[0,1]"}
    assert asked.cells("grad:B->Y.1") == {"0,1": "grad:B->Y.1[1]"}
    assert asked.cells("value:y") is None
    assert asked.forward
    assert not BlankSet(["grad:a->c.0", "sum:a"]).forward


def test_what_is_asked_is_a_box_and_the_rest_is_given(layouts: Layouts):
    svg = drawn(layouts, TWICE, ["grad:a->c.0", "sum:a"])
    into = edge(svg, "a->c.0")
    assert 'data-blank="grad:a-&gt;c.0"' in into
    assert (texts(into, "value"), texts(into, "grad")) == (["3"], [""])
    assert 'aria-label="a → multiplication → c, value 3"' in into
    beside = edge(svg, "b->c.1")
    assert (texts(beside, "value"), texts(beside, "grad")) == (["5"], ["3"])
    assert "gradient 3" in beside
    assert "blank-box" not in beside
    assert svg.count('data-blank="sum:a"') == 1
    assert "∂ =</text>" in svg


def test_while_a_value_is_asked_gradients_are_not_given_but_for_the_one_from_upstream(layouts: Layouts):
    svg = drawn(layouts, TWICE, ["value:c"])
    assert texts(edge(svg, "b->c.1"), "grad") == []
    assert texts(edge(svg, "c->y.0"), "value") == [""]
    assert texts(edge(svg, "y->@output"), "grad") == ["1"]


def test_the_elements_beside_an_asked_one_are_hidden(layouts: Layouts):
    svg = drawn(layouts, AFFINE, ["grad:X->XW.0[0,1]"])
    into = edge(svg, "X->XW.0")
    value, _, gradient = into.partition('class="cells grad"')
    assert texts(value, "cell") == ["1", "2", "3", "4"]
    assert texts(gradient, "cell") == ["·", "", "·", "·"]
    assert into.count("cell-box") == 1
    assert "value 1, 2, 3, 4" in into
    assert "gradient" not in into
    assert texts(edge(svg, "B->Y.1").partition('class="cells grad"')[2], "cell") == ["2", "2"]


def test_shapes_can_be_asked_and_nothing_gives_them_away(layouts: Layouts):
    svg = drawn(layouts, AFFINE, ["value:Y", "grad:B->Y.1"], "shapes")
    assert texts(edge(svg, "X->XW.0"), "value") == ["(N, 2)"]
    assert texts(edge(svg, "Y->@output"), "value") == [""]
    assert texts(edge(svg, "Y->@output"), "grad") == []
    assert 'class="product' not in svg
    assert 'class="digit' not in svg


@pytest.mark.parametrize("labels", ["blanks", "shapes"])
def test_an_id_that_is_none_draws_no_box(layouts: Layouts, labels: str):
    assert "data-blank" not in drawn(layouts, AFFINE, ["value:nothing", "grad:X->nothing"], labels)
