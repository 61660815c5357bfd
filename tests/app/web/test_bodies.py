"""Bodies within bounds: what is refused before it is validated, and how long the event loop waits meanwhile."""

import asyncio
import json
import time

import httpx
import pytest

from chainrule.app.main import create_app

GRAPHS = "/api/v1/graphs/values"
KEYS = ",".join(f'"k{k}":1' for k in range(70_000))


def listed(item, count):
    return "[" + ",".join([item] * count) + "]"


def body(more):
    return '{"program":"y = x",' + more + "}"


HOSTILE = {
    "70,000 inputs": body('"inputs":{' + KEYS + "}"),
    "70,000 fields": body(KEYS),
    "70,000 objects": body('"inputs":{"x":' + listed('{"a":1}', 70_000) + "}"),
    "300,000 lists": body('"inputs":{"x":' + listed("[]", 300_000) + "}"),
    "480,000 numbers": body('"inputs":{"x":' + listed("1", 480_000) + "}"),
    "deep": body('"inputs":{"x":' + "[" * 19_000),
    "10,000 wrong inputs": body('"inputs":{' + ",".join(f'"k{k}":"no"' for k in range(10_000)) + "}"),
    "5,000 wrong ids": body('"open":' + listed("1", 5_000)),
    "a string of 900,000 letters": body('"inputs":{"x":"' + "a" * 900_000 + '"}'),
}
ALLOWED = {
    "11,000 inputs": body('"inputs":{' + ",".join(f'"k{k}":1.5' for k in range(11_000)) + "}"),
    "90,000 numbers": body('"inputs":{"x":' + listed("0.125", 90_000) + "}"),
    "15,000 rows": body('"inputs":{"x":' + listed("[1,2]", 15_000) + "}"),
}


def post(client, body, **headers):
    return client.post(GRAPHS, content=body, headers={"Content-Type": "application/json", **headers})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_refused_soon_and_says_why(client, name):
    begin = time.process_time()
    answer = post(client, HOSTILE[name])
    assert time.process_time() - begin < 2
    assert answer.status_code in (400, 422)
    assert len(answer.content) < 10_000
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "said"), [("70,000 inputs", "70,000 names"), ("70,000 fields", "70,001 fields")]
)
def test_the_bound_is_named_in_both_languages(client, name, said):
    assert said in post(client, HOSTILE[name]).json()["detail"]
    assert "읽습니다" in post(client, HOSTILE[name], **{"Accept-Language": "ko"}).json()["detail"]


def test_errors_are_told_up_to_twenty_though_there_are_more(client):
    body = {"program": "y = x", "inputs": {f"k{k}": "no" for k in range(500)}}
    assert len(client.post(GRAPHS, json=body).json()["errors"]) == 20


def test_the_one_wrong_input_of_many_is_told(client):
    inputs = {f"k{k}": 1 for k in range(500)} | {"bad": "no", "list": [[1], [2, 3]]}
    problem = client.post(GRAPHS, json={"program": "y = x", "inputs": inputs}).json()
    assert [error["pointer"] for error in problem["errors"]] == ["/body/inputs/bad", "/body/inputs/list"]


def test_a_large_body_is_answered_as_a_small_one_is(client):
    rows = [[k / 8, -k] for k in range(5_000)]
    body = {"program": "y = sum(x)", "inputs": {"x": rows}}
    assert len(json.dumps(body)) > 16_000
    answer = client.post(GRAPHS, json=body)
    assert answer.status_code == 200
    assert answer.json()["values"][-1] == sum(map(sum, rows))


@pytest.mark.parametrize(
    "text", ['{"program": ', '{"program": "y = 1", "inputs": {"x": NaN}}', "\xff", "[" * 2_000]
)
@pytest.mark.parametrize("length", [0, 20_000])
def test_what_is_no_json_is_told_alike_in_large_and_small_bodies(client, text, length):
    small, padded = (post(client, text.encode("latin-1") + b" " * pad) for pad in (0, length))
    assert (padded.status_code, padded.json()["detail"]) == (small.status_code, small.json()["detail"])


def longest_gap(settings, bodies):
    """Send bodies one after another; return the most processor time of the event loop between two heartbeats."""
    gaps = []

    async def beat():
        last = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            gaps.append(now - last)
            last = now

    async def send_all():
        transport = httpx.ASGITransport(create_app(settings))
        headers = {"Content-Type": "application/json"}
        async with httpx.AsyncClient(transport=transport, base_url="http://local", headers=headers) as client:
            await client.post(GRAPHS, json={"program": "y = 1"})
            beating = asyncio.create_task(beat())
            for body in bodies:
                gaps.clear()
                await client.post(GRAPHS, content=body.encode())
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                found.append(max(gaps))
            beating.cancel()

    found = []
    asyncio.run(send_all())
    return found


def test_the_event_loop_never_waits_for_one_body(settings):
    bodies = HOSTILE | ALLOWED
    gaps = dict(zip(bodies, longest_gap(settings, bodies.values()), strict=True))
    assert max(gaps.values()) < 0.02, gaps
