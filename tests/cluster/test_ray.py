"""Runs and heavy work on a real Ray cluster of two machines, which are loopback addresses of this one."""

import asyncio
import os
import signal
import time

import pytest

from chainrule.app.cluster.pool import RayPool
from chainrule.app.cluster.ray import Cluster
from chainrule.app.cluster.workers import RayWorkers
from chainrule.app.heavy.job import Job
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone
from chainrule.app.web.problem_errors import ProblemError
from tests.app.runs import tiny
from tests.app.runs.fake_workers import OPTIONS
from tests.cluster import jobs
from tests.helpers.ray_nodes import Node


class Heard:
    """What the workers tell their listener."""

    def __init__(self):
        self.snapshots, self.statuses, self.ended = {}, {}, []

    def on_snapshot(self, run_id, snapshot, status):
        self.snapshots[run_id], self.statuses[run_id] = snapshot, status

    def on_exit(self, run_id):
        self.ended.append(run_id)


async def soon(wanted):
    deadline = time.monotonic() + 90
    while not (found := wanted()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def nodes():
    with Node(0, None, 0) as head, Node(1, head, 1) as worker:
        yield head, worker


@pytest.fixture(scope="module")
def order(tmp_path_factory):
    return {
        "dataset": "tiny",
        "folder": str(tiny.write(tmp_path_factory.mktemp("data") / "tiny")),
        "options": OPTIONS,
        "steps": 10**6,
        "snapshot": None,
        "keep_seconds": 0.5,
    }


@pytest.mark.soak
def test_runs_and_jobs_on_a_cluster(nodes, order):
    head, worker = nodes

    async def check():
        heard, cluster = Heard(), Cluster(head.address)
        workers = RayWorkers(cluster, 30.0)
        workers.subscribe(heard)
        status = await workers.create("00000000000a", order)
        assert (status["state"], status["step"]) == ("ready", 0)
        status = await workers.act("00000000000a", "step", 5)
        assert heard.statuses["00000000000a"]["step"] == status["step"] == 5  # before the call returns
        with pytest.raises(Refused):
            await workers.load("00000000000a", b"nothing")
        begin = time.perf_counter()
        frames = [await workers.frame("00000000000a", {"seq": count}) for count in range(50)]
        print(f"a frame takes {20 * (time.perf_counter() - begin):.1f} ms")
        assert len(set(frames)) == 50
        await workers.act("00000000000a", "start", 1)
        await soon(lambda: heard.statuses["00000000000a"]["step"] > 100)

        # An actor that is killed: the listener hears of it, and the run goes on from the snapshot.
        (actor,) = worker.named("ray::RunActor")
        kept = heard.statuses["00000000000a"]["step"]
        os.kill(actor, signal.SIGKILL)
        await soon(lambda: heard.ended)
        with pytest.raises(WorkerGone):
            await workers.act("00000000000a", "pause", 1)
        await workers.create("00000000000a", {**order, "snapshot": heard.snapshots["00000000000a"]})
        assert heard.statuses["00000000000a"]["step"] >= kept

        # An engine that ends leaves its actors to the next one, which ends those that it does not know.
        await workers.create("00000000000b", order)
        await workers.close()
        later, heard = RayWorkers(cluster, 30.0), Heard()
        later.subscribe(heard)
        assert await later.survivors(["00000000000a"]) == ["00000000000a"]
        assert heard.statuses["00000000000a"]["state"] == "running"
        assert (await later.act("00000000000a", "pause", 1))["step"] >= kept
        await soon(lambda: len(worker.named("ray::RunActor")) == 1)
        await later.stop("00000000000a")
        await soon(lambda: not worker.named("ray::RunActor"))

        # Heavy work: an answer, an error of ours, a deadline, a process that is killed, a client that goes away.
        pool = RayPool(cluster, 2, 1.0)
        assert await pool.submit(Job("a", jobs.double, (b"ab",))) == b"abab"
        with pytest.raises(ProblemError) as refused:
            await pool.submit(Job("a", jobs.refuse, ()))
        assert refused.value.kind == "memory"
        with pytest.raises(ProblemError) as late:
            await pool.submit(Job("a", jobs.forever, ()))
        assert late.value.kind == "deadline"
        leaving = asyncio.create_task(RayPool(cluster, 2, 60.0).submit(Job("a", jobs.forever, ())))
        await soon(lambda: worker.named("ray::do"))
        leaving.cancel()
        await soon(lambda: not worker.named("ray::do"))
        assert await pool.submit(Job("a", jobs.double, (b"c",))) == b"cc"

        # The machine goes away: so does the run, and it begins again where there is another one.
        await later.create("00000000000c", order)
        await later.act("00000000000c", "step", 9)
        worker.end()
        await soon(lambda: heard.ended)
        again = asyncio.create_task(
            later.create("00000000000c", {**order, "snapshot": heard.snapshots["00000000000c"]})
        )
        await asyncio.to_thread(worker.start)
        assert (await again)["step"] == 9
        await later.stop("00000000000c")
        await later.close()

    asyncio.run(check())
