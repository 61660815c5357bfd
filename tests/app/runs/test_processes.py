"""What only real processes show: pipes, signals, crashes, hangs, restarts of the service, sockets, memory."""

import base64
import contextlib
import gc
import io
import os
import resource
import signal
import socket
import struct

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient

from chainrule.app.main import create_app
from chainrule.core.training.datasets import PARTS
from tests.app.runs import frames, tiny
from tests.app.runs.api import (
    NET,
    OWNER,
    RUNS,
    act,
    history,
    make,
    params,
    same,
    soon,
    state,
    until,
    worker_process,
)
from tests.app.runs.damage import flipped, pickled
from tests.helpers import idx_files


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def restarted(run_settings, folder):
    """Starts a service on the folder, as often as it is asked."""

    def start(**more):
        return TestClient(create_app(run_settings(run_folder=str(folder), **more)), headers=OWNER)

    return start


def signalled(client, run, number=signal.SIGKILL):
    os.kill(worker_process(client, run).pid, number)


def shown(client, run):
    """Return the newest frame's numbers: all that the page draws of the batch seen last."""
    header, tensors = frames.read(client.get(f"{RUNS}/{run}/frame").content)
    return {name: header[name] for name in ("step", "loss", "accuracy", "gradient_norms", "labels")}, tensors


def same_shown(one, other):
    return one[0] == other[0] and same(one[1], other[1])


@pytest.mark.parametrize("number", [pytest.param(signal.SIGTERM, marks=pytest.mark.soak), signal.SIGKILL])
def test_a_run_whose_worker_is_killed_goes_on_with_the_same_numbers(processes, service, number):
    killed, untouched = make(processes, steps=3000), make(service, steps=3000)
    act(processes, killed, "start")
    until(processes, killed, lambda now: now["step"] > 0)
    signalled(processes, killed, number)
    now = until(processes, killed, lambda now: now["events"])
    assert now["events"][-1]["kind"] == "restarted"
    until(processes, killed, lambda now: now["state"] == "finished")
    act(service, untouched, "start")
    until(service, untouched, lambda now: now["state"] == "finished")
    assert same(params(service, untouched), params(processes, killed))


def test_a_call_in_flight_survives_the_killing_of_its_worker(processes):
    run = make(processes)
    before = act(processes, run, "step", 5)
    signalled(processes, run)
    assert act(processes, run, "step", 1)["step"] in (before["step"] + 1, before["step"] + 2)


def test_a_worker_that_hangs_is_replaced(restarted):
    with restarted(run_answer_seconds=1.0) as client:
        run = make(client)
        act(client, run, "step", 5)
        hanging = worker_process(client, run).pid
        signalled(client, run, signal.SIGSTOP)
        assert act(client, run, "step", 1)["step"] == 6
        assert worker_process(client, run).pid != hanging
        with pytest.raises(ProcessLookupError):
            os.kill(hanging, 0)


def test_workers_end_with_the_service(restarted):
    with restarted() as client:
        run = make(client)
        act(client, run, "start")
        pid = worker_process(client, run).pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_worker_answers_every_call_as_one_in_process_does(processes, service):
    """What goes through the pipe comes out the same."""

    def answers(client):
        run = make(client)
        act(client, run, "step", 40)
        client.patch(f"{RUNS}/{run}", json={"learning_rate": 0.05, "optimizer": "adam", "batch_size": 10})
        act(client, run, "step", 5)
        archive = params(client, run)
        yield archive
        halved = io.BytesIO()
        np.savez(halved, **{name: value / 2 for name, value in archive.items()})
        yield client.put(f"{RUNS}/{run}/params", content=halved.getvalue()).json()["step"]
        act(client, run, "step", 15)
        yield params(client, run)
        yield history(client, run)
        for path in ("tests?limit=7&order=probability", "tests/3", "nodes/W1/grad", "graph?sample=2"):
            yield client.get(f"{RUNS}/{run}/{path}").json()
        yield client.post(f"{RUNS}/{run}/predict", json={"test": 4, "score": 1}).json()
        yield {**client.post(f"{RUNS}/{run}/gradcheck").json(), "seconds": None}
        header, tensors = frames.read(client.get(f"{RUNS}/{run}/frame").content)
        yield {name: value for name, value in header.items() if name not in ("run", "seq")}
        yield tensors
        yield client.get(f"{RUNS}/{run}/tests/100").json()

    for number, (one, other) in enumerate(zip(answers(processes), answers(service), strict=True)):
        if isinstance(one, dict) and any(isinstance(value, np.ndarray) for value in one.values()):
            assert same(one, other), number
        else:
            assert one == other, number


def test_frames_bring_the_newest_numbers_and_pictures(processes):
    run = make(processes)
    act(processes, run, "step", 5)
    with processes.websocket_connect(f"{RUNS}/{run}/frames") as watching:
        header, tensors = frames.read(watching.receive_bytes())
        assert (header["state"], header["step"], header["live"]) == ("paused", 5, True)
        assert {"x", "W1", "b1", "a1", "z1", "W2", "b2", "a2"} == {name for name, _ in tensors}
        assert ("W1", "grad") in tensors
        assert tensors["x", "grad"].shape == tensors["x", "value"].shape
        assert ("t", "value") not in tensors
        act(processes, run, "start")
        steps = [frames.read(watching.receive_bytes())[0]["step"] for _ in range(10)]
        assert steps == sorted(steps)
        assert steps[-1] > 5


def test_watchers_see_that_a_worker_was_killed(processes):
    run = make(processes)
    with processes.websocket_connect(f"{RUNS}/{run}/frames") as watching:
        act(processes, run, "start")
        frames.read(watching.receive_bytes())
        signalled(processes, run)

        def back():
            header, tensors = frames.read(watching.receive_bytes())
            return header["events"] and header["state"] == "running" and tensors and header

        assert [event["kind"] for event in soon(back)["events"]] == ["restarted"]


def test_a_run_goes_on_after_a_restart_of_the_service_as_if_nothing_had_been(restarted, folder):
    with restarted() as client:
        straight, halting = make(client, optimizer="adam"), make(client, optimizer="adam")
        for run, steps in ((straight, 90), (halting, 45)):
            act(client, run, "step", 15)
            client.patch(f"{RUNS}/{run}", json={"learning_rate": 0.02, "batch_size": 30})
            act(client, run, "step", steps - 15)
        before, way, seen = state(client, halting), history(client, halting), shown(client, halting)
        graph = client.get(f"{RUNS}/{halting}/graph").json()
        whole = params(client, straight), history(client, straight), shown(client, straight)
    assert {path.stem for path in folder.glob("*.npz")} == {straight, halting}
    with restarted() as client:
        again = state(client, halting)
        assert not again["live"]
        changing = ("live", "watchers", "events")
        assert {name: again[name] for name in again if name not in changing} == {
            name: before[name] for name in before if name not in changing
        }
        assert history(client, halting) == way
        assert not state(client, halting)["live"], "curves need no worker"
        assert [run["id"] for run in client.get(RUNS).json()["runs"]] == [straight, halting]
        assert client.get(f"{RUNS}/{halting}/graph").json() == graph
        assert same_shown(shown(client, halting), seen)
        assert state(client, halting)["events"][-1]["kind"] == "resumed"
        act(client, halting, "step", 45)
        assert same(params(client, halting), whole[0])
        assert history(client, halting) == whole[1]
        assert same_shown(shown(client, halting), whole[2])


def test_a_run_that_trained_is_paused_at_its_last_step(restarted, service):
    with restarted() as client:
        run = make(client)
        act(client, run, "start")
        known = until(client, run, lambda now: now["step"] > 100)["step"]
    with restarted() as client:
        now = state(client, run)
        assert now["state"] == "paused"
        assert now["step"] >= known, "it was asked once more before the end"
        assert (now["events"][-1]["kind"], now["events"][-1]["step"]) == ("interrupted", now["step"])
        act(client, run, "step", 10)
        alone = make(service)
        for done in range(0, now["step"] + 10, 5000):
            act(service, alone, "step", min(5000, now["step"] + 10 - done))
            until(service, alone, lambda it: it["state"] == "paused")
        assert same(params(client, run), params(service, alone))


def test_two_services_do_not_share_a_run_and_the_second_takes_over(restarted, folder, caplog):
    with contextlib.ExitStack() as ending:
        first = ending.enter_context(restarted())
        run = make(first)
        act(first, run, "step", 5)
        soon((folder / f"{run}.npz").exists)
        with restarted() as second:
            assert second.get(f"{RUNS}/{run}").status_code == 404
            assert any("Another service" in record.getMessage() for record in caplog.records)
            own = make(second)
            act(second, own, "step", 3)
            ending.close()
            soon(lambda: second.get(f"{RUNS}/{run}").status_code == 200)
            assert act(second, run, "step", 1)["step"] == 6
    with restarted() as third:
        assert state(third, own)["step"] == 3
        assert state(third, run)["step"] == 6


@pytest.mark.parametrize("damage", [flipped, pickled])
def test_damage_inside_is_found_when_the_run_is_opened_and_a_reset_begins_again(restarted, folder, damage):
    with restarted() as client:
        run = make(client)
        first = params(client, run)
        act(client, run, "step", 5)
        way = history(client, run)
    damage(folder / f"{run}.npz")
    with restarted() as client:
        assert history(client, run) == way
        refused = client.post(f"{RUNS}/{run}/actions", json={"action": "start"})
        assert (refused.status_code, refused.json()["type"]) == (409, "/api#run-failed")
        assert {flipped: "trainer.W1", pickled: "allow_pickle"}[damage] in refused.json()["detail"]
        assert state(client, run)["state"] == "failed"
        assert act(client, run, "reset")["step"] == 0
        assert same(params(client, run), first)
        assert act(client, run, "step", 2)["step"] == 2


def test_data_that_are_damaged_fail_the_run_and_say_why(restarted, tmp_path):
    folder = tiny.write(tmp_path / "damaged")
    images = folder / "train-images-idx3-ubyte"
    images.write_bytes(images.read_bytes()[:1000])
    with restarted(datasets={"tiny": str(folder)}) as client:
        run = make(client)
        response = client.post(f"{RUNS}/{run}/actions", json={"action": "start"})
        assert (response.status_code, response.json()["type"]) == (503, "/api#dataset")
        assert "train-images-idx3-ubyte" in response.json()["detail"]
        now = state(client, run)
        assert now["state"] == "failed"
        assert "train-images-idx3-ubyte" in now["problem"]["detail"]["ko"]


def test_a_run_whose_data_are_others_now_says_so(restarted, tmp_path):
    with restarted() as client:
        run = make(client)
        act(client, run, "step", 5)
        way = history(client, run)
    (tmp_path / "others").mkdir()
    for part, array in zip(PARTS, idx_files.arrays(side=5), strict=True):
        (tmp_path / "others" / part).write_bytes(idx_files.idx(array))
    with restarted(datasets={"tiny": str(tmp_path / "others")}) as client:
        assert history(client, run) == way
        refused = client.get(f"{RUNS}/{run}/graph")
        assert (refused.status_code, refused.json()["type"]) == (409, "/api#run-failed")
        assert "reset" in refused.json()["detail"]
        act(client, run, "reset")
        assert act(client, run, "step", 2)["step"] == 2


def megabytes():
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def open_socket(port, run):
    """Shake hands on a socket with a small buffer, which nobody then reads from."""
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stalled.settimeout(10)
    stalled.connect(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    stalled.sendall(
        f"GET {RUNS}/{run}/frames HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert stalled.recv(12) == b"HTTP/1.1 101"
    return stalled


def test_a_stalled_client_costs_no_memory_and_is_let_go(serve):
    port, _ = serve(run_send_seconds=3.0)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        # Frames of about 170 kB, far more than a socket holds.
        run = make(client, hidden=[400], batch_size=200)
        act(client, run, "start")
        stalled = [open_socket(port, run) for _ in range(5)]

        def read_frames(count):
            for _ in range(count):
                message = client.get(f"{RUNS}/{run}/frame").content
                assert len(message) > 100_000
            return frames.read(message)[0]["seq"]

        first, before = read_frames(5), megabytes()
        assert read_frames(15) >= first + 15
        assert megabytes() - before < 15
        until(client, run, lambda now: now["watchers"] == 0)
        for each in stalled:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.close()


@pytest.mark.parametrize("count", [5, pytest.param(30, marks=pytest.mark.soak)])
def test_runs_come_and_go_within_fifty_megabytes(serve, count):
    port, app = serve()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:

        def come_and_go():
            run = client.post(RUNS, json=NET).json()["id"]
            act(client, run, "step", 20)
            client.get(f"{RUNS}/{run}/frame")
            client.get(f"{RUNS}/{run}/history")
            assert client.delete(f"{RUNS}/{run}").status_code == 204

        come_and_go()
        gc.collect()
        before = megabytes()
        for _ in range(count):
            come_and_go()
        gc.collect()
        assert megabytes() - before < 50 * count / 30
        assert app.state.services.runs.registry.all() == []
