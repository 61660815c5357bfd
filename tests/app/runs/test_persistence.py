"""Runs outlive the service: written, found again, gone on with, bounded, removed, and one service's at a time."""

import contextlib
import io
import json
import os
import shutil
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from chainrule.app.main import create_app
from chainrule.app.runs import run_file
from chainrule.app.runs.run_folder import folder_beside
from chainrule.core.training.datasets import PARTS
from tests.app.runs import frames
from tests.app.runs.test_runs_api import RUNS, act, make, params, same, state, until
from tests.helpers import idx_files


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def opened(run_settings, folder):
    """A service on the folder, as often as it is asked for."""

    def start(**more):
        return TestClient(create_app(run_settings(run_folder=str(folder), **more)))

    return start


def files(folder: Path) -> dict[str, int]:
    return {path.stem: path.stat().st_size for path in folder.glob("*.npz")}


def soon(wanted, seconds=15):
    """What `wanted` gives as soon as that is true."""
    deadline = time.monotonic() + seconds
    while not (found := wanted()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def history(client, run):
    return client.get(f"{RUNS}/{run}/history").json()


def shown(client, run):
    """The newest frame's numbers: all that the page draws of the batch seen last."""
    header, tensors = frames.read(client.get(f"{RUNS}/{run}/frame").content)
    return {name: header[name] for name in ("step", "loss", "accuracy", "gradient_norms", "labels")}, tensors


def same_shown(one, other):
    return one[0] == other[0] and same(one[1], other[1])


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_run_goes_on_after_a_restart_as_if_nothing_had_been(opened, folder, optimizer):
    with opened() as client:
        straight, halting = make(client, optimizer=optimizer), make(client, optimizer=optimizer)
        for run, steps in ((straight, 90), (halting, 45)):
            act(client, run, "step", 15)
            client.patch(f"{RUNS}/{run}", json={"learning_rate": 0.02, "batch_size": 30})
            act(client, run, "step", steps - 15)
        before, way, seen = state(client, halting), history(client, halting), shown(client, halting)
        graph = client.get(f"{RUNS}/{halting}/graph").json()
        whole = params(client, straight), history(client, straight), shown(client, straight)
    assert files(folder).keys() == {straight, halting}
    with opened() as client:
        again = state(client, halting)
        assert not again["live"]
        changing = ("live", "watchers", "events")
        assert {name: again[name] for name in again if name not in changing} == {
            name: before[name] for name in before if name not in changing
        }
        assert history(client, halting) == way
        assert not state(client, halting)["live"], "curves need no worker"
        assert [run["id"] for run in client.get(RUNS).json()["runs"]] == [straight, halting]
        assert client.get(f"{RUNS}/{halting}/graph").json() == graph
        assert same_shown(shown(client, halting), seen)
        assert state(client, halting)["events"][-1]["kind"] == "resumed"
        act(client, halting, "step", 45)
        assert same(params(client, halting), whole[0])
        assert history(client, halting) == whole[1]
        assert same_shown(shown(client, halting), whole[2])


def test_a_run_that_trained_is_paused_at_its_last_step(opened):
    with opened() as client:
        run = make(client)
        act(client, run, "start")
        until(client, run, lambda now: now["step"] > 100)
        told = state(client, run)["step"]
    with opened() as client:
        now = state(client, run)
        assert now["state"] == "paused"
        assert now["step"] >= told, "it was asked once more before the end"
        assert (now["events"][-1]["kind"], now["events"][-1]["step"]) == ("interrupted", now["step"])
        alone = make(client)
        act(client, run, "step", 10)
        act(client, alone, "start")
        until(client, alone, lambda it: it["step"] > now["step"] + 10)
        act(client, alone, "pause")
        done = state(client, alone)["step"]
        for _ in range(0, done - now["step"] - 10, 10_000):
            act(client, run, "step", min(10_000, done - state(client, run)["step"]))
            until(client, run, lambda it: it["state"] == "paused")
        assert same(params(client, run), params(client, alone))


def test_a_killed_service_loses_no_more_than_the_setting_says(opened, folder, tmp_path):
    """What lies on the disk while a run trains is what a service finds that was never told of an end."""
    with opened(run_save_seconds=0.5) as client:
        run = make(client)
        act(client, run, "start")
        first = soon(lambda: (folder / f"{run}.npz").exists() and run_file.read_header(folder / f"{run}.npz"))
        soon(lambda: run_file.read_header(folder / f"{run}.npz").step > first.step)
        assert state(client, run)["state"] == "running"
        shutil.copytree(folder, tmp_path / "crashed")
    shutil.rmtree(folder)
    (tmp_path / "crashed").rename(folder)
    with opened() as client:
        now = state(client, run)
        assert now["step"] >= first.step
        assert now["state"] == "paused"
        assert act(client, run, "step", 2)["step"] == now["step"] + 2


def test_every_state_is_found_again(opened):
    with opened() as client:
        ready, finished, failed = (
            make(client),
            make(client, steps=20),
            make(client, learning_rate=1000.0, init=10.0),
        )
        for run in (finished, failed):
            act(client, run, "start")
        told = [
            until(client, run, lambda now: now["state"] in ("finished", "failed"))
            for run in (finished, failed)
        ]
    with opened() as client:
        assert state(client, ready)["state"] == "ready"
        assert history(client, ready)["steps"] == []
        for run, before in zip((finished, failed), told, strict=True):
            now = state(client, run)
            assert (now["state"], now["step"], now["problem"]) == (
                before["state"],
                before["step"],
                before["problem"],
            )
        refused = client.post(f"{RUNS}/{failed}/actions", json={"action": "start"})
        assert (refused.status_code, refused.json()["type"]) == (409, "/api#run-failed")
        assert client.patch(f"{RUNS}/{finished}", json={"steps": 30}).json()["state"] == "paused"
        assert act(client, ready, "step", 3)["step"] == 3


def test_a_parked_run_is_on_disk_and_no_more_in_memory(opened):
    with opened(run_idle_park_seconds=0.5) as client:
        run = make(client)
        before = act(client, run, "step", 20)
        way = history(client, run)
        until(client, run, lambda now: not now["live"])
        parked = client.app.state.services.runs.find(run)
        soon(lambda: parked.kept is None)
        assert history(client, run) == way
        assert act(client, run, "step", 1)["step"] == before["step"] + 1


def test_a_removed_run_takes_its_file_along(opened, folder):
    with opened() as client:
        run, other = make(client), make(client)
        act(client, run, "step", 5)
        soon(lambda: files(folder).keys() == {run, other})
        client.delete(f"{RUNS}/{run}")
        soon(lambda: files(folder).keys() == {other})
        client.delete(f"{RUNS}/{other}")
    assert files(folder) == {}
    with opened() as client:
        assert client.get(RUNS).json()["runs"] == []


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def unnamed(file: Path) -> None:
    rewritten(file, {"run.json": lambda text: text.replace(b'"chainrule-run-1"', b'"another-1"')})


def of_another(file: Path) -> None:
    rewritten(file, {"run.json": lambda text: text.replace(file.stem.encode(), b"0123456789ab")})


def without_sense(file: Path) -> None:
    rewritten(file, {"run.json": lambda text: text.replace(b'"batch_size":20', b'"batch_size":0')})


def foreign(file: Path) -> None:
    np.savez(file, W1=np.zeros(3))


def rewritten(file: Path, changes) -> None:
    with zipfile.ZipFile(file) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in inside.items():
            changed = changes.get(name, lambda text: text)(content)
            assert changed != content or name not in changes
            archive.writestr(name, changed)


@pytest.mark.parametrize("damage", [cut, emptied, unnamed, of_another, without_sense, foreign])
def test_a_damaged_file_is_passed_over_with_a_reason(opened, folder, damage, caplog):
    with opened() as client:
        run, sound = make(client), make(client)
        act(client, run, "step", 5)
        act(client, sound, "step", 5)
    damage(folder / f"{run}.npz")
    with opened() as client:
        assert [each["id"] for each in client.get(RUNS).json()["runs"]] == [sound]
        assert client.get(f"{RUNS}/{run}").status_code == 404
    assert any(f"{run}.npz" in record.getMessage() for record in caplog.records)
    assert run in files(folder), "it is left to whoever wants to look at it"


def test_what_else_lies_in_the_folder_is_not_touched(opened, folder):
    folder.mkdir()
    others = ["notes.txt", "x.npz", "0123456789AB.npz", "0123456789ab.npz.bak", "0123456789abc.npz"]
    for name in others:
        (folder / name).write_text("mine")
    (folder / "0123456789ab.tmp").write_text("half written")
    (folder / "ba9876543210.npz").mkdir()
    with opened(max_run_folder_bytes=1) as client:
        act(client, make(client), "step", 1)
    assert {path.name for path in folder.iterdir()} == {*others, "lock", "ba9876543210.npz"}


def flipped(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        place = archive.getinfo("trainer.W1.npy").header_offset
    content = bytearray(file.read_bytes())
    content[place + 300] ^= 255
    file.write_bytes(content)


def pickled(file: Path) -> None:
    array = io.BytesIO()
    np.save(array, np.array([Path("/")], dtype=object), allow_pickle=True)
    rewritten(file, {"trainer.W1.npy": lambda _: array.getvalue()})


@pytest.mark.parametrize("damage", [flipped, pickled])
def test_damage_inside_is_found_when_the_run_is_opened_and_a_reset_begins_again(opened, folder, damage):
    with opened() as client:
        run = make(client)
        first = params(client, run)
        act(client, run, "step", 5)
        way = history(client, run)
    damage(folder / f"{run}.npz")
    with opened() as client:
        assert history(client, run) == way
        refused = client.post(f"{RUNS}/{run}/actions", json={"action": "start"})
        assert (refused.status_code, refused.json()["type"]) == (409, "/api#run-failed")
        assert {flipped: "trainer.W1", pickled: "allow_pickle"}[damage] in refused.json()["detail"]
        assert state(client, run)["state"] == "failed"
        assert act(client, run, "reset")["step"] == 0
        assert same(params(client, run), first)
        assert act(client, run, "step", 2)["step"] == 2


def test_a_run_whose_data_are_gone_waits_for_them(opened, folder):
    with opened() as client:
        run = make(client)
        act(client, run, "step", 5)
    with opened(datasets={}) as client:
        assert client.get(f"{RUNS}/{run}").status_code == 404
    with opened() as client:
        assert state(client, run)["step"] == 5


def test_a_run_whose_data_are_others_now_says_so(opened, tmp_path):
    with opened() as client:
        run = make(client)
        act(client, run, "step", 5)
        way = history(client, run)
    (tmp_path / "others").mkdir()
    for part, array in zip(PARTS, idx_files.arrays(side=5), strict=True):
        (tmp_path / "others" / part).write_bytes(idx_files.idx(array))
    with opened(datasets={"tiny": str(tmp_path / "others")}) as client:
        assert history(client, run) == way
        refused = client.get(f"{RUNS}/{run}/graph")
        assert (refused.status_code, refused.json()["type"]) == (409, "/api#run-failed")
        assert "reset" in refused.json()["detail"]
        act(client, run, "reset")
        assert act(client, run, "step", 2)["step"] == 2


def test_the_folder_is_bounded_and_the_runs_left_alone_longest_go(opened, folder):
    with opened(run_idle_park_seconds=0.2) as client:
        first = make(client)
        act(client, first, "step", 5)
        soon(lambda: first in files(folder))
    size = max(files(folder).values())
    bound = 4 * size + size // 2
    with opened(run_idle_park_seconds=0.2, max_run_folder_bytes=bound) as client:
        runs = [first]
        for _ in range(6):
            runs.append(make(client))
            act(client, runs[-1], "step", 5)
            until(client, runs[-1], lambda now: not now["live"])
            soon(lambda: runs[-1] in files(folder))
            assert sum(files(folder).values()) <= bound
        soon(lambda: files(folder).keys() == set(runs[-4:]))
        assert [each["id"] for each in client.get(RUNS).json()["runs"]] == runs[-4:]
        assert client.get(f"{RUNS}/{first}").status_code == 404
    with opened(max_kept_runs=2) as client:
        assert [each["id"] for each in client.get(RUNS).json()["runs"]] == runs[-2:]
        assert files(folder).keys() == set(runs[-2:])


def test_two_services_do_not_share_a_run_and_the_second_takes_over(opened, folder, caplog):
    with contextlib.ExitStack() as ending:
        first = ending.enter_context(opened())
        run = make(first)
        act(first, run, "step", 5)
        soon(lambda: run in files(folder))
        with opened() as second:
            assert second.get(f"{RUNS}/{run}").status_code == 404
            assert any("Another service" in record.getMessage() for record in caplog.records)
            own = make(second)
            act(second, own, "step", 3)
            time.sleep(1.5)
            assert files(folder).keys() == {run}
            ending.close()
            soon(lambda: second.get(f"{RUNS}/{run}").status_code == 200)
            assert act(second, run, "step", 1)["step"] == 6
            soon(lambda: files(folder).keys() == {run, own})
    with opened() as third:
        assert state(third, own)["step"] == 3
        assert state(third, run)["step"] == 6


@pytest.mark.parametrize("way", ["off", "a file", "nowhere"])
def test_a_service_works_where_it_can_keep_nothing(run_settings, folder, way, caplog):
    if way == "a file":
        folder.write_text("in the way")
    setting = {"off": "", "a file": str(folder), "nowhere": str(folder / "no" / "such")}[way]
    with TestClient(create_app(run_settings(run_folder=setting, run_idle_park_seconds=0.3))) as client:
        run = make(client)
        act(client, run, "step", 5)
        until(client, run, lambda now: not now["live"])
        assert act(client, run, "step", 1)["step"] == 6
        assert client.delete(f"{RUNS}/{run}").status_code == 204
    warned = [record for record in caplog.records if "in memory alone" in record.getMessage()]
    assert len(warned) == (way != "off")


def test_a_full_disk_is_said_and_tried_again(opened, folder, monkeypatch, caplog):
    save, full = run_file.save, True

    def saved(path, header, snapshot):
        if full:
            raise OSError(28, "No space left on device")
        return save(path, header, snapshot)

    monkeypatch.setattr(run_file, "save", saved)
    with opened(run_save_seconds=0.2) as client:
        run = make(client)
        assert act(client, run, "step", 5)["step"] == 5
        soon(lambda: any("No space left" in record.getMessage() for record in caplog.records))
        assert files(folder) == {}
        full = False
        soon(lambda: run in files(folder))
    with opened() as client:
        assert state(client, run)["step"] == 5


def test_half_a_file_never_takes_the_place_of_a_whole_one(opened, folder, monkeypatch):
    with opened() as client:
        run = make(client)
        act(client, run, "step", 5)
    file = folder / f"{run}.npz"
    whole, header, snapshot = file.read_bytes(), run_file.read_header(file), run_file.read_snapshot(file)

    def torn(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", torn)
    with pytest.raises(OSError, match="No space left"):
        run_file.save(file, header, snapshot)
    assert file.read_bytes() == whole
    assert {path.name for path in folder.iterdir()} == {file.name, "lock"}


def test_the_file_is_numpy_s_and_holds_no_pickle(opened, folder):
    with opened() as client:
        run = make(client)
        act(client, run, "step", 30)
        now = params(client, run)
    with np.load(folder / f"{run}.npz", allow_pickle=False) as arrays:
        told = json.loads(arrays["run.json"])
        assert (told["id"], told["step"]) == (run, 30)
        assert same({name: arrays[f"trainer.{name}"] for name in now}, now)
        assert arrays["curves.steps"].tolist() == [10, 20, 30]


def test_disk_and_memory_stay_flat_over_many_runs(opened, folder):
    with opened(max_kept_runs=3, run_idle_park_seconds=0.2, max_runs=4) as client:
        runs = client.app.state.services.runs
        for _ in range(30):
            run = make(client)
            act(client, run, "step", 2)
            client.delete(f"{RUNS}/{run}")
        for _ in range(6):
            run = make(client)
            act(client, run, "step", 2)
            until(client, run, lambda now: not now["live"])
            soon(lambda run=run: runs.find(run).kept is None)
        soon(lambda: len(files(folder)) == 3)
        assert len(runs.all()) == 3
        keeper = runs._keeping
        soon(lambda: not keeper._due and not keeper._unwanted)
        assert len(keeper._sizes) == len(keeper._saved) == 3
    assert len(files(folder)) == 3


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///chainrule.sqlite3", Path("chainrule-runs")),
        ("sqlite:////data/chainrule.sqlite3", Path("/data/chainrule-runs")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("sqlite:///file:x?mode=memory&uri=true", None),
        ("postgresql+psycopg://somewhere/db", None),
    ],
)
def test_runs_lie_beside_the_database_s_file(url, expected):
    assert folder_beside(url) == expected
