"""Runs come to life in the order of the event loop, with workers that take their time and train nothing."""

import asyncio

from chainrule.app.main import create_app


class SlowWorkers:
    """Each call lets the others have a turn before it is done."""

    def __init__(self):
        self.made = []

    async def create(self, run_id, order, listener):
        await asyncio.sleep(0)
        self.made.append(run_id)

    async def keep(self, run_id):
        await asyncio.sleep(0)

    async def stop(self, run_id):
        await asyncio.sleep(0)


def test_calls_that_wake_one_run_share_the_room_that_is_made_for_it(run_settings):
    """A page asks for graph, picture and frames at once: none is told to wait while another run is parked."""

    runs = create_app(run_settings(max_runs=1)).state.services.runs
    runs.workers = workers = SlowWorkers()

    async def scene():
        old, fresh = (runs.create({"hidden": (8,)}, "tiny", 100) for _ in range(2))
        assert await runs.ensure_worker(old)
        woken = await asyncio.gather(*(runs.ensure_worker(fresh) for _ in range(3)))
        return woken, workers.made == [old.id, fresh.id], old.live

    assert asyncio.run(scene()) == ([True, True, True], True, False)
