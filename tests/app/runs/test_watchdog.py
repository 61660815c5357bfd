"""The watchdog: snapshots kept, workers restarted, idle runs paused and parked; no process, no waiting."""

import logging

import pytest

from chainrule.app.runs.protocol.refusals import WorkerGone
from chainrule.app.runs.service import Runs
from chainrule.app.web.metrics import Metrics
from chainrule.app.web.problems import ProblemError
from tests.app.runs.clock import settle
from tests.app.runs.fake_workers import OPTIONS, FakeWorkers, limits, runs_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def workers():
    return FakeWorkers()


@pytest.fixture
async def runs(clock, workers):
    opened = runs_of(workers, clock, idle_pause=60.0, idle_park=120.0)
    await opened.open()
    yield opened
    await opened.close()


async def trained(runs, steps=5):
    run = runs.registry.create(OPTIONS, "tiny", 100)
    await runs.act(run, "step", steps)
    return run


def kinds(run):
    return [event["kind"] for event in run.events]


async def test_a_worker_that_ends_is_restarted_from_the_last_snapshot(runs, workers):
    run = await trained(runs)
    await runs.act(run, "start", 1)
    workers.live[run.id]["step"] += 100  # never delivered
    workers.kill(run.id)
    assert (run.live, run.status["step"], kinds(run)) == (False, 5, ["restarted"])
    await settle()
    assert (run.live, run.state, workers.live[run.id]["step"]) == (True, "running", 5)
    assert run.events[-1]["step"] == 5


async def test_three_deaths_in_thirty_seconds_are_the_last(runs, workers, clock):
    run = await trained(runs)
    for _ in range(3):
        workers.kill(run.id)
        await settle()
    assert kinds(run) == ["restarted", "restarted", "lost"]
    assert (run.state, run.live, workers.created) == ("failed", False, [run.id] * 3)
    with pytest.raises(ProblemError) as error:
        await runs.act(run, "start", 1)
    assert error.value.kind == "run-failed"
    await runs.act(run, "reset", 1)
    assert run.state == "ready"
    await runs.act(run, "step", 2)
    assert run.status["step"] == 2
    # After a reset it has three more lives.
    workers.kill(run.id)
    await settle()
    assert (run.live, kinds(run)[-1]) == (True, "restarted")


async def test_deaths_longer_ago_are_forgiven(runs, workers, clock):
    run = await trained(runs)
    for _ in range(6):
        workers.kill(run.id)
        await settle()
        await clock.advance(15.1)
    assert kinds(run) == ["restarted"] * 6


async def test_starts_that_fail_count_as_deaths(runs, workers):
    run = runs.registry.create(OPTIONS, "tiny", 100)
    for _ in range(3):
        workers.fail_start = WorkerGone("no memory")
        with pytest.raises(WorkerGone):
            await runs.places.ensure_worker(run)
    assert (run.state, kinds(run)) == ("failed", ["lost"])


async def test_a_run_nobody_watches_pauses_then_parks_then_reopens(runs, workers, clock):
    run = await trained(runs)
    await runs.act(run, "start", 1)
    await clock.advance(59)
    assert run.state == "running"
    await clock.advance(2)
    assert (run.state, kinds(run), run.live) == ("paused", ["idle"], True)
    await clock.advance(60)
    assert (run.live, kinds(run)) == (False, ["idle", "parked"])
    await runs.act(run, "step", 1)
    assert (run.status["step"], kinds(run)) == (6, ["idle", "parked", "resumed"])


@pytest.mark.parametrize("use", ["watchers", "busy"])
async def test_a_run_in_use_is_left_alone(runs, clock, use):
    still, training = await trained(runs), await trained(runs)
    await runs.act(training, "start", 1)
    for run in (still, training):
        setattr(run, use, 1)
    await clock.advance(1000)
    assert (still.live, training.state) == (True, "running")
    for run in (still, training):
        setattr(run, use, 0)
    await clock.advance(2)
    assert (still.live, training.state) == (False, "paused")


async def test_a_visit_postpones_the_pause(runs, clock):
    run = await trained(runs)
    await runs.act(run, "start", 1)
    for _ in range(5):
        await clock.advance(50)
        run.touch()
    assert run.state == "running"


async def test_the_sweep_admits_who_waits_for_a_run_to_yield(clock, workers):
    runs = runs_of(workers, clock, at_once=1, yield_after=30.0)
    await runs.open()
    watched, other = await trained(runs), runs.registry.create(OPTIONS, "tiny", 100)
    watched.watchers = 1
    await runs.act(other, "start", 1)
    await clock.advance(29)
    assert other.state == "queued"
    await clock.advance(3)
    assert (other.state, watched.yielded) == ("running", True)
    await runs.close()


async def test_a_run_that_cannot_be_paused_does_not_stop_the_sweep(runs, workers, clock, caplog):
    broken, sound = await trained(runs), await trained(runs)
    for run in (broken, sound):
        await runs.act(run, "start", 1)
    del workers.live[broken.id]
    with caplog.at_level(logging.WARNING):
        await clock.advance(61)
    assert sound.state == "paused"
    assert any(broken.id in record.getMessage() for record in caplog.records)


async def test_a_service_that_ends_asks_what_trains_once_more(runs, workers):
    idle, training = await trained(runs), await trained(runs)
    await runs.act(training, "start", 1)
    workers.live[training.id]["step"] = 77  # not delivered yet
    workers.calls.clear()
    await runs.close()
    assert training.status["step"] == 77
    assert workers.calls == [(training.id, "snapshot")]
    assert not training.live
    assert not idle.live
    workers._listener.on_exit(training.id)
    await settle()
    assert kinds(training) == []


async def test_steps_and_states_are_counted(clock, workers):
    metrics = Metrics()
    runs = Runs(workers, limits(at_once=1), metrics, clock)
    first, second = (runs.registry.create(OPTIONS, "tiny", 100) for _ in range(2))
    await runs.act(first, "step", 12)
    await runs.act(first, "start", 1)
    await runs.act(second, "start", 1)
    workers.train(first.id, 30)
    text = metrics.text().decode()
    for now, count in (("running", 1), ("queued", 1), ("all", 2)):
        assert f'chainrule_runs{{state="{now}"}} {count}.0' in text
    assert "chainrule_run_steps_total 42.0" in text
    workers.kill(first.id)
    await settle()
    await runs.act(first, "pause", 1)
    await settle()
    for run in (first, second):
        await runs.remove(run)
    text = metrics.text().decode()
    for event, count in (("made", 2), ("restarted", 1), ("parked", 1), ("removed", 2), ("resumed", 0)):
        assert f'chainrule_run_events_total{{event="{event}"}} {count}.0' in text
    for now in ("running", "queued", "all"):
        assert f'chainrule_runs{{state="{now}"}} 0.0' in text
