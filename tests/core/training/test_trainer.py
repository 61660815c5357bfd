"""Training: the book's numbers, the same for the same seed, readable at any step, stopped when they diverge."""

import io
from collections.abc import Callable

import numpy as np
import pytest

from chainrule.core.engine.tape import Tape
from chainrule.core.errors import TrainingStopped
from chainrule.core.nets import DeepNet, TwoLayerNet
from chainrule.core.training import datasets
from chainrule.core.training.last_pass import LastPass
from chainrule.core.training.optimizers import OPTIMIZERS
from chainrule.core.training.options import Options
from chainrule.core.training.trainer import Trainer
from tests.helpers import idx_files

DATA = idx_files.dataset()
SMALL = Options((8,), seed=1, batch_size=20)


def test_the_book_s_own_loop_and_a_trainer_agree() -> None:
    """TwoLayerNet in float64 with the same seed and batches; what differs is float32's rounding."""
    mnist = datasets.mnist()
    trainer = Trainer(mnist, Options((50,), init=0.01, seed=7, learning_rate=0.1, batch_size=100))
    network = TwoLayerNet(input_size=784, hidden_size=50, output_size=10, weight_init_std=0.01, rng_seed=7)
    book, ours = [], []
    for _ in range(60):
        ours.append(trainer.step(1)[0])
        x_batch, t_batch = trainer.last.batch
        grad = network.gradient(x_batch, t_batch)
        book.append(network.loss(x_batch, t_batch))
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] -= 0.1 * grad[key]
    np.testing.assert_allclose(ours, book, rtol=2e-5)
    for name, value in trainer.parameters.items():
        np.testing.assert_allclose(value, network.params[name], rtol=0, atol=2e-5, err_msg=name)
    assert np.mean(ours[-10:]) < 0.95 * ours[0]
    images, labels = mnist.test_images[:1000], mnist.test_labels[:1000]
    found = trainer.inference.evaluate(images, labels)
    assert found.accuracy == pytest.approx(network.accuracy(images / 255, labels), abs=2e-3)
    assert found.loss == pytest.approx(network.loss(images / 255, labels), rel=1e-4)


def test_mnist_is_learned() -> None:
    """A tenth of the benchmark's steps: 0.94 where 10,000 give 0.97."""
    trainer = Trainer(datasets.mnist(), Options((50,), seed=0))
    trainer.step(1000)
    assert trainer.accuracy() > 0.93
    assert trainer.step_count == 1000 and trainer.batches.epoch == 1


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("hidden", [(), (8,), (12, 9, 7)])
def test_every_kind_of_net_learns(optimizer: str, activation: str, hidden: tuple[int, ...]) -> None:
    rate = {"sgd": 0.3, "momentum": 0.1, "adagrad": 0.1}.get(optimizer, 0.02)
    if activation == "sigmoid" and optimizer in ("sgd", "momentum"):
        rate *= 10  # its gradient shrinks from layer to layer
    trainer = Trainer(DATA, Options(hidden, activation, "xavier", 0, optimizer, rate, 30))
    losses = trainer.step(250)
    assert losses[-20:].mean() < 0.6 * losses[0]
    assert trainer.accuracy() > 0.8


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_seed_gives_the_same_numbers_whatever_watches(optimizer: str) -> None:
    options = Options((8, 6), seed=4, optimizer=optimizer, learning_rate=0.01, batch_size=32)
    quiet, watched = Trainer(DATA, options), Trainer(DATA, options)
    expected = quiet.step(40)
    found = []
    for count in (1, 1, 7, 1, 20, 10):
        found.append(watched.step(count))
        watched.last.values(), watched.last.gradients(), watched.parameters, watched.state()
        watched.accuracy(), watched.check(1), watched.last.dead_units(), watched.last.gradient_norms()
        watched.inference.scores(DATA.test_images[:1])
        watched.last.batch_graph()
        watched.preview()
    np.testing.assert_array_equal(np.concatenate(found), expected)
    for name, value in quiet.parameters.items():
        np.testing.assert_array_equal(watched.parameters[name], value)
    assert (Trainer(DATA, Options((8, 6), seed=5)).parameters["W1"] != quiet.parameters["W1"]).any()


def begun(trainer: Trainer) -> None:
    trainer.preview()


def trained(trainer: Trainer) -> None:
    trainer.step(13)


def changed(trainer: Trainer) -> None:
    trainer.step(5)
    trainer.change(batch_size=7, optimizer="adam", learning_rate=0.01)


def over_an_epoch(trainer: Trainer) -> None:
    trainer.step(len(DATA.train_images) // trainer.options.batch_size + 1)


def loaded(trainer: Trainer) -> None:
    trainer.step(5)
    trainer.load({name: value / 2 for name, value in trainer.parameters.items()})


@pytest.mark.parametrize("bring", [begun, trained, changed])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_what_is_shown_is_the_tape_s(bring: Callable[[Trainer], None], activation: str) -> None:
    """Values and gradients of one batch at one set of parameters: what the teaching tape finds there in float64."""
    trainer = Trainer(DATA, Options((8, 6), activation, seed=2, batch_size=20))
    bring(trainer)
    graph = trainer.last.batch_graph()
    tape = Tape(graph)
    values, gradients = tape.forward(), tape.backward().nodes
    assert [group.name for group in graph.groups] == [group.name for group in trainer.graph.groups]
    assert graph.ids == trainer.graph.ids and graph.shapes == trainer.graph.shapes
    assert trainer.last.loss == pytest.approx(values[graph.output], rel=1e-5)
    shown = trainer.last.gradients()
    for i, value in enumerate(trainer.last.values()):
        assert value.shape == graph.shapes.get(i, ()), graph.ids[i]
        np.testing.assert_allclose(value, values[i], rtol=1e-4, atol=1e-5, err_msg=graph.ids[i])
        if shown[i] is not None:
            assert shown[i].shape == value.shape
            np.testing.assert_allclose(shown[i], gradients[i], rtol=1e-3, atol=1e-6, err_msg=graph.ids[i])
    named = {graph.ids[i] for i in range(len(graph)) if shown[i] is not None}
    assert {"W1", "b1", "W2", "b2", "W3", "b3", "a1", "z1", "a2", "z2", "a3", "loss"} <= named
    assert not {"x", "t"} & named
    norms = [np.hypot(*(np.linalg.norm(gradients[graph.index(f"{p}{k}")]) for p in "Wb")) for k in (1, 2, 3)]
    np.testing.assert_allclose(trainer.last.gradient_norms(), norms, rtol=1e-4)
    assert trainer.last.batch_accuracy() == np.mean(
        np.argmax(values[graph.index("a3")], axis=1) == values[graph.index("t")]
    )


def test_the_graph_is_that_of_core_nets() -> None:
    trainer = Trainer(DATA, SMALL)
    x, t = trainer.last.batch
    graph = DeepNet(36, [8], 4, rng_seed=1).graph(x, t)
    assert graph.ids == trainer.graph.ids and graph.shapes == trainer.graph.shapes
    assert (graph.a, graph.b, graph.codes) == (trainer.graph.a, trainer.graph.b, trainer.graph.codes)
    np.testing.assert_allclose(trainer.parameters["W1"], graph.values[graph.index("W1")], rtol=1e-6)


def test_black_pixels_are_there_for_whoever_reads() -> None:
    """The small set has a black row and column: left out of the products, and of nothing else."""
    trainer = Trainer(DATA, SMALL)
    first = trainer.parameters["W1"]
    trainer.step(50)
    black = np.flatnonzero(~DATA.train_images.any(axis=0))
    assert len(black) == 11
    np.testing.assert_array_equal(trainer.parameters["W1"][black], first[black])
    gradient = trainer.last.gradients()[trainer.graph.index("W1")]
    assert gradient.shape == (36, 8)
    assert not gradient[black].any()
    # An image that is bright there is seen with the weights that stand there.
    image = np.full((1, 36), 200, np.uint8)
    p = {name: value.astype(float) for name, value in trainer.parameters.items()}
    scores = np.maximum(image / 255 @ p["W1"] + p["b1"], 0) @ p["W2"] + p["b2"]
    np.testing.assert_allclose(trainer.inference.scores(image), scores, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_checkpoint_goes_on_with_the_same_numbers(optimizer: str) -> None:
    options = Options((8,), "tanh", seed=3, optimizer=optimizer, learning_rate=0.01, batch_size=32)
    trainer = Trainer(DATA, options)
    trainer.step(12)
    file = io.BytesIO()
    np.savez(file, **trainer.state())
    expected = trainer.step(30)
    file.seek(0)
    with np.load(file, allow_pickle=False) as state:
        other = Trainer.restored(DATA, state)
    assert other.options == options and other.step_count == 12
    np.testing.assert_array_equal(other.step(30), expected)
    for name, value in trainer.parameters.items():
        np.testing.assert_array_equal(other.parameters[name], value)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("bring", [begun, trained, over_an_epoch, changed, loaded])
def test_a_checkpoint_shows_the_pass_that_was_seen_last(
    bring: Callable[[Trainer], None], optimizer: str
) -> None:
    trainer = Trainer(DATA, Options((8, 6), seed=2, optimizer=optimizer, batch_size=32))
    bring(trainer)
    other = Trainer.restored(DATA, trainer.state())
    assert other.last.loss == trainer.last.loss
    assert other.last.gradient_norms() == trainer.last.gradient_norms()
    for one, again in zip(trainer.last.batch, other.last.batch, strict=True):
        np.testing.assert_array_equal(again, one)
    for column in (LastPass.values, LastPass.gradients):
        for one, again in zip(column(trainer.last), column(other.last), strict=True):
            np.testing.assert_array_equal(again, one)
    for name, value in trainer.parameters.items():
        np.testing.assert_array_equal(other.parameters[name], value)
    np.testing.assert_array_equal(other.step(5), trainer.step(5))


def test_rate_batch_and_optimizer_change_on_the_way() -> None:
    trainer = Trainer(DATA, SMALL)
    trainer.step(10)
    before = trainer.parameters
    trainer.change(learning_rate=1e-9)
    trainer.step(1)
    for name, value in trainer.parameters.items():
        np.testing.assert_allclose(value, before[name], atol=1e-7)
    trainer.change(batch_size=50)
    assert trainer.last.batch[0].shape == (50, 36)
    assert trainer.graph.shapes[trainer.graph.index("a1")] == (50, 8)
    trainer.change(optimizer="adam", learning_rate=0.01)
    assert np.isfinite(trainer.step(5)).all()
    assert trainer.options == Options((8,), seed=1, batch_size=50, optimizer="adam", learning_rate=0.01)
    assert trainer.step_count == 16


def test_a_wild_rate_stops_with_step_node_and_advice() -> None:
    trainer = Trainer(DATA, Options((8,), seed=1, batch_size=20, learning_rate=1e12))
    with pytest.raises(TrainingStopped) as caught:
        trainer.step(100)
    error = caught.value
    assert error.step == trainer.step_count + 1 > 1
    assert error.node in trainer.graph.ids and f"`{error.node}`" in error.message.en
    assert str(error.step) in error.message.ko and "1.0e12" in error.hint.en.replace("1e12", "1.0e12")
    assert "learning rate" in error.hint.en and "학습률" in error.hint.ko
    for value in trainer.parameters.values():  # those from before the step
        assert np.isfinite(value).all()


def test_wild_weights_stop_the_first_step_with_other_advice() -> None:
    trainer = Trainer(DATA, Options((8, 8), init=1e30, seed=1, batch_size=20))
    with pytest.raises(TrainingStopped) as caught:
        trainer.step(3)
    assert caught.value.step == 1 and trainer.step_count == 0
    assert not caught.value.backward
    assert caught.value.node == "affine_2.op_1"  # 1e30 · 1e30 is beyond float32
    assert "initial weights" in caught.value.hint.en


def test_a_gradient_that_overflows_is_found_on_the_way_back() -> None:
    trainer = Trainer(DATA, Options((8,), "tanh", seed=1, batch_size=20))
    parameters = trainer.parameters
    parameters["W1"][:] = 0
    parameters["W2"][:] = np.where(np.arange(4) % 2, 3e38, -3e38)
    trainer.load(parameters)
    with pytest.raises(TrainingStopped) as caught:
        trainer.step()
    assert caught.value.backward
    assert caught.value.node in ("z1", "a1")
    assert "gradient" in caught.value.message.en


def test_nan_in_the_parameters_is_named() -> None:
    trainer = Trainer(DATA, SMALL)
    parameters = trainer.parameters
    parameters["W2"][3, 1] = np.nan
    trainer.load(parameters)
    with pytest.raises(TrainingStopped, match="`W2`"):
        trainer.step()


def test_dead_units() -> None:
    trainer = Trainer(DATA, Options((8, 4), seed=1, batch_size=20))
    parameters = trainer.parameters
    parameters["b1"][:3] = -1000
    trainer.load(parameters)
    dead = np.max(trainer.last.values()[trainer.graph.index("z1")], axis=0) == 0
    assert dead[:3].all() and not dead.all()
    assert trainer.last.dead_units()[0] == np.mean(dead)
    saturated = Trainer(DATA, Options((8,), "sigmoid", init=0.01, seed=1, batch_size=20))
    assert saturated.last.dead_units() == [0.0]
    parameters = saturated.parameters
    parameters["b1"][:2] = 50
    saturated.load(parameters)
    assert saturated.last.dead_units() == [0.25]


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_every_parameter_s_gradient_is_checked(activation: str) -> None:
    trainer = Trainer(DATA, Options((8, 6), activation, seed=2, batch_size=20))
    trainer.step(20)
    found = trainer.check()
    assert [each.id for each in found] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    for each in found:
        assert each.backprop.shape == each.numerical.shape == trainer.parameters[each.id].shape
        assert each.worst().ok, each.worst()
        assert np.abs(each.backprop).max() > 0


def test_loaded_parameters_are_used_and_others_refused() -> None:
    trainer, other = Trainer(DATA, SMALL), Trainer(DATA, SMALL)
    trainer.step(20)
    other.load(trainer.parameters)
    for name, value in trainer.parameters.items():
        np.testing.assert_array_equal(other.parameters[name], value)
    before = other.parameters
    for wrong in ({}, {**before, "b2": np.zeros(5)}, {**before, "W1": np.zeros((8, 36))}):
        with pytest.raises(ValueError, match="shape"):
            other.load(wrong)
    np.testing.assert_array_equal(other.parameters["W1"], before["W1"])


def test_evaluation_of_any_number_of_rows() -> None:
    data = idx_files.dataset(rows=6900)
    trainer = Trainer(data, SMALL)
    trainer.step(200)
    found = trainer.inference.evaluate(data.test_images, data.test_labels)
    assert len(found.predicted) == 2300
    scores = trainer.inference.scores(data.test_images)
    np.testing.assert_array_equal(np.argmax(scores, axis=1), found.predicted)
    assert found.accuracy == np.mean(found.predicted == data.test_labels) == trainer.accuracy()
    one = trainer.inference.scores(data.test_images[7:8])
    np.testing.assert_allclose(one[0], scores[7], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"activation": "swish"}, "swish"),
        ({"optimizer": "lion"}, "lion"),
        ({"init": "big"}, "big"),
        ({"hidden": (5, 0)}, "unit"),
        ({"batch_size": 0}, "row"),
        ({"learning_rate": 0.0}, "above 0"),
        ({"learning_rate": float("nan")}, "above 0"),
        ({"seed": -1}, "seed"),
    ],
)
def test_options_that_make_no_run_are_refused(wrong: dict, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Options(**wrong)
