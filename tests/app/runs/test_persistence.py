"""Runs outlive the service: written when due, found again, bounded, removed; on a clock that stands still."""

import shutil
from pathlib import Path

import pytest

from chainrule.app.graphs import work
from chainrule.app.runs import run_file
from chainrule.app.web.problems import ProblemError
from tests.app.runs.clock import settle
from tests.app.runs.damage import cut
from tests.app.runs.fake_workers import OPTIONS, FakeWorkers, runs_of

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch):
    """Disk work is done at once, so that nothing is under way when the clock stands still."""

    async def at_once(job):
        return job()

    monkeypatch.setattr(work, "waiting", at_once)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def workers():
    return FakeWorkers()


@pytest.fixture
async def open_runs(clock, workers, folder):
    """Starts a service's runs on the folder, as often as it is asked; those still open are closed at the end."""
    opened = []

    async def start(workers=workers, **more):
        runs = runs_of(workers, clock, **{"folder": folder, "save_seconds": 10.0} | more)
        opened.append(runs)
        await runs.open()
        return runs

    yield start
    for runs in opened:
        await runs.close()


def files(folder: Path) -> dict[str, int]:
    return {path.stem: path.stat().st_size for path in folder.glob("*.npz")}


def header(folder, run):
    return run_file.read_header(folder / f"{run.id}.npz")


def made(runs):
    return runs.registry.create(OPTIONS, "tiny", 1000)


async def test_a_run_that_trains_is_written_as_often_as_the_setting_says(open_runs, folder, workers, clock):
    runs = await open_runs(save_seconds=10.0)
    run = made(runs)
    await runs.act(run, "start", 1)
    written = []
    for _ in range(100):
        workers.train(run.id, 1)
        await clock.advance(0.5)
        written.append(header(folder, run).step if run.id in files(folder) else None)
    # Once at the beginning, then every ten seconds: the file is never older than that, but for a turn of the writer.
    assert sorted(set(filter(None, written))) == [1, 21, 41, 61, 81]


async def test_single_steps_are_written_together_a_moment_later(open_runs, folder, clock, monkeypatch):
    saved, save = [], run_file.save
    monkeypatch.setattr(run_file, "save", lambda *what: saved.append(what[1].step) or save(*what))
    runs = await open_runs()
    run = made(runs)
    for _ in range(5):
        await runs.act(run, "step", 1)
        await clock.advance(0.1)
    assert saved == []
    await clock.advance(1)
    assert saved == [5]
    # Steps without end do not put it off for ever.
    for _ in range(30):
        await runs.act(run, "step", 1)
        await clock.advance(0.1)
    assert len(saved) >= 3


async def test_a_killed_service_loses_no_more_than_the_setting_says(
    open_runs, folder, tmp_path, workers, clock
):
    """What lies on the disk while a run trains is what a service finds that was never told of an end."""
    runs = await open_runs(save_seconds=0.5)
    run = made(runs)
    await runs.act(run, "start", 1)
    for _ in range(10):
        workers.train(run.id, 1)
        await clock.advance(0.5)
    assert (run.state, run.status["step"]) == ("running", 10)
    step = header(folder, run).step
    assert step >= 9
    shutil.copytree(folder, tmp_path / "crashed")
    again = await open_runs(workers=FakeWorkers(), folder=tmp_path / "crashed")
    found = again.registry.find(run.id)
    assert (found.state, found.status["step"], found.events[-1]["kind"]) == ("paused", step, "interrupted")
    await again.act(found, "step", 2)
    assert found.status["step"] == step + 2


async def test_a_parked_run_is_on_disk_and_no_more_in_memory(open_runs, clock):
    runs = await open_runs()
    run = made(runs)
    await runs.act(run, "step", 20)
    curves = await runs.history(run, -1)
    await runs.places.release_worker(run)
    assert run.snapshot is not None
    await clock.advance(2)
    assert (run.snapshot, run.stored) == (None, True)
    assert await runs.history(run, -1) == curves
    await runs.act(run, "step", 1)
    assert run.status["step"] == 21


async def test_runs_are_found_again_as_they_were(open_runs, clock):
    runs = await open_runs()
    fresh, trained = made(runs), made(runs)
    await runs.act(trained, "step", 20)
    trained.seq = 7
    status, created = trained.status, [run.created for run in (fresh, trained)]
    curves = await runs.history(trained, -1)
    await runs.close()
    runs = await open_runs()
    again = runs.registry.all()
    assert [run.id for run in again] == [fresh.id, trained.id]
    assert [run.created for run in again] == created
    assert [run.state for run in again] == ["ready", "paused"]
    assert again[1].status == status
    assert again[1].seq == 7
    assert await runs.history(again[0], -1) == (await runs.history(fresh, -1))
    assert await runs.history(again[1], -1) == curves
    assert not again[1].live, "curves need no worker"
    await runs.act(again[0], "step", 3)
    assert again[0].status["step"] == 3


async def test_a_removed_run_takes_its_file_along(open_runs, folder, clock):
    runs = await open_runs()
    run, other = made(runs), made(runs)
    await runs.act(run, "step", 5)
    await clock.advance(2)
    assert files(folder).keys() == {run.id, other.id}
    await runs.remove(run)
    await clock.advance(2)
    assert files(folder).keys() == {other.id}
    await runs.remove(other)
    await runs.close()
    assert files(folder) == {}
    assert (await open_runs()).registry.all() == []


async def test_a_damaged_file_is_no_run_and_is_left(open_runs, folder, caplog):
    runs = await open_runs()
    run, sound = made(runs), made(runs)
    await runs.act(run, "step", 5)
    await runs.close()
    cut(folder / f"{run.id}.npz")
    runs = await open_runs()
    assert [each.id for each in runs.registry.all()] == [sound.id]
    assert any(f"{run.id}.npz" in record.getMessage() for record in caplog.records)
    assert run.id in files(folder)


async def test_what_else_lies_in_the_folder_is_not_touched(open_runs, folder, clock):
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "0123456789ab.tmp").write_text("half written")
    (folder / "ba9876543210.npz").mkdir()
    runs = await open_runs(folder_bytes=1)
    run = made(runs)
    await runs.act(run, "step", 1)
    await clock.advance(2)
    await runs.close()
    assert {path.name for path in folder.iterdir()} == {"notes.txt", "lock", "ba9876543210.npz"}


async def test_a_run_whose_data_are_gone_waits_for_them(open_runs):
    runs = await open_runs()
    run = made(runs)
    await runs.act(run, "step", 5)
    await runs.close()
    without = await open_runs(datasets={})
    with pytest.raises(ProblemError):
        without.registry.find(run.id)
    await without.close()
    assert (await open_runs()).registry.find(run.id).status["step"] == 5


async def test_the_folder_is_bounded_and_the_runs_idle_longest_go(open_runs, folder, clock):
    runs = await open_runs(looked_seconds=1.0)
    first = made(runs)
    await runs.act(first, "step", 5)
    await clock.advance(2)
    size = max(files(folder).values())
    await runs.close()
    bound = 4 * size + size // 2
    runs = await open_runs(folder_bytes=bound, looked_seconds=1.0)
    ids = [first.id]
    for _ in range(6):
        run = made(runs)
        ids.append(run.id)
        await runs.act(run, "step", 5)
        await runs.places.release_worker(run)
        await clock.advance(2)
        assert run.id in files(folder)
        assert sum(files(folder).values()) <= bound
    assert files(folder).keys() == set(ids[-4:])
    assert [run.id for run in runs.registry.all()] == ids[-4:]
    await runs.close()
    runs = await open_runs(kept=2)
    assert [run.id for run in runs.registry.all()] == ids[-2:]
    assert files(folder).keys() == set(ids[-2:])


async def test_a_run_larger_than_the_folder_may_be_is_not_written(open_runs, folder, clock, caplog):
    runs = await open_runs(folder_bytes=100)
    run = made(runs)
    await runs.act(run, "step", 5)
    await clock.advance(2)
    assert files(folder) == {}
    assert any("larger" in record.getMessage() for record in caplog.records)
    assert run.snapshot is not None, "it is still in memory"


async def test_a_run_whose_file_had_to_go_stays_in_memory(open_runs, folder, clock):
    """With every run in use, the file written last is the one that goes."""
    runs = await open_runs()
    first, second = made(runs), made(runs)
    await runs.act(first, "step", 5)
    await clock.advance(2)
    size = max(files(folder).values())
    await runs.close()
    runs = await open_runs(folder_bytes=size + size // 2)
    first, second = (runs.registry.find(run.id) for run in (first, second))
    await runs.act(first, "step", 1)
    await clock.advance(2)
    await runs.act(second, "step", 3)
    await clock.advance(2)
    assert first.id in files(folder)
    assert (second.id in files(folder), second.stored) == (False, False)
    second.live = False
    assert (await runs.history(second, -1))["steps"] == [3]


async def test_a_run_whose_worker_just_ended_is_restarted_as_it_was(open_runs, folder, clock, workers):
    """A call may find the worker gone before the listener does; a write in between must not make it paused."""
    runs = await open_runs()
    run = made(runs)
    await runs.act(run, "start", 1)
    workers.train(run.id, 5)
    run.live = False
    await clock.advance(20)
    assert header(folder, run).step == 5
    workers.kill(run.id)
    await settle()
    assert (run.state, run.live) == ("running", True)


async def test_two_services_share_no_run_and_the_second_takes_over(open_runs, folder, clock, caplog):
    first, second = await open_runs(), await open_runs(workers=FakeWorkers())
    assert any("Another service" in record.getMessage() for record in caplog.records)
    run, own = made(first), made(second)
    await first.act(run, "step", 5)
    await second.act(own, "step", 3)
    await clock.advance(60)
    assert files(folder).keys() == {run.id}
    assert second.registry.get(run.id) is None
    await first.close()
    await clock.advance(2)
    taken = second.registry.find(run.id)
    await second.act(taken, "step", 1)
    assert taken.status["step"] == 6
    await clock.advance(2)
    assert files(folder).keys() == {run.id, own.id}
    await second.close()
    third = await open_runs()
    assert [third.registry.find(each.id).status["step"] for each in (own, run)] == [3, 6]


@pytest.mark.parametrize("way", ["off", "a file", "nowhere"])
async def test_a_service_works_where_it_can_save_nothing(open_runs, folder, clock, way, caplog):
    if way == "a file":
        folder.write_text("in the way")
    runs = await open_runs(folder={"off": None, "a file": folder, "nowhere": folder / "no" / "such"}[way])
    run = made(runs)
    await runs.act(run, "step", 5)
    await runs.places.release_worker(run)
    await clock.advance(10)
    await runs.act(run, "step", 1)
    assert run.status["step"] == 6
    await runs.remove(run)
    assert runs.registry.all() == []
    warned = [record for record in caplog.records if "in memory alone" in record.getMessage()]
    assert len(warned) == (way != "off")


async def test_a_full_disk_is_reported_and_tried_again(open_runs, folder, clock, monkeypatch, caplog):
    save, full = run_file.save, True

    def saved(path, header, snapshot):
        if full:
            raise OSError(28, "No space left on device")
        return save(path, header, snapshot)

    monkeypatch.setattr(run_file, "save", saved)
    runs = await open_runs(save_seconds=10.0)
    run = made(runs)
    await runs.act(run, "step", 5)
    await clock.advance(2)
    assert any("No space left" in record.getMessage() for record in caplog.records)
    assert files(folder) == {}
    full = False
    await clock.advance(10)
    assert run.id in files(folder)
    await runs.close()
    assert (await open_runs()).registry.find(run.id).status["step"] == 5


async def test_an_unforeseen_error_keeps_no_other_run_from_being_written(
    open_runs, folder, clock, monkeypatch
):
    save = run_file.save

    def saved(path, header, snapshot):
        if path.stem == broken.id:
            raise ZeroDivisionError
        return save(path, header, snapshot)

    monkeypatch.setattr(run_file, "save", saved)
    runs = await open_runs()
    broken, sound = made(runs), made(runs)
    await clock.advance(2)
    assert files(folder).keys() == {sound.id}


async def test_disk_and_memory_stay_flat_over_many_runs(open_runs, folder, clock, workers):
    runs = await open_runs(kept=3, at_once=4, looked_seconds=1.0)
    for _ in range(30):
        run = made(runs)
        await runs.act(run, "step", 2)
        await runs.remove(run)
    for _ in range(6):
        run = made(runs)
        await runs.act(run, "step", 2)
        await runs.places.release_worker(run)
        await clock.advance(2)
        assert run.snapshot is None
    await settle()
    assert len(files(folder)) == len(runs.registry.all()) == 3
    persistence = runs.persistence
    assert not persistence._due
    assert not persistence._unwanted
    assert len(persistence._sizes) == len(persistence._saved) == 3
    assert workers.live == {}
    await runs.close()
    assert len(files(folder)) == 3
