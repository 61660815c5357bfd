"""The calls of the gradient detective: nothing tells the truth before the accusation, and results are signed."""

import json

import pytest

from chainrule.app.web.seal import Seal
from chainrule.core.ops import mistake_told
from chainrule.core.questions.detective import case
from chainrule.core.questions.detective_nets import LEVELS


def post(client, call, status=200, **body):
    response = client.post(f"/api/v1/detective/{call}?lang=en", json=body)
    assert response.status_code == status, response.text
    return response.json()


def opened(client, seed=7, level=1, index=0):
    return post(client, "cases", seed=seed, level=level, index=index)


@pytest.mark.parametrize("level", range(1, len(LEVELS) + 1))
def test_nothing_before_the_accusation_tells_the_truth(client, level):
    found = case(7, level, 0)
    begun = opened(client, level=level)
    place = {"seed": 7, "level": level, "index": 0, "lang": "en"}
    graph = post(client, "graph", **place)
    picture = client.post("/api/v1/detective/picture", json=place)
    assert picture.status_code == 200 and picture.text.startswith("<svg")
    told = json.dumps(begun | {"suspects": None}) + json.dumps(graph) + picture.text
    title = mistake_told(found.truth.mistake)[0]
    assert found.truth.mistake not in told and title.en not in told and title.ko not in told
    # Every suspect is listed alike, with every mistake that shows there.
    assert all(item.keys() == {"id", "word", "kinds"} and item["kinds"] for item in begun["suspects"])
    assert {edge["local"] for edge in graph["edges"]} == {None}
    assert graph["kinks"] == [] and "broken" not in picture.text
    by_id = {node["id"]: node["grad"] for node in graph["nodes"]}
    for name, index in found.nodes.items():
        if name in by_id and not found.graph.shapes.get(index):
            assert by_id[name] == pytest.approx(float(found.gradients.nodes[index]))


def test_checks_are_counted_once_a_node_and_the_verdict_is_signed(client):
    found, begun = case(7, 1, 0), opened(client)
    node = sorted(found.differing)[0]
    one = post(client, "checks", token=begun["token"], node=node)
    assert (one["checks"], one["agrees"]) == (1, False)
    assert one["shown"] != one["numerical"]
    same = post(client, "checks", token=one["token"], node=node)
    right = next(name for name in found.nodes if name not in found.differing)
    two = post(client, "checks", token=same["token"], node=right)
    assert (same["checks"], two["checks"], two["agrees"]) == (1, 2, True)
    end = post(client, "accusations", token=two["token"], node=found.truth.suspect)
    assert (end["verdict"], end["checks"], end["par"], end["points"]) == ("found", 2, found.par, 10.0)
    assert end["truth"]["name"] == found.truth.mistake and end["differing"] == sorted(found.differing)
    again = post(client, "checks", 409, token=end["token"], node=node)
    assert again["type"].endswith("#case-closed")
    kept, open_one, forged = post(client, "results", tokens=[end["token"], two["token"], "a.b"])["results"]
    assert open_one is None and forged is None
    assert (kept["verdict"], kept["checks"], kept["accused"]) == ("found", 2, found.truth.suspect)


def test_where_the_mistake_is_asked_for_another_one_is_half(client):
    found, begun = case(7, 3, 0), opened(client, level=3)
    assert begun["named"]
    end = post(client, "accusations", token=begun["token"], node=found.truth.suspect, kind="exp.nothing")
    assert (end["verdict"], end["points"]) == ("place", 5.0)
    whole = post(
        client, "accusations", token=begun["token"], node=found.truth.suspect, kind=found.truth.mistake
    )
    assert (whole["verdict"], whole["points"]) == ("found", 10.0)
    other = next(item["id"] for item in begun["suspects"] if item["id"] != found.truth.suspect)
    assert post(client, "accusations", token=begun["token"], node=other)["verdict"] == "wrong"


def test_a_token_that_was_changed_or_comes_from_elsewhere_is_refused(client):
    begun = opened(client)
    body, _, signature = begun["token"].partition(".")
    for token in (
        f"{body}x.{signature}",
        f"{body}.{signature[:-2]}AA",
        "",
        ".",
        "é.é",
        Seal("other").sign({"s": 7}),
    ):
        told = post(client, "checks", 409, token=token, node="h1")
        assert told["type"].endswith("#seal")


def test_nodes_and_places_that_do_not_exist_are_refused(client):
    begun = opened(client)
    assert post(client, "checks", 404, token=begun["token"], node="nobody")["type"].endswith("#unknown-id")
    assert post(client, "accusations", 404, token=begun["token"], node="nobody")["name"] == "nobody"
    post(client, "cases", 422, seed=7, level=5, index=0)
    post(client, "cases", 422, seed=7, level=1, index=20)


def test_a_seal_lasts_where_the_key_does():
    word = Seal("key").sign({"a": [1, "é"]})
    assert Seal("key").read(word) == {"a": [1, "é"]}
    assert Seal().sign(1) != Seal().sign(1)
