"""`POST /graphs/changes`: what differs between two sets of inputs, and why, in both languages."""

import pytest

from chainrule.app.schemas.requests import SHOPPING


def post(client, status=200, **body):
    response = client.post("/api/v1/graphs/changes", json=body)
    assert response.status_code == status, response.text
    return response.json()


def test_the_reason_comes_with_its_numbers(client):
    answer = post(client, program=SHOPPING, inputs={"apple": 121})
    found = {change["id"]: change for change in answer["changes"]}
    assert found["apple->op_1.0"]["value"]["difference_text"] == "+21"
    tax = found["tax"]
    assert tax["gradient"] | {"old": 0, "new": 0, "difference": 0} == {
        "old": 0,
        "new": 0,
        "difference": 0,
        "old_text": "650",
        "new_text": "692",
        "difference_text": "+42",
        "where": [],
        "elements": 1,
    }
    assert tax["reason"]["code"] == "local"
    assert "2 × 21 = 42" in tax["reason"]["sentence"]["ko"]
    assert "2 × 21 = 42" in tax["reason"]["sentence"]["en"]
    assert found["tax->price.1"]["reason"]["causes"] == ["op_3->price.0"]
    assert not any(change["id"].startswith("orange") for change in answer["changes"])


def test_before_and_after_may_be_any_inputs_and_reasons_be_few(client):
    answer = post(
        client, program=SHOPPING, inputs={"apple": 90}, before={"apple": 121, "tax": 2}, about=["tax"]
    )
    told = {change["id"] for change in answer["changes"] if change["reason"]}
    assert told == {"tax"}
    assert len(answer["changes"]) > 10


def test_a_closed_layer_is_one_part_and_tensors_tell_an_element(client):
    program = "x = [1, 2]\ny = sigmoid(x)\nL = sum(y * y)"
    closed = post(client, program=program, inputs={"x": [1, 3]})
    assert "x->sigmoid_1" in {change["id"] for change in closed["changes"]}
    opened = post(client, program=program, inputs={"x": [1, 3]}, open=["sigmoid_1"])
    x = next(change for change in opened["changes"] if change["id"] == "x")
    assert x["value"]["where"] == [1]


@pytest.mark.parametrize(
    "body", [{"before": {"pear": 1}}, {"before": {"apple": [1, 2]}}, {"mistakes": ["mul.none"]}]
)
def test_what_cannot_be_compared_is_refused(client, body):
    answer = post(client, 422, program=SHOPPING, **body)
    assert answer["status"] == 422
