"""Two web processes and one engine, all in this process: what is made through one is there through the other."""

import asyncio
import socket
import threading
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fastapi.testclient import TestClient

from chainrule.app.main import create_app, create_engine
from chainrule.app.relay import client as engine_client
from chainrule.app.relay import wire
from chainrule.app.relay.sums import summed
from chainrule.app.settings import Settings
from tests.app.runs import frames, tiny
from tests.app.runs.api import OWNER, RUNS, act, make, soon, state, until
from tests.app.runs.in_process import workers_in_process
from tests.conftest import FOR_TESTS

OTHER = {"Chainrule-Owner": "S" * 43}


class EngineThread:
    """An engine with workers in process, in an event loop of its own."""

    def __init__(self, settings):
        self.app, self.engine = create_engine(settings, workers_in_process())
        self._ends = asyncio.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    async def _run(self):
        self._loop = asyncio.get_running_loop()
        async with self.app.router.lifespan_context(self.app):
            self._begun.set()
            await self._ends.wait()

    @property
    def parts(self):
        return self.app.state.services

    def __enter__(self):
        self._thread.start()
        assert self._begun.wait(60)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._ends.set)
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture(scope="module")
def folder():
    # The path of a Unix socket is short.
    with TemporaryDirectory(prefix="chainrule-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def given(folder):
    return Settings(
        **FOR_TESTS
        | {
            "database_url": f"sqlite:///{folder / 'chainrule.sqlite3'}",
            "datasets": {"tiny": str(tiny.write(folder / "tiny"))},
            "run_keep_seconds": 0.2,
            "run_frames_per_second": 50,
            "engine_url": f"unix:{folder / 'engine'}",
        }
    )


@contextmanager
def two(settings):
    one, other = (TestClient(create_app(settings), headers=OWNER) for _ in range(2))
    with one, other:
        yield one, other


@pytest.fixture(scope="module")
def together(given):
    with EngineThread(given) as engine, two(given) as clients:
        yield engine, *clients


def test_a_run_made_through_one_is_steered_and_read_through_the_other(together):
    _, one, other = together
    run = make(one)
    act(other, run, "step", 7)
    assert state(one, run)["step"] == 7
    assert [each["id"] for each in other.get(RUNS).json()["runs"]] == [run]
    refused = other.delete(f"{RUNS}/{run}", headers=OTHER)
    assert (refused.status_code, refused.json()["type"]) == (403, "/api#not-owner")
    assert other.get(f"{RUNS}/{run}/graph").json() == one.get(f"{RUNS}/{run}/graph").json()
    archive = one.get(f"{RUNS}/{run}/params")
    assert archive.headers["content-type"] == "application/x-npz"
    assert other.put(f"{RUNS}/{run}/params", content=archive.content).json()["step"] == 7
    made = other.post(RUNS, json={"dataset": "tiny"}, headers={"Chainrule-Owner": ""})
    token = {"Chainrule-Owner": made.headers["chainrule-owner"]}
    assert one.delete(made.headers["location"], headers=token).status_code == 204
    assert other.get(f"{RUNS}/{run}/nothing").status_code == 404
    assert one.post(RUNS, json={"surplus": 1}).status_code == 422
    assert one.delete(f"{RUNS}/{run}").status_code == 204


def test_all_watchers_of_a_process_share_one_fetch_and_all_processes_one_encoding(together):
    engine, one, other = together
    run = make(one)
    encoded, fetched = [], []
    workers = engine.parts.runs.workers
    frame = workers.frame

    async def counted(run_id, header):
        encoded.append(header["seq"])
        return await frame(run_id, header)

    workers.frame = counted
    calls = next(iter(engine.engine.lines))
    following = calls._answers["next"]

    async def counted_fetch(*arguments):
        answer = await following(*arguments)
        fetched.append(answer[0])
        return answer

    calls._answers["next"] = counted_fetch
    watchers = [
        client.websocket_connect(f"{RUNS}/{run}/frames", headers=OTHER) for client in (one, other) * 4
    ]
    sockets = [watcher.__enter__() for watcher in watchers]
    act(other, run, "start")
    seen = [[frames.read(socket.receive_bytes())[0]["seq"] for _ in range(6)] for socket in sockets]
    assert all(numbers == sorted(set(numbers)) for numbers in seen)
    assert state(one, run)["watchers"] == 8
    for watcher in watchers:
        watcher.__exit__(None, None, None)
    soon(lambda: state(other, run)["watchers"] == 0)
    assert sorted(encoded) == sorted(set(encoded))
    assert sorted(fetched) == sorted(set(fetched))
    workers.frame = frame
    one.delete(f"{RUNS}/{run}")


def test_a_removed_run_is_told_to_watchers_of_the_other_process(together):
    _, one, other = together
    run = make(one)
    with other.websocket_connect(f"{RUNS}/{run}/frames") as socket:
        socket.receive_bytes()
        one.delete(f"{RUNS}/{run}")
        while (message := socket.receive())["type"] == "websocket.send":
            pass
    assert (message["type"], message["code"]) == ("websocket.close", 4404)


def test_counters_are_those_of_all_processes(together):
    _, one, other = together
    for client in (one, one, other):
        client.get(RUNS)

    def count(client):
        lines = client.get("/metrics").text.splitlines()
        wanted = 'chainrule_requests_total{method="GET",route="/api/v1/runs",status="200"} '
        (line,) = [line for line in lines if line.startswith(wanted)]
        return float(line.removeprefix(wanted))

    assert count(one) == count(other) >= 3
    assert one.get("/health/ready").json()["save"]


def test_sums_of_counters():
    one = (
        b'# HELP a Things.\n# TYPE a counter\na_total{x="1"} 2.0\na_total{x="2"} 1.0\na_created{x="1"} 5.0\n'
    )
    other = b'# HELP a Things.\n# TYPE a counter\na_total{x="1"} 3.0\na_created{x="1"} 9.0\n'
    lines = summed([one, other]).decode().splitlines()
    assert {'a_total{x="1"} 5.0', 'a_total{x="2"} 1.0'} <= set(lines)


def test_a_quota_is_one_through_all_processes(given, folder):
    settings = given.model_copy(
        update={
            "shares_per_minute": 3,
            "visitors_per_minute": 2,
            "run_folder": "",
            "engine_url": f"unix:{folder / 'other'}",
        }
    )
    with EngineThread(settings), two(settings) as clients:
        saved = [
            clients[count % 2].post("/api/v1/shares", json={"program": f"x = {count}"}).status_code
            for count in range(6)
        ]
        assert saved == [201] * 3 + [429] * 3
        # Two visitors from this address are known; further ones make nothing.
        made = [
            clients[count % 2].post(
                "/api/v1/shares", json={"program": "x = 1"}, headers={"Chainrule-Owner": f"{count}" * 43}
            )
            for count in range(1, 4)
        ]
        assert [answer.status_code for answer in made] == [201, 429, 429]
        assert int(made[1].headers["retry-after"]) > 0


def test_an_engine_that_comes_again_has_the_runs_and_their_owners(given, folder):
    settings = given.model_copy(
        update={
            "engine_url": f"unix:{folder / 'again'}",
            "database_url": f"sqlite:///{folder / 'again.sqlite3'}",
        }
    )
    with two(settings) as (one, other):
        with EngineThread(settings):
            run = make(one)
            act(one, run, "step", 5)
            with other.websocket_connect(f"{RUNS}/{run}/frames") as socket:
                socket.receive_bytes()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(engine_client, "_PATIENCE", 0.01)
            away = one.get(f"{RUNS}/{run}")
            assert (away.status_code, away.headers["retry-after"]) == (503, "2")
            # What needs no run goes on.
            assert one.post("/api/v1/graphs", json={"program": "x = 2"}).status_code == 200
            assert one.post("/api/v1/shares", json={"program": "x = 2"}).status_code == 201
            assert one.get("/health/ready").json()["save"] is False
        with EngineThread(settings):
            assert until(other, run, lambda now: now["step"] == 5)["own"]
            assert act(one, run, "step", 2)["step"] == 7


@pytest.mark.parametrize(
    "hello", [b"", b"\xff" * 8, wire.packed(0, "hello", "guess"), wire.packed(1, "saves", ())]
)
def test_whoever_does_not_know_the_secret_is_turned_away(given, hello):
    settings = given.model_copy(
        update={"engine_url": "tcp://127.0.0.1:0", "engine_secret": "words", "run_folder": ""}
    )
    with EngineThread(settings) as engine:
        with socket.create_connection(("127.0.0.1", engine.engine.port), timeout=30) as stranger:
            stranger.sendall(hello)
            stranger.shutdown(socket.SHUT_WR)
            assert stranger.recv(100) == b""
        assert engine.engine.lines == {}


def test_the_address_of_an_engine():
    assert wire.address_of("unix:/run/engine") == wire.Address("/run/engine")
    assert wire.address_of("tcp://engine:8001") == wire.Address(None, "engine", 8001)
    assert wire.address_of("tcp://[::1]:8001").is_local
    assert not wire.address_of("tcp://engine:8001").is_local
    for wrong in ("http://engine:1", "tcp://engine", "unix:", "engine"):
        with pytest.raises(ValueError, match="neither"):
            wire.address_of(wrong)
