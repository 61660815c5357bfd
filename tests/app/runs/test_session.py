"""A worker's session and loop, on a clock that stands still: steps, speed limit, snapshots, cached evaluations."""

import queue
import subprocess
import sys

import pytest

from chainrule.app.runs.protocol.refusals import Refused
from chainrule.app.runs.worker.session import Session
from chainrule.app.runs.worker.worker import Worker
from chainrule.core.training import Options
from chainrule.core.training.datasets import from_folder


class Seconds:
    """A clock to be called."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture(scope="module")
def data(tiny_folder):
    return from_folder(tiny_folder)


@pytest.fixture
def session(data, seconds):
    return Session(data, Options((8,), seed=3, batch_size=20), 200_000, clock=seconds)


class Loop:
    """A worker whose messages are collected, and whose waiting moves the clock."""

    def __init__(self, session, seconds, keep_seconds=1.0, chunk=0.0625):
        """A chunk of steps takes `chunk` seconds."""
        self.sent, self.chunk = [], chunk
        self.seconds = seconds
        self.worker = Worker(session, lambda *message: self.sent.append(message), keep_seconds)

    def get(self, block=True, timeout=None):
        """No call ever comes; the loop ends when the clock reaches `until`, or when it would wait for ever."""
        if self.seconds.now >= self.until or (block and timeout is None):
            raise EOFError
        self.seconds.now += timeout if block else self.chunk
        raise queue.Empty

    def run(self, seconds):
        """Let the loop work for so long."""
        self.until = self.seconds.now + seconds
        with pytest.raises(EOFError):
            self.worker.run(self)

    def kinds(self):
        return [message[0] for message in self.sent]


def test_a_run_trains_no_faster_than_its_limit(session, seconds):
    session.patch({"most_speed": 20.0})
    session.act("start")
    loop = Loop(session, seconds, chunk=0.001)
    loop.run(seconds=2.0)
    # The first step is due at once, and one more may be caught up.
    assert 40 <= session.trainer.step_count <= 42
    assert session.status()["steps_per_second"] == pytest.approx(20, rel=0.1)
    # A busy worker catches up by one step, not by all that it missed.
    before = session.trainer.step_count
    seconds.now += 100
    loop.run(seconds=1.0)
    assert 20 <= session.trainer.step_count - before <= 22
    session.patch({"most_speed": 0})
    assert session.seconds_to_step() == 0
    before = session.trainer.step_count
    loop.run(seconds=0.1)
    assert session.trainer.step_count - before > 100
    assert session.curves.marks == []


def test_a_worker_that_trains_sends_a_snapshot_as_often_as_ordered(session, seconds):
    loop = Loop(session, seconds, keep_seconds=0.5)
    loop.worker.answer(1, "act", ("start", 1))
    loop.sent.clear()
    loop.run(seconds=2.6)
    assert loop.kinds() == ["snapshot"] * 5
    steps = [status["step"] for _, _, status in loop.sent]
    assert steps == sorted(set(steps))


def test_a_call_that_changes_the_run_sends_its_snapshot_before_its_answer(session, seconds):
    loop = Loop(session, seconds)
    for number, name, arguments in (
        (1, "act", ("step", 5)),
        (2, "patch", ({"learning_rate": 0.01},)),
        (3, "act", ("reset", 1)),
    ):
        loop.sent.clear()
        loop.worker.answer(number, name, arguments)
        assert loop.kinds() == ["snapshot", "answer"]
        assert loop.sent[0][2] == loop.sent[1][2]
    loop.sent.clear()
    loop.worker.answer(4, "status", ())
    assert loop.kinds() == ["answer"]


def test_a_run_that_ends_by_itself_is_reported_at_once(session, seconds):
    session.patch({"steps": 30})
    loop = Loop(session, seconds, keep_seconds=1e9)
    loop.worker.answer(1, "act", ("start", 1))
    loop.sent.clear()
    loop.run(seconds=10.0)
    (message,) = loop.sent
    assert (message[0], message[2]["state"], message[2]["step"]) == ("snapshot", "finished", 30)


def test_a_refusal_and_a_failure_are_answered(session, seconds):
    loop = Loop(session, seconds)
    loop.worker.answer(1, "tensor", ("none", "value", False))
    loop.worker.answer(2, "no such call", ())
    assert [message[:2] for message in loop.sent] == [("refused", 1), ("failed", 2)]
    assert loop.sent[0][2].kind == "unknown-id"


def test_a_walk_waits_a_second_for_its_steps_then_goes_on(session, seconds, monkeypatch):
    train = session.train

    def slowly():
        seconds.now += 0.3
        train()

    monkeypatch.setattr(session, "train", slowly)
    session.most_speed = 1.0  # one step at a time
    worker = Worker(session, lambda *_: None, 1.0)
    worker.answer(1, "act", ("step", 10))
    assert (session.state, session.trainer.step_count) == ("running", 4)
    while session.running:
        worker.train()
    assert (session.state, session.trainer.step_count) == ("paused", 10)


def test_while_it_trains_the_test_set_is_evaluated_a_tenth_of_the_time_at_most(session, seconds, monkeypatch):
    evaluate = session.trainer.test_predictions

    def slowly():
        seconds.now += 2
        return evaluate()

    monkeypatch.setattr(session.trainer, "test_predictions", slowly)
    session.act("start")
    step, first = session.test_cache.at(session.trainer, True, None)
    session.train()
    seconds.now += 17
    assert session.test_cache.at(session.trainer, True, None) == (step, first)
    seconds.now += 2
    later, _ = session.test_cache.at(session.trainer, True, None)
    assert later == session.trainer.step_count > step
    assert session.test_cache.at(session.trainer, True, step) == (step, first)
    # At rest the newest is wanted.
    session.act("pause")
    session.trainer.step(1)
    assert session.test_cache.at(session.trainer, False, None)[0] == later + 1


def test_a_session_goes_on_from_a_snapshot_with_the_same_numbers(data, session):
    session.act("step", 35)
    while session.running:
        session.train()
    session.patch({"optimizer": "adam", "learning_rate": 0.01})
    other = Session(data, Options(), 1, session.snapshot())
    for each in (session, other):
        each.act("step", 40)
        while each.running:
            each.train()
    assert other.status() == session.status()
    assert other.history(-1) == session.history(-1)
    for name, value in session.trainer.parameters.items():
        assert (value == other.trainer.parameters[name]).all()


def test_a_batch_larger_than_the_data_is_refused(data):
    with pytest.raises(Refused) as refused:
        Session(data, Options(batch_size=700), 100)
    assert refused.value.kind == "run-options"


def test_a_worker_loads_no_web_framework():
    """It starts in a third of the time without."""
    code = "import sys, chainrule.app.runs.worker.__main__ as _; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    top = {name.partition(".")[0] for name in loaded.split()}
    assert "numpy" in top
    assert not top & {"fastapi", "starlette", "pydantic", "asyncio", "prometheus_client", "sqlalchemy"}
