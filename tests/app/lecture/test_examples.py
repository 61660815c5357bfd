"""Every example of the lecture means a graph, in both languages, with the lecture's own numbers."""

import re

import numpy as np
import pytest

from chainrule.app.graphs.compiled import Compiled
from chainrule.app.lecture.examples import DEFAULT, Change, examples, guides
from chainrule.app.schemas.catalogue import ExampleItem
from chainrule.core.engine.tape import Tape
from chainrule.core.language.program import parse
from chainrule.core.nets import TwoLayerNet
from chainrule.core.number_text import text
from chainrule.core.ops import OPS
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.rules import MISTAKES
from tests.helpers.pytorch_programs import Run

SLUGS = list(examples())
NUMBERS = {
    "chain-rule": ("w", {"x": "−5.22915"}),
    "square-of-a-sum": ("z", {"x": "10", "y": "10"}),
    "apples-forward": ("220", {"apple": "2.2", "apple_num": "110", "tax": "200"}),
    "apples-and-oranges": (
        "715",
        {"apple": "2.2", "apple_num": "110", "orange": "3.3", "orange_num": "165", "tax": "650"},
    ),
    "multiplication-node": ("50", {"x": "6.5", "y": "13"}),
    "addition-node": ("15", {"x": "1.3", "y": "1.3"}),
    "apples-backward": ("220", {"x": "2.2", "m": "110", "t": "200"}),
    "apples-and-oranges-blanks": ("715", {"apple": "2.2", "tax": "650"}),
    "apples-and-oranges-backward": ("715", {"x": "2.2", "m": "110", "y": "3.3", "n": "165", "t": "650"}),
    "layers-in-code": ("715", {"apple_num": "110", "apple": "2.2", "orange": "3.3", "orange_num": "165"}),
    "inverse": ("0.5", {"x": "−0.25"}),
    "exponential": ("2.71828", {"x": "2.71828"}),
    "logarithm": ("0.693147", {"x": "0.5"}),
    "branches": ("18", {"x": "9"}),
    "relu": ("6", {"x": "3"}),
    "relu-blocked": ("0", {"x": "0"}),
    "sigmoid-open": ("0.731059", {"x": "0.196612"}),
    "sigmoid": ("0.731059", {"x": "0.196612"}),
    "relu-chain": ("1", {"x": "1"}),
}


TENSORS = {
    "repeat": {"x": [13, 16, 19]},
    "sum": {"x": [[10, 20, 30]] * 3},
    "relu-vector": {"x": [1, 0, 0, 4]},
    "affine-one-sample": {"X": [6, 15], "W": [[1, 1, 1], [2, 2, 2]], "B": [1, 1, 1]},
    "affine-batch": {"B": [4, 4, 4]},
    "broadcasting": {"B": [5, 7, 9]},
    "stable-loss": {"a": [1, -1, 0]},
}
"""Gradients that can be worked out in the head."""


def test_every_part_of_the_lecture_that_is_a_graph_has_an_example():
    parts = [example.part for example in examples().values()]
    assert parts == sorted(parts)
    assert set(range(1, 21)) <= set(parts)
    assert DEFAULT in examples()


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_is_whole_in_both_languages(slug):
    example = examples()[slug]
    assert re.fullmatch(r"[a-z0-9-]+", slug)
    for language, letters in (("ko", "[가-힣]"), ("en", "[A-Za-z]")):
        assert re.search(letters, example.title[language])
        assert re.search(letters, example.summary[language])
    korean, english = (parse(example.program_in(language)) for language in ("ko", "en"))
    assert Compiled(korean).structure == Compiled(english).structure
    assert set(example.open) <= {group.id for group in korean.groups}
    code = [
        [line.partition("#")[0] for line in example.program_in(lang).splitlines()] for lang in ("ko", "en")
    ]
    assert code[0] == code[1]
    assert not re.search("[가-힣]", example.program_in("en"))
    assert " | " not in example.program_in("ko")


@pytest.mark.parametrize("slug", NUMBERS)
def test_an_example_gives_the_lectures_numbers(slug):
    example = examples()[slug]
    compiled = Compiled(parse(example.program_in("ko")))
    found = compiled.evaluate(example.inputs, example.upstream)
    value, gradients = NUMBERS[slug]
    if value[0].isdigit():
        assert text(found.values[compiled.graph.output]) == value
    for name, gradient in gradients.items():
        assert text(found.gradients.nodes[compiled.graph.index(name)]) == gradient


@pytest.mark.parametrize("slug", TENSORS)
def test_an_example_on_tensors_gives_the_gradients_that_its_summary_says(slug):
    compiled = Compiled(parse(examples()[slug].program_in("ko")))
    found = compiled.evaluate({})
    for name, gradient in TENSORS[slug].items():
        np.testing.assert_array_equal(found.gradients.nodes[compiled.graph.index(name)], gradient)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_agrees_with_pytorch(slug):
    """The output, and the gradient of every input, to 1e-9 of the largest number in it."""
    example = examples()[slug]
    compiled = Compiled(parse(example.program_in("en")))
    found = compiled.evaluate(example.inputs, example.upstream)
    assert example.inputs == {}, "the oracle reads the program alone"
    run = Run(example.program_in("en"))
    close(found.values[compiled.graph.output], run.output.detach())
    gradients = run.backward(example.upstream)
    requires_grad = compiled.graph.requires_grad()
    asked = {node.name for node in compiled.graph.inputs if requires_grad[node.index]}
    assert asked == gradients.keys()
    for name in asked:
        close(found.gradients.nodes[compiled.graph.index(name)], gradients[name])


def close(ours, theirs):
    theirs = np.asarray(theirs)
    assert np.shape(ours) == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9 * np.abs(theirs).max(initial=0.0))


def test_softmax_with_loss_passes_back_output_minus_target_open_and_closed():
    for slug in ("softmax-with-loss", "softmax-with-loss-open", "one-hot-targets", "index-targets"):
        compiled = Compiled(parse(examples()[slug].program_in("en")))
        found = compiled.evaluate({})
        scores = np.atleast_2d(found.values[compiled.graph.index("a")])
        targets = np.atleast_2d([[0, 0, 1], [1, 0, 0]])[: len(scores)]
        shares = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
        wanted = (shares - targets) / len(scores)
        opened = np.atleast_2d(found.gradients.nodes[compiled.graph.index("a")])
        np.testing.assert_allclose(opened, wanted, rtol=0, atol=1e-12)
        closed = COMPOSITES["softmax_with_loss"].vjps[0].vjp(1.0, scores, targets, None)
        np.testing.assert_allclose(closed, wanted, rtol=0, atol=1e-12)


def test_the_books_figure_of_scalars_agrees_with_the_layer():
    elements = Compiled(parse(examples()["softmax-with-loss-elements"].program_in("en")))
    layer = Compiled(parse(examples()["softmax-with-loss"].program_in("en")))
    found, wanted = elements.evaluate({}), layer.evaluate({})
    gradients = [found.gradients.nodes[elements.graph.index(name)] for name in ("a1", "a2", "a3")]
    np.testing.assert_allclose(gradients, wanted.gradients.nodes[layer.graph.index("a")], atol=1e-12)
    assert found.values[elements.graph.output] == pytest.approx(wanted.values[layer.graph.output], abs=1e-12)


def test_the_nets_example_is_the_net():
    compiled = Compiled(parse(examples()["two-layer-net"].program_in("en")))
    found = compiled.evaluate({})
    graph = compiled.graph
    net = TwoLayerNet(784, 50, 10)
    net.params |= {name: graph.values[graph.index(name)] for name in net.params}
    x, t = (graph.values[graph.index(name)] for name in ("x", "t"))
    for name, gradient in net.gradient(x, t.astype(int)).items():
        np.testing.assert_allclose(found.gradients.nodes[graph.index(name)], gradient, atol=1e-15)
    assert {node.name for node in graph.nodes if node.name} >= {*net.params, "x", "t", "loss"}


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_opens_and_steps_forward_and_backward(client, slug):
    """As the page does: the graph, its picture, every step, with all groups closed and with all of them open."""
    example = client.get(f"/api/v1/examples/{slug}", params={"lang": "en"}).json()
    body = {name: example[name] for name in ("program", "inputs", "seed")}
    graph = answered(client, "", **body, open=example["open"], layout=True)
    assert graph["error"] is None
    assert graph["layout"]["nodes"]
    groups = [group["id"] for group in graph["groups"]]
    known = {item["id"] for item in (*graph["nodes"], *graph["groups"])} | {"@output"}
    for open in {(), tuple(example["open"]), tuple(groups)}:
        walk = answered(client, "/steps", **body, open=open, lang="en", count=1000)
        assert walk["count"] == len(walk["steps"])
        phases = [step["phase"] for step in walk["steps"]]
        assert phases == sorted(phases, reverse=True)
        assert set(phases) == {"forward", "backward"}
        assert {step["node"] for step in walk["steps"]} <= known
        assert all(step["sentence"] and step["formula"]["mathml"] for step in walk["steps"])
        for step in (0, phases.index("backward"), walk["count"]):
            drawn = client.post("/api/v1/graphs/picture", json=body | {"open": open, "step": step})
            assert drawn.status_code == 200, drawn.text
            assert "<svg" in drawn.text


def answered(client, path, **body):
    response = client.post(f"/api/v1/graphs{path}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_numerical_slope_is_near_the_chain_rules():
    example = examples()["numerical-differentiation"]
    compiled = Compiled(parse(example.program_in("en")))
    slope = compiled.evaluate({}).values[compiled.graph.output]
    assert slope == pytest.approx(-5.22915, abs=5e-3)


def test_ten_sigmoids_leave_less_than_a_millionth():
    compiled = Compiled(parse(examples()["vanishing-gradient"].program_in("en")))
    assert 0 < compiled.evaluate({}).gradients.nodes[compiled.graph.index("x")] < 1e-6


def test_the_calls_answer_in_the_language_asked_for(client):
    korean = client.get("/api/v1/examples", params={"lang": "ko"}).json()
    english = client.get("/api/v1/examples", headers={"Accept-Language": "en-GB,en;q=0.9"}).json()
    assert [item["slug"] for item in korean] == [item["slug"] for item in english] == SLUGS
    for item in (*korean, *english):
        ExampleItem.model_validate(item)
    one = client.get(f"/api/v1/examples/{DEFAULT}", params={"lang": "en"}).json()
    assert "🍎 apple price" in one["program"]
    assert one in english


def test_an_unknown_example_is_a_problem(client):
    response = client.get("/api/v1/examples/nothing")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


def test_the_catalogue_names_every_mistake_that_a_request_may_make(client):
    from chainrule.app.schemas.catalogue import OpItem
    from chainrule.app.schemas.requests import MISTAKES

    entries = client.get("/api/v1/ops").json()
    for entry in entries:
        OpItem.model_validate(entry)
    assert {mistake["name"] for entry in entries for mistake in entry["mistakes"]} == set(MISTAKES)
    assert [entry["name"] for entry in entries if entry["kind"] == "primitive"] == list(OPS)
    assert next(entry for entry in entries if entry["name"] == "mul")["written"] == "a * b"
    affine = next(entry for entry in entries if entry["name"] == "affine")
    assert affine["gradients"][0] == r"g \cdot {b}^{\mathsf{T}}"


def test_every_op_can_be_written_as_the_catalogue_says(client):
    matrix = "[[1, 2, 3], [4, 5, 6]]"
    second = {"matmul": "[1, 2, 3]", "concatenate": matrix, "stack": matrix}
    for entry in client.get("/api/v1/ops").json():
        if entry["kind"] == "primitive":
            own = OPS[entry["name"]].own_example
            program = own or f"a = {matrix}\nb = {second.get(entry['name'], '2')}\ny = {entry['written']}"
            names = {node.op.name for node in parse(program).nodes if node.op}
            assert entry["name"] in names, program


def test_every_example_has_a_guide():
    assert list(guides()) == SLUGS
    for guide in guides().values():
        assert guide.question["ko"].endswith("?")
        assert guide.question["en"].endswith("?")


@pytest.mark.parametrize("slug", SLUGS)
def test_what_a_guide_does_fits_its_graph(slug: str):
    example, does = examples()[slug], guides()[slug].does
    graph = parse(example.program)
    groups = {group.id for group in graph.groups}
    Tape(graph).forward(dict(example.inputs) | dict(does.inputs or {}))
    assert set(does.open or ()) <= groups
    assert does.selected is None or does.selected in {*graph.ids, *groups}
    assert does.labels in {None, "numbers", "symbols", "shapes", "none", "blanks"}
    assert set(does.mistakes or ()) <= set(MISTAKES)
    before = (example.labels, tuple(example.open))
    after = (does.labels or example.labels, tuple(example.open) if does.open is None else does.open)
    assert does == Change() or before != after or does.inputs or does.selected or does.step or does.mistakes
