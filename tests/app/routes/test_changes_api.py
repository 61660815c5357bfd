"""`/graphs/changes`: what differs between two sets of inputs, and why. `/graphs/nudge`: one value pushed by Δ."""

import pytest

from chainrule.app.schemas.requests import SHOPPING


def post(client, path="changes", status=200, **body):
    response = client.post(f"/api/v1/graphs/{path}", json=body)
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
        "tensor": None,
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
    assert (x["value"]["tensor"]["old_norm_text"], x["value"]["tensor"]["new_norm_text"]) == (
        "2.23607",
        "3.16228",
    )
    assert x["gradient"]["tensor"]["heat"]["href"].startswith("data:image/png")
    assert (x["gradient"]["tensor"]["heat"]["rows"], x["gradient"]["tensor"]["heat"]["columns"]) == (1, 2)


@pytest.mark.parametrize(
    "body", [{"before": {"pear": 1}}, {"before": {"apple": [1, 2]}}, {"mistakes": ["mul.none"]}]
)
def test_what_cannot_be_compared_is_refused(client, body):
    answer = post(client, status=422, program=SHOPPING, **body)
    assert answer["status"] == 422


def test_a_push_shows_the_true_change_beside_gradient_times_delta(client):
    answer = post(client, "nudge", program="x = 3\nv = x * 2\ny = v ** 2", id="v", delta=0.5)
    assert [push["id"] for push in answer["pushes"]] == ["v", "y"]
    last = answer["pushes"][-1]
    assert (last["true_text"], last["straight_text"], last["gap_text"]) == ("+6.25", "+6", "+0.25")
    assert "12 × 0.5 = +6" in answer["sentence"]["en"]
    assert answer["effects"][0]["sentence"]["en"] == "x +0.01 → y about +0.24"


def test_a_push_of_an_element_tells_its_value_and_the_steepest_element_of_each_input(client):
    program = "x = [1, -2, 0.5]\nk = 3\nL = k * sum(x ** 2)"
    answer = post(client, "nudge", program=program, id="x", index=[2], delta=0)
    assert (answer["value"], answer["gradient"], answer["gradient_text"]) == (0.5, 3, "3")
    assert answer["pushes"][-1]["true"] == 0
    # −2 moves the output most: 6 × (−2) × 0.01, whatever the upstream gradient or a broken rule says.
    for more in ({}, {"upstream": 1.3}, {"mistakes": ["mul.not_swapped"]}):
        effects = post(client, "nudge", program=program, id="x", index=[2], delta=0, **more)["effects"]
        assert [effect["sentence"]["en"] for effect in effects] == [
            "x[1] +0.01 → L about −0.12",
            "k +0.01 → L about +0.0525",
        ]
        assert [effect["index"] for effect in effects] == [[1], []]


def test_a_push_of_a_straight_value_leaves_no_gap(client):
    answer = post(client, "nudge", program=SHOPPING, id="tax", delta=0.1)
    assert {push["gap"] for push in answer["pushes"]} == {0}
    assert [effect["id"] for effect in answer["effects"]][-1] == "tax"


def test_a_broken_rule_is_told_beside_the_true_slope(client):
    body = {"program": "x = 3\ny = x * 2", "id": "x", "delta": 0.5, "mistakes": ["mul.not_swapped"]}
    answer = post(client, "nudge", **body)
    assert (answer["gradient"], answer["slope"], answer["slope_text"]) == (3, 2, "2")
    assert answer["sentence"]["en"] == (
        "y really changes by +1, exactly as gradient × Δ says: 2 × 0.5 = +1. "
        "By the broken rule it would be 3 × 0.5 = +1.5, off by −0.5."
    )
    assert answer["sentence"]["ko"].endswith(
        "틀린 규칙으로 구한 기울기로는 3 × 0.5 = +1.5, 실제와의 차이 −0.5."
    )
    # The upstream gradient is no broken rule.
    assert "broken" not in post(client, "nudge", **body | {"mistakes": [], "upstream": 2})["sentence"]["en"]
    assert post(client, "nudge", **body | {"upstream": 2})["slope"] == 2


def test_what_cannot_be_pushed_is_refused(client):
    post(client, "nudge", 404, program=SHOPPING, id="pear", delta=1)
    post(client, "nudge", 422, program=SHOPPING, id="tax", delta=1, index=[0])
    post(client, "nudge", 422, program="x = [1, 2]\ny = x * x", id="x", delta=1, index=[2])


def test_a_curve_is_drawn_over_any_node(client):
    answer = post(client, "curve", program=SHOPPING, node="op_3", start=0, stop=10, points=3)
    assert answer["slopes"] == [1.1] * 3
    post(client, "curve", 404, program=SHOPPING, node="pear", start=0, stop=10)
    post(client, "curve", 422, program=SHOPPING, node="op_3", input="tax", start=0, stop=10)


def test_a_picture_shows_a_push(client):
    body = {"program": "x = 3\nv = x * 2\ny = v ** 2", "labels": "numbers", "lang": "en", "standalone": True}
    plain = client.post("/api/v1/graphs/picture", json=body).text
    assert "push-bar" not in plain
    pushed = client.post("/api/v1/graphs/picture", json=body | {"nudge": "v:3"}).text
    assert '<tspan class="true">+45</tspan> <tspan class="straight">+36</tspan>' in pushed
    query = {"program": body["program"], "lang": "en", "nudge": "v:3"}
    assert "push-bar" in client.get("/api/v1/graphs/picture.svg", params=query).text
    tensor = body | {"program": "x = [[1, 2]]\ny = x * x\nL = sum(y)", "nudge": "x[0,1]:1"}
    drawn = client.post("/api/v1/graphs/picture", json=tensor).text
    assert '[0, 1] <tspan class="true">+5</tspan> <tspan class="straight">+4</tspan>' in drawn
    assert "[0, 1]" not in client.post("/api/v1/graphs/picture", json=tensor | {"nudge": None}).text
    for nudge, status in (("z:1", 404), ("v", 422), ("v[0]:1", 422)):
        answer = client.post("/api/v1/graphs/picture", json=body | {"nudge": nudge})
        assert answer.status_code == status, nudge


def test_two_inputs_make_a_surface(client):
    axes = {
        "x": {"input": "apple", "start": 0, "stop": 200},
        "y": {"input": "tax", "start": 1, "stop": 2},
    }
    answer = post(client, "surface", program=SHOPPING, points=3, **axes)
    assert answer["x"] == [0, 100, 200]
    assert answer["values"][1] == pytest.approx([675, 975, 1275])
    post(client, "surface", 422, program=SHOPPING, x=axes["x"], y={"input": "pear", "start": 1, "stop": 2})
    post(client, "surface", 422, program=SHOPPING, x=axes["x"], y={"input": "tax", "start": 2, "stop": 1})
    cells = "W = [[1, 2], [3, 4]]\nL = W[0, 1] ** 2 * W[1, 0]"
    ends = {"start": 0, "stop": 2}
    axes = {"x": {"input": "W", "index": [0, 1]} | ends, "y": {"input": "W", "index": [1, 0]} | ends}
    assert post(client, "surface", program=cells, points=3, **axes)["values"] == [
        [0, 0, 0],
        [0, 1, 4],
        [0, 2, 8],
    ]
    post(
        client,
        "surface",
        422,
        program=cells,
        points=3,
        **axes | {"y": {"input": "W", "index": [2, 0]} | ends},
    )
    other = "a = 2\nb = 3\nc = a * b\nd = a + b"
    sides = {"x": {"input": "a"} | ends, "y": {"input": "b"} | ends}
    assert post(client, "surface", program=other, output="c", points=2, **sides)["values"] == [[0, 0], [0, 4]]
    large = "x = 1\ny = 2\nA = zeros(100, 100)\nL = sum(A * x * y)"
    ends = {"start": 0, "stop": 1}
    post(client, "surface", 422, program=large, points=100, x={"input": "x"} | ends, y={"input": "y"} | ends)
