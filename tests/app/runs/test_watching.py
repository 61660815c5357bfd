"""Watchers: newest frame first, none for strangers, a place that is kept or yielded; workers in process or none."""

import asyncio

import pytest
from starlette.testclient import WebSocketDenialResponse

from chainrule.app.runs.protocol.refusals import WorkerGone
from chainrule.app.runs.watching import Watching
from chainrule.app.web.problems import ProblemError
from tests.app.runs import frames
from tests.app.runs.api import RUNS, act, make, soon, state, until
from tests.app.runs.clock import settle
from tests.app.runs.fake_workers import OPTIONS, FakeWorkers, runs_of


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


def until_closed(watching, code):
    """Yield all that comes until the service closes the socket, with this code."""
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
        header = soon(lambda: (now := frames.read(watching.receive_bytes())[0])["state"] == "queued" and now)
        assert (header["position"], header["tensors"]) == (1, [])
    until(service, waiting, lambda now: now["state"] == "ready")


# On a clock that stands still


@pytest.fixture
def workers():
    return FakeWorkers()


def made(runs):
    return runs.registry.create(OPTIONS, "tiny", 1000)


class Watcher:
    """Takes each frame as soon as it comes."""

    def __init__(self, watching, run):
        self.headers = []
        self.task = asyncio.create_task(self._watch(watching.join(run)))

    async def _watch(self, channel):
        number = -1 if channel.latest else 0
        while True:
            number, message = await channel.next(number)
            self.headers.append(frames.read(message)[0])


@pytest.mark.anyio
async def test_frames_come_as_often_as_the_setting_says_while_a_run_trains(clock, workers):
    runs = runs_of(workers, clock, frames_per_second=10.0)
    watching, run = Watching(runs), made(runs)
    await runs.act(run, "start", 1)
    watcher = Watcher(watching, run)
    for _ in range(200):
        workers.train(run.id, 1)
        await clock.advance(0.01)
    assert 20 <= len(watcher.headers) <= 21
    steps = [header["step"] for header in watcher.headers]
    assert steps == sorted(set(steps))
    await watching.close()


@pytest.mark.anyio
async def test_while_nothing_changes_a_frame_comes_every_ten_seconds(clock, workers):
    runs = runs_of(workers, clock)
    watching, run = Watching(runs), made(runs)
    await runs.act(run, "step", 1)
    watcher = Watcher(watching, run)
    await clock.advance(35)
    assert len(watcher.headers) == 4
    await runs.act(run, "step", 1)
    await clock.advance(0.1)
    assert watcher.headers[-1]["step"] == 2
    await watching.close()


@pytest.mark.anyio
async def test_nothing_is_kept_for_a_slow_watcher(clock, workers):
    runs = runs_of(workers, clock)
    watching, run = Watching(runs), made(runs)
    await runs.act(run, "start", 1)
    channel = watching.join(run)
    number, _ = await channel.next(0)
    for _ in range(100):
        workers.train(run.id, 1)
        await clock.advance(0.1)
    assert channel.number == number, "none is made while nobody takes one"
    later, message = await channel.next(number)
    assert later == number + 1
    assert frames.read(message)[0]["step"] == 100
    watching.leave(run)
    with pytest.raises(WorkerGone):
        await channel.next(later)


@pytest.mark.anyio
async def test_a_watched_run_keeps_its_place_until_others_wait_and_nobody_asks(clock, workers):
    runs = runs_of(workers, clock, at_once=1, yield_after=30.0, idle_park=900.0)
    await runs.open()
    watching, watched, other = Watching(runs), made(runs), made(runs)
    await runs.act(watched, "step", 3)
    watcher = Watcher(watching, watched)
    await clock.advance(1000)
    assert watched.live, "watching alone keeps it"
    watched.touch()
    await runs.act(other, "start", 1)
    assert other.state == "queued"
    await clock.advance(29)
    assert watched.live
    await clock.advance(3)
    assert other.state == "running"
    last = watcher.headers[-1]
    assert (last["live"], last["state"], last["step"], last["tensors"]) == (False, "paused", 3, [])
    assert last["events"][-1]["kind"] == "parked"
    # It waits for nothing: the other run pauses, and keeps its place though nobody watches it.
    await runs.act(other, "pause", 1)
    await clock.advance(60)
    assert other.live
    assert runs.places.position(watched) is None
    await runs.act(watched, "step", 1)
    assert (watched.status["step"], other.live) == (4, False)
    await clock.advance(1)
    assert watcher.headers[-1]["live"]
    await watching.close()
    await runs.close()


@pytest.mark.anyio
async def test_watching_brings_a_parked_run_back_where_there_is_room(clock, workers):
    runs = runs_of(workers, clock)
    watching, run = Watching(runs), made(runs)
    await runs.act(run, "step", 3)
    await runs.places.release_worker(run)
    watcher = Watcher(watching, run)
    await clock.advance(1)
    assert run.live
    assert watcher.headers[-1]["step"] == 3
    await watching.close()


@pytest.mark.anyio
async def test_the_last_watcher_ends_the_frames(clock, workers):
    runs = runs_of(workers, clock)
    watching, run = Watching(runs), made(runs)
    channel = watching.join(run)
    assert watching.join(run) is channel
    watching.leave(run)
    await settle()
    assert not channel.task.done()
    watching.leave(run)
    await settle()
    assert channel.task.done()
    with pytest.raises(KeyError):
        watching.channel(run.id)
    assert (watching.count, run.watchers) == (0, 0)


@pytest.mark.anyio
async def test_too_many_watchers_are_refused(clock, workers):
    runs = runs_of(workers, clock, watchers=2)
    watching, run = Watching(runs), made(runs)
    for _ in range(2):
        watching.join(run)
    with pytest.raises(ProblemError) as error:
        watching.join(run)
    assert error.value.kind == "runs-full"
    watching.leave(run)
    watching.join(run)
    await watching.close()
