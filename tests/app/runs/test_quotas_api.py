"""Quotas over HTTP: a hostile client is told to wait, and a class keeps its runs."""

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

from tests.app.runs.api import NET, RUNS, act, make, soon, state

PUPILS = 20


def test_two_hundred_requests_evict_no_run_of_a_class(opened, clock):
    with opened(clock=clock, max_kept_runs=30) as service:
        pupils = [{"Chainrule-Owner": f"{pupil:02}" + "p" * 41} for pupil in range(PUPILS)]
        runs = [service.post(RUNS, json=NET, headers=pupil).json()["id"] for pupil in pupils]
        for run, pupil in zip(runs, pupils, strict=True):  # each is looked at
            assert service.get(f"{RUNS}/{run}/history", headers=pupil).status_code == 200
        hostile = TestClient(service.app)
        made = []
        for _ in range(200):
            hostile.cookies.clear()
            made.append(hostile.post(RUNS, json=NET).status_code)
        assert set(made) <= {201, 429}
        assert made.count(201) > 10
        for run, pupil in zip(runs, pupils, strict=True):
            assert [each["id"] for each in service.get(RUNS, headers=pupil).json()["runs"]] == [run]
        # A pupil still makes another.
        assert service.post(RUNS, json=NET, headers=pupils[0]).status_code == 201


def test_past_a_quota_the_answer_is_429_with_the_time_to_wait(opened, clock):
    limits = {"runs_per_minute": 2, "starts_per_minute": 1, "shares_per_minute": 1, "questions_per_second": 5}
    with opened(clock=clock, **limits) as service:
        run = make(service)
        make(service)
        for _ in range(2):
            late = service.post(RUNS, json=NET)
            assert (late.status_code, late.json()["type"]) == (429, "/api#too-many")
            assert late.headers["retry-after"] == "30"
            assert late.headers["content-type"] == "application/problem+json"
        assert service.post(f"{RUNS}/{run}/copies").status_code == 429
        act(service, run, "start")
        act(service, run, "pause")
        again = service.post(f"{RUNS}/{run}/actions", json={"action": "start"})
        assert (again.status_code, again.headers["retry-after"]) == (429, "60")
        link = {"program": "x = 1"}
        shares = [service.post("/api/v1/shares", json=link).status_code for _ in range(2)]
        assert shares == [201, 429]
        answers = [service.get(RUNS) for _ in range(60)]
        assert answers[0].status_code == 200
        assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "1")
        assert "Content-Security-Policy" in answers[-1].headers
        korean = service.get(RUNS, headers={"Accept-Language": "ko"}).json()
        assert korean["detail"] == "짧은 시간에 너무 많이 요청했습니다. 1초 뒤에 다시 해 보세요."
        # Others are not held up, and neither are the page and health.
        assert service.get(RUNS, headers={"Chainrule-Owner": "o" * 43}).status_code == 200
        assert service.get("/health/live").status_code == 200


def test_one_visitor_cannot_take_the_places_of_all_watchers(opened):
    other = {"Chainrule-Owner": "w" * 43}
    with opened(max_watchers_per_visitor=2) as service:
        run = make(service)
        frames = f"{RUNS}/{run}/frames"
        with service.websocket_connect(frames), service.websocket_connect(frames):
            with pytest.raises(WebSocketDenialResponse) as refused, service.websocket_connect(frames):
                pass
            assert (refused.value.status_code, refused.value.headers["retry-after"]) == (429, "10")
            assert refused.value.json()["type"] == "/api#too-many"
            assert service.get(f"{RUNS}/{run}/frame").status_code == 429
            with service.websocket_connect(frames, headers=other) as socket:
                assert socket.receive_bytes()
        soon(lambda: state(service, run)["watchers"] == 0)
        with service.websocket_connect(frames) as socket:
            assert socket.receive_bytes()


def test_a_page_gives_a_visitor_a_cookie_and_keeps_the_one_there_is(opened):
    with opened() as service:
        visitor = TestClient(service.app)
        first = visitor.get("/mnist", headers={"Sec-Fetch-Site": "none"})
        token = visitor.cookies["chainrule-owner"]
        assert "chainrule-owner" not in first.headers
        run = visitor.post(RUNS, json=NET)
        assert "chainrule-owner" not in run.headers
        visitor.get("/")
        assert visitor.cookies["chainrule-owner"] == token
        assert [each["id"] for each in visitor.get(RUNS).json()["runs"]] == [run.json()["id"]]
