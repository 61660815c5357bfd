"""Saved links: equal content has one address, and opens the page as it was."""

import base64
import hashlib
import shutil
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from chainrule.app.main import create_app
from chainrule.app.schemas.requests import SHOPPING
from chainrule.app.settings import Settings
from chainrule.app.shares import FileGone, ShareStore
from chainrule.app.web.problems import ProblemError
from tests.conftest import FOR_TESTS

SHARES = "/api/v1/shares"
ME, OTHER = "a" * 64, "b" * 64
"""Owners, as hashes of tokens."""


@pytest.fixture
def store(tmp_path):
    store = ShareStore(f"sqlite:///{tmp_path / 'shares.sqlite3'}", 3)
    yield store
    store.close()


def test_equal_content_has_one_id(store):
    first = store.save({"program": "x = 1", "inputs": {"a": 1, "b": 2}}, ME)
    assert store.save({"inputs": {"b": 2, "a": 1}, "program": "x = 1"}, ME) == first
    assert store.save({"program": "x = 2", "inputs": {}}, ME) != first
    assert store.load(first) == {"program": "x = 1", "inputs": {"a": 1, "b": 2}}


def test_two_contents_of_one_short_id_are_kept_apart(store, monkeypatch):
    monkeypatch.setattr("chainrule.app.shares.ID_LENGTH", 0)
    first, second = store.save({"program": "x = 1"}, ME), store.save({"program": "x = 2"}, ME)
    assert first == ""
    assert len(second) == 52
    assert store.load(second) == {"program": "x = 2"}


def test_a_full_store_says_so_and_still_knows_what_it_has(store):
    ids = [store.save({"program": f"x = {count}"}, ME) for count in range(3)]
    with pytest.raises(ProblemError) as refusal:
        store.save({"program": "x = 9"}, ME)
    assert refusal.value.kind == "shares-full"
    assert store.save({"program": "x = 1"}, ME) == ids[1]


def test_an_unknown_id_is_a_problem(store):
    with pytest.raises(ProblemError) as refusal:
        store.load("nothing")
    assert refusal.value.kind == "share-missing"


def test_many_threads_may_save_at_once(store):
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda: ids.append(store.save({"program": "x = 1"}, ME))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_what_is_saved_outlives_the_store(tmp_path):
    url = f"sqlite:///{tmp_path / 'shares.sqlite3'}"
    first = ShareStore(url, 10)
    share_id = first.save({"program": "x = 1"}, ME)
    first.close()
    second = ShareStore(url, 10)
    assert second.load(share_id) == {"program": "x = 1"}
    second.close()


def test_a_link_goes_when_the_last_of_its_owners_removes_it(store):
    content = {"program": "x = 1"}
    share_id = store.save(content, ME)
    assert store.save(content, OTHER) == share_id
    store.remove(share_id, ME)
    assert store.load(share_id) == content
    for owner in (ME, None, "c" * 64):
        with pytest.raises(ProblemError) as refusal:
            store.remove(share_id, owner)
        assert refusal.value.kind == "not-owner"
    store.remove(share_id, OTHER)
    with pytest.raises(ProblemError) as refusal:
        store.load(share_id)
    assert refusal.value.kind == "share-missing"
    with pytest.raises(ProblemError) as refusal:
        store.remove(share_id, OTHER)
    assert refusal.value.kind == "share-missing"


def test_links_of_the_version_without_owners_are_kept_whole_and_nobody_removes_them(tmp_path):
    file = tmp_path / "shares.sqlite3"
    old = sqlite3.connect(file)
    old.execute(
        "CREATE TABLE shares (id VARCHAR(52) NOT NULL, content TEXT NOT NULL, "
        "created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, PRIMARY KEY (id))"
    )
    texts = [f'{{"program":"x = {count}"}}' for count in range(3)]
    ids = [base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().lower()[:10] for text in texts]
    old.executemany("INSERT INTO shares (id, content) VALUES (?, ?)", zip(ids, texts, strict=True))
    old.commit()
    old.close()
    for _ in range(2):  # opened again, it is only found as it should be
        store = ShareStore(f"sqlite:///{file}", 10)
        assert [store.load(share_id)["program"] for share_id in ids] == ["x = 0", "x = 1", "x = 2"]
        with pytest.raises(ProblemError) as refusal:
            store.remove(ids[0], ME)
        assert refusal.value.kind == "not-owner"
        # Somebody saves one again and takes it back: it stays for those who had it before.
        assert store.save({"program": "x = 1"}, ME) == ids[1]
        store.remove(ids[1], ME)
        assert store.load(ids[1]) == {"program": "x = 1"}
        store.close()


def test_an_opening_is_recorded_once_a_day(tmp_path):
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    store = ShareStore(f"sqlite:///{tmp_path / 'shares.sqlite3'}", 3, now=lambda: now[0])
    share_id = store.save({"program": "x = 1"}, ME)
    recorded = []
    for hours in (1, 24, 30):
        now[0] = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)
        store.load(share_id)
        with sqlite3.connect(tmp_path / "shares.sqlite3") as connection:
            recorded.append(connection.execute("SELECT opened_at FROM shares").fetchone()[0][:13])
        connection.close()
    assert recorded == ["2026-03-01 00", "2026-03-02 00", "2026-03-02 00"]
    store.close()


def test_a_visitor_has_a_limit_of_links_and_others_are_not_held_up(tmp_path):
    store = ShareStore(f"sqlite:///{tmp_path / 'shares.sqlite3'}", 10, max_per_owner=2)
    first = store.save({"program": "x = 1"}, ME)
    store.save({"program": "x = 2"}, ME)
    with pytest.raises(ProblemError) as refusal:
        store.save({"program": "x = 3"}, ME)
    assert refusal.value.kind == "shares-full"
    assert store.save({"program": "x = 1"}, ME) == first
    store.save({"program": "x = 3"}, OTHER)
    store.remove(first, ME)
    store.save({"program": "x = 4"}, ME)
    store.close()


def test_links_that_nobody_opened_for_long_go_where_that_is_set(tmp_path):
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    now = [begin]
    store = ShareStore(f"sqlite:///{tmp_path / 'shares.sqlite3'}", 9, unopened_days=365, now=lambda: now[0])
    left, opened = (store.save({"program": program}, ME) for program in ("x = 1", "x = 2"))
    now[0] = begin + timedelta(days=200)
    store.load(opened)
    now[0] = begin + timedelta(days=366)
    store.save({"program": "x = 3"}, ME)
    assert store.load(opened) == {"program": "x = 2"}
    with pytest.raises(ProblemError) as refusal:
        store.load(left)
    assert refusal.value.kind == "share-missing"
    store.close()


def test_a_saver_and_a_remover_of_one_link_lose_nothing(store):
    """An acknowledged link is there, whoever takes back the same one meanwhile."""
    content = {"program": "x = 1"}
    lost: list[str] = []

    def save() -> None:
        for _ in range(10):
            share_id = store.save(content, ME)
            try:
                store.load(share_id)
            except ProblemError:
                lost.append(share_id)

    def save_and_remove() -> None:
        for _ in range(10):
            store.remove(store.save(content, OTHER), OTHER)

    threads = [threading.Thread(target=work) for work in (save, save_and_remove)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == []
    assert store.load(store.save(content, ME)) == content


def test_a_database_that_is_away_is_an_error_of_sqlalchemy(tmp_path):
    store = ShareStore(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}", 10)
    with pytest.raises(sa.exc.SQLAlchemyError):
        store.check()


def limit_pages(store, pages):
    """Give the database no more room than so many pages, as on a full disk: SQLite says the same."""
    engine = store._connection()
    with engine.connect() as opened:
        opened.connection.driver_connection.execute("VACUUM")

    @sa.event.listens_for(engine, "checkout")
    def limit(connection, record, proxy):
        connection.execute(f"PRAGMA max_page_count={pages}")


def test_a_full_database_reads_on_and_takes_again_when_there_is_room(store):
    kept = store.save({"program": "x = 1"}, ME)
    assert store.can_save()
    store._saved_at -= timedelta(seconds=10)
    limit_pages(store, 1)
    assert not store.can_save()
    with pytest.raises(sa.exc.OperationalError, match="full"):
        store.save({"program": "x = 2" + "#" * 100_000}, ME)
    store.check()
    assert store.load(kept) == {"program": "x = 1"}
    limit_pages(store, 100_000)
    assert store.can_save()
    store.save({"program": "x = 2"}, ME)


def test_a_removed_file_is_noticed_and_one_put_back_is_opened(tmp_path, caplog):
    file, aside = tmp_path / "shares.sqlite3", tmp_path / "aside.sqlite3"
    store = ShareStore(f"sqlite:///{file}", 3)
    kept = store.save({"program": "x = 1"}, ME)
    store.close()
    shutil.copy(file, aside)
    store.load(kept)
    file.unlink()
    for call in (store.check, lambda: store.load(kept), lambda: store.save({"program": "x = 2"}, ME)):
        with pytest.raises(FileGone, match="was removed"):
            call()
    assert not store.can_save()
    assert not file.exists()
    for path in tmp_path.glob("shares.sqlite3-*"):
        path.unlink()
    shutil.copy(aside, file)
    assert store.load(kept) == {"program": "x = 1"}
    assert "opened anew" in caplog.text
    store.save({"program": "x = 2"}, ME)
    store.close()


HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_dead_link_is_a_page_for_people_in_both_languages(client):
    for language, words in (("ko", "이 링크는 없습니다"), ("en", "There is no such link")):
        page = client.get("/s/nothing", headers={**HTML, "Accept-Language": language})
        assert page.status_code == 404
        assert page.headers["content-type"].startswith("text/html")
        assert f'<html lang="{language}"' in page.text
        assert f"<h1>{words}</h1>" in page.text
        assert "이 링크는 없습니다" in page.text
        assert "There is no such link" in page.text
        assert 'href="/learn"' in page.text
    assert "There is no such page" in client.get("/nowhere?lang=en", headers=HTML).text
    for path in ("/api/v1/shares/nothing", "/static/nothing.js", "/api/v1/nothing"):
        assert client.get(path, headers=HTML).headers["content-type"] == "application/problem+json"


def test_a_database_that_is_down_is_told_with_the_time_to_wait(tmp_path):
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'no' / 'folder.sqlite3'}", run_folder="", **FOR_TESTS
    )
    with TestClient(create_app(settings)) as down:
        for answer in (
            down.get(f"{SHARES}/nothing"),
            down.get("/s/nothing"),
            down.post(SHARES, json={"program": "x = 1"}),
            down.delete(f"{SHARES}/nothing"),
        ):
            assert (answer.status_code, answer.json()["type"]) == (503, "/api#storage")
            assert int(answer.headers["retry-after"]) > 0
            assert "folder" not in answer.text
        page = down.get("/s/nothing", headers=HTML)
        assert page.status_code == 503
        assert int(page.headers["retry-after"]) > 0
        assert "It cannot be opened now" in page.text
        assert down.get("/health/ready").status_code == 503
        graph = down.post("/api/v1/graphs", json={"program": "x = 3\ny = x * x"})
        assert graph.status_code == 200


def test_a_full_disk_is_ready_to_read_but_not_to_save(tmp_path):
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'shares.sqlite3'}", run_folder="", **FOR_TESTS)
    with TestClient(create_app(settings)) as service:
        saved = service.post(SHARES, json={"program": "x = 1"}).json()
        assert service.get("/health/ready").json()["save"]
        store = service.app.state.services.shares
        store._saved_at -= timedelta(seconds=10)
        limit_pages(store, 1)
        ready = service.get("/health/ready")
        assert (ready.status_code, ready.json()["status"], ready.json()["save"]) == (200, "ok", False)
        assert service.get("/health/ready", params={"save": True}).status_code == 503
        assert service.get(f"{SHARES}/{saved['id']}").status_code == 200
        refused = service.post(SHARES, json={"program": "x = 2" + "#" * 15_000})
        assert (refused.status_code, refused.json()["type"]) == (503, "/api#storage")
        assert "full" in refused.json()["detail"]


def test_a_link_is_saved_and_read_back(client):
    view = {"labels": "blanks", "step": 3, "open": ["sigmoid_1"], "lang": "en", "seed": "Infinity"}
    body = {"program": SHOPPING, "inputs": {"apple": 130, "tax": "NaN"}, "view": view}
    created = client.post(SHARES, json=body)
    assert created.status_code == 201
    share = created.json()
    assert created.headers["location"] == share["url"]
    assert share["url"].endswith(f"/s/{share['id']}")
    read = client.get(f"{SHARES}/{share['id']}")
    assert read.json() == share | {"program": SHOPPING, "inputs": {"apple": 130, "tax": "NaN"}, "view": view}
    assert client.post(SHARES, json=body).json() == share


def test_the_two_names_of_the_upstream_gradient_are_one_link(client):
    first, second = (
        client.post(SHARES, json={"program": SHOPPING, "view": {name: 2.5}}).json()
        for name in ("upstream", "seed")
    )
    assert first == second
    assert client.get(f"{SHARES}/{first['id']}").json()["view"] == {"seed": 2.5}


def test_a_saved_link_opens_the_page_as_it_was(client):
    share = client.post(SHARES, json={"program": "x = 7\ny = x * 2", "view": {"lang": "en"}}).json()
    page = client.get(f"/s/{share['id']}")
    assert page.status_code == 200
    assert '<html lang="en"' in page.text
    assert "x = 7" in page.text


def test_a_link_that_nobody_saved_is_a_problem(client):
    for path in (f"{SHARES}/nothing", "/s/nothing"):
        response = client.get(path)
        assert (response.status_code, response.json()["type"]) == (404, "/api#share-missing")


def test_a_link_is_removed_by_those_who_saved_it_alone(client):
    mine, yours = ({"Chainrule-Owner": letter * 43} for letter in "MY")
    share = client.post(SHARES, json={"program": "x = 40 + 2"}, headers=mine).json()
    address = f"{SHARES}/{share['id']}"
    refused = client.delete(address, headers=yours)
    assert (refused.status_code, refused.json()["type"]) == (403, "/api#not-owner")
    assert client.delete(address, headers=mine).status_code == 204
    assert client.get(address).status_code == 404
    assert client.delete(address, headers=mine).status_code == 404


def test_a_link_too_large_or_of_another_shape_is_refused(client):
    for body in ({"program": "x" * 50_000}, {"program": "x = 1", "view": {"zoom": 2}}, {"program": ""}):
        assert client.post(SHARES, json=body).status_code == 422


def test_a_page_begins_the_layout_that_it_will_ask_for(client, monkeypatch):
    begun = []
    layouts = client.app.state.services.layouts
    place = layouts.place
    monkeypatch.setattr(layouts, "place", lambda scene: begun.append(len(scene.nodes)) or place(scene))
    # A program of this test's own, whose layout nobody has asked for.
    program = "begun = 2\nlaid = sigmoid(begun)"
    assert client.get("/", params={"program": program, "open": "sigmoid_1"}).status_code == 200
    assert client.get("/", params={"program": "x = aple"}).status_code == 200
    assert begun == [7], "the input, the five nodes of the open sigmoid, the output"


def test_several_processes_may_open_an_old_database_at_once(tmp_path):
    file = tmp_path / "shares.sqlite3"
    with sqlite3.connect(file) as old:
        old.execute(
            "CREATE TABLE shares (id VARCHAR(52) PRIMARY KEY, content TEXT NOT NULL, created_at DATETIME)"
        )
    old.close()
    stores = [ShareStore(f"sqlite:///{file}", 10) for _ in range(4)]
    failed: list[Exception] = []

    def check(store: ShareStore) -> None:
        try:
            store.check()
        except sa.exc.SQLAlchemyError as error:
            failed.append(error)

    threads = [threading.Thread(target=check, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for store in stores:
        store.close()
