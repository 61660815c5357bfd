"""The test set by a run: confusion matrix, mistakes, pages with pictures; the same numbers whoever counts them."""

import base64
import struct
import zlib

import numpy as np
import pytest

from chainrule.core.nets import DeepNet
from chainrule.core.training.datasets import from_folder
from tests.app.runs import tiny
from tests.app.runs.api import RUNS, act, make, params, same, state, until


def page_of(client, run, **query):
    response = client.get(f"{RUNS}/{run}/tests", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def opacities(address):
    """Return the alpha channel of a PNG with a palette, (height, width)."""
    data = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    at, chunks = 8, {}
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunks[data[at + 4 : at + 8]] = data[at + 8 : at + 8 + length]
        at += 12 + length
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not np.any(np.frombuffer(chunks[b"PLTE"], np.uint8))
    return np.frombuffer(chunks[b"tRNS"], np.uint8)[rows[:, 1:]]


@pytest.fixture
def taught(service):
    run = make(service)
    act(service, run, "step", 25)
    return run


@pytest.fixture
def counted(service, taught, tiny_folder):
    """Labels, and what the book's net of these parameters takes the test images for, with the probabilities."""
    data = from_folder(tiny_folder)
    net = DeepNet(tiny.PIXELS, [8], tiny.CLASSES, "relu", 0.1, rng_seed=0)
    net.params.update(params(service, taught))
    scores = net.predict(data.test_images / 255)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return data, scores.argmax(axis=1), shares


def test_matrix_accuracy_and_loss_are_those_of_the_net(service, taught, counted):
    data, predicted, shares = counted
    labels = data.test_labels
    seen = page_of(service, taught, limit=0)
    assert (seen["step"], seen["count"], seen["images"], seen["sprite"]) == (25, 100, [], None)
    assert seen["accuracy"] == pytest.approx(np.mean(predicted == labels))
    assert seen["mistakes"] == np.count_nonzero(predicted != labels) > 0
    assert seen["loss"] == pytest.approx(-np.mean(np.log(shares[np.arange(100), labels])), rel=1e-4)
    expected = [
        [int(np.sum((labels == row) & (predicted == column))) for column in range(tiny.CLASSES)]
        for row in range(tiny.CLASSES)
    ]
    assert seen["confusion"] == expected


def test_images_come_with_what_they_are_taken_for_and_their_pictures(service, taught, counted):
    data, predicted, shares = counted
    seen = page_of(service, taught, offset=10, limit=7)
    assert seen["total"] == 100
    assert [image["index"] for image in seen["images"]] == list(range(10, 17))
    for image in seen["images"]:
        at = image["index"]
        assert (image["label"], image["predicted"]) == (data.test_labels[at], predicted[at])
        assert image["probability"] == pytest.approx(shares[at].max(), rel=1e-4)
        assert image["probability_of_label"] == pytest.approx(shares[at, image["label"]], rel=1e-4)
    assert seen["side"] == [tiny.SIDE, tiny.SIDE]
    assert np.array_equal(opacities(seen["sprite"]), data.test_images[10:17].reshape(-1, tiny.SIDE))


def test_filters_and_order(service, taught, counted):
    data, predicted, shares = counted
    wrong = np.flatnonzero(predicted != data.test_labels)
    seen = page_of(service, taught, only="mistakes", limit=200)
    assert [image["index"] for image in seen["images"]] == wrong.tolist()
    surest = page_of(service, taught, only="mistakes", order="probability", limit=200)["images"]
    sure = [image["probability"] for image in surest]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] == pytest.approx(shares[wrong].max(), rel=1e-4)
    label, taken = int(data.test_labels[wrong[0]]), int(predicted[wrong[0]])
    cell = page_of(service, taught, label=label, predicted=taken, limit=200)
    assert len(cell["images"]) == cell["total"] == cell["confusion"][label][taken]
    assert {(image["label"], image["predicted"]) for image in cell["images"]} == {(label, taken)}
    assert page_of(service, taught, offset=1000)["images"] == []


def test_pages_of_one_evaluation_go_on_while_the_net_learns(service, taught):
    first = page_of(service, taught, limit=100)
    act(service, taught, "step", 20)
    again = page_of(service, taught, limit=100, step=25)
    assert again == first
    newest = page_of(service, taught, limit=100)
    assert newest["step"] == 45
    assert newest["images"] != first["images"]
    assert page_of(service, taught, step=3)["step"] == 45
    act(service, taught, "reset")
    assert page_of(service, taught, step=25)["step"] == 0


def test_other_parameters_are_tested_anew(service, taught):
    before = page_of(service, taught, limit=100)
    archive = service.get(f"{RUNS}/{make(service, seed=9)}/params").content
    service.put(f"{RUNS}/{taught}/params", content=archive)
    assert page_of(service, taught, limit=100, step=25)["images"] != before["images"]


def test_a_run_that_trains_is_tested_and_learns_the_same(service):
    alone, asked = make(service, steps=2000), make(service, steps=2000)
    act(service, alone, "start")
    act(service, asked, "start")
    steps = [page_of(service, asked, only="mistakes")["step"] for _ in range(20)]
    assert steps == sorted(steps)
    for run in (alone, asked):
        until(service, run, lambda now: now["state"] == "finished")
    assert same(params(service, alone), params(service, asked))
    done = page_of(service, asked)
    assert done["step"] == 2000
    assert done["accuracy"] == state(service, asked)["test_accuracy"]


def test_one_image_with_its_pixels(service, taught, counted):
    data, predicted, shares = counted
    seen = service.get(f"{RUNS}/{taught}/tests/3").json()
    assert (seen["index"], seen["label"], seen["predicted"]) == (3, data.test_labels[3], predicted[3])
    assert seen["probabilities"] == pytest.approx(shares[3], rel=1e-4)
    assert np.array_equal(np.array(seen["pixels"]), data.test_images[3] / 255)
    drawn = service.post(f"{RUNS}/{taught}/predict", json={"pixels": seen["pixels"]}).json()
    taken = service.post(f"{RUNS}/{taught}/predict", json={"test": 3}).json()
    assert taken["scores"] == drawn["scores"]
    assert taken["gradient"]["label"] == data.test_labels[3]


@pytest.mark.parametrize(
    "path", ["tests/100", "tests?label=-1", "tests?only=some", "tests?limit=201", "tests/first"]
)
def test_what_is_not_there_is_refused(service, taught, path):
    response = service.get(f"{RUNS}/{taught}/{path}")
    assert response.status_code == 422
    assert response.json()["type"] in ("/api#run-image", "/api#invalid-request")
