"""The places where runs outlive the service, a folder and databases, by what `RunStore` promises of all of them."""

import msgspec
import numpy as np
import pytest

from chainrule.app.runs import run_table
from chainrule.app.runs.clock import Clock
from chainrule.app.runs.persistence import header_of
from chainrule.app.runs.run import Run
from chainrule.app.runs.run_file import FileDamaged
from chainrule.app.runs.run_folder import RunFolder, StoreTaken
from chainrule.app.runs.run_table import RunTable
from chainrule.app.runs.worker.worker import open_session
from tests.app.runs.api import OWNER, RUNS, act, make, params, same, state
from tests.app.runs.fake_workers import OPTIONS
from tests.helpers.postgres import Postgres

RUN = "0123456789ab"


@pytest.fixture(scope="module")
def trained(tiny_folder):
    """A run with the snapshot of ten steps."""
    session = open_session(
        {"dataset": "tiny", "folder": str(tiny_folder), "options": OPTIONS, "steps": 100, "snapshot": None}
    )
    session.act("step", 10)
    while session.running:
        session.train()
    return Run(RUN, OPTIONS, "tiny", session.status(), Clock(), snapshot=session.snapshot(), owner="a" * 64)


@pytest.fixture(scope="module")
def postgres():
    with Postgres() as server:
        yield server


@pytest.fixture(params=["folder", "sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def stores(request, tmp_path):
    """Make stores of one place, as services that follow one another do."""
    if request.param == "folder":
        yield lambda: RunFolder(tmp_path / "runs")
        return
    url = f"sqlite:///{tmp_path / 'runs.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").url
    yield lambda: RunTable(url)
    last = RunTable(url)
    with last._begun() as connection:
        run_table._metadata.drop_all(connection)
    last.release()


def test_a_store_gives_back_what_was_written(stores, trained):
    store = stores()
    assert store.take()
    header = header_of(trained)
    size = store.write(header, trained.snapshot)
    (file,) = store.files()
    assert (file.id, file.size, file.header) == (RUN, size, header)
    snapshot = store.snapshot(RUN)
    for name, array in trained.snapshot["trainer"].items():
        assert np.array_equal(snapshot["trainer"][name], array), name
    assert vars(store.curves(RUN)) == trained.snapshot["curves"]
    store.release()
    later = stores()
    assert later.take()
    assert later.files()[0].header.owner == "a" * 64
    later.write(msgspec.structs.replace(header, step=11), trained.snapshot)
    assert [each.header.step for each in later.files()] == [11]
    later.remove(RUN)
    later.remove(RUN)
    assert later.files() == []
    with pytest.raises(FileDamaged):
        later.snapshot(RUN)
    later.release()


def test_only_one_service_has_the_runs(stores):
    one, other = stores(), stores()
    assert one.take()
    assert not other.take()
    one.renew()
    one.release()
    assert other.take()
    other.release()


def test_newer_runs_are_listed_first(stores, trained):
    store = stores()
    store.take()
    for name in ("00000000000a", "00000000000b"):
        store.write(msgspec.structs.replace(header_of(trained), id=name), None)
    assert [file.id for file in store.files()] == ["00000000000b", "00000000000a"]
    store.release()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def test_who_said_nothing_for_too_long_writes_no_more(kind, request, tmp_path, trained, monkeypatch):
    url = f"sqlite:///{tmp_path / 'runs.sqlite3'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres").url
    one, other = RunTable(url), RunTable(url)
    monkeypatch.setattr(run_table, "LEASE_SECONDS", -1.0)  # over as soon as it is given
    assert one.take()
    one.write(header_of(trained), None)  # nobody else asked: it goes on
    assert other.take()
    for late in (lambda: one.write(header_of(trained), None), one.renew, lambda: one.remove(RUN)):
        with pytest.raises(StoreTaken):
            late()
    assert [file.id for file in other.files()] == [RUN]
    one.release()
    other.write(header_of(trained), trained.snapshot)
    other.remove(RUN)
    other.release()


def test_a_service_finds_the_runs_of_its_database_again(opened, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'all.sqlite3'}"
    monkeypatch.setattr("chainrule.app.main._run_database", lambda settings: url)
    monkeypatch.setattr("chainrule.app.main._run_folder", lambda settings: None)
    with opened() as client:
        run = make(client)
        assert [file.id for file in client.app.state.services.runs.persistence._store.files()] == [run]
        act(client, run, "step", 6)
        weights = params(client, run)
    with opened() as client:
        assert state(client, run)["own"]
        assert (state(client, run)["step"], state(client, run)["state"]) == (6, "paused")
        assert same(params(client, run), weights)
        assert client.get(RUNS, headers={"Chainrule-Owner": "S" * 43}).json()["runs"] == []


def test_no_run_is_made_that_the_database_does_not_take(opened, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'all.sqlite3'}"
    monkeypatch.setattr("chainrule.app.main._run_database", lambda settings: url)
    monkeypatch.setattr("chainrule.app.main._run_folder", lambda settings: None)
    with opened() as client:
        store = client.app.state.services.runs.persistence._store

        def refuse(header, snapshot):
            raise OSError("no room")

        with monkeypatch.context() as patched:
            patched.setattr(store, "write", refuse)
            refused = client.post(RUNS, json={"dataset": "tiny"}, headers=OWNER)
            assert (refused.status_code, refused.json()["type"]) == (503, "/api#storage")
            assert "retry-after" in refused.headers
            assert client.get(RUNS).json()["runs"] == []
        assert client.post(RUNS, json={"dataset": "tiny"}, headers=OWNER).status_code == 201
