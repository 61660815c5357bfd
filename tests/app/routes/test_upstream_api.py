"""A tensor as the upstream gradient: every call takes it, and gradients follow from it as on paper."""

import json

import numpy as np
import pytest

GRAPHS = "/api/v1/graphs"
X, W, B = [[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]], [1.0, 2.0, 3.0]
AFFINE = f"X = {X}\nW = {W}\nB = {B}\nY = affine(X, W, B)"
DY = [[1.0, -2.0, 3.0], [0.5, 0.0, 6.0]]
RIGHT = {
    "X": np.array(DY) @ np.transpose(W),
    "W": np.transpose(X) @ DY,
    "B": np.sum(DY, axis=0),
    "Y": np.array(DY),
}


def post(client, path="", status=200, **body):
    response = client.post(GRAPHS + path, json=body, headers={"accept-language": "en"})
    assert response.status_code == status, response.text
    return response.json()


@pytest.mark.parametrize("name", ["upstream", "seed"])
def test_gradients_follow_from_the_tensor(client, name):
    graph = post(client, program=AFFINE, **{name: DY})
    assert graph["seed"] == DY
    grads = {node["id"]: node["grad"] for node in graph["nodes"] if node["id"] in RIGHT}
    for node, right in RIGHT.items():
        np.testing.assert_allclose(grads[node], right, rtol=1e-15)


def test_the_check_weighs_the_output_by_it(client):
    answer = post(client, "/gradcheck", program=AFFINE, upstream=DY)
    assert answer["ok"]
    assert [item["elements"] for item in answer["inputs"]] == [4, 6, 3]
    tanh = post(
        client, "/gradcheck", program="x = [0.1, -2, 3]\ny = tanh(x)", upstream=[2, -5, 0.25], epsilon=1e-4
    )
    assert tanh["ok"]
    broken = post(client, "/gradcheck", program=AFFINE, upstream=DY, mistakes=["matmul.upstream_forgotten"])
    assert not broken["ok"]


def test_explanation_steps_and_picture_show_it(client):
    explained = post(client, "/explain", program=AFFINE, upstream=DY, id="Y", lang="en")
    assert explained["check"]["ok"]
    assert "0.5" in explained["gradient"]["numbers"]["latex"]
    start = next(
        step
        for step in post(client, "/steps", program=AFFINE, upstream=DY, lang="en")["steps"]
        if step["phase"] == "backward"
    )
    assert "comes from upstream" in start["sentence"]
    assert "(2, 3)" in start["sentence"]
    address = {"program": AFFINE, "inputs": "B:[4,5,6]", "upstream": json.dumps(DY)}
    picture = client.get(f"{GRAPHS}/picture.svg", params=address)
    assert picture.status_code == 200
    assert picture.text.count(">−2<") >= 1
    assert ">−2<" not in client.get(f"{GRAPHS}/picture.svg", params=address | {"upstream": "1"}).text


def test_the_json_export_has_it(client):
    assert (
        json.loads(post(client, "/export", program=AFFINE, upstream=DY, format="json")["text"])["seed"] == DY
    )


@pytest.mark.parametrize("form", ["python", "pytorch"])
def test_exported_scripts_start_from_it(client, form, capsys):
    exec(post(client, "/export", program=AFFINE, upstream=DY, format=form)["text"], {})
    printed = dict(line.split(" = ") for line in capsys.readouterr().out.splitlines())
    for name in "XWB":
        np.testing.assert_allclose(json.loads(printed[f"d{name}"]), RIGHT[name], rtol=1e-15)


@pytest.mark.parametrize(
    ("program", "upstream", "said"),
    [
        (AFFINE, [[1, 2], [3, 4]], "The upstream gradient must have the output's shape (2, 3), not (2, 2)."),
        (
            "x = 2\ny = x * x",
            [1],
            "The output is a number, so the upstream gradient must be one too, not of shape (1,).",
        ),
    ],
)
def test_another_shape_is_refused_and_in_the_partial_mode_left_out(client, program, upstream, said):
    problem = post(client, status=422, program=program, upstream=upstream)
    assert (problem["type"], problem["detail"]) == ("/api#upstream", said)
    graph = post(client, program=program, upstream=upstream, partial=True)
    assert (graph["error"]["type"], graph["seed"]) == ("/api#upstream", 1)
    assert post(client, "/values", status=422, program=program, upstream=upstream)["detail"] == said


def test_a_program_with_an_error_says_that_first(client):
    graph = post(client, program=AFFINE.replace("affine", "afine"), upstream=DY, partial=True)
    assert graph["error"]["type"] == "/api#program"
    assert [node["id"] for node in graph["nodes"]] == ["X", "W", "B"]


@pytest.mark.parametrize("upstream", [[[1], [2, 3]], ["1"], [None], "[1"])
def test_what_is_no_tensor_is_refused(client, upstream):
    assert post(client, status=422, program=AFFINE, upstream=upstream)["type"] == "/api#invalid-request"


def test_a_saved_link_keeps_it(client):
    saved = client.post(
        "/api/v1/shares", json={"program": AFFINE, "view": {"seed": [[1, "Infinity", 3]]}}
    ).json()
    assert client.get(f"/api/v1/shares/{saved['id']}").json()["view"] == {"seed": [[1, "Infinity", 3]]}
