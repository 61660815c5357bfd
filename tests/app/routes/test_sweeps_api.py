"""The calls that move one input."""

import math

import pytest

from chainrule.app.schemas.sweeps import CHAIN, CurveAnswer, DifferencesAnswer

GRAPHS = "/api/v1/graphs"


def post(client, path, **body):
    return client.post(f"{GRAPHS}/{path}", json={"program": CHAIN, "input": "x"} | body)


def test_a_curve_has_values_and_slopes(client):
    answer = post(client, "curve", start=-1, stop=1, points=5)
    found = CurveAnswer.model_validate(answer.json())
    assert found.at == [-1, -0.5, 0, 0.5, 1]
    assert found.values == pytest.approx([math.sin((2 * x + 1) ** 2) for x in found.at])
    slopes = [math.cos((2 * x + 1) ** 2) * 2 * (2 * x + 1) * 2 for x in found.at]
    assert found.slopes == pytest.approx(slopes)


def test_where_there_is_no_number_the_curve_says_so(client):
    answer = client.post(
        f"{GRAPHS}/curve",
        json={"program": "x = 1\ny = 1 / x", "input": "x", "start": -1, "stop": 1, "points": 3},
    ).json()
    assert answer["values"] == [-1, "Infinity", 1]


def test_differences_tell_the_errors(client):
    found = DifferencesAnswer.model_validate(post(client, "differences").json())
    assert len(found.epsilons) == len(found.central_errors) == 61
    assert (found.epsilons[0], found.epsilons[-1]) == (0.1, 1e-16)
    assert found.backprop_text == "−10.9336"
    best = min(range(61), key=lambda k: found.central_errors[k])
    assert 1e-7 < found.epsilons[best] < 1e-3
    # At 1e-16 x does not move at all: the difference is 0 and the error the whole derivative.
    assert found.forward[-1] == 0 and found.forward_errors[-1] == pytest.approx(abs(found.backprop))


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("curve", {"start": 1, "stop": 1}, "must be above"),
        ("curve", {"start": 0, "stop": 1, "points": 1}, "points"),
        ("curve", {"start": 0, "stop": 1, "input": "z"}, "There is no input `z`"),
        ("differences", {"epsilons": [0]}, "epsilons"),
        ("differences", {"program": "x = [1, 2]\ny = sum(x)"}, "tensor"),
    ],
)
def test_bad_requests_are_told(client, path, body, said):
    response = client.post(
        f"{GRAPHS}/{path}", json={"program": CHAIN, "input": "x"} | body, headers={"accept-language": "en"}
    )
    assert response.status_code == 422
    assert said in response.text
