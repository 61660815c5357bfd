"""Programs that need more memory than one request may have: refused by name, and nothing of others is kept."""

import gc
import tracemalloc

import pytest
from fastapi.testclient import TestClient

from chainrule.app.main import create_app

GRAPHS = "/api/v1/graphs"
FAN_OUT = "x = rand(500, 500)\ny = 0.0\n" + "y = y + max(x)\n" * 130
"""Both passes need 260 MB for the gradients on the edges alone."""
CALLS = {
    "": {},
    "/values": {},
    "/steps": {},
    "/picture": {},
    "/explain": {"id": "x"},
    "/tensor": {"id": "x"},
    "/provenance": {"id": "y", "of": "value", "index": []},
    "/gradcheck": {},
    "/changes": {"before": {"x": 1.0}},
    "/nudge": {"id": "x", "index": [0, 0], "delta": 1.0},
    "/order": {"order": ["y"]},
    "/races": {"way": "reverse"},
    "/curve": {"node": "x", "index": [0, 0], "start": 0, "stop": 1, "points": 2},
    "/export": {"format": "pytorch"},
}


@pytest.fixture(scope="module")
def narrow(settings):
    with TestClient(create_app(settings.model_copy(update={"max_memory_mb": 60}))) as client:
        yield client


@pytest.mark.parametrize("call", CALLS)
def test_every_call_refuses_it_before_it_takes_the_memory(narrow, call):
    body = {"program": FAN_OUT} | CALLS[call]
    narrow.post(GRAPHS + call, json=body)  # compiled from here on
    tracemalloc.start()
    try:
        answer = narrow.post(GRAPHS + call, json=body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    problem = answer.json()
    assert (answer.status_code, problem["type"], problem["name"]) == (422, "/api#memory", "x")
    assert "at most 60 MB" in problem["detail"]
    assert "read 130 times" in problem["detail"]
    assert peak < 5_000_000


def test_the_refusal_is_said_in_korean_too(narrow):
    answer = narrow.post(GRAPHS, json={"program": FAN_OUT}, headers={"Accept-Language": "ko"})
    assert "60 MB까지" in answer.json()["detail"]


def test_a_pictures_address_is_refused_alike_and_the_page_still_opens(narrow):
    assert narrow.get(f"{GRAPHS}/picture.svg", params={"program": FAN_OUT}).json()["type"] == "/api#memory"
    assert narrow.get("/", params={"program": FAN_OUT}).status_code == 200


def test_what_needs_less_is_answered(narrow):
    answer = narrow.post(f"{GRAPHS}/values", json={"program": "x = rand(500, 500)\ny = sum(x * x)"})
    assert answer.status_code == 200


def test_many_large_tensors_without_a_fan_out_name_the_largest(narrow):
    program = "x = rand(700, 700)\ny = sum(sin(x) * cos(x))"
    problem = narrow.post(f"{GRAPHS}/values", json={"program": program}).json()
    assert problem["type"] == "/api#memory"
    assert "Use smaller tensors" in problem["detail"]


def test_the_numbers_of_an_answer_are_not_kept(client):
    def body(k):
        return {"program": f"x = rand(300, 300, seed={k})\ny = sum(sin(x) ** 2)"}

    client.post(f"{GRAPHS}/values", json=body(0))
    gc.collect()
    tracemalloc.start()
    try:
        for k in range(1, 6):
            assert client.post(f"{GRAPHS}/values", json=body(k)).status_code == 200
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    # Each program keeps its own x, 720 kB, and no value and no gradient of the other nodes.
    assert kept < 5 * 720_000 + 800_000
