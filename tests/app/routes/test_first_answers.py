"""The answers within the workbench's page are those that its script would get to its first calls."""

import html
import json
import re
from urllib.parse import urlencode

import pytest

CALLS = {"graphs": "/api/v1/graphs", "steps": "/api/v1/graphs/steps", "picture": "/api/v1/graphs/picture"}
PICTURE = re.compile(r'<div class="first-picture" id="first-picture" aria-hidden="true">(.+?)</div>', re.S)
ANSWERS = re.compile(r'<script type="application/json" id="first-answers">(.+?)</script>', re.S)

ADDRESSES = {
    "": {"labels": "numbers", "lang": "en"},
    "labels=shapes": {"labels": "shapes", "lang": "en"},
    "lang=ko": {"labels": "numbers", "lang": "ko"},
    urlencode(
        {
            "program": "x = 3  # <b> & </script>\ny = relu(x) * x",
            "inputs": "x:-2",
            "seed": "1.3",
            "mistakes": "mul.not_swapped",
            "conventions": "relu.zero.one",
            "open": "relu_1",
            "labels": "symbols",
        }
    ): {
        "program": "x = 3  # <b> & </script>\ny = relu(x) * x",
        "inputs": {"x": -2},
        "seed": 1.3,
        "mistakes": ["mul.not_swapped"],
        "conventions": ["relu.zero.one"],
        "labels": "symbols",
    },
    urlencode({"program": "X = [[1, 2], [3, 4]]\ny = X * 2", "seed": "[[1,2],[3,4]]"}): {},
}


def with_picture(client, address: str) -> str:
    """The page, once its picture's layout is known: until then a page does not wait long."""
    for _ in range(100):
        page = client.get(address, headers={"Accept-Language": "en"}).text
        if ANSWERS.search(page):
            return page
    raise AssertionError(f"{address} never has a picture")


@pytest.mark.parametrize(("query", "said"), ADDRESSES.items())
def test_they_are_the_answers_of_the_calls(client, query, said):
    address = f"/?{query}"
    page = with_picture(client, address)
    answers = json.loads(ANSWERS.search(page)[1])
    for call, path in CALLS.items():
        request = answers[call]["request"]
        answer = client.post(path, json=request)
        assert answer.status_code == 200
        if call == "picture":
            assert PICTURE.search(page)[1].strip() == answer.text.strip()
            assert {key: request[key] for key in said} == said
        else:
            assert answers[call]["answer"] == answer.json()


@pytest.mark.parametrize(
    "query",
    [
        "program=x+%3D+sigmid(1)",
        "program=x+%3D+1&seed=%5B1",
        "program=x+%3D+1&mistakes=no.such",
        "labels=no",
        urlencode({"program": "x = 1\n" + "\n".join(f"y{k} = x * {k}" for k in range(300))}),
    ],
)
def test_errors_and_large_graphs_are_left_to_the_calls(client, query):
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    assert not ANSWERS.search(answer.text)
    assert "first-picture" not in answer.text


def test_nothing_of_a_program_is_markup(client):
    program = "x = 3  # </script><script>alert(1)</script>"
    page = with_picture(client, f"/?{urlencode({'program': program})}")
    assert "<script>alert" not in page
    assert "alert(1)" in html.unescape(page)
