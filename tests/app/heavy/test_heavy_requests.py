"""Heavy requests: computed elsewhere with the same answer, ended with their client, and nobody else's wait."""

import asyncio
import json
import pickle
from dataclasses import replace

import pytest
import uvicorn
from fastapi.testclient import TestClient

from chainrule.app.graphs import work
from chainrule.app.heavy.job import Job
from chainrule.app.main import create_app
from chainrule.app.server import AnnouncingServer
from chainrule.app.web.owners import HEADER
from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.text import Text

LONG = "x = 1\n" + "y = x\n" + "for k in range(500):\n    y = y * x"
SHORT = "x = 1\ny = x * 2"
AFFINE = "X = [[1, 2], [3, 4]]\nW = [[0.1, 0.2], [0.3, 0.4]]\nB = [1, 2]\nY = affine(X, W, B)\nL = sum(Y)"


class Inline:
    """A pool that does each job at once, of what would arrive in a process."""

    at_once = 3

    def __init__(self):
        self.keys = []

    async def submit(self, job: Job) -> bytes:
        self.keys.append(job.key)
        sent = pickle.loads(pickle.dumps(job))
        return sent.work(*sent.arguments)

    def close(self):
        pass


class Blocked:
    """A pool whose jobs last until they are cancelled or let go."""

    at_once = 3

    def __init__(self):
        self.begun = self.cancelled = 0
        self.go = asyncio.Event()
        self.closed = False

    async def submit(self, job: Job) -> bytes:
        self.begun += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.closed:
            raise ProblemError("deadline", Text("끝", "ended"))
        return b"{}"

    def close(self):
        self.closed = True
        self.go.set()


def app_with(settings, pool):
    app = create_app(settings)
    app.state.services = replace(app.state.services, pool=pool)
    return app


@pytest.fixture(scope="module")
def near(client):
    return client


@pytest.fixture(scope="module")
def pool():
    return Inline()


@pytest.fixture(scope="module")
def far(settings, pool):
    with TestClient(app_with(settings, pool)) as made:
        yield made


CALLS = {
    "": {"layout": True},
    "/values": {},
    "/picture": {"standalone": True},
    "/picture ": {"nudge": "B[0]:0.5", "labels": "shapes"},
    "/steps": {"count": 3},
    "/explain": {"id": "Y"},
    "/explain ": {"id": "nothing"},
    "/provenance": {"id": "Y", "index": [0, 1]},
    "/tensor": {"id": "W", "of": "grad"},
    "/gradcheck": {},
    "/changes": {"before": {"B": [2, 2]}},
    "/nudge": {"id": "B", "index": [0], "delta": 0.5},
    "/order": {"order": ["L"]},
    "/races": {"way": "forward", "moved": ["B"]},
    "/export": {"format": "pytorch"},
    "/curve": {"node": "L", "start": 0, "stop": 1, "points": 3},
    "/surface": {
        "x": {"input": "B", "index": [0], "start": 0, "stop": 1},
        "y": {"input": "B", "index": [1], "start": 0, "stop": 1},
        "points": 3,
    },
    "/differences": {"input": "B"},
}


@pytest.mark.parametrize("call", CALLS)
def test_the_answer_is_the_same_wherever_it_is_computed(near, far, pool, monkeypatch, call):
    body = {"program": AFFINE, "inputs": {"B": [1, 3]}} | CALLS[call]
    path = f"/api/v1/graphs{call.strip()}"
    here = near.post(path, json=body)
    monkeypatch.setattr(work, "HEAVY", -1.0)
    done = len(pool.keys)
    there = far.post(path, json=body)
    assert len(pool.keys) > done
    assert (there.status_code, there.text) == (here.status_code, here.text)


BROKEN = {
    "an error": {"program": "x = 2\ny = x * z"},
    "an error at once": {"program": "x ="},
    "inputs that do not fit": {"program": SHORT, "inputs": {"z": 2}},
    "an output that there is none of": {"program": SHORT, "output": "z"},
    "an upstream gradient that does not fit": {"program": SHORT, "upstream": [1, 2]},
}


@pytest.mark.parametrize("partial", [True, False])
@pytest.mark.parametrize("broken", BROKEN)
def test_so_is_what_is_told_of_an_error(near, far, monkeypatch, broken, partial):
    body = BROKEN[broken] | {"partial": partial}
    here = near.post("/api/v1/graphs", json=body)
    monkeypatch.setattr(work, "HEAVY", -1.0)
    assert far.post("/api/v1/graphs", json=body).json() == here.json()


def test_long_programs_and_png_go_to_a_process_and_short_ones_do_not(far, pool):
    pool.keys.clear()
    assert far.post("/api/v1/graphs/values", json={"program": SHORT}).status_code == 200
    assert pool.keys == []
    for _ in range(2):
        assert far.post("/api/v1/graphs/values", json={"program": LONG}).status_code == 200
    assert len(pool.keys) == 2
    assert len(set(pool.keys)) == 1, "the second finds its graph where the first was read"
    assert far.get("/api/v1/graphs/picture.png", params={"program": SHORT}).content[1:4] == b"PNG"
    assert pool.keys[2:] == ["png"]


class Asked:
    """A request to the service, sent without a network, whose client can go away."""

    def __init__(self, app, program, visitor, path="/api/v1/graphs/values"):
        body = json.dumps({"program": program}).encode()
        headers = {
            "host": "localhost",
            "content-type": "application/json",
            "content-length": str(len(body)),
            HEADER: visitor * 43,
        }
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 5),
            "server": ("localhost", 80),
            "state": {},
        }
        self._body, self._gone = [body], asyncio.Event()
        self.status, self.headers = None, {}
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    def leave(self):
        self._gone.set()

    async def _receive(self):
        if self._body:
            return {"type": "http.request", "body": self._body.pop(), "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])


async def until(condition):
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.001)


def test_who_goes_away_ends_the_work_and_leaves_the_queue(settings):
    async def story():
        pool = Blocked()
        app = app_with(settings, pool)
        first = Asked(app, LONG, "a")
        await until(lambda: pool.begun == 1)
        queued = [Asked(app, LONG, "a") for _ in range(7)]
        await asyncio.sleep(0)
        for each in queued:
            each.leave()
        await asyncio.gather(*(each.task for each in queued))
        assert (pool.begun, pool.cancelled) == (1, 0)
        first.leave()
        await first.task
        assert (pool.begun, pool.cancelled) == (1, 1)

    asyncio.run(story())


def test_heavy_requests_of_one_keep_nobody_else_waiting(settings):
    async def story():
        pool = Blocked()
        app = app_with(settings, pool)
        mine = [Asked(app, LONG, "a") for _ in range(4)]
        await until(lambda: pool.begun == 1)
        small = Asked(app, SHORT, "b")
        await small.task
        assert small.status == 200
        heavy = Asked(app, LONG, "b")
        await until(lambda: pool.begun == 2)
        pool.go.set()
        await asyncio.gather(*(each.task for each in (*mine, heavy)))
        assert {each.status for each in (*mine, heavy)} == {200}

    asyncio.run(story())


def test_past_the_queue_the_answer_is_503_at_once(settings, monkeypatch):
    monkeypatch.setattr(work, "MOST_HEAVY_WAITING_IN_ALL", 2)

    async def story():
        pool = Blocked()
        app = app_with(settings, pool)
        asked = [Asked(app, LONG, "a")]
        await until(lambda: pool.begun == 1)  # the program is known from now on: no thread reads it
        asked += [Asked(app, LONG, name) for name in "bcde"]
        for _ in range(100):
            await asyncio.sleep(0)
        assert pool.begun == 3
        late = Asked(app, LONG, "f")
        await late.task
        assert late.status == 503
        assert int(late.headers[b"retry-after"]) > 0
        pool.go.set()
        await asyncio.gather(*(each.task for each in asked))
        assert {each.status for each in asked} == {200}

    asyncio.run(story())


def test_a_service_that_ends_waits_for_no_heavy_work(settings):
    async def story():
        pool = Blocked()
        app = app_with(settings, pool)
        server = AnnouncingServer(uvicorn.Config(app, port=0, log_config=None, proxy_headers=False))
        serving = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = json.dumps({"program": LONG}).encode()
        head = f"POST /api/v1/graphs HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
        await until(lambda: pool.begun)
        server.should_exit = True
        async with asyncio.timeout(60):
            assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
            await serving
        writer.close()

    asyncio.run(story())
