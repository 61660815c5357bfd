"""Runs by their calls: made, started, paused, stepped, changed, read, queued, parked, removed; workers in process."""

import csv
import io
import zipfile

import numpy as np
import pytest

from tests.app.runs import frames, tiny
from tests.app.runs.api import NET, RUNS, act, kill, make, params, same, soon, state, until


def test_a_run_is_made_ready_and_walks_step_by_step(service):
    run = make(service)
    assert state(service, run)["state"] == "ready"
    assert not state(service, run)["live"]
    now = act(service, run, "step", 3)
    assert (now["state"], now["step"]) == ("paused", 3)
    assert service.get(RUNS).json()["runs"][0]["id"] == run
    assert service.delete(f"{RUNS}/{run}").status_code == 204
    assert service.get(f"{RUNS}/{run}").json()["type"] == "/api#run-missing"


def test_a_run_learns_to_the_end_and_tells_its_way(service):
    run = make(service, steps=400)
    assert act(service, run, "start")["state"] in ("running", "finished")
    now = until(service, run, lambda now: now["state"] == "finished")
    assert now["step"] == 400
    assert now["test_accuracy"] > 0.9
    history = service.get(f"{RUNS}/{run}/history").json()
    assert history["steps"] == list(range(10, 401, 10))
    assert history["loss"][-1] < history["loss"][0] / 2
    assert [len(norms) for norms in history["gradient_norms"]] == [2] * 40
    assert history["test_steps"][-1] == 400
    later = service.get(f"{RUNS}/{run}/history", params={"after": 390}).json()
    assert later["steps"] == [400]


def test_pause_step_and_reset_lose_nothing(service):
    straight, halting = make(service), make(service)
    act(service, straight, "step", 60)
    act(service, halting, "step", 7)
    act(service, halting, "start")
    act(service, halting, "pause")
    done = state(service, halting)["step"]
    assert done >= 7
    if done < 60:
        act(service, halting, "step", 60 - done)
    else:
        act(service, straight, "step", done - 60) if done > 60 else None
    assert same(params(service, straight), params(service, halting))
    first = params(service, make(service))
    assert act(service, straight, "reset")["step"] == 0
    assert same(params(service, straight), first)


def test_same_seed_same_numbers_whatever_watches(service):
    alone, watched = make(service, steps=300), make(service, steps=300)
    act(service, alone, "start")
    until(service, alone, lambda now: now["state"] == "finished")
    with service.websocket_connect(f"{RUNS}/{watched}/frames") as socket:
        act(service, watched, "start")
        while True:
            header, _ = frames.read(socket.receive_bytes())
            service.get(f"{RUNS}/{watched}/nodes/W1/grad")
            service.post(f"{RUNS}/{watched}/gradcheck")
            if header["state"] == "finished":
                break
    assert same(params(service, alone), params(service, watched))
    one, other = (service.get(f"{RUNS}/{run}/history").json() for run in (alone, watched))
    assert one == other


def test_a_worker_that_dies_again_and_again_is_given_up_until_reset(service):
    run = make(service)
    act(service, run, "step", 5)
    for deaths in range(1, 4):
        kill(service, run)
        until(service, run, lambda now, deaths=deaths: len(now["events"]) >= deaths)
        if deaths < 3:
            until(service, run, lambda now: now["live"])
    now = state(service, run)
    assert (now["state"], now["events"][-1]["kind"]) == ("failed", "lost")
    refused = service.post(f"{RUNS}/{run}/actions", json={"action": "start"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/api#run-failed")
    assert act(service, run, "reset")["state"] == "ready"
    assert act(service, run, "step", 2)["step"] == 2


def test_numbers_out_of_hand_fail_the_run_with_advice(service):
    run = make(service, learning_rate=1000.0, init=10.0)
    act(service, run, "start")
    now = until(service, run, lambda now: now["state"] == "failed")
    assert now["problem"]["node"]
    assert now["problem"]["hint"]["en"]
    assert now["problem"]["step"] >= 1
    refused = service.post(f"{RUNS}/{run}/actions", json={"action": "start"})
    assert refused.status_code == 409
    response = service.patch(f"{RUNS}/{run}", json={"init": "he", "learning_rate": 0.1})
    assert response.json()["state"] == "ready"
    assert act(service, run, "step", 5)["step"] == 5


def test_options_change_on_the_way_and_leave_marks(service):
    run = make(service)
    act(service, run, "step", 20)
    changed = service.patch(
        f"{RUNS}/{run}", json={"learning_rate": 0.01, "optimizer": "adam", "batch_size": 30}
    )
    assert changed.json()["step"] == 20
    assert changed.json()["options"]["optimizer"] == "adam"
    act(service, run, "step", 10)
    marks = service.get(f"{RUNS}/{run}/history").json()["marks"]
    assert {mark["name"]: mark["value"] for mark in marks} == {
        "learning_rate": 0.01,
        "optimizer": "adam",
        "batch_size": 30,
    }
    assert {mark["step"] for mark in marks} == {20}
    anew = service.patch(f"{RUNS}/{run}", json={"hidden": [5, 4], "activation": "tanh"}).json()
    assert (anew["step"], anew["options"]["hidden"]) == (0, [5, 4])


@pytest.mark.parametrize(
    "wrong",
    [
        {"hidden": [501]},
        {"hidden": [1] * 7},
        {"batch_size": 1001},
        {"dataset": "none"},
        {"steps": 10**9},
        {"learning_rate": 0},
        {"init": "large"},
    ],
    ids=str,
)
def test_what_is_beyond_the_limits_is_refused(service, wrong):
    response = service.post(RUNS, json=NET | wrong)
    assert response.status_code == 422
    assert response.json()["type"] in ("/api#run-options", "/api#invalid-request")
    assert service.get(RUNS).json()["runs"] == []


def test_a_batch_larger_than_the_data_is_refused(service):
    run = make(service, batch_size=700)
    response = service.post(f"{RUNS}/{run}/actions", json={"action": "start"})
    assert (response.status_code, response.json()["type"]) == (422, "/api#run-options")


def test_the_graph_and_its_tensors_have_the_numbers_of_the_batch(service):
    run = make(service)
    act(service, run, "step", 4)
    graph = service.get(f"{RUNS}/{run}/graph").json()
    assert graph["output"] == "loss"
    assert [group["id"] for group in graph["groups"]] == [
        "affine_1",
        "relu_1",
        "affine_2",
        "softmax_with_loss_1",
    ] or [group["id"] for group in graph["groups"]] == ["affine_1", "affine_2", "softmax_with_loss_1"]
    loss = next(node for node in graph["nodes"] if node["id"] == "loss")
    assert loss["value"] == pytest.approx(state(service, run)["loss"], rel=1e-5)
    file = service.get(f"{RUNS}/{run}/nodes/W1/grad", headers={"Accept": "application/x-npy"})
    whole = np.load(io.BytesIO(file.content))
    assert whole.shape == (tiny.PIXELS, 8)
    told = service.get(f"{RUNS}/{run}/nodes/W1/grad").json()
    assert np.array_equal(np.array(told["values"]), whole)
    one = service.get(f"{RUNS}/{run}/graph", params={"sample": 3, "layout": True}).json()
    assert next(node for node in one["nodes"] if node["id"] == "x")["shape"] == [1, tiny.PIXELS]
    assert one["layout"]["nodes"]
    assert service.get(f"{RUNS}/{run}/graph", params={"sample": 20}).status_code == 422
    assert service.get(f"{RUNS}/{run}/nodes/none/value").json()["type"] == "/api#unknown-id"
    assert service.get(f"{RUNS}/{run}/nodes/t/grad").json()["type"] == "/api#no-gradient"
    # Training needs no gradient of the pixels; it is dout · W1ᵀ all the same.
    dout, weights, pixels = (
        np.array(service.get(f"{RUNS}/{run}/nodes/{node}").json()["values"])
        for node in ("a1/grad", "W1/value", "x/grad")
    )
    assert np.allclose(pixels, dout @ weights.T, rtol=1e-4, atol=1e-7)
    assert service.get(f"{RUNS}/{run}/picture.svg").text.startswith("<svg")


def test_predictions_and_checks(service):
    run = make(service)
    act(service, run, "step", 200)
    image = np.full((tiny.SIDE, tiny.SIDE), 0.2)
    image[2] = 0.8
    pixels = image.ravel().tolist()
    seen = service.post(f"{RUNS}/{run}/predict", json={"pixels": pixels}).json()
    assert seen["predicted"] == 2
    assert sum(seen["probabilities"]) == pytest.approx(1)
    assert set(seen["nodes"]) == {"a1", "z1", "a2"}

    def score(pixels):
        return service.post(f"{RUNS}/{run}/predict", json={"pixels": pixels, "score": 1}).json()

    slopes, step = score(pixels)["gradient"]["pixels"], 1e-4
    for at in (0, 13, 35):
        up, down = ([*pixels[:at], pixels[at] + sign * step, *pixels[at + 1 :]] for sign in (1, -1))
        numerical = (score(up)["scores"][1] - score(down)["scores"][1]) / (2 * step)
        assert slopes[at] == pytest.approx(numerical, rel=1e-4, abs=1e-7)
    assert service.post(f"{RUNS}/{run}/predict", json={"pixels": [0.0]}).status_code == 422
    assert service.post(f"{RUNS}/{run}/predict", json={"pixels": pixels, "label": 9}).status_code == 422
    check = service.post(f"{RUNS}/{run}/gradcheck").json()
    assert check["ok"]
    assert check["count"] == tiny.PIXELS * 8 + 8 + 8 * 4 + 4


def test_parameters_go_out_and_come_back(service):
    taught, fresh = make(service), make(service, seed=9)
    act(service, taught, "step", 50)
    archive = service.get(f"{RUNS}/{taught}/params").content
    response = service.put(f"{RUNS}/{fresh}/params", content=archive)
    assert response.status_code == 200, response.text
    assert same(params(service, taught), params(service, fresh))
    other = make(service, hidden=[9])
    for wrong in (archive, b"", b"PK no archive", archive[:200]):
        response = service.put(f"{RUNS}/{other}/params", content=wrong)
        assert (response.status_code, response.json()["type"]) == (422, "/api#params")
    response = service.put(f"{RUNS}/{other}/params", content=archive)
    assert f"W1 ({tiny.PIXELS}, 9)" in response.json()["detail"]
    assert f"W1 ({tiny.PIXELS}, 8)" in response.json()["detail"]
    korean = service.put(f"{RUNS}/{other}/params", content=archive, headers={"Accept-Language": "ko"})
    assert f"W1 ({tiny.PIXELS}, 9)" in korean.json()["detail"]


def test_archives_that_would_do_harm_are_refused(service):
    run = make(service)
    first = params(service, run)
    packed = io.BytesIO()
    np.savez_compressed(packed, **first, more=np.zeros(10_000_000))
    assert len(packed.getvalue()) < 100_000
    infinite = io.BytesIO()
    np.savez(infinite, **{name: np.full_like(value, np.inf) for name, value in first.items()})
    pickled = io.BytesIO()
    np.savez(pickled, **{name: value.astype(object) for name, value in first.items()})
    beyond = io.BytesIO()  # finite in float64, not in the net's float32
    np.savez(beyond, **{**first, "W1": np.full(first["W1"].shape, 1e200)})
    surplus = io.BytesIO()
    np.savez(surplus, **first, W9=np.zeros(1))
    for archive in (packed, infinite, pickled, beyond, surplus):
        response = service.put(f"{RUNS}/{run}/params", content=archive.getvalue())
        assert (response.status_code, response.json()["type"]) == (422, "/api#params")
    assert "W9" in response.json()["detail"]
    doubled = io.BytesIO()
    np.savez(doubled, **first)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(doubled, "a") as more:
        more.writestr("b1.npy", more.read("b1.npy"))
    assert service.put(f"{RUNS}/{run}/params", content=doubled.getvalue()).status_code == 422
    assert same(params(service, run), first)


def test_parameters_have_a_limit_of_their_own(opened):
    with opened(max_body_bytes=2_000, max_params_bytes=20_000) as client:
        assert client.get(RUNS).json()["limits"]["params_bytes"] == 20_000
        run = make(client, hidden=[40])
        archive = client.get(f"{RUNS}/{run}/params").content
        assert 2_000 < len(archive) < 20_000
        assert client.put(f"{RUNS}/{run}/params", content=archive).status_code == 200
        refused = client.put(f"{RUNS}/{run}/params", content=bytes(20_001))
        assert refused.status_code == 413
        assert "20,000" in refused.json()["detail"]
        for method, path in (("PUT", f"{RUNS}/{run}"), ("POST", f"{RUNS}/{run}/params"), ("POST", RUNS)):
            assert client.request(method, path, content=bytes(2_001)).status_code == 413


def test_the_curves_are_had_as_a_table(service):
    run = make(service, steps=400)
    act(service, run, "step", 105)
    service.patch(f"{RUNS}/{run}", json={"learning_rate": 0.05, "optimizer": "adam"})
    act(service, run, "step", 295)
    history = service.get(f"{RUNS}/{run}/history").json()
    file = service.get(f"{RUNS}/{run}/history.csv")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["content-disposition"] == f'attachment; filename="{run}-400.csv"'
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert list(rows[0]) == [
        *("step", "loss", "accuracy", "gradient_norm_1", "gradient_norm_2", "dead_units_1"),
        *("test_accuracy", "changed"),
    ]
    measured = [row for row in rows if row["loss"]]
    assert [int(row["step"]) for row in measured] == history["steps"]
    assert [float(row["loss"]) for row in measured] == history["loss"]
    assert [[float(row["gradient_norm_1"]), float(row["gradient_norm_2"])] for row in measured] == history[
        "gradient_norms"
    ]
    tested = {int(row["step"]): float(row["test_accuracy"]) for row in rows if row["test_accuracy"]}
    assert tested == dict(zip(history["test_steps"], history["test_accuracy"], strict=True))
    changed = [(row["step"], row["changed"], row["loss"]) for row in rows if row["changed"]]
    assert changed == [("105", "learning_rate=0.05; optimizer=adam", "")]
    same_table = service.get(f"{RUNS}/{run}/history", headers={"Accept": "text/csv"}, params={"after": 390})
    assert [row["step"] for row in csv.DictReader(io.StringIO(same_table.text))] == ["400"]


def test_a_service_counts_its_runs(opened):
    with opened() as service:
        run = make(service)
        act(service, run, "step", 12)
        act(service, run, "start")
        until(service, run, lambda now: now["step"] > 12)
        counted = service.get("/metrics").text
        assert 'chainrule_runs{state="running"} 1.0' in counted
        act(service, run, "pause")
        kill(service, run)
        until(service, run, lambda now: now["events"] and now["live"])
        steps = state(service, run)["step"]
        service.delete(f"{RUNS}/{run}")
        counted = service.get("/metrics").text
        for event in ("made", "restarted", "removed"):
            assert f'chainrule_run_events_total{{event="{event}"}} 1.0' in counted
        for now in ("running", "queued", "all"):
            assert f'chainrule_runs{{state="{now}"}} 0.0' in counted
        assert f"chainrule_run_steps_total {float(steps)}" in counted


def test_a_full_server_queues_and_lets_in_when_there_is_room(service):
    runs = [make(service) for _ in range(5)]
    now = [act(service, run, "start") for run in runs[:4]]
    assert [each["state"] for each in now] == ["running", "running", "queued", "queued"]
    assert [each["position"] for each in now] == [None, None, 1, 2]
    refused = service.post(f"{RUNS}/{runs[4]}/actions", json={"action": "start"})
    assert (refused.status_code, refused.json()["type"]) == (503, "/api#runs-full")
    assert int(refused.headers["retry-after"]) > 0
    waits = service.post(f"{RUNS}/{runs[2]}/gradcheck")
    assert (waits.status_code, waits.json()["type"]) == (503, "/api#run-queued")
    paused = act(service, runs[0], "pause")
    let_in = until(service, runs[2], lambda now: now["state"] == "running")
    assert let_in["position"] is None
    assert state(service, runs[3])["position"] == 1
    parked = state(service, runs[0])
    assert (parked["live"], parked["step"], parked["events"][-1]["kind"]) == (False, paused["step"], "parked")
    assert act(service, runs[3], "pause")["state"] == "ready"
    service.delete(f"{RUNS}/{runs[1]}")
    assert act(service, runs[0], "step", 2)["step"] == paused["step"] + 2


def test_a_run_left_alone_pauses_and_parks_and_opens_again(opened, clock):
    with opened(clock, run_idle_pause_seconds=60, run_idle_park_seconds=120) as client:
        run = make(client)
        act(client, run, "start")
        client.portal.call(clock.advance, 61)
        paused = state(client, run)
        assert (paused["state"], paused["events"][-1]["kind"]) == ("paused", "idle")
        client.portal.call(clock.advance, 121)
        parked = state(client, run)
        assert not parked["live"]
        assert parked["step"] == paused["step"]
        assert client.get(f"{RUNS}/{run}/history").status_code == 200
        again = act(client, run, "step", 1)
        assert again["step"] == parked["step"] + 1
        assert [event["kind"] for event in again["events"]] == ["idle", "parked", "resumed"]


def test_data_that_are_not_there_are_named(opened, tmp_path):
    folders = {"tiny": str(tmp_path), "gone": str(tmp_path / "gone")}
    with opened(datasets=folders) as client:
        assert client.get(RUNS).json()["limits"]["datasets"] == ["mnist", "tiny", "gone"]
        for name in folders:
            response = client.post(RUNS, json=NET | {"dataset": name})
            assert (response.status_code, response.json()["type"]) == (503, "/api#dataset")
            assert "train-images" in response.json()["detail"]
            assert response.json()["name"] == name
        assert client.get(RUNS).json()["runs"] == []


def test_a_run_with_a_speed_limit_answers_meanwhile(service):
    run = make(service)
    act(service, run, "step")
    changed = service.patch(f"{RUNS}/{run}", json={"most_speed": 0.001})
    assert changed.json()["most_speed"] == 0.001
    act(service, run, "start")
    # Two steps at once, then none for a quarter of an hour.
    soon(lambda: frames.read(service.get(f"{RUNS}/{run}/frame").content)[0]["step"] == 3)
    assert state(service, run)["state"] == "running"
    assert service.post(f"{RUNS}/{run}/gradcheck").status_code == 200
    service.patch(f"{RUNS}/{run}", json={"most_speed": 0})
    until(service, run, lambda now: now["step"] > 1000)
    assert not service.get(f"{RUNS}/{run}/history").json()["marks"]
