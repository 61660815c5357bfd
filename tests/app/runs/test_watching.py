"""Watchers: newest frame first, none for strangers, no memory for those who do not read."""

import base64
import gc
import os
import resource
import signal
import socket
import struct
import time

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

from chainrule.app.main import create_app
from tests.app.runs import frames
from tests.app.runs.test_runs_api import NET, RUNS, act, make, state, until, worker_of


def test_frames_bring_the_newest_numbers_and_pictures(service):
    run = make(service)
    act(service, run, "step", 5)
    with service.websocket_connect(f"{RUNS}/{run}/frames") as watching:
        header, tensors = frames.read(watching.receive_bytes())
        assert (header["state"], header["step"], header["live"]) == ("paused", 5, True)
        assert {"x", "W1", "b1", "a1", "z1", "W2", "b2", "a2"} == {name for name, _ in tensors}
        assert ("W1", "grad") in tensors
        assert tensors["x", "grad"].shape == tensors["x", "value"].shape
        assert ("t", "value") not in tensors
        act(service, run, "start")
        steps = [frames.read(watching.receive_bytes())[0]["step"] for _ in range(10)]
        assert steps == sorted(steps)
        assert steps[-1] > 5


def test_a_cut_socket_resumes_at_the_newest_frame(service):
    run = make(service)
    with service.websocket_connect(f"{RUNS}/{run}/frames") as watching:
        act(service, run, "start")
        first = frames.read(watching.receive_bytes())[0]
    until(service, run, lambda now: now["step"] > first["step"] + 50)
    with service.websocket_connect(f"{RUNS}/{run}/frames") as watching:
        again = frames.read(watching.receive_bytes())[0]
        assert again["seq"] > first["seq"]
        assert again["step"] > first["step"] + 50


def test_watchers_see_that_a_worker_was_killed(service):
    run = make(service)
    with service.websocket_connect(f"{RUNS}/{run}/frames") as watching:
        act(service, run, "start")
        frames.read(watching.receive_bytes())
        os.kill(worker_of(service, run), signal.SIGKILL)
        deadline = time.monotonic() + 20
        while True:
            header, tensors = frames.read(watching.receive_bytes())
            if header["events"] and header["state"] == "running" and tensors:
                break
            assert time.monotonic() < deadline, header
        assert [event["kind"] for event in header["events"]] == ["restarted"]


def until_closed(watching, code):
    """All that comes until the service closes the socket, with this code."""
    for _ in range(1000):
        message = watching.receive()
        if message["type"] == "websocket.close":
            assert message["code"] == code
            return
        yield message["bytes"]
    raise AssertionError("it was never closed")


def test_watchers_are_told_that_a_run_was_removed(service):
    run = make(service)
    with service.websocket_connect(f"{RUNS}/{run}/frames") as watching:
        watching.receive_bytes()
        assert service.delete(f"{RUNS}/{run}").status_code == 204
        *_, last = map(frames.read, until_closed(watching, code=4404))
        assert last[0]["state"] == "removed"


def test_one_frame_is_had_by_a_plain_request(service):
    run = make(service)
    act(service, run, "step", 2)
    for _ in range(2):
        answer = service.get(f"{RUNS}/{run}/frame")
        assert frames.read(answer.content)[0]["step"] == 2
    assert state(service, run)["watchers"] == 0


def test_many_watchers_cost_one_encode(service):
    run = make(service)
    act(service, run, "step", 1)
    with service.websocket_connect(f"{RUNS}/{run}/frames") as one:
        first = one.receive_bytes()
        with service.websocket_connect(f"{RUNS}/{run}/frames") as other:
            assert other.receive_bytes() == first


@pytest.mark.parametrize(
    ("origin", "let_in"), [("http://testserver", True), ("https://evil.example", False), ("null", False)]
)
def test_pages_of_other_sites_are_refused(service, origin, let_in):
    run = make(service)
    address, headers = f"{RUNS}/{run}/frames", {"Origin": origin}
    if let_in:
        with service.websocket_connect(address, headers=headers) as watching:
            assert watching.receive_bytes()
        return
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        service.websocket_connect(address, headers=headers),
    ):
        pass
    assert refused.value.status_code == 403


def test_a_run_that_is_none_is_refused(service):
    with pytest.raises(WebSocketDenialResponse) as refused, service.websocket_connect(f"{RUNS}/none/frames"):
        pass
    assert refused.value.status_code == 404


def test_a_watched_run_that_finds_no_place_tells_its_position(service):
    for _ in range(2):
        act(service, make(service), "start")
    waiting = make(service)
    with service.websocket_connect(f"{RUNS}/{waiting}/frames") as watching:
        deadline = time.monotonic() + 10
        while (header := frames.read(watching.receive_bytes())[0])["state"] != "queued":
            assert time.monotonic() < deadline
        assert (header["position"], header["tensors"]) == (1, [])
    until(service, waiting, lambda now: now["state"] == "ready")


def test_a_watched_run_keeps_its_place_until_others_wait_and_nobody_asks(run_settings):
    with TestClient(create_app(run_settings(max_runs=1, run_yield_seconds=1.0))) as client:
        watched, other = make(client), make(client)
        act(client, watched, "step", 3)
        with client.websocket_connect(f"{RUNS}/{watched}/frames") as watching:
            assert frames.read(watching.receive_bytes())[0]["live"]
            assert act(client, other, "start")["state"] == "queued"
            client.post(f"{RUNS}/{watched}/explain", json={"id": "a1"})
            assert state(client, watched)["live"]
            until(client, other, lambda now: now["state"] == "running")
            deadline = time.monotonic() + 20
            while True:
                header, tensors = frames.read(watching.receive_bytes())
                if not header["live"]:
                    break
                assert time.monotonic() < deadline
            assert (header["state"], header["step"], tensors) == ("paused", 3, {})
            assert header["events"][-1]["kind"] == "parked"
            # It waits for nothing: the other run is paused, and keeps its place though nobody watches it.
            act(client, other, "pause")
            time.sleep(0.5)
            assert state(client, other)["live"]
            assert state(client, watched)["position"] is None
            assert act(client, watched, "step")["step"] == 4
            assert not state(client, other)["live"]
            while not frames.read(watching.receive_bytes())[0]["live"]:
                assert time.monotonic() < deadline + 20


def megabytes():
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def open_socket(port, run):
    """A handshake by hand, on a socket with a small buffer that nobody reads from any more."""
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
    port, app = serve(run_send_seconds=3.0)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        # Frames of about 170 kB, far more than a socket holds.
        run = make(client, hidden=[400], batch_size=200)
        act(client, run, "start")
        stalled = [open_socket(port, run) for _ in range(5)]
        until(client, run, lambda now: now["watchers"] == 5)
        time.sleep(1.0)
        made, before = app.state.services.watching.channel(run).number, megabytes()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as reader:
            for _ in range(15):
                assert len(reader.get(f"{RUNS}/{run}/frame").content) > 100_000
        assert app.state.services.watching.channel(run).number >= made + 10
        assert megabytes() - before < 15
        until(client, run, lambda now: now["watchers"] == 0, seconds=15)
        for each in stalled:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.close()


def test_thirty_runs_come_and_go_within_fifty_megabytes(serve):
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
        for _ in range(30):
            come_and_go()
        gc.collect()
        assert megabytes() - before < 50
        assert app.state.services.runs.all() == []
