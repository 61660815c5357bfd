"""`/graphs/races`: three ways to all slopes, counted. `/graphs/order`: the backward pass in any order."""

import pytest

from chainrule.app.schemas.requests import SHOPPING
from tests.core.engine.test_order import TWO_READERS
from tests.core.gradcheck.test_races import NET


def post(client, path, status=200, **body):
    response = client.post(f"/api/v1/graphs/{path}", json=body)
    assert response.status_code == status, response.text
    return response.json()


@pytest.mark.parametrize(
    ("way", "passes", "multiplications"), [("numerical", 10, 35), ("forward", 6, 12), ("reverse", 2, 9)]
)
def test_each_way_finds_the_slopes_of_the_shopping(client, way, passes, multiplications):
    answer = post(client, "races", program=SHOPPING, way=way)
    assert (answer["passes"], answer["next"], answer["slopes"], answer["known"]) == (passes, passes, 5, 5)
    assert answer["multiplications"] == multiplications
    assert len(answer["told"]) == passes
    found = [slope["slope_text"] for each in answer["told"] for slope in each["slopes"]]
    assert found == ["2.2", "110", "3.3", "165", "650"]


def test_a_long_race_is_run_in_laps(client):
    """The net takes 79,520 evaluations: one answer does as many as fit its time, and says where to go on."""
    body = {"program": NET, "moved": ["W1", "b1", "W2", "b2"], "way": "numerical"}
    first = post(client, "races", **body, count=40)
    assert (first["passes"], first["slopes"]) == (79_520, 39_760)
    assert 0 < first["next"] <= 40
    then = post(client, "races", **body, first=first["next"], count=1)
    assert then["first"] == first["next"]
    assert then["next"] == first["next"] + 1
    asked = post(client, "races", **body | {"way": "reverse"})
    assert (asked["passes"], asked["next"], asked["known"]) == (2, 2, 39_760)
    assert len(asked["told"][1]["slopes"]) == 100
    over = post(client, "races", **body, first=79_520)
    assert (over["next"], over["told"], over["multiplications"]) == (79_520, [], 0)


def test_a_race_of_unknown_inputs_is_refused(client):
    assert post(client, "races", 422, program=SHOPPING, way="reverse", moved=["pear"])["name"] == "pear"
    post(client, "races", 422, program=SHOPPING, way="sideways")


def test_a_wrong_order_is_told_beside_the_right_gradients(client):
    answer = post(client, "order", program=TWO_READERS, order=["L", "b", "a", "c"])
    nodes = {node["id"]: node for node in answer["nodes"]}
    assert (nodes["x"]["gradient_text"], nodes["x"]["right_text"], nodes["x"]["equal"]) == (
        "30",
        "138",
        False,
    )
    assert nodes["a"]["equal"]
    assert answer["lost"] == ["a->c.0", "a->c.1"]
    assert answer["turns"][2]["waiting"] == 2
    assert answer["turns"][3]["edges"][0] == {
        "id": "a->c.0",
        "contribution_text": "9",
        "right_text": "9",
    }
    assert answer["left"] == []


def test_before_the_first_turn_only_the_output_is_ready(client):
    answer = post(client, "order", program=TWO_READERS)
    assert answer["ready"] == ["L"]
    assert answer["left"] == ["L", "c", "b", "a"]
    assert {node["id"]: node["waiting"] for node in answer["nodes"]} == {
        "L": 0,
        "b": 1,
        "c": 1,
        "a": 3,
        "x": 2,
    }


def test_upstream_and_tensors_are_passed_back_too(client):
    tensors = post(client, "order", program="x = [1, 2]\ny = x * x", upstream=[1, 10], order=["y"])
    (x,) = [node for node in tensors["nodes"] if node["id"] == "x"]
    assert (x["gradient"], x["gradient_text"], x["equal"]) == (None, "(2,)", True)
    post(client, "order", 422, program=TWO_READERS, order=["x"])


def test_an_output_without_a_gradient_has_nothing_to_pass_back(client):
    answer = post(client, "order", program="x = 1\ny = 2 * 3")
    assert (answer["nodes"], answer["left"]) == ([], [])
    assert (
        post(client, "races", program="x = 1\ny = 2 * 3", way="reverse")["told"][1]["slopes"][0]["slope"] == 0
    )
