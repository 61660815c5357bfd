"""Whose a run is: its maker steers it, others watch it and copy it, and nobody learns a token."""

import json
import re
import zipfile

import pytest
from fastapi.testclient import TestClient

from tests.app.runs import frames
from tests.app.runs.api import NET, RUNS, act, history, make, params, same, state, until

OTHER = {"Chainrule-Owner": "S" * 43}


def test_a_run_belongs_to_its_maker_and_only_theirs_are_listed(service):
    run = make(service)
    assert state(service, run)["own"]
    assert [each["id"] for each in service.get(RUNS).json()["runs"]] == [run]
    assert service.get(RUNS, headers=OTHER).json()["runs"] == []
    assert not service.get(f"{RUNS}/{run}", headers=OTHER).json()["own"]
    named = service.get(RUNS, params={"id": run}, headers=OTHER).json()["runs"]
    assert [(each["id"], each["own"]) for each in named] == [(run, False)]
    assert service.get(RUNS, params={"id": "none"}).json()["runs"] == []


def test_others_watch_and_read_but_do_not_change(service):
    run = make(service)
    act(service, run, "step", 3)
    archive = service.get(f"{RUNS}/{run}/params", headers=OTHER).content
    assert service.get(f"{RUNS}/{run}/graph", headers=OTHER).status_code == 200
    assert service.post(f"{RUNS}/{run}/gradcheck", headers=OTHER).status_code == 200
    with service.websocket_connect(f"{RUNS}/{run}/frames", headers=OTHER) as socket:
        assert frames.read(socket.receive_bytes())[0]["step"] == 3
    for method, path, body in (
        ("DELETE", "", {}),
        ("PATCH", "", {"json": {"learning_rate": 0.01}}),
        ("POST", "/actions", {"json": {"action": "step"}}),
        ("PUT", "/params", {"content": archive}),
    ):
        refused = service.request(method, f"{RUNS}/{run}{path}", headers=OTHER, **body)
        assert (refused.status_code, refused.json()["type"]) == (403, "/api#not-owner")
        assert f"POST {RUNS}/{run}/copies" in refused.json()["detail"]
        korean = {**OTHER, "Accept-Language": "ko"}
        assert (
            "복사" in service.request(method, f"{RUNS}/{run}{path}", headers=korean, **body).json()["detail"]
        )
    assert state(service, run)["step"] == 3


def test_a_copy_goes_on_where_the_run_stands_and_leaves_it_alone(service):
    run = make(service, steps=500)
    act(service, run, "step", 20)
    service.patch(f"{RUNS}/{run}", json={"learning_rate": 0.05})
    made = service.post(f"{RUNS}/{run}/copies", headers=OTHER)
    assert made.status_code == 201
    copy = made.json()["id"]
    assert made.headers["location"] == f"{RUNS}/{copy}"
    assert made.json()["own"]
    assert copy != run
    unlike = ("id", "own", "created", "events", "live", "watchers")
    first, second = ({**state(service, each)} for each in (run, copy))
    assert {k: v for k, v in first.items() if k not in unlike} == {
        k: v for k, v in second.items() if k not in unlike
    }
    assert history(service, copy) == history(service, run)
    assert same(params(service, copy), params(service, run))
    stepped = service.post(f"{RUNS}/{copy}/actions", json={"action": "step", "steps": 10}, headers=OTHER)
    assert stepped.json()["step"] == 30
    assert state(service, run)["step"] == 20
    # The same batches come next: the copy is the run, only somebody else's.
    act(service, run, "step", 10)
    assert same(params(service, copy), params(service, run))
    assert service.delete(f"{RUNS}/{copy}", headers=OTHER).status_code == 204


def test_a_run_that_trains_is_copied_paused_and_an_untouched_one_ready(service):
    run = make(service)
    ready = service.post(f"{RUNS}/{run}/copies").json()
    assert (ready["state"], ready["step"]) == ("ready", 0)
    act(service, run, "start")
    until(service, run, lambda now: now["step"] > 0)
    copy = service.post(f"{RUNS}/{run}/copies").json()
    assert (copy["state"], copy["live"]) == ("paused", False)
    assert copy["step"] > 0
    assert state(service, run)["state"] == "running"


def test_a_token_is_given_once_and_kept_as_a_hash(opened, tmp_path):
    with opened(run_folder=str(tmp_path / "runs")) as opened_client:
        client = TestClient(opened_client.app)
        made = client.post(RUNS, json=NET)
        token = made.headers["chainrule-owner"]
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
        cookie = made.headers["set-cookie"]
        assert f"chainrule-owner={token}" in cookie
        for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age="):
            assert part in cookie
        assert "Secure" not in cookie
        again = client.post(RUNS, json=NET)
        assert "chainrule-owner" not in again.headers, "whoever has a token is told no other"
        assert len(client.get(RUNS).json()["runs"]) == 2
        # A browser's scripts are not told the token; over HTTPS the cookie stays there.
        page = TestClient(opened_client.app, base_url="https://testserver")
        made = page.post(RUNS, json=NET, headers={"Sec-Fetch-Site": "same-origin"})
        assert "chainrule-owner" not in made.headers
        assert "Secure" in made.headers["set-cookie"]
        assert token not in json.dumps([client.get(RUNS).json(), client.get("/metrics").text])
    for path in (tmp_path / "runs").glob("*.npz"):
        with zipfile.ZipFile(path) as archive:
            text = archive.read("run.json").decode()
        assert token not in text
        assert re.fullmatch(r"[0-9a-f]{64}", json.loads(text)["owner"])


@pytest.mark.parametrize("token", ["", "short", "x" * 44, "é" * 43, "x" * 42 + "="])
def test_what_is_no_token_owns_nothing(service, token):
    run = make(service)
    headers = {"Chainrule-Owner": token.encode()}
    assert service.delete(f"{RUNS}/{run}", headers=headers).status_code == 403
    stranger = TestClient(service.app, headers={"Cookie": f"chainrule-owner={token}".encode()})
    assert stranger.delete(f"{RUNS}/{run}").status_code == 403
    assert stranger.get(RUNS).json()["runs"] == []


def test_an_owner_is_known_after_a_restart_and_a_run_without_one_is_watched_and_copied(opened, tmp_path):
    folder = str(tmp_path / "runs")
    with opened(run_folder=folder) as client:
        run = make(client)
        act(client, run, "step", 5)
    path = tmp_path / "runs" / f"{run}.npz"
    with opened(run_folder=folder) as client:
        assert act(client, run, "step", 5)["step"] == 10
    # A file of the version before owners does not name one.
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    header = json.loads(members["run.json"])
    del header["owner"]
    members["run.json"] = json.dumps(header).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    with opened(run_folder=folder) as client:
        assert client.get(RUNS).json()["runs"] == []
        assert state(client, run)["step"] == 10
        refused = client.post(f"{RUNS}/{run}/actions", json={"action": "step"})
        assert refused.status_code == 403
        copy = client.post(f"{RUNS}/{run}/copies").json()
        assert copy["step"] == 10
        assert act(client, copy["id"], "step", 5)["step"] == 15
