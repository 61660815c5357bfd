"""The registry: runs by id, within a limit, the one that was idle longest going first."""

import pytest

from chainrule.app.runs.run import Run
from chainrule.app.web.problems import ProblemError
from tests.app.runs.fake_workers import OPTIONS, FakeWorkers, runs_of

pytestmark = pytest.mark.anyio


def made(runs):
    return runs.registry.create(OPTIONS, "tiny", 100)


async def test_runs_are_found_by_id_in_the_order_they_were_made(clock):
    registry = (runs := runs_of(FakeWorkers(), clock)).registry
    first, second = made(runs), made(runs)
    assert registry.all() == [first, second]
    assert registry.find(first.id) is registry.get(first.id) is first
    registry.forget(first)
    assert first.removed
    assert registry.get(first.id) is None
    with pytest.raises(ProblemError) as error:
        registry.find(first.id)
    assert error.value.kind == "run-missing"


async def test_a_new_run_takes_the_room_of_the_one_idle_longest(clock):
    registry = (runs := runs_of(FakeWorkers(), clock, kept=2)).registry
    first = made(runs)
    await clock.advance(1)
    second = made(runs)
    await clock.advance(1)
    first.touch()
    third = made(runs)
    assert registry.all() == [first, third]
    assert second.removed


@pytest.mark.parametrize("use", ["live", "queued", "watchers", "busy"])
async def test_a_run_in_use_is_never_the_one_to_go(clock, use):
    runs = runs_of(FakeWorkers(), clock, kept=1)
    only = made(runs)
    setattr(only, use, 1)
    assert runs.registry.unused() is None
    with pytest.raises(ProblemError) as error:
        made(runs)
    assert error.value.kind == "runs-full"
    assert runs.registry.all() == [only]


async def test_a_visitor_s_own_oldest_run_goes_before_anybody_else_s(clock):
    registry = runs_of(FakeWorkers(), clock, kept=4, kept_per_owner=3).registry
    theirs = registry.create(OPTIONS, "tiny", 100, "b" * 64)
    mine = []
    for _ in range(3):
        await clock.advance(1)
        mine.append(registry.create(OPTIONS, "tiny", 100, "a" * 64))
    # Mine is full: my oldest goes, though theirs is older.
    mine.append(registry.create(OPTIONS, "tiny", 100, "a" * 64))
    assert registry.all() == [theirs, *mine[1:]]
    # The server is full: whoever makes one gives one of their own.
    theirs_too = registry.create(OPTIONS, "tiny", 100, "b" * 64)
    assert registry.all() == [*mine[1:], theirs_too]
    assert registry.of("a" * 64) == mine[1:]
    # Somebody new takes the place of the one idle longest.
    registry.create(OPTIONS, "tiny", 100, "c" * 64)
    assert mine[1].removed


async def test_a_run_looked_at_within_a_quarter_of_an_hour_stays(clock):
    registry = runs_of(FakeWorkers(), clock, kept=2, kept_per_owner=2).registry
    first, second = (registry.create(OPTIONS, "tiny", 100, "a" * 64) for _ in range(2))
    first.touch()
    await clock.advance(1)
    second.touch()
    for owner, kind in (("a" * 64, "too-many"), ("b" * 64, "runs-full")):
        with pytest.raises(ProblemError) as error:
            registry.create(OPTIONS, "tiny", 100, owner)
        assert error.value.kind == kind
        assert error.value.headers == ({"Retry-After": "899"} if kind == "too-many" else {})
    await clock.advance(899)
    third = registry.create(OPTIONS, "tiny", 100, "a" * 64)
    assert registry.all() == [second, third]


async def test_saved_runs_are_adopted_as_many_as_there_is_room_for(clock):
    runs = runs_of(FakeWorkers(), clock, kept=3)
    own = made(runs)
    status = {**own.status}
    saved = [Run(f"{k:012x}", OPTIONS, "tiny", status, clock, created=f"2026-01-0{9 - k}") for k in range(4)]
    gone = Run("f" * 12, OPTIONS, "gone", status, clock)
    runs.registry.adopt([*saved, gone])
    # The last two were idle for the shortest time; all are listed in the order they were made.
    assert runs.registry.all() == [saved[3], saved[2], own]
