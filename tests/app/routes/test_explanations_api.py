"""The calls that tell where numbers come from: explain, steps, gradcheck, export."""

import subprocess
import sys

import pytest

from chainrule.app.schemas.explanations import ExplainAnswer, ExportAnswer, GradcheckAnswer, StepsAnswer
from chainrule.app.schemas.requests import SHOPPING

GRAPHS = "/api/v1/graphs"
SIGMOID = "x = 1\ny = sigmoid(x) * x"


def post(client, path, **body):
    response = client.post(f"{GRAPHS}/{path}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize(
    ("part", "kind"),
    [("apple", "input"), ("price", "node"), ("tax->price.1", "edge"), ("price->@output", "edge")],
)
def test_every_part_is_explained_in_both_languages(client, part, kind):
    said = {lang: post(client, "explain", program=SHOPPING, id=part, lang=lang) for lang in ("ko", "en")}
    for answer in said.values():
        ExplainAnswer.model_validate(answer)
        assert (answer["id"], answer["kind"]) == (part, kind)
    assert said["ko"]["rule"] != said["en"]["rule"]


def test_an_explanation_has_its_numbers_and_its_check(client):
    answer = post(client, "explain", program=SHOPPING, id="apple", lang="en")
    assert (answer["value_text"], answer["grad_text"]) == ("100", "2.2")
    assert [path["product_text"] for path in answer["paths"]["items"]] == ["2.2"]
    assert answer["check"]["ok"]
    assert answer["check"]["numerical"] == pytest.approx(2.2)
    assert "<math" in answer["gradient"]["symbols"]["mathml"]


def test_a_group_is_explained_with_its_simplified_gradient(client):
    answer = post(client, "explain", program=SIGMOID, id="sigmoid_1", lang="en")
    assert answer["kind"] == "group"
    assert answer["locals"][0]["value_text"] == "0.196612"
    assert answer["derivation"]
    assert answer["check"]["ok"]


def test_an_inner_node_and_a_constant_are_explained(client):
    program = "x = 2\ny = x * 3 + x"
    inner = post(client, "explain", program=program, id="op_1", lang="en")
    assert inner["check"]["ok"]
    constant = post(client, "explain", program=program, id="const_1", lang="en")
    assert (constant["grad_text"], constant["check"]) == (None, None)
    branching = post(client, "explain", program=program, id="x", lang="en")
    assert [branch["grad"] for branch in branching["sum"]] == [3, 1]


@pytest.mark.parametrize("part", ["aple", "", "apple->price.0", "->", "@input", "a->b->c", "sigmoid_9"])
def test_an_id_that_is_none_is_a_problem(client, part):
    response = client.post(f"{GRAPHS}/explain", json={"program": SHOPPING, "id": part})
    assert (response.status_code, response.json()["type"]) == (404, "/api#unknown-id")


def test_paths_beyond_counting_are_a_number_all_the_same(client):
    program = "x = 1\n" + "for i in range(1200):\n    x = x + x\n"
    answer = post(client, "explain", program=program, id="x", lang="en")
    ExplainAnswer.model_validate(answer)
    assert answer["paths"]["count"] > 1e300


def test_the_walk_goes_forward_and_then_backward(client):
    answer = post(client, "steps", program=SHOPPING, lang="en")
    StepsAnswer.model_validate(answer)
    phases = [step["phase"] for step in answer["steps"]]
    assert answer["count"] == len(phases)
    assert phases == sorted(phases, reverse=True)
    assert phases.count("forward") == 4
    assert any("1.1" in step["sentence"] and "2.2" in step["sentence"] for step in answer["steps"])
    some = post(client, "steps", program=SHOPPING, lang="en", start=2, count=3)
    assert some["steps"] == answer["steps"][2:5]
    assert some["count"] == answer["count"]


def test_an_open_group_has_steps_of_its_own(client):
    closed, opened = (
        post(client, "steps", program=SIGMOID, open=ids)["count"] for ids in ([], ["sigmoid_1"])
    )
    assert opened > closed


def test_all_gradients_agree_with_the_numerical_ones(client):
    answer = post(client, "gradcheck", program=SHOPPING)
    GradcheckAnswer.model_validate(answer)
    assert answer["ok"]
    assert {item["id"]: item["backprop_text"] for item in answer["inputs"]} == {
        "apple": "2.2",
        "apple_num": "110",
        "orange": "3.3",
        "orange_num": "165",
        "tax": "650",
    }
    assert post(client, "gradcheck", program=SHOPPING, epsilon=1e-4)["epsilon"] == 1e-4


def test_a_broken_rule_fails_the_check(client):
    answer = post(client, "gradcheck", program=SHOPPING, mistakes=["mul.not_swapped"])
    assert not answer["ok"]
    assert not {item["id"]: item["ok"] for item in answer["inputs"]}["apple"]


@pytest.mark.parametrize("format", ["dot", "mermaid", "python", "pytorch", "json"])
def test_every_format_is_exported(client, format):
    answer = post(client, "export", program=SHOPPING, format=format)
    ExportAnswer.model_validate(answer)
    assert answer["format"] == format
    assert "apple" in answer["text"]


def test_the_exported_script_runs_and_prints_the_books_numbers(client):
    text = post(client, "export", program=SHOPPING, format="python")["text"]
    printed = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout
    assert "715" in printed
    assert "650" in printed
