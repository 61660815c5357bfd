"""Hostile programs and bodies: each refused at once with what is wrong, and nobody else notices."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.helpers.hostile import FAMILIES, Case
from tests.helpers.resident import resident

MOST_SECONDS = 2.0
"""Processor time of one answer."""
NEIGHBOUR_SECONDS = 0.1
"""The same of a small question asked in between, but for one in a hundred."""
MOST_BYTES = 150_000_000
"""What may stay resident of all of them."""


def told(answer: Any, case: Case) -> None:
    """Hold that a refusal says what is wrong, where, and what would be right."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert len(problem["detail"]) > 10
    kind = problem["type"].rpartition("#")[2]
    if kind == "program":
        # A text refused as a whole has no place in it.
        assert problem.get("line", 1) >= 1
        assert "line" in problem or "at most" in problem["detail"] or case.path.endswith("/translate")
    elif kind == "invalid-request":
        assert all(each["pointer"].startswith("/") and each["detail"] for each in problem["errors"])
        assert 1 <= len(problem["errors"]) <= 20


def asked(client: TestClient, case: Case) -> tuple[Any, float]:
    """Send a request. Return its answer and the processor time that it took."""
    begin = time.process_time()
    answer = client.request(case.method, case.path, content=case.body, headers=case.headers)
    return answer, time.process_time() - begin


@pytest.fixture(scope="module")
def calm(client: TestClient) -> Iterator[None]:
    """Hold that nothing of what was asked stays in memory."""
    client.post("/api/v1/graphs/values", json={"program": "a = 1"})
    before = resident()
    yield
    assert resident() - before < MOST_BYTES


def hold(client: TestClient, family: str, slow: bool = False) -> None:
    """Send all requests of a family, and small ones of somebody else in between."""
    neighbour = Case("", "/api/v1/graphs/values", b'{"program": "a = 2\\nb = a * a"}', (200,))
    waits: list[float] = []
    for at, case in enumerate(case for case in FAMILIES[family]() if slow or not case.slow):
        answer, seconds = asked(client, case)
        assert answer.status_code in case.statuses, (case.name, answer.status_code, answer.text[:300])
        assert seconds < MOST_SECONDS, case.name
        if answer.status_code >= 400:
            told(answer, case)
        if at % 5 == 0:
            answer, seconds = asked(client, neighbour)
            assert answer.status_code == 200
            waits.append(seconds)
    assert sorted(waits)[-2] < NEIGHBOUR_SECONDS


@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_requests_are_answered_at_once_with_what_is_wrong(
    client: TestClient, family: str, calm: None
) -> None:
    hold(client, family)


def test_there_are_hundreds_of_them_and_none_is_sent_twice() -> None:
    cases = [case for family in FAMILIES.values() for case in family()]
    assert len({(case.method, case.path, case.body, str(case.headers)) for case in cases}) == len(cases) > 500


@pytest.mark.soak
def test_two_thousand_hostile_requests_leave_no_memory_behind(client: TestClient) -> None:
    for family in FAMILIES:
        hold(client, family, slow=True)
    before = resident()
    for _ in range(4):
        for family in FAMILIES:
            hold(client, family)
    assert resident() - before < MOST_BYTES / 3
