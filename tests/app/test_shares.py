"""Saved links: equal content has one address, and opens the page as it was."""

import threading

import pytest
import sqlalchemy as sa

from chainrule.app.schemas.requests import SHOPPING
from chainrule.app.shares import ShareStore
from chainrule.app.web.problems import ProblemError

SHARES = "/api/v1/shares"


@pytest.fixture
def store(tmp_path):
    store = ShareStore(f"sqlite:///{tmp_path / 'shares.sqlite3'}", 3)
    yield store
    store.close()


def test_equal_content_has_one_id(store):
    first = store.save({"program": "x = 1", "inputs": {"a": 1, "b": 2}})
    assert store.save({"inputs": {"b": 2, "a": 1}, "program": "x = 1"}) == first
    assert store.save({"program": "x = 2", "inputs": {}}) != first
    assert store.load(first) == {"program": "x = 1", "inputs": {"a": 1, "b": 2}}


def test_two_contents_of_one_short_id_are_kept_apart(store, monkeypatch):
    monkeypatch.setattr("chainrule.app.shares.ID_LENGTH", 0)
    first, second = store.save({"program": "x = 1"}), store.save({"program": "x = 2"})
    assert first == ""
    assert len(second) == 52
    assert store.load(second) == {"program": "x = 2"}


def test_a_full_store_says_so_and_still_knows_what_it_has(store):
    ids = [store.save({"program": f"x = {count}"}) for count in range(3)]
    with pytest.raises(ProblemError) as refusal:
        store.save({"program": "x = 9"})
    assert refusal.value.kind == "shares-full"
    assert store.save({"program": "x = 1"}) == ids[1]


def test_an_unknown_id_is_a_problem(store):
    with pytest.raises(ProblemError) as refusal:
        store.load("nothing")
    assert refusal.value.kind == "share-missing"


def test_many_threads_may_save_at_once(store):
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda: ids.append(store.save({"program": "x = 1"}))) for _ in range(8)
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
    share_id = first.save({"program": "x = 1"})
    first.close()
    second = ShareStore(url, 10)
    assert second.load(share_id) == {"program": "x = 1"}
    second.close()


def test_a_database_that_is_away_is_an_error_of_sqlalchemy(tmp_path):
    store = ShareStore(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}", 10)
    with pytest.raises(sa.exc.SQLAlchemyError):
        store.check()


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


def test_a_link_too_large_or_of_another_shape_is_refused(client):
    for body in ({"program": "x" * 50_000}, {"program": "x = 1", "view": {"zoom": 2}}, {"program": ""}):
        assert client.post(SHARES, json=body).status_code == 422


def test_a_page_begins_the_layout_that_it_will_ask_for(client, monkeypatch):
    begun = []
    layouts = client.app.state.services.layouts
    place = layouts.place
    monkeypatch.setattr(layouts, "place", lambda scene: begun.append(len(scene.nodes)) or place(scene))
    assert (
        client.get("/", params={"program": "x = 2\ny = sigmoid(x)", "open": "sigmoid_1"}).status_code == 200
    )
    assert client.get("/", params={"program": "x = aple"}).status_code == 200
    assert begun == [7], "x, the five nodes of the open sigmoid, the output"
