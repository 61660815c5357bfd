"""The graph calls answer what the lecture computes, in the shape that the OpenAPI document describes."""

import json
import math
import re
from typing import Any

import pytest
import torch
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from chainrule.app.graphs.compiled import Compiled
from chainrule.app.graphs.graph_json import graph_json
from chainrule.app.schemas.graph import GraphAnswer, ValuesAnswer
from chainrule.app.schemas.requests import SHOPPING
from chainrule.core.explain.aria import node_aria
from chainrule.core.language.program import parse
from chainrule.core.number_text import text
from chainrule.core.view.evaluated import Evaluated

GRAPHS = "/api/v1/graphs"
SHOPPING_GRADIENTS = {"apple": 2.2, "apple_num": 110, "orange": 3.3, "orange_num": 165, "tax": 650}


def post(client: TestClient, path: str, **body: Any) -> Any:
    response = client.post(GRAPHS + path, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def by_id(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in items}


def test_the_shopping_graph_gives_the_books_numbers(client):
    graph = post(client, "", program=SHOPPING)
    nodes = by_id(graph["nodes"])
    assert graph["output"] == "price"
    assert nodes["price"]["value"] == pytest.approx(715)
    assert nodes["price"]["value_text"] == "715"
    assert {name: nodes[name]["grad_text"] for name in SHOPPING_GRADIENTS} == {
        name: str(grad) for name, grad in SHOPPING_GRADIENTS.items()
    }
    for name, grad in SHOPPING_GRADIENTS.items():
        assert nodes[name]["grad"] == pytest.approx(grad)
    assert nodes["apple"]["label"] == "🍎 apple price"
    assert nodes["apple"]["aria"] == {
        "ko": "apple price, 입력, 값 100, 기울기 2.2",
        "en": "apple, input, value 100, gradient 2.2",
    }


def test_answers_have_the_shape_they_are_described_by(client):
    """The bytes are written by hand, the description by pydantic: neither may know a field the other does not."""
    program = "x = -1\nh = sigmoid(x)\ny = log(x) + h * 2\n"
    for path, model in (("", GraphAnswer), ("/values", ValuesAnswer)):
        answer = post(client, path, program=program, mistakes=["mul.not_swapped"])
        TypeAdapter(model).validate_python(answer)
        described = model.model_json_schema()["properties"].keys() - {"layout", "tensors", "edge_tensors"}
        assert answer.keys() == described


def test_edges_carry_what_the_book_draws_on_them(client):
    graph = post(client, "", program=SHOPPING)
    edges = by_id(graph["edges"])
    tax = edges["tax->price.1"]
    assert (tax["source"], tax["target"], tax["slot"]) == ("tax", "price", 1)
    assert (tax["value_text"], tax["grad_text"], tax["local_text"]) == ("1.1", "650", "650")
    assert r"\frac" in tax["latex"]["grad"]
    order = [(edge["target"], edge["slot"]) for edge in graph["edges"]]
    position = {node["id"]: place for place, node in enumerate(graph["nodes"])}
    assert order == sorted(order, key=lambda item: (position[item[0]], item[1]))


def test_values_stand_in_the_order_of_the_graph(client):
    body = {"program": SHOPPING, "inputs": {"apple": 130}}
    graph, values = post(client, "", **body), post(client, "/values", **body)
    assert values["structure"] == graph["structure"]
    assert values["values"] == [node["value"] for node in graph["nodes"]]
    assert values["grads"] == [node["grad"] for node in graph["nodes"]]
    assert values["value_texts"] == [node["value_text"] for node in graph["nodes"]]
    assert values["edge_grads"] == [edge["grad"] for edge in graph["edges"]]
    assert values["edge_locals"] == [edge["local"] for edge in graph["edges"]]
    assert values["edge_local_texts"] == [edge["local_text"] for edge in graph["edges"]]


def test_other_inputs_change_numbers_and_not_structure(client):
    before, after = (
        post(client, "/values", program=SHOPPING),
        post(client, "/values", program=SHOPPING, inputs={"apple": 130}),
    )
    assert before["structure"] == after["structure"]
    assert after["values"][-1] == pytest.approx((130 * 2 + 150 * 3) * 1.1)


@pytest.mark.parametrize("name", ["upstream", "seed"])
def test_the_upstream_gradient_has_an_older_name(client, name):
    program = {"program": "x = 10\ny = 5\nz = x * y", name: 1.3}
    graph = post(client, "", **program)
    assert graph["seed"] == 1.3
    assert [node["grad_text"] for node in graph["nodes"]] == ["6.5", "13", "1.3"]
    drawn = client.get(f"{GRAPHS}/picture.svg", params=program)
    assert (drawn.status_code, "6.5" in drawn.text) == (200, True)


def test_the_upstream_gradient_is_given_once(client):
    both = {"program": "x = 1\ny = x * 2", "upstream": 2, "seed": 3}
    assert client.post(GRAPHS, json=both).status_code == 422
    assert client.get(f"{GRAPHS}/picture.svg", params=both).status_code == 422


def test_sliders_suit_their_inputs(client):
    graph = post(client, "", program=SHOPPING)
    sliders = {item["id"]: (item["min"], item["max"], item["step"]) for item in graph["inputs"]}
    assert sliders["apple"] == (0, 200, 1)
    assert sliders["apple_num"] == (0, 10, 0.1)
    assert sliders["tax"] == (0, 2.2, 0.01)
    assert all(item["default"] == item["value"] for item in graph["inputs"])


def test_a_constant_has_a_value_and_no_gradient(client):
    graph = post(client, "", program="x = 3\ny = 2 * x")
    constant = by_id(graph["nodes"])["const_1"]
    assert (constant["value"], constant["grad"], constant["grad_text"]) == (2, None, None)
    assert by_id(graph["edges"])["const_1->y.0"]["grad"] is None


def test_numbers_that_json_lacks_are_strings_and_explained(client):
    graph = post(client, "", program="x = 0\ny = log(x)\nz = exp(y)")
    nodes = by_id(graph["nodes"])
    assert (nodes["y"]["value"], nodes["y"]["value_text"]) == ("-Infinity", "−∞")
    assert "logarithm" in nodes["y"]["note"]["en"]
    assert "로그" in nodes["y"]["note"]["ko"]
    assert nodes["z"]["note"] is None or nodes["z"]["grad"] == "NaN"
    values = post(client, "/values", program="x = 1\ny = x * 2", inputs={"x": "NaN"}, seed="Infinity")
    assert values["values"] == ["NaN", 2.0, "NaN"]
    assert values["grads"] == ["Infinity", None, "Infinity"]


def test_closed_groups_sum_the_gradients_of_the_edges_inside(client):
    program = "x = 0.5\ny = 3\ndef f(a, b):\n    return a * b + a\nz = f(x, y)"
    values = post(client, "/values", program=program)
    assert values["groups"]["x->f_1"] == {"grad": 4.0, "grad_text": "4"}
    assert values["groups"]["y->f_1"] == {"grad": 0.5, "grad_text": "0.5"}


def test_nested_groups_pass_a_gradient_through_every_box(client):
    program = "x = 2\ndef inner(a):\n    return a * a\ndef outer(b):\n    return inner(b) + 1\ny = outer(x)"
    graph, values = post(client, "", program=program), post(client, "/values", program=program)
    groups = by_id(graph["groups"])
    assert groups["outer_1"]["parent"] is None
    inner = next(group for group in graph["groups"] if group["name"] == "inner")
    assert inner["parent"] == "outer_1"
    assert values["groups"]["x->outer_1"]["grad"] == 4.0
    assert values["groups"][f"x->{inner['id']}"]["grad"] == 4.0


def test_a_mistake_names_what_it_makes_wrong(client):
    right = post(client, "/values", program=SHOPPING)
    broken = post(client, "/values", program=SHOPPING, mistakes=["mul.not_swapped"])
    assert right["wrong"] == []
    # price = sum × tax: the gradients of both are swapped, and all behind them.
    assert {"apple", "tax", "tax->price.1"} <= set(broken["wrong"])
    assert "price" not in broken["wrong"]
    assert broken["values"] == right["values"]


def test_a_free_name_is_an_input_with_a_value_given(client):
    graph = post(client, "", program="y = x ** 2", inputs={"x": 3})
    assert [item["id"] for item in graph["inputs"]] == ["x"]
    assert graph["inputs"][0]["default"] is None
    assert graph["nodes"][-1]["value"] == 9
    # The same again: from the cache.
    assert post(client, "", program="y = x ** 2", inputs={"x": 4})["nodes"][-1]["value"] == 16


def test_a_free_name_without_a_value_is_named(client):
    response = client.post(GRAPHS, json={"program": "y = x ** 2"})
    assert response.status_code == 422
    assert response.json()["name"] == "x"


def test_an_input_that_is_none_is_named_with_a_suggestion(client):
    response = client.post(GRAPHS, json={"program": SHOPPING, "inputs": {"aple": 1}})
    problem = response.json()
    assert (response.status_code, problem["type"], problem["name"]) == (422, "/api#input", "aple")
    assert "`apple`" in problem["hint"]


def test_partial_shows_what_stands_before_the_error(client):
    program = "a = 2\nb = a * 3\nc = b + aple\nd = c"
    problem = client.post(GRAPHS, json={"program": program})
    assert problem.status_code == 422
    answer = post(client, "", program=program, partial=True, inputs={"a": 5, "later": 1})
    assert [node["id"] for node in answer["nodes"]][:1] == ["a"]
    assert by_id(answer["nodes"])["b"]["value"] == 15
    assert answer["error"] == problem.json()
    assert (answer["error"]["line"], answer["error"]["name"]) == (3, "aple")


def test_partial_of_a_program_with_nothing_in_it_is_empty(client):
    answer = post(client, "", program="", partial=True)
    assert (answer["nodes"], answer["output"]) == ([], None)
    assert answer["error"]["status"] == 422
    TypeAdapter(GraphAnswer).validate_python(answer)


SIDE = "a = 2\nb = 3\ny = a * b\nz = sigmoid(y)\nside = a + 1\nw = z * 5"


def test_another_value_can_be_the_output(client):
    a, b = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (2.0, 3.0))
    for output, value in (
        (None, torch.sigmoid(a * b) * 5),
        ("y", a * b),
        ("z", torch.sigmoid(a * b)),
        ("side", a + 1),
        ("a", a),
    ):
        answer = post(client, "", program=SIDE, **({} if output is None else {"output": output}))
        wanted = torch.autograd.grad(value, (a, b), allow_unused=True)
        grads = {node["id"]: node["grad"] for node in answer["nodes"]}
        assert answer["output"] == (output or "w")
        assert [grads["a"], grads["b"]] == pytest.approx([0.0 if g is None else g.item() for g in wanted])
        path = "/api/v1/graphs/steps"
        assert client.post(path, json={"program": SIDE, "output": output}).status_code == 200


def test_what_cannot_be_the_output_is_refused_and_in_the_partial_mode_left_out(client):
    for output in ("yy", "z_9", "sigmoid_1.op_1"):
        problem = client.post("/api/v1/graphs", json={"program": SIDE, "output": output})
        assert (problem.status_code, problem.json()["type"]) == (422, "/api#input")
        partial = post(client, "", program=SIDE, output=output, partial=True)
        assert (partial["output"], partial["error"]) == ("w", None)


def test_partial_tells_of_an_input_that_is_none_and_draws_the_rest(client):
    answer = post(client, "", program=SHOPPING, partial=True, inputs={"aple": 1, "apple": 130})
    assert answer["error"]["type"] == "/api#input"
    assert by_id(answer["nodes"])["apple"]["value"] == 130


@pytest.mark.parametrize("program", ["x = 1", "1", "2 * 3", "x = 1\ny = 2"])
def test_the_smallest_graphs_are_answered(client, program):
    for path, model in (("", GraphAnswer), ("/values", ValuesAnswer)):
        TypeAdapter(model).validate_python(post(client, path, program=program))
    assert client.post(f"{GRAPHS}/picture", json={"program": program}).status_code == 200


def test_a_layout_is_given_on_request(client):
    program = "x = 1\ny = sigmoid(x)"
    closed = post(client, "", program=program, layout=True)["layout"]
    opened = post(client, "", program=program, layout=True, open=["sigmoid_1"])["layout"]
    assert {node["id"] for node in closed["nodes"]} == {"x", "sigmoid_1", "@output"}
    assert {group["id"] for group in opened["groups"]} == {"sigmoid_1"}
    assert opened["width"] > closed["width"] > 0


def test_a_picture_and_a_layout_run_down_on_request(client):
    right = post(client, "", program=SHOPPING, layout=True)["layout"]
    down = post(client, "", program=SHOPPING, layout=True, direction="down")["layout"]
    assert down["width"] < right["width"]
    assert down["height"] > right["height"]
    at = {node["id"]: node["y"] for node in down["nodes"]}
    assert at["apple"] < at["price"] < at["@output"]
    query = {"program": SHOPPING, "lang": "en"}
    usual = client.get(f"{GRAPHS}/picture.svg", params=query).text
    drawn = client.get(f"{GRAPHS}/picture.svg", params=query | {"direction": "down"}).text
    assert client.get(f"{GRAPHS}/picture.svg", params=query | {"direction": "right"}).text == usual
    assert f'viewBox="0 0 {round(down["width"], 1):g} {round(down["height"], 1):g}"' in drawn
    assert re.findall(r'<text class="value[^>]*>([^<]*)', drawn) == re.findall(
        r'<text class="value[^>]*>([^<]*)', usual
    )


def test_a_long_chain_stands_in_lines_on_request(client):
    program = "x = 2\n" + "x = sin(x) * 3\n" * 8
    usual = post(client, "", program=program, layout=True)["layout"]
    lines = post(client, "", program=program, layout=True, wrap=900)["layout"]
    assert (usual["lines"], lines["lines"]) == (1, 5)
    assert lines["width"] < 950 < usual["width"] / 3
    drawn = client.get(f"{GRAPHS}/picture.svg", params={"program": program, "lang": "en", "wrap": 900}).text
    assert ' data-lines="5"' in drawn
    assert f'viewBox="0 0 {round(lines["width"], 1):g} {round(lines["height"], 1):g}"' in drawn
    assert (
        ' data-lines="1"' in client.post(f"{GRAPHS}/picture", json={"program": SHOPPING, "wrap": 2000}).text
    )
    assert client.get(f"{GRAPHS}/picture.svg", params={"program": program, "wrap": 10}).status_code == 422


def test_the_picture_is_an_svg_with_its_own_policy(client):
    response = client.post(f"{GRAPHS}/picture", json={"program": SHOPPING, "lang": "en"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in response.headers["content-security-policy"]
    assert 'data-id="price"' in response.text
    assert "<style" not in response.text


def test_the_picture_file_is_kept_by_its_tag(client):
    query = {"program": SHOPPING, "inputs": "apple:130", "labels": "numbers", "theme": "dark", "lang": "en"}
    response = client.get(f"{GRAPHS}/picture.svg", params=query)
    assert response.status_code == 200
    assert "<style" in response.text
    assert "781" in response.text  # (130 × 2 + 150 × 3) × 1.1
    assert "max-age" in response.headers["cache-control"]
    again = client.get(
        f"{GRAPHS}/picture.svg", params=query, headers={"If-None-Match": response.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{GRAPHS}/picture.svg", params=query | {"theme": "light"})
    assert other.headers["etag"] != response.headers["etag"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"inputs": "apple"},
        {"inputs": "apple:x"},
        {"seed": "one"},
        {"upstream": "one"},
        {"mistakes": "mul.nothing"},
    ],
)
def test_the_picture_files_query_is_checked(client, wrong):
    response = client.get(f"{GRAPHS}/picture.svg", params={"program": SHOPPING} | wrong)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"].startswith("/query/")


def test_user_text_never_becomes_markup(client):
    label = '</text><script>alert("1")</script>&'
    for body in ({}, {"standalone": True}):
        response = client.post(f"{GRAPHS}/picture", json={"program": f"x = 1  # {label}\ny = x * 2"} | body)
        assert "<script" not in response.text
        assert "&lt;script" in response.text


def test_a_large_graph_is_answered_whole(client):
    program = "x = 1.0001\n" + "for i in range(900):\n    x = x * 1.0001\n"
    graph = post(client, "", program=program)
    assert len(graph["nodes"]) == 1 + 2 * 900
    assert graph["nodes"][-1]["value"] == pytest.approx(1.0001**901)
    assert all(math.isfinite(node["value"]) for node in graph["nodes"])


def test_limits_are_refused_and_named(client):
    for program in ("x = 1\n" * 20_000, "x = 1\nfor i in range(1000000):\n    x = x * x\n"):
        response = client.post(GRAPHS, json={"program": program})
        assert response.status_code == 422
        assert json.loads(response.content)["type"] == "/api#program"


def test_deep_expressions_do_not_hurt(client):
    for program in ("x = 1\ny = " + "(" * 9_000 + "x" + ")" * 9_000, "x = 1\ny = " + "-" * 15_000 + "x"):
        assert client.post(GRAPHS, json={"program": program}).status_code in (200, 422)


@given(st.floats())
def test_the_text_of_a_number_needs_no_escape_in_json(value):
    assert json.dumps(text(value), ensure_ascii=False) == f'"{text(value)}"'


def test_what_is_heard_is_what_the_core_says():
    program = 'x = -1  # "quoted" \\ 값\ny = 2 * x\nz = log(y) + sigmoid(x)'
    compiled = Compiled(parse(program))
    for seed in (1.0, math.inf):
        evaluation = compiled.evaluate({}, seed)
        evaluated = Evaluated(compiled.graph, evaluation.values, evaluation.gradients)
        answer = json.loads(graph_json(evaluation))
        assert [node["aria"] for node in answer["nodes"]] == [
            node_aria(evaluated, node)._asdict() for node in compiled.graph.nodes
        ]
