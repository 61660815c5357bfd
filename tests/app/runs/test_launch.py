"""How a worker's process starts: forked from a warm one, or by itself."""

import asyncio
import os
import signal

import pytest

from chainrule.app.runs import launch
from chainrule.app.runs.process import WorkerProcess
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from tests.app.runs.api import soon

ORDER = {
    "folder": None,
    "dataset": "mnist",
    "options": {"hidden": (4,), "seed": 0},
    "steps": 3,
    "snapshot": None,
    "keep_seconds": 60.0,
}


@pytest.fixture(params=[True, False], ids=["forked", "spawned"])
def forks(request, monkeypatch):
    monkeypatch.setattr(launch, "FORKS", request.param)
    return request.param


def process():
    return WorkerProcess(lambda *_: None, lambda: None)


def parent(pid):
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        return int(file.read().rpartition(")")[2].split()[1])


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_works_and_is_gone_after_its_end(forks):
    async def work():
        worker = process()
        ready = await worker.start(ORDER, 60)
        stepped = await worker.call("act", "step", 3, seconds=60)
        pid = worker.pid
        assert alive(pid) and (parent(pid) != os.getpid()) is forks
        await worker.stop()
        return ready["state"], stepped["step"], pid

    state, step, pid = asyncio.run(work())
    assert (state, step) == ("ready", 3)
    soon(lambda: not alive(pid))


def test_a_worker_that_refuses_its_order_says_why(forks, tmp_path):
    async def work():
        worker = process()
        try:
            await worker.start({**ORDER, "folder": str(tmp_path)}, 60)
        finally:
            await worker.stop()

    with pytest.raises(Refused) as refused:
        asyncio.run(work())
    assert "train-images-idx3-ubyte" in refused.value.detail.en


def test_workers_of_one_warm_process_do_not_disturb_each_other():
    async def work():
        one, other = process(), process()
        await asyncio.gather(one.start(ORDER, 60), other.start(ORDER, 60))
        assert parent(one.pid) == parent(other.pid) and one.pid != other.pid
        os.kill(one.pid, signal.SIGKILL)
        with pytest.raises(WorkerGone):
            await one.call("status", seconds=60)
        assert (await other.call("act", "step", 1, seconds=60))["step"] == 1
        await one.stop()
        await other.stop()

    asyncio.run(work())


def test_a_worker_starts_after_the_warm_process_was_killed_and_older_ones_go_on():
    async def work():
        older, newer = process(), process()
        await older.start(ORDER, 60)
        os.kill(parent(older.pid), signal.SIGKILL)
        await newer.start(ORDER, 60)
        assert (await older.call("act", "step", 1, seconds=60))["step"] == 1
        assert (await newer.call("act", "step", 1, seconds=60))["step"] == 1
        await older.stop()
        await newer.stop()

    asyncio.run(work())
