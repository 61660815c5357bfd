"""A run's graph is asked as any graph: of its batch, of one image, of a test image, of a drawn one."""

import io

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.nets import net_graph
from chainrule.core.training.datasets import from_folder
from tests.app.runs import frames, tiny
from tests.app.runs.api import RUNS, act, make, params, soon, state

PROGRAM = "a1 = affine(x, W1, b1)\nz1 = relu(a1)\na2 = affine(z1, W2, b2)\nloss = softmax_with_loss(a2, t)\n"
GROUPS = ["affine_1", "affine_2", "softmax_with_loss_1"]
DRAWN = [0.5] * tiny.PIXELS
PASSES = [{}, {"sample": 3}, {"test": 5}, {"pixels": DRAWN}, {"pixels": DRAWN, "label": 1}]


def ask(client, run, call, **body):
    response = client.post(f"{RUNS}/{run}/{call}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def by_id(items):
    return {item["id"]: item for item in items}


@pytest.fixture
def walked(service):
    run = make(service)
    act(service, run, "step", 30)
    return run


@pytest.mark.parametrize("chosen", PASSES, ids=lambda chosen: " ".join(chosen) or "batch")
def test_graph_numbers_picture_and_walk_are_of_one_graph(service, walked, chosen):
    graph = ask(service, walked, "graph", **chosen)
    values = ask(service, walked, "values", **chosen)
    assert values["structure"] == graph["structure"]
    assert [node["value_text"] for node in graph["nodes"]] == values["value_texts"]
    assert set(values["tensors"]) <= {node["id"] for node in graph["nodes"]}
    for open in ([], GROUPS):
        walk = ask(service, walked, "steps", open=open, count=1000, lang="en", **chosen)
        assert walk["count"] == len(walk["steps"])
        svg = service.post(f"{RUNS}/{walked}/picture", json={"open": open, "step": 2, **chosen}).text
        assert svg.startswith("<svg")
        for step in walk["steps"]:
            assert f'data-id="{step["node"]}"' in svg, step["node"]


def test_the_opened_net_has_every_gradient(service, walked):
    graph = ask(service, walked, "graph", sample=0, layout=True, open=GROUPS)
    inner = [node for node in graph["nodes"] if node["group"] == "softmax_with_loss_1"]
    assert len(inner) > 5
    assert {node["id"] for node in graph["nodes"] if node["grad"] is None} == {"t", "softmax_with_loss_1.t"}
    assert {group["id"] for group in graph["layout"]["groups"]} == set(GROUPS)


def test_frames_show_the_very_numbers_of_the_graph(service, walked):
    _, tensors = frames.read(service.get(f"{RUNS}/{walked}/frame").content)
    for (name, of), levels in tensors.items():
        whole = np.array(ask(service, walked, "tensor", id=name, of=of)["values"])
        assert np.abs(levels - whole[: len(levels)]).max() <= np.abs(whole).max() / 254 * 1.01 + 1e-6, name


@pytest.mark.parametrize("chosen", PASSES[2:], ids=["test", "drawn", "labelled"])
def test_other_images_go_through_the_net_as_it_is_now(service, walked, tiny_folder, chosen):
    parameters = params(service, walked)
    data = from_folder(tiny_folder)
    x = data.test_images[5:6] / 255 if "test" in chosen else np.array([DRAWN])
    seen = service.post(f"{RUNS}/{walked}/predict", json=chosen).json()
    t = data.test_labels[5:6] if "test" in chosen else np.array([chosen.get("label", seen["predicted"])])
    tape = Tape(net_graph(PROGRAM, {"x": x, "t": t.astype(float), **parameters}))
    values = tape.forward()
    gradients = tape.backward()
    assert seen["loss"] == pytest.approx(values[tape.graph.output])
    assert seen["pixels"] == pytest.approx(x[0])
    assert seen["scores"] == pytest.approx(values[tape.graph.index("a2")][0])
    assert seen["gradient"]["pixels"] == pytest.approx(gradients.nodes[tape.graph.index("x")][0])
    graph = by_id(ask(service, walked, "graph", **chosen)["nodes"])
    assert graph["loss"]["value"] == pytest.approx(seen["loss"])
    whole = np.array(ask(service, walked, "tensor", id="W1", of="grad", **chosen)["values"])
    assert whole == pytest.approx(gradients.nodes[tape.graph.index("W1")])


def test_nodes_edges_and_elements_are_explained(service, walked):
    said = ask(service, walked, "explain", id="a2", sample=0, lang="en")
    assert said["check"]["ok"]
    edge = ask(service, walked, "explain", id="z1->affine_2.op_1.0", open=GROUPS, sample=0, lang="en")
    assert edge["kind"] == "edge"
    product = {"id": "affine_2.op_1", "of": "value", "sample": 0}
    made = ask(service, walked, "provenance", index=[0, 2], open=GROUPS, **product)
    one = ask(service, walked, "tensor", **product)["values"][0][2]
    assert made["lights"][0] == {"id": "affine_2.op_1", "of": "value", "cells": [[0, 2]], "count": 1}
    assert {light["id"] for light in made["lights"][1:]} == {"z1", "W2"}
    assert made["count"] == 8
    assert sum(term["value"] for term in made["terms"]) == pytest.approx(one)
    unknown = service.post(f"{RUNS}/{walked}/explain", json={"id": "none"})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/api#unknown-id")


def test_rules_can_be_broken_and_other_seeds_sent_up(service, walked):
    right = by_id(ask(service, walked, "graph", sample=0)["nodes"])
    broken = ask(service, walked, "values", sample=0, mistakes=["relu.upstream_forgotten"])
    assert "a1" in broken["wrong"]
    assert "a2" not in broken["wrong"]
    doubled = by_id(ask(service, walked, "graph", sample=0, seed=2)["nodes"])
    assert np.array(doubled["a2"]["grad"]) == pytest.approx(2 * np.array(right["a2"]["grad"]))
    assert by_id(ask(service, walked, "graph", sample=0)["nodes"])["a2"] == right["a2"]


def test_a_tensor_comes_as_a_file(service, walked):
    body = {"id": "softmax_with_loss_1.s", "of": "grad"}
    file = service.post(f"{RUNS}/{walked}/tensor", json=body, headers={"Accept": "application/x-npy"})
    assert np.load(io.BytesIO(file.content)).shape == (20, tiny.CLASSES)
    assert file.headers["cache-control"] == "no-store"


def test_a_walk_asks_the_worker_once_until_something_changes(service, walked):
    asked = []
    workers = service.app.state.services.runs.workers
    whole = workers.pass_graph

    async def counted(run_id, chosen):
        asked.append(chosen)
        return await whole(run_id, chosen)

    workers.pass_graph = counted
    for _ in range(3):
        ask(service, walked, "steps", sample=0)
        ask(service, walked, "explain", id="a1", sample=0)
    assert len(asked) == 1
    before = ask(service, walked, "graph", sample=0)
    assert len(asked) == 1
    assert act(service, walked, "step")["step"] == 31
    assert ask(service, walked, "graph", sample=0) != before
    assert len(asked) == 2
    service.patch(f"{RUNS}/{walked}", json={"batch_size": 7})
    assert service.post(f"{RUNS}/{walked}/graph", json={"sample": 7}).status_code == 422
    loss = by_id(ask(service, walked, "graph")["nodes"])["loss"]["value"]
    assert loss == pytest.approx(state(service, walked)["loss"], rel=1e-5)


def test_what_is_cached_is_bounded(service, walked, monkeypatch):
    cache = service.app.state.services.pass_cache
    monkeypatch.setattr("chainrule.app.runs.pass_cache.MOST_PASSES", 3)
    for sample in range(6):
        ask(service, walked, "values", sample=sample)
    assert len(cache._cached) == 3
    monkeypatch.setattr("chainrule.app.runs.pass_cache.MOST_ELEMENTS", 10)
    ask(service, walked, "values", sample=0)
    ask(service, walked, "values", sample=9)
    assert (len(cache._cached), cache._elements) == (0, 0)


def test_a_run_that_trains_is_seen_as_it_is(service):
    run = make(service)
    act(service, run, "start")
    first = ask(service, run, "values")
    soon(lambda: ask(service, run, "values")["value_texts"] != first["value_texts"])
    cache = service.app.state.services.pass_cache
    assert run not in {key[0] for key in cache._cached}, "none is kept while numbers move"
    act(service, run, "pause")
    ask(service, run, "values")
    assert run in {key[0] for key in cache._cached}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sample": 0, "test": 0},
        {"label": 1},
        {"sample": 20},
        {"test": 100},
        {"pixels": [0.0]},
        {"pixels": [2.0] * tiny.PIXELS},
        {"pixels": DRAWN, "label": 4},
        {"program": "x = 1"},
    ],
    ids=str,
)
def test_passes_of_what_is_not_there_are_refused(service, walked, wrong):
    response = service.post(f"{RUNS}/{walked}/values", json=wrong)
    assert response.status_code == 422, response.text
    assert response.json()["type"] in ("/api#run-image", "/api#invalid-request")


@pytest.mark.parametrize("wrong", [{}, {"test": 1, "pixels": DRAWN}, {"test": 100}, {"test": 1, "score": 4}])
def test_predictions_want_one_image(service, walked, wrong):
    assert service.post(f"{RUNS}/{walked}/predict", json=wrong).status_code == 422
