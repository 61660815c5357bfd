"""Graphs with tensors through the REST calls: what is answered, in the shape that is described."""

import io
import json

import numpy as np
import pytest
from pydantic import TypeAdapter

from chainrule.app.graphs.compiled import Compiled
from chainrule.app.graphs.graph_json import graph_json
from chainrule.app.schemas.explanations import (
    ExplainAnswer,
    GradcheckAnswer,
    ProvenanceAnswer,
    StepsAnswer,
    TensorAnswer,
)
from chainrule.app.schemas.graph import GraphAnswer, ValuesAnswer
from chainrule.app.schemas.requests import AFFINE
from chainrule.core.explain.aria import node_aria
from chainrule.core.language.program import parse
from chainrule.core.view.evaluated import Evaluated

GRAPHS = "/api/v1/graphs"
BATCH = (
    "X = [[1, 2], [3, 4]]\nW = [[1, 2, 3], [4, 5, 6]]\nB = [1, 2, 3]\nY = affine(X, W, B)\nL = sum(Y ** 2)"
)
LARGE = "x = randn(3, 784)\nW = randn(784, 50, seed=1)\ny = x @ W\nL = sum(y)"
ODD = [
    "x = 1\ny = sum(x)",
    "x = zeros(0, 3)\ny = x * 2",
    "x = [1, 2]\ny = x[0]",
    "x = ones(2, 3, 4)\ny = sum(x, axis=1)",
    "x = [[1, 2]]\ny = max(mean(x, axis=1))",
    "x = 2\ny = repeat(x, 3)",
    "x = [0, -1]\ny = log(x)",
    "[1, 2]",
]


def post(client, path, **body):
    response = client.post(GRAPHS + path, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def by_id(items):
    return {item["id"]: item for item in items}


def test_nodes_and_edges_carry_tensors(client):
    graph = post(client, "", program=BATCH)
    nodes, edges = by_id(graph["nodes"]), by_id(graph["edges"])
    y = nodes["Y"]
    assert (y["shape"], y["axes"], y["display"]) == ([2, 3], ["N", 3], "matrix")
    assert (y["value"], y["value_text"]) == ([[10, 14, 18], [20, 28, 36]], "(2, 3)")
    assert y["cells"] == {
        "value": [["10", "14", "18"], ["20", "28", "36"]],
        "grad": [["20", "28", "36"], ["40", "56", "72"]],
    }
    assert nodes["B"]["grad"] == [60, 84, 108]
    assert (nodes["L"]["display"], nodes["L"]["value"], nodes["L"]["cells"]) == ("number", 3100, None)
    product = edges["W->affine_1.op_1.1"]
    assert (product["local"], product["local_text"]) == (None, None)
    assert product["cells"]["grad"] == [["140", "196", "252"], ["200", "280", "360"]]
    assert r"{X}^{\mathsf{T}} \cdot" in product["latex"]["grad"]
    bias = edges["B->Y.1"]
    assert (bias["grad"], bias["value"]) == ([60, 84, 108], [1, 2, 3])
    assert r"\sum_{0}" in bias["latex"]["grad"]
    layer = by_id(graph["groups"])["affine_1"]["latex"]
    assert {"value", "grad.x", "grad.w", "grad.b"} == layer.keys()


def test_large_tensors_are_summaries_and_heat_maps(client):
    graph = post(client, "", program=LARGE)
    node = by_id(graph["nodes"])["W"]
    assert node["value"]["shape"] == [784, 50]
    assert node["image"]["value"].startswith("data:image/png;base64,")
    assert node["image"]["scale"]["value"] > 0
    assert max(node["image"]["pixels"]) <= 64
    assert node["cells"] is None
    given = {item["id"]: (item["shape"], item["editable"]) for item in graph["inputs"]}
    assert given == {"x": ([3, 784], False), "W": ([784, 50], False)}
    assert len(json.dumps(graph)) < 200_000


@pytest.mark.parametrize("program", [BATCH, LARGE, *ODD])
def test_answers_have_the_shape_they_are_described_by(client, program):
    for path, model in (("", GraphAnswer), ("/values", ValuesAnswer)):
        TypeAdapter(model).validate_python(post(client, path, program=program))
    graph = post(client, "", program=program)
    for item in (*graph["nodes"], *graph["edges"]):
        ExplainAnswer.model_validate(post(client, "/explain", program=program, id=item["id"]))
        TensorAnswer.model_validate(post(client, "/tensor", program=program, id=item["id"]))
    StepsAnswer.model_validate(post(client, "/steps", program=program))
    GradcheckAnswer.model_validate(post(client, "/gradcheck", program=program))
    assert client.post(f"{GRAPHS}/picture", json={"program": program}).status_code == 200


def test_a_drag_brings_tensors_by_node_and_by_edge(client):
    body = {"program": BATCH, "inputs": {"X": [[0, 0], [1, 1]]}}
    graph, values = post(client, "", **body), post(client, "/values", **body)
    assert values["structure"] == graph["structure"] == post(client, "", program=BATCH)["structure"]
    for node, value, text in zip(graph["nodes"], values["values"], values["value_texts"], strict=True):
        assert (value, text) == (None if node["shape"] else node["value"], node["value_text"])
        if node["shape"]:
            assert values["tensors"][node["id"]] == node["cells"]
    for edge in graph["edges"]:
        if edge["cells"]:
            assert values["edge_tensors"][edge["id"]] == edge["cells"]
    assert values["edge_tensors"]["B->affine_1"] == {"grad": values["tensors"]["B"]["grad"]}
    assert values["groups"]["B->affine_1"] == {"grad": None, "grad_text": "(3,)"}


def test_a_graph_of_numbers_says_nothing_of_tensors(client):
    program = "x = 1\ny = sigmoid(x) * 2"
    graph, values = post(client, "", program=program), post(client, "/values", program=program)
    assert not {"axes", "display", "cells", "image"} & graph["nodes"][0].keys()
    assert not {"shape", "editable"} & graph["inputs"][0].keys()
    assert not {"tensors", "edge_tensors"} & values.keys()
    explained = post(client, "/explain", program=program, id="sigmoid_1")
    assert not {"closed"} & explained.keys()
    assert not {"where", "elements"} & post(client, "/gradcheck", program=program)["inputs"][0].keys()


def test_inputs_are_nested_lists_or_a_number_for_each_element(client):
    given = post(client, "/tensor", program=BATCH, inputs={"B": [0, 0, "Infinity"]}, id="Y")
    assert given["values"][0] == [9, 12, "Infinity"]
    assert post(client, "/tensor", program=BATCH, inputs={"B": 5}, id="B")["values"] == [5, 5, 5]
    free = post(client, "/tensor", program="y = x @ W", inputs={"x": [1, 2], "W": [[1, 2], [3, 4]]}, id="y")
    assert free["values"] == [7, 10]
    # The same text with other shapes is another graph.
    free = post(client, "/tensor", program="y = x @ W", inputs={"x": [1], "W": [[2, 3, 4]]}, id="y")
    assert free["values"] == [2, 3, 4]


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        ({"B": [1, 2]}, "input", "(3,)"),
        ({"X": [[1, 2], [3]]}, "invalid-request", "same length"),
        ({"X": [[1, 2], 3]}, "invalid-request", "same length"),
        ({"X": [[1, "two"]]}, "invalid-request", "number"),
        ({"X": [[[[[[[[[1]]]]]]]]]}, "invalid-request", "axes"),
    ],
)
def test_inputs_that_do_not_fit_are_named(client, wrong, kind, said):
    response = client.post(GRAPHS, json={"program": BATCH, "inputs": wrong})
    problem = response.json()
    assert (response.status_code, problem["type"]) == (422, f"/api#{kind}")
    assert said in problem["detail"]


def test_a_shape_error_names_both_shapes_and_its_place(client):
    problem = client.post(GRAPHS, json={"program": "X = [[1, 2]]\nW = [[1, 2, 3]]\nY = X @ W"}).json()
    assert (problem["type"], problem["line"], problem["column"]) == ("/api#program", 3, 5)
    assert "(1, 2)" in problem["detail"]
    assert "(1, 3)" in problem["detail"]


def test_elements_are_limited(client):
    for program in ("x = zeros(1001, 1000)", "x = zeros(1000000)\n" + "y = x + 1\n" * 5):
        problem = client.post(GRAPHS, json={"program": program}).json()
        assert problem["type"] == "/api#program"
        assert "elements" in problem["detail"]


def test_a_whole_tensor_is_json_or_a_file_of_numpy(client):
    answer = post(client, "/tensor", program=BATCH, id="W", of="grad")
    assert answer["values"] == [[140, 196, 252], [200, 280, 360]]
    assert (answer["shape"], answer["min"], answer["max"], answer["mean"]) == ([2, 3], 140, 360, 238)
    assert sum(answer["histogram"]["counts"]) == 6
    response = client.post(
        f"{GRAPHS}/tensor",
        json={"program": BATCH, "id": "W", "of": "grad"},
        headers={"Accept": "application/x-npy"},
    )
    assert response.headers["content-type"] == "application/x-npy"
    assert 'filename="W-grad.npy"' in response.headers["content-disposition"]
    np.testing.assert_array_equal(np.load(io.BytesIO(response.content)), answer["values"])


@pytest.mark.parametrize(
    ("part", "of", "values"),
    [
        ("affine_1", "value", [[10, 14, 18], [20, 28, 36]]),
        ("B->affine_1", "grad", [60, 84, 108]),
        ("B->Y.1", "value", [1, 2, 3]),
        ("L->@output", "grad", 1),
        ("@output", "value", 3100),
    ],
)
def test_edges_and_groups_have_tensors_too(client, part, of, values):
    assert post(client, "/tensor", program=BATCH, id=part, of=of)["values"] == values


@pytest.mark.parametrize("part", ["Z", "X->Z", "X->Y.0", "->", "X->@output", ""])
def test_an_id_that_is_none_is_a_problem(client, part):
    for path, more in (("/tensor", {}), ("/provenance", {"index": [0, 0]})):
        response = client.post(GRAPHS + path, json={"program": BATCH, "id": part, **more})
        assert (response.status_code, response.json()["type"]) == (404, "/api#unknown-id")


def test_a_gradient_that_nobody_asks_for_is_a_problem(client):
    response = client.post(f"{GRAPHS}/tensor", json={"program": BATCH, "id": "const_1", "of": "grad"})
    assert (response.status_code, response.json()["name"]) == (422, "const_1")


def test_an_element_is_traced_to_its_row_and_column(client):
    answer = post(client, "/provenance", program=BATCH, id="Y", of="value", index=[0, 2])
    ProvenanceAnswer.model_validate(answer)
    assert [term["value"] for term in answer["terms"]] == [3, 12, 3]
    lit = {(light["id"], light["of"]): light["cells"] for light in answer["lights"]}
    assert lit == {
        ("Y", "value"): [[0, 2]],
        ("X", "value"): [[0, 0], [0, 1]],
        ("W", "value"): [[0, 2], [1, 2]],
        ("B", "value"): [[2]],
    }
    back = post(client, "/provenance", program=BATCH, id="W", of="grad", index=[1, 2])
    lit = {(light["id"], light["of"]): light["cells"] for light in back["lights"]}
    assert lit[("X", "value")] == [[0, 1], [1, 1]]
    assert lit[("Y", "grad")] == [[0, 2], [1, 2]]


def test_what_would_go_through_very_many_elements_is_refused(client):
    body = {"program": "x = zeros(1000, 500)\ny = sum(x)", "id": "y"}
    response = client.post(f"{GRAPHS}/provenance", json=body)
    assert (response.status_code, response.json()["type"]) == (422, "/api#too-large")
    exported = client.post(f"{GRAPHS}/export", json={"program": body["program"], "format": "json"})
    assert (exported.status_code, exported.json()["type"]) == (422, "/api#too-large")
    smaller = post(client, "/provenance", program="x = zeros(60, 100)\ny = sum(x)", id="y")
    assert (smaller["count"], len(smaller["terms"])) == (6_000, 8)
    light = smaller["lights"][1]
    assert (light["count"], len(light["cells"])) == (6_000, 5_000)


def test_an_element_that_is_none_is_a_problem(client):
    for index in ([0], [0, 3], [2, 0]):
        response = client.post(f"{GRAPHS}/provenance", json={"program": BATCH, "id": "Y", "index": index})
        assert response.status_code == 422
        assert response.json()["type"] == "/api#input"


def test_every_element_is_checked_and_the_worst_is_named(client):
    answer = post(client, "/gradcheck", program=BATCH)
    assert answer["ok"]
    assert {item["id"]: item["elements"] for item in answer["inputs"]} == {"X": 4, "W": 6, "B": 3}
    assert all(len(item["where"]) == (1 if item["id"] == "B" else 2) for item in answer["inputs"])
    broken = post(client, "/gradcheck", program=BATCH, mistakes=["matmul.upstream_forgotten"])
    assert {item["id"]: item["ok"] for item in broken["inputs"]} == {"X": False, "W": False, "B": True}


def test_a_check_that_would_take_minutes_is_refused(client):
    program = "x = zeros(1000, 500)\ny = sum(x * x + x)"
    response = client.post(f"{GRAPHS}/gradcheck", json={"program": program})
    assert (response.status_code, response.json()["type"]) == (422, "/api#too-large")
    # Few elements, and 10¹⁰ multiplications.
    products = {"program": "a = randn(80, 80)\ny = a @ a @ a @ a @ a"}
    refused = client.post(f"{GRAPHS}/gradcheck", json=products)
    assert (refused.status_code, refused.json()["type"]) == (422, "/api#too-large")
    # The click on a node is answered all the same, without the check.
    assert post(client, "/explain", program=program, id="x")["check"] is None


def test_an_opened_layer_agrees_with_its_closed_form(client):
    answer = post(client, "/explain", program=AFFINE, id="affine_1", lang="en")
    assert [item["source"] for item in answer["closed"]] == ["X", "W", "B"]
    assert all(item["difference"] <= 1e-12 for item in answer["closed"])
    shapes = {item["source"]: item["shapes"] for item in answer["locals"]}
    assert "(N, 2)" in shapes["X"]["latex"]


def test_a_mistake_names_the_tensors_it_makes_wrong(client):
    wrong = post(client, "/values", program=BATCH, mistakes=["matmul.upstream_forgotten"])["wrong"]
    assert {"X", "W", "X->affine_1.op_1.0"} <= set(wrong)
    assert not {"B", "Y"} & set(wrong)


def test_tensors_are_kept_under_a_link(client):
    body = {"program": BATCH, "inputs": {"B": [1, "NaN", 3]}}
    made = client.post("/api/v1/shares", json=body)
    assert made.status_code == 201
    assert client.get(f"/api/v1/shares/{made.json()['id']}").json()["inputs"] == body["inputs"]


def test_what_is_heard_is_what_the_core_says():
    compiled = Compiled(parse(BATCH))
    evaluation = compiled.evaluate({})
    evaluated = Evaluated(compiled.graph, evaluation.values, evaluation.gradients)
    answer = json.loads(graph_json(evaluation))
    assert [node["aria"] for node in answer["nodes"]] == [
        node_aria(evaluated, node)._asdict() for node in compiled.graph.nodes
    ]


@pytest.mark.parametrize(
    ("written", "inputs"), [("[0, 3]", {}), ("[0, 1.5]", {}), ("[0, 1]", {"t": [-1, 0]})]
)
@pytest.mark.parametrize("path", ["", "/explain", "/steps", "/gradcheck", "/values"])
def test_a_label_out_of_range_is_refused_everywhere(client, path, written, inputs):
    program = f"a = [[1, 2, 3], [4, 5, 6]]\nt = {written}\nL = softmax_with_loss(a, t)"
    body = {"program": program, "inputs": inputs} | ({"id": "a"} if path == "/explain" else {})
    answer = client.post(f"/api/v1/graphs{path}", json=body)
    assert answer.status_code == 422, answer.text
    assert "Labels begin at 0" in answer.text
