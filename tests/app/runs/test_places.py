"""Places: who gets a worker, who waits, who yields; on workers that train nothing and a clock that stands still."""

import asyncio

import pytest

from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text
from tests.app.runs.clock import settle
from tests.app.runs.fake_workers import OPTIONS, FakeWorkers, runs_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def workers():
    return FakeWorkers()


def made(runs, count=1):
    found = [runs.registry.create(OPTIONS, "tiny", 100) for _ in range(count)]
    return found[0] if count == 1 else found


async def test_calls_that_need_one_run_s_worker_share_the_room_made_for_it(clock, workers):
    """A page asks for graph, picture and frames at once: none is told to wait while another run is parked."""
    runs = runs_of(workers, clock, at_once=1)
    old, fresh = made(runs, 2)
    assert await runs.places.ensure_worker(old)
    assert await asyncio.gather(*(runs.places.ensure_worker(fresh) for _ in range(3))) == [True, True, True]
    assert workers.created == [old.id, fresh.id]
    assert not old.live


async def test_a_full_server_queues_runs_and_refuses_more(clock, workers):
    runs = runs_of(workers, clock)
    first, second, third, fourth, fifth = made(runs, 5)
    for run in (first, second, third, fourth):
        await runs.act(run, "start", 1)
    assert [run.state for run in (first, second, third, fourth)] == ["running", "running", "queued", "queued"]
    assert [runs.places.position(run) for run in (first, third, fourth)] == [None, 1, 2]
    with pytest.raises(ProblemError) as error:
        await runs.act(fifth, "start", 1)
    assert error.value.kind == "runs-full"
    assert not fifth.queued
    # Any other call for a run that waits says so.
    with pytest.raises(ProblemError) as error:
        await runs.ask(third, lambda: None)
    assert error.value.kind == "run-queued"


async def test_a_run_that_pauses_makes_room_for_the_first_in_the_queue(clock, workers):
    runs = runs_of(workers, clock)
    first, second, third, fourth = made(runs, 4)
    for run in (first, second, third, fourth):
        await runs.act(run, "start", 1)
    workers.train(first.id, 7)
    await runs.act(first, "pause", 1)
    await settle()
    assert (third.state, runs.places.position(third)) == ("running", None)
    assert runs.places.position(fourth) == 1
    assert (first.live, first.status["step"], first.events[-1]["kind"]) == (False, 7, "parked")
    # Whoever leaves the queue makes room in it, and a removed run makes room for a call.
    await runs.act(fourth, "pause", 1)
    assert fourth.state == "ready"
    await runs.remove(second)
    await runs.act(first, "step", 2)
    assert first.status["step"] == 9


async def test_a_finished_run_makes_room_by_itself(clock, workers):
    runs = runs_of(workers, clock, at_once=1)
    first, second = made(runs, 2)
    await runs.act(first, "start", 1)
    await runs.act(second, "start", 1)
    workers.train(first.id, 100, "finished")
    await settle()
    assert (first.live, second.state) == (False, "running")


async def test_removing_a_run_admits_the_next(clock, workers):
    runs = runs_of(workers, clock, at_once=1)
    first, second, third = made(runs, 3)
    for run in (first, second, third):
        await runs.act(run, "start", 1)
    await runs.remove(second)
    assert runs.places.position(third) == 1
    await runs.remove(first)
    await settle()
    assert third.state == "running"
    assert list(workers.live) == [third.id]


async def test_of_idle_runs_the_one_idle_longest_yields(clock, workers):
    runs = runs_of(workers, clock)
    first, second, third = made(runs, 3)
    for run in (first, second):
        await runs.act(run, "step", 1)
        await clock.advance(1)
    first.touch()
    await runs.act(third, "step", 1)
    assert (first.live, second.live, third.live) == (True, False, True)


async def test_a_run_with_a_call_under_way_keeps_its_worker(clock, workers):
    runs = runs_of(workers, clock, at_once=1)
    busy, other = made(runs, 2)
    await runs.act(busy, "step", 1)
    busy.busy += 1
    await runs.act(other, "step", 1)
    assert (busy.live, other.state) == (True, "queued")


async def test_a_call_that_comes_while_the_worker_is_released_keeps_it(clock, workers):
    runs = runs_of(workers, clock)
    run = made(runs)
    await runs.act(run, "step", 1)
    release = asyncio.create_task(runs.places.release_worker(run))
    await asyncio.sleep(0)
    run.busy += 1
    await release
    assert run.live


async def test_a_watched_run_yields_only_after_a_time_without_calls(clock, workers):
    runs = runs_of(workers, clock, at_once=1, yield_after=30.0)
    watched, other = made(runs, 2)
    await runs.act(watched, "step", 3)
    watched.watchers = 1
    await runs.act(other, "start", 1)
    await clock.advance(29.5)
    runs.places.admit()
    await settle()
    assert (watched.live, other.state) == (True, "queued")
    await clock.advance(1)
    runs.places.admit()
    await settle()
    assert (watched.live, watched.yielded, watched.state, other.state) == (False, True, "paused", "running")
    # Watching alone takes no worker back while the place is taken, or while somebody waits.
    assert not runs.places.may_serve_watchers(watched)
    await runs.act(other, "pause", 1)
    assert not runs.places.may_serve_watchers(watched)
    # The next call does.
    await runs.act(watched, "step", 1)
    assert (watched.live, watched.yielded, watched.status["step"], other.live) == (True, False, 4, False)


async def test_an_unwatched_run_yields_before_a_watched_one(clock, workers):
    runs = runs_of(workers, clock, yield_after=1.0)
    watched, alone, third = made(runs, 3)
    await runs.act(watched, "step", 1)
    watched.watchers = 1
    await clock.advance(10)
    await runs.act(alone, "step", 1)
    await runs.act(third, "step", 1)
    assert (watched.live, alone.live, third.live) == (True, False, True)


async def test_a_run_queued_for_its_watchers_leaves_with_them(clock, workers):
    runs = runs_of(workers, clock, at_once=1)
    first, watched, behind = made(runs, 3)
    await runs.act(first, "start", 1)
    runs.places.enqueue(watched)
    await runs.act(behind, "start", 1)
    assert runs.places.position(behind) == 2
    runs.places.watchers_left(watched)
    assert (watched.state, runs.places.position(behind)) == ("ready", 1)
    # One that waits to start stays, whoever watches.
    runs.places.watchers_left(behind)
    assert behind.state == "queued"


async def test_a_refused_start_fails_the_run_and_lets_the_next_in(clock, workers):
    runs = runs_of(workers, clock, at_once=1)
    first, refused, third = made(runs, 3)
    for run in (first, refused, third):
        await runs.act(run, "start", 1)
    workers.fail_start = Refused("dataset", Text("없음", "missing"))
    await runs.act(first, "pause", 1)
    await settle()
    assert (refused.state, refused.status["problem"]["detail"]["en"]) == ("failed", "missing")
    assert third.state == "running"
    # It says so until it is reset, then starts anew.
    with pytest.raises(ProblemError) as error:
        await runs.act(refused, "step", 1)
    assert error.value.kind == "dataset"
    await runs.act(third, "pause", 1)
    await runs.act(refused, "reset", 1)
    assert refused.state == "ready"


async def test_a_call_whose_worker_ends_is_made_once_more(clock, workers):
    runs = runs_of(workers, clock)
    run = made(runs)
    await runs.act(run, "step", 5)
    tries = []

    async def call():
        tries.append(run.live)
        if len(tries) == 1:
            workers.kill(run.id)
            raise WorkerGone("killed")
        return "answer"

    assert await runs.ask(run, call) == "answer"
    assert tries == [True, True]
    assert [event["kind"] for event in run.events] == ["restarted"]


async def test_a_call_that_ends_two_workers_is_given_up(clock, workers):
    runs = runs_of(workers, clock)
    run = made(runs)

    async def call():
        workers.kill(run.id)
        raise WorkerGone("killed")

    with pytest.raises(ProblemError) as error:
        await runs.ask(run, call)
    assert error.value.kind == "worker-gone"
    assert run.busy == 0


async def test_a_run_removed_while_its_worker_starts_leaves_none(clock, workers):
    runs = runs_of(workers, clock)
    run = made(runs)
    starting = asyncio.create_task(runs.places.ensure_worker(run))
    await asyncio.sleep(0)
    await runs.remove(run)
    assert not await starting
    assert workers.live == {}


async def test_a_closed_service_starts_no_worker(clock, workers):
    runs = runs_of(workers, clock)
    run = made(runs)
    await runs.open()
    await runs.close()
    assert not await runs.places.ensure_worker(run)
    assert workers.created == []


async def test_two_runs_that_want_the_same_room_do_not_both_get_it(clock, workers):
    runs = runs_of(workers, clock, at_once=1)
    old, one, other = made(runs, 3)
    await runs.act(old, "step", 1)
    assert sorted(await asyncio.gather(*(runs.places.ensure_worker(run) for run in (one, other)))) == [
        False,
        True,
    ]
    assert len(workers.live) == 1
