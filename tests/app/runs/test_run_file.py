"""A run's file and their folder: NumPy's format without pickles, whole or not there, other files left alone."""

import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from chainrule.app.runs import run_file
from chainrule.app.runs.clock import Clock
from chainrule.app.runs.persistence import header_of
from chainrule.app.runs.run import Run
from chainrule.app.runs.run_file import FileDamaged
from chainrule.app.runs.run_folder import RunFolder, folder_beside
from chainrule.app.runs.worker.worker import open_session
from tests.app.runs.damage import cut, emptied, flipped, foreign, of_another, pickled, unnamed, without_sense
from tests.app.runs.fake_workers import OPTIONS

RUN = "0123456789ab"


@pytest.fixture(scope="module")
def trained(tiny_folder):
    """A run with the snapshot of thirty steps."""
    session = open_session(
        {"dataset": "tiny", "folder": str(tiny_folder), "options": OPTIONS, "steps": 100, "snapshot": None}
    )
    session.act("step", 30)
    while session.running:
        session.train()
    run = Run(RUN, OPTIONS, "tiny", session.status(), Clock(), snapshot=session.snapshot())
    run.note("resumed")
    return run


@pytest.fixture
def file(trained, tmp_path):
    """Its file, in a folder of runs."""
    folder = tmp_path / "runs"
    folder.mkdir()
    path = RunFolder(folder).path(RUN)
    run_file.save(path, header_of(trained), trained.snapshot)
    return path


def test_a_file_gives_back_what_was_saved(file, trained):
    header, snapshot = run_file.read_header(file), run_file.read_snapshot(file)
    assert header == header_of(trained)
    assert {name: value for name, value in header.status().items() if name != "steps_per_second"} == {
        name: value for name, value in trained.status.items() if name != "steps_per_second"
    }
    assert snapshot["trainer"].keys() == trained.snapshot["trainer"].keys()
    for name, array in trained.snapshot["trainer"].items():
        assert snapshot["trainer"][name].dtype == array.dtype
        assert np.array_equal(snapshot["trainer"][name], array), name
    assert snapshot["curves"] == trained.snapshot["curves"] == vars(run_file.read_curves(file))
    others = ("state", "stop_at", "steps", "most_speed", "problem")
    assert {name: snapshot[name] for name in others} == {name: trained.snapshot[name] for name in others}


def test_a_run_that_trained_rests_in_its_file(file, trained):
    running = {**trained.snapshot, "state": "running", "stop_at": 70}
    run = Run(RUN, OPTIONS, "tiny", {**trained.status, "state": "running"}, Clock(), snapshot=running)
    run_file.save(file, header_of(run), running)
    assert run_file.read_header(file).state == "running"
    assert run_file.read_header(file).status()["state"] == "paused"
    snapshot = run_file.read_snapshot(file)
    assert (snapshot["state"], snapshot["stop_at"]) == ("paused", None)


def test_a_run_that_never_had_a_worker_has_no_arrays(file, trained):
    run = Run(RUN, OPTIONS, "tiny", {**trained.status, "state": "ready", "step": 0}, Clock())
    run_file.save(file, header_of(run), None)
    assert not run_file.read_header(file).opened
    assert run_file.read_snapshot(file) is None
    assert run_file.read_curves(file).points == []


def test_the_file_is_numpy_s_and_holds_no_pickle(file, trained):
    with np.load(file, allow_pickle=False) as arrays:
        header = json.loads(arrays["run.json"])
        assert (header["id"], header["step"]) == (RUN, 30)
        assert np.array_equal(arrays["trainer.W1"], trained.snapshot["trainer"]["W1"])
        assert arrays["curves.steps"].tolist() == [10, 20, 30]


def test_half_a_file_never_takes_the_place_of_a_whole_one(file, trained, monkeypatch):
    whole = file.read_bytes()

    def torn(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", torn)
    with pytest.raises(OSError, match="No space left"):
        run_file.save(file, header_of(trained), trained.snapshot)
    assert file.read_bytes() == whole
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_file_that_is_read_while_it_is_replaced_stays_whole(file, trained):
    whole = file.read_bytes()
    with file.open("rb") as reading:
        first = reading.read(100)
        run_file.save(file, header_of(trained), None)
        assert first + reading.read() == whole
    assert file.read_bytes() != whole


@pytest.mark.parametrize("damage", [cut, emptied, unnamed, of_another, without_sense, foreign])
def test_a_damaged_file_has_no_header_and_a_reason_in_the_log(file, damage, caplog):
    damage(file)
    with pytest.raises(FileDamaged):
        run_file.read_header(file)
    (found,) = RunFolder(file.parent).files()
    assert (found.id, found.header) == (RUN, None)
    assert any(file.name in record.getMessage() for record in caplog.records)
    assert file.exists(), "it is left to whoever wants to look at it"


@pytest.mark.parametrize(("damage", "said"), [(flipped, "trainer.W1"), (pickled, "allow_pickle")])
def test_damage_inside_is_found_where_the_arrays_are_read(file, damage, said):
    damage(file)
    assert run_file.read_header(file).step == 30
    assert run_file.read_curves(file).points
    with pytest.raises(FileDamaged, match=said):
        run_file.read_snapshot(file)


def test_a_compressed_file_is_refused_before_it_is_unpacked(file):
    with zipfile.ZipFile(file) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(name, content)
    file.write_bytes(packed.getvalue())
    with pytest.raises(FileDamaged, match="compressed"):
        run_file.read_snapshot(file)


def test_files_come_newest_first_and_others_are_ignored(file):
    folder = file.parent
    others = ["notes.txt", "x.npz", "0123456789AB.npz", "0123456789ab.npz.bak", "0123456789abc.npz"]
    for name in others:
        (folder / name).write_text("mine")
    (folder / "0123456789ab.tmp").write_text("half written")
    (folder / "ba9876543210.npz").mkdir()
    (folder / "111111111111.npz").write_bytes(file.read_bytes())
    os.utime(file, (1, 1))
    assert [found.id for found in RunFolder(folder).files()] == ["111111111111", RUN]
    assert {path.name for path in folder.iterdir()} == {
        *others,
        file.name,
        "111111111111.npz",
        "ba9876543210.npz",
    }


def test_one_service_has_the_folder_at_a_time(tmp_path):
    one, other = RunFolder(tmp_path / "runs"), RunFolder(tmp_path / "runs")
    assert one.take()
    assert not other.take()
    one.release()
    assert other.take()
    other.release()


@pytest.mark.parametrize("name", ["../0123456789ab", "0123456789AB", "", "0123456789ab.npz", "lock"])
def test_only_an_id_becomes_a_path(tmp_path, name):
    with pytest.raises(ValueError, match="id"):
        RunFolder(tmp_path).path(name)


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
