"""Claims of the lecture's texts about what happens elsewhere than in their figures: each is carried out here."""

import math
import re
from contextlib import redirect_stdout
from io import StringIO
from itertools import permutations

import numpy as np
import pytest

from chainrule.app.lecture.examples import examples
from chainrule.app.lecture.lessons import lessons
from chainrule.app.web.i18n import LANGUAGES
from chainrule.core.engine.order import in_order
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.races import Race
from chainrule.core.language.program import parse
from chainrule.core.nets import TwoLayerNet
from chainrule.core.training.datasets import mnist

PARAMETERS = ("W1", "b1", "W2", "b2")


def text_of(slug: str, language: str) -> str:
    return lessons().source(slug, language).body


def trained(zeros: tuple[str, ...], steps: int, rate: float) -> list[tuple[float, dict[str, float]]]:
    """Return the loss and the largest gradient of each parameter at every step of part 19's net."""
    graph = parse(examples()["net"].program_in("en"))
    tape = Tape(graph)
    inputs = {node.name: np.array(node.value, float) for node in graph.inputs}
    inputs |= {name: np.zeros_like(inputs[name]) for name in zeros}
    told = []
    for _ in range(steps + 1):
        loss = tape.forward(inputs)[graph.output]
        gradients = tape.backward().nodes
        own = {name: gradients[graph.index(name)] for name in PARAMETERS}
        told.append((float(loss), {name: float(np.abs(each).max()) for name, each in own.items()}))
        for name in PARAMETERS:
            inputs[name] = inputs[name] - rate * own[name]
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_zero_weights_behind_stop_the_first_layer_for_one_step_only(language):
    steps = trained(("W2",), 300, 0.1)
    assert steps[0][1]["W1"] == 0 and steps[0][1]["W2"] > 0
    assert steps[1][1]["W1"] > 0
    said = text_of("the-net", language)
    for number in (f"{steps[0][0]:.3f}", f"{steps[300][0]:.3f}", "300"):
        assert number in said, number


def test_with_all_zero_only_the_last_bias_ever_learns():
    for _, largest in trained(PARAMETERS, 50, 0.1):
        assert (largest["W1"], largest["b1"], largest["W2"]) == (0, 0, 0)
        assert largest["b2"] > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_step_is_no_small_one(language):
    assert f"{2 * math.log(11) - 2 * math.log(10):.3f}" == "0.191"
    assert "0.191" in text_of("general-step", language)


def test_a_rate_of_a_thousandth_hardly_moves_the_loss():
    data, net = mnist(), TwoLayerNet(784, 50, 10, rng_seed=1)
    images, labels = data.train_images / 255, data.train_labels
    shown = images[:500], labels[:500]
    before, draw = net.loss(*shown), np.random.default_rng(0)
    for _ in range(60):
        batch = draw.integers(0, len(images), 100)
        for name, gradient in net.gradient(images[batch], labels[batch]).items():
            net.params[name] -= 0.01 * gradient
    # Sixty steps at ten times the rate go as far as six hundred: the way is short and nearly straight.
    assert f"{before:.3f}" == "2.303" and 2.2998 < net.loss(*shown) < 2.3014
    for language in LANGUAGES:
        assert re.search(r"600.*2\.303.*2\.301", text_of("training-on-mnist", language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", ["layers-in-code", "affine-one-sample"])
def test_code_in_a_text_runs_and_prints_what_it_says(slug, language):
    code = "\n".join(re.findall(r"```python\n(.*?)```", text_of(slug, language), re.DOTALL))
    said = re.findall(r"print\(.*\)  # (.+)", code)
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, slug, "exec"), {})
    assert said and printed.getvalue().split() == " ".join(said).split()


def test_of_unequal_sizes_only_one_product_has_the_right_shape():
    """W or its transpose, before or behind a row of shape (1, 3): part 16. Of square matrices all four fit."""

    def fitting(weights, row):
        fits = []
        for name, factors in {
            "gW": (row, weights),
            "gWt": (row, weights.T),
            "Wg": (weights, row),
            "Wtg": (weights.T, row),
        }.items():
            try:
                fits.append((name, (factors[0] @ factors[1]).shape))
            except ValueError:
                continue
        return fits

    assert fitting(np.ones((2, 3)), np.ones((1, 3))) == [("gWt", (1, 2))]
    assert len(fitting(np.ones((2, 2)), np.ones((2, 2)))) == 4


def test_predictions_know_the_numbers_of_common_mistakes():
    """Worked out by hand: not swapped, upstream forgotten, one branch left out, sign forgotten."""
    known = {
        ("multiplication-node", "y-eight"): {13: "Inputs not swapped.", 8: "Upstream gradient forgotten."},
        ("questions", "warm-up"): {48: "Fan-out not summed.", 16: "Fan-out not summed."},
        ("inverse-exp-log", "half"): {4: "Sign forgotten."},
    }
    for (slug, name), numbers in known.items():
        mistakes = dict(lessons().lesson(slug, "en").predictions[name].mistakes)
        for number, title in numbers.items():
            assert mistakes[number].startswith(title), (slug, number)
    for heading in lessons().contents("en"):
        for item in lessons().lesson(heading.slug, "en").predictions.values():
            assert all(abs(number - float(item.right)) > 1e-9 for number, _ in item.mistakes)


def raced(figure_id: str) -> dict[str, tuple[int, int]]:
    """Passes and multiplications of each way in a race of part 23; of the net no way but the last is run."""
    figure = lessons().lesson("three-races", "en").figures[figure_id]
    race = Race(parse(figure.program), {}, figure.moved or ())
    ways = ("reverse",) if figure_id == "net" else ("numerical", "forward", "reverse")
    return {
        way: (race.passes(way), sum(each.multiplications for each in race.run(way, 0, race.passes(way))))
        for way in ways
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_races_end_as_the_text_says(language):
    """35, 12 and 9 multiplications; of one input 10 against 30; of the net 79,520 passes against 2."""
    said = text_of("three-races", language)
    assert raced("shopping") == {"numerical": (10, 35), "forward": (6, 12), "reverse": (2, 9)}
    for number in (35, 12, 9):
        assert re.search(rf"(?<!\d){number}(?!\d)", said), number
    one = raced("one-input")
    assert (one["forward"], one["reverse"]) == ((2, 10), (6, 30))
    assert one["numerical"][1] > one["forward"][1]
    figure = lessons().lesson("three-races", language).figures["net"]
    race = Race(parse(figure.program), {}, figure.moved or ())
    assert race.passes("numerical") == 79_520 == 2 * race.slopes
    assert race.passes("forward") == 39_761
    forward, backward = race.run("reverse", 0, 2)
    assert (forward.multiplications + backward.multiplications) / forward.multiplications == pytest.approx(
        3, rel=0.01
    )
    for number in ("39{,}760", "79{,}520", "39,761", "40" if language == "ko" else "39 fortieths"):
        assert number in said, number
    assert -(-race.passes("reverse") // (race.passes("numerical") // 40)) == 1, "one tick of forty is enough"


def turned(figure_id: str, order: tuple[str, ...]) -> dict[str, float]:
    """Gradients of a graph of part 24 that are passed back in this order."""
    graph = parse(lessons().lesson("order", "en").figures[figure_id].program)
    found = in_order(graph, Tape(graph).forward(), 1.0, order)
    return {name: float(found.nodes[graph.index(name)] or 0) for name in ("x", *order)}


@pytest.mark.parametrize(
    ("figure_id", "names", "right"), [("two-readers", "Lbca", 24), ("longer", "Lrsqp", 120)]
)
def test_of_all_orders_two_are_right(figure_id, names, right):
    program = lessons().lesson("order", "en").figures[figure_id].program
    graph = parse(program)
    tape = Tape(graph)
    values = tape.forward()
    wanted = tape.backward(values=values).nodes
    inputs = [node.index for node in graph.inputs]
    orders = list(permutations(names))
    found = [in_order(graph, values, 1.0, order).nodes for order in orders]
    whole = [
        order
        for order, nodes in zip(orders, found, strict=True)
        if all(nodes[k] == wanted[k] for k in inputs)
    ]
    assert (len(orders), len(whole)) == (right, 2)
    for language in LANGUAGES:
        assert re.search(rf"(?<!\d){right}(?!\d)", text_of("order", language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_wrong_orders_lose(language):
    """By b come 30, by c 108; a that goes first of all passes back nothing."""
    assert turned("two-readers", ("L", "b", "a", "c"))["x"] == 30
    assert turned("two-readers", ("L", "c", "a", "b"))["x"] == 108
    assert turned("two-readers", ("a", "L", "b", "c"))["x"] == 0
    assert turned("two-readers", ("L", "b", "c", "a"))["x"] == 138
    said = text_of("order", language)
    for number in ("5 + 18 = 23", "23 \\cdot 6 = 138", "30 + 108 = 138"):
        assert number in said, number
