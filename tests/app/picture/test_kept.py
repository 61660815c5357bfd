"""Pictures kept and written anew: to the byte what is drawn from the beginning."""

import itertools
import random

import pytest

from chainrule.app.lecture.examples import examples
from chainrule.app.picture import svg
from chainrule.app.picture.kept import MOST, Pictures, View
from chainrule.app.picture.layout import plain
from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.text import Text

KINK = """x = 0  # 꺾이는 <점> & "x"
y = relu(x) + x * x
z = sigmoid(y) * 3"""
OPTIONS = [
    {},
    {"standalone": True, "theme": "dark", "lang": "ko"},
    {"zoom": 0.2, "lang": "ko"},
    {"zoom": 0.05, "standalone": True},
    {"step": 3, "standalone": True, "direction": "down"},
    {"labels": "symbols"},
    {"labels": "none"},
    {"direction": "down", "step": 5},
]


PROGRAMS = {slug: example.program for slug, example in examples().items()} | {"kink": KINK}
GRAPHS = {name: graph for name, program in PROGRAMS.items() if len(graph := parse(program)) <= 60}
QUICK = [name for name, graph in GRAPHS.items() if len(graph) <= 12]


@pytest.mark.parametrize(
    ("name", "count"),
    [*((name, 1) for name in QUICK), *(pytest.param(name, 8, marks=pytest.mark.soak) for name in GRAPHS)],
)
def test_new_numbers_in_a_kept_picture_are_as_in_one_drawn_whole(name: str, count: int) -> None:
    graph = GRAPHS[name]
    dice = random.Random(name)
    tape, pictures = Tape(graph), Pictures(graph)
    inputs = [node.id for node in graph.inputs if not node.shape]
    opened = [group.id for group in graph.groups][:2]
    for options, open in itertools.product(dice.sample(OPTIONS, count), {(), tuple(opened)}):
        scenic = {key: value for key, value in options.items() if key in ("labels", "lang", "direction")}
        drawn = {key: value for key, value in options.items() if key not in ("labels", "lang", "direction")}
        for spread in (0.0, 1.0, 1e160):
            given = {name: dice.gauss(0, spread) for name in inputs} if spread else {}
            values = tape.forward(given)
            gradients = tape.backward()
            kinks = {graph.edges[0].id: Text("꺾임", "kink")} if spread == 1.0 and graph.edges else {}
            scene = pictures.scene(View(open, **scenic))
            layout = plain.layout(scene, "size")
            for _ in range(2):
                written = pictures.draw(
                    svg.drawing(scene, values, gradients, layout=layout, kinks=kinks, **drawn)
                )
                whole = svg.draw(
                    graph, values, gradients, open=open, layout=layout, kinks=kinks, **scenic, **drawn
                )
                assert written == whole


def test_numbers_alone_leave_what_stands_between_them() -> None:
    graph = parse("apple = 100\nprice = apple * 2.2")
    tape, pictures = Tape(graph), Pictures(graph)
    scene = pictures.scene(View())
    layout = plain.layout(scene, "size")
    for apple in (101.0, 102.5, -3.0):
        pictures.draw(svg.drawing(scene, tape.forward({"apple": apple}), tape.backward(), layout=layout))
    assert pictures.has(View())
    assert [len(kept.shown) for kept in pictures._kept.values()] == [1]


def test_few_pictures_are_kept() -> None:
    pictures = Pictures(parse(KINK))
    first = pictures.scene(View())
    assert pictures.scene(View()) is first
    for width in range(300, 300 + 3 * MOST):
        pictures.scene(View(wrap=float(width)))
    assert len(pictures._kept) == MOST
    assert pictures.scene(View()) is not first
    large = Pictures(parse("x = 1\ny = " + " + ".join(["x"] * 300)))
    large.scene(View())
    assert not large._kept
