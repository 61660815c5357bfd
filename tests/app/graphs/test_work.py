"""Threads shared by visitors: who asks for much waits for themselves alone, and nobody waits without end."""

import asyncio
import threading

import pytest

from chainrule.app.graphs import work
from chainrule.app.web.leaving import ClientGone, client
from chainrule.app.web.problems import ProblemError
from chainrule.app.web.quotas import visitor


def as_visitor(name, job):
    async def asked():
        visitor.set(name)
        return await work.in_thread(job)

    return asyncio.create_task(asked())


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0)


class Slow:
    """Work that lasts until it is let go."""

    def __init__(self):
        self.begun = 0
        self.end = threading.Event()

    def __call__(self):
        self.begun += 1
        assert self.end.wait(20)


def test_four_slow_requests_of_one_leave_a_thread_for_another():
    async def story():
        slow = Slow()
        mine = [as_visitor("me", slow) for _ in range(4)]
        await until(lambda: slow.begun == work.THREADS_OF_ONE)
        assert await as_visitor("you", lambda: 5) == 5
        assert slow.begun == work.THREADS_OF_ONE
        slow.end.set()
        await asyncio.gather(*mine)
        assert slow.begun == 4

    asyncio.run(story())


def test_past_so_many_waiting_the_next_is_refused_at_once_and_others_are_not(monkeypatch):
    monkeypatch.setattr(work, "MOST_WAITING", 1)

    async def story():
        slow = Slow()
        mine = [as_visitor("me", slow) for _ in range(work.THREADS_OF_ONE + 1)]
        await until(lambda: slow.begun == work.THREADS_OF_ONE)
        with pytest.raises(ProblemError) as refused:
            await as_visitor("me", slow)
        assert refused.value.kind == "busy"
        assert await as_visitor("you", lambda: 5) == 5
        slow.end.set()
        await asyncio.gather(*mine)
        assert await as_visitor("me", lambda: 6) == 6

    asyncio.run(story())


def test_who_waits_too_long_is_told_so_and_gives_up_their_place(monkeypatch):
    monkeypatch.setattr(work, "PATIENCE", 0.05)

    async def story():
        slow = Slow()
        mine = [as_visitor("me", slow) for _ in range(work.THREADS_OF_ONE)]
        await until(lambda: slow.begun == work.THREADS_OF_ONE)
        with pytest.raises(ProblemError):
            await as_visitor("me", slow)
        slow.end.set()
        await asyncio.gather(*mine)
        assert await as_visitor("me", lambda: 6) == 6

    asyncio.run(story())


def test_work_that_fails_gives_its_place_back():
    async def story():
        for _ in range(work.THREADS + 1):
            with pytest.raises(ZeroDivisionError):
                await as_visitor("me", lambda: 1 / 0)

    asyncio.run(story())


def test_who_goes_away_while_waiting_is_not_waited_for():
    async def story():
        slow, gone = Slow(), asyncio.Event()
        mine = [as_visitor("me", slow) for _ in range(work.THREADS_OF_ONE)]
        await until(lambda: slow.begun == work.THREADS_OF_ONE)

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        client.set(receive)
        left = as_visitor("me", slow)
        await asyncio.sleep(0)
        gone.set()
        with pytest.raises(ClientGone):
            await left
        slow.end.set()
        await asyncio.gather(*mine)
        assert slow.begun == work.THREADS_OF_ONE
        client.set(None)
        assert await as_visitor("me", lambda: 6) == 6

    asyncio.run(story())
