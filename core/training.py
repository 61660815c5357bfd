"""A net that learns: steps on the tape in float32, at one place in its data, with everything kept for the picture.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.7.4 and 6.1.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.batches import Batches
from core.composites import COMPOSITES
from core.datasets import Dataset
from core.gradcheck import Elements, elements_at
from core.graph import Graph
from core.inference import Inference
from core.nets import DeepNet, net_graph, net_structure
from core.ops import ARRAY_FUNCTIONS, OPS, compile_rule
from core.optimizers import OPTIMIZERS
from core.plan import Plan
from core.stopped import stopped
from core.tape import Tape
from core.training_options import Options

Floats = NDArray[np.float32]

LARGEST_LOSS = 1e9
"""A loss above it, or none at all, stops the training. Wildly scaled weights begin below it."""
_FLAT_SLOPE = 0.01


class Trainer:
    """One net, one optimizer, one place in the data. Same options, same numbers, whatever is read in between.

    ``parameters`` are the net's, by name (W1, b1, …), as they are now: float32 views of one array.
    """

    def __init__(self, dataset: Dataset, options: Options | None = None) -> None:
        self.options = options = options or Options()
        self.dataset = dataset
        self.step_count = 0
        net = DeepNet(
            dataset.train_images.shape[1],
            options.hidden,
            dataset.classes,
            options.activation,
            options.init,
            options.seed,
        )
        self._program = net.program()
        self._flat: Floats = np.concatenate(
            [value.ravel() for value in net.params.values()], dtype=np.float32
        )
        self._gradients: Floats = np.zeros_like(self._flat)
        self._used: Floats = self._flat.copy()
        """The parameters that the last pass was made with: the step after it has changed the others."""
        self._shapes = {name: value.shape for name, value in net.params.items()}
        self.parameters = self._views(self._flat)
        net.params.update(self.parameters)
        self.net = net
        self._optimizer = OPTIMIZERS[options.optimizer](len(self._flat))
        self.batches = Batches(dataset.train_images, dataset.train_labels, options.seed)
        self._scores = f"a{len(options.hidden) + 1}"
        self.inference = Inference(self._made_plan, self._scores, dataset.classes)
        """What the net as it is now makes of images."""
        self._use(options.batch_size)
        self.preview()

    # Training

    def step(self, count: int = 1) -> NDArray[np.float64]:
        """Take so many steps; returns the loss of each batch before its update, (count,).

        Raises TrainingStopped where a number gets out of hand; the steps before it stand.
        """
        plan, flat, gradients = self._plan, self._flat, self._gradients
        rows, rate = self.options.batch_size, self.options.learning_rate
        x, t, loss = self._x, self._t, plan.values[plan.graph.output]
        losses = np.empty(count)
        for k in range(count):
            self.batches.fill(x, t)
            plan.forward()
            losses[k] = loss
            if not losses[k] <= LARGEST_LOSS:  # NaN compares false
                self._stop(backward=False)
            plan.backward()
            if not np.isfinite(np.dot(gradients, gradients)):
                self._stop(backward=True)
            if k == count - 1:
                np.copyto(self._used, flat)
            self._optimizer.update(flat, gradients, rate)
            self.batches.advance(rows)
            self.step_count += 1
        return losses

    def preview(self) -> None:
        """Both passes over the next batch, with no update: what is shown before the first step."""
        self.batches.fill(self._x, self._t)
        self._plan.forward()
        self._plan.backward()
        np.copyto(self._used, self._flat)

    def change(
        self,
        *,
        learning_rate: float | None = None,
        batch_size: int | None = None,
        optimizer: str | None = None,
    ) -> None:
        """Go on with another learning rate, batch size or optimizer; a new optimizer remembers nothing yet."""
        before = self.options
        self.options = replace(
            before,
            learning_rate=before.learning_rate if learning_rate is None else learning_rate,
            batch_size=before.batch_size if batch_size is None else batch_size,
            optimizer=before.optimizer if optimizer is None else optimizer,
        )
        if self.options.optimizer != before.optimizer:
            self._optimizer = OPTIMIZERS[self.options.optimizer](len(self._flat))
        if self.options.batch_size != before.batch_size:
            self._use(self.options.batch_size)
            self.preview()

    def _stop(self, backward: bool) -> None:
        np.copyto(self._used, self._flat)
        raise stopped(self._plan, self.step_count + 1, self.options.learning_rate, backward)

    # What the last pass found

    @property
    def graph(self) -> Graph:
        """The net's graph at this batch size, as ``core.nets`` makes it; without numbers."""
        return self._plan.graph

    @property
    def loss(self) -> float:
        """The mean loss of the batch that was seen last."""
        return float(self._plan.values[self.graph.output])

    @property
    def batch(self) -> tuple[Floats, Floats]:
        """That batch: x (B, D), pixels 0 … 1, and its class numbers t (B,)."""
        return self._x, self._t

    def values(self) -> list[Floats]:
        """The value of every node, in the graph's order, in its shape: those that gave ``loss``.

        The arrays are the trainer's own, and the next step writes to them.
        """
        values = list(self._plan.values)
        for name, used in self._views(self._used).items():
            values[self.graph.index(name)] = used
        return values

    def gradients(self) -> list[Floats | None]:
        """The same of the gradients of ``loss``; None at data and labels, and inside layers that stay closed.

        What is inside of them is found by the tape on ``batch_graph()``.
        """
        return list(self._plan.gradients)

    def batch_graph(self) -> Graph:
        """The graph with the numbers of the last pass in its inputs, for ``core.tape`` and all that reads one."""
        return net_graph(self._program, {"x": self._x, "t": self._t, **self._views(self._used)})

    def batch_accuracy(self) -> float:
        """The share of the batch whose highest score was that of its class."""
        return float(np.mean(np.argmax(self._plan.value(self._scores), axis=1) == self._t))

    def gradient_norms(self) -> list[float]:
        """The Euclidean norm of each layer's gradient, W and b together, first layer first."""
        views = list(self._views(self._gradients).values())
        return [
            float(np.hypot(np.linalg.norm(W), np.linalg.norm(b)))
            for W, b in zip(views[::2], views[1::2], strict=True)
        ]

    def dead_units(self) -> list[float]:
        """Of each hidden layer the share of units that no image of the batch can move: their slope is under 0.01."""
        local = compile_rule(_slope(self.options.activation), ARRAY_FUNCTIONS)
        shares = []
        for k in range(1, len(self.options.hidden) + 1):
            a, z = (self._plan.value(f"{name}{k}") for name in "az")
            shares.append(float(np.mean(np.max(np.abs(local(a, a, z)), axis=0) < _FLAT_SLOPE)))
        return shares

    def accuracy(self) -> float:
        """The share of the test set that the net gets right."""
        return self.inference.evaluate(self.dataset.test_images, self.dataset.test_labels).accuracy

    def check(self, rows: int = 2) -> list[Elements]:
        """Every parameter's gradient by backpropagation beside the numerical one, in float64 copies.

        One entry a parameter (W1, b1, …). It is taken on the first ``rows`` images of the last batch.
        """
        inputs = {"x": self._x[:rows], "t": self._t[:rows], **self.parameters}
        graph = net_graph(self._program, inputs)
        return elements_at(Tape(graph), [graph.index(name) for name in self.parameters])

    # Keeping

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to go on elsewhere with the same numbers: arrays, for ``numpy.savez``."""
        progress = [self.step_count, self.batches.epoch, self.batches.position, self._optimizer.updates]
        return {
            "options": np.array(json.dumps(asdict(self.options))),
            "progress": np.array(progress, np.int64),
            "parameters": self._flat.copy(),
            **{f"optimizer.{name}": slot.copy() for name, slot in self._optimizer.slots.items()},
        }

    @classmethod
    def restored(cls, dataset: Dataset, state: Mapping[str, NDArray[Any]]) -> Self:
        """A trainer that goes on where the one whose ``state()`` this was stood."""
        options = json.loads(str(state["options"]))
        trainer = cls(dataset, Options(**{**options, "hidden": tuple(options["hidden"])}))
        np.copyto(trainer._flat, state["parameters"])
        for name, slot in trainer._optimizer.slots.items():
            np.copyto(slot, state[f"optimizer.{name}"])
        progress = map(int, state["progress"])
        (
            trainer.step_count,
            trainer.batches.epoch,
            trainer.batches.position,
            trainer._optimizer.updates,
        ) = progress
        trainer.preview()
        return trainer

    def load(self, parameters: Mapping[str, NDArray[Any]]) -> None:
        """Go on with other parameters of the same names and shapes. Raises ValueError if they are not."""
        for name, shape in self._shapes.items():
            if name not in parameters or np.shape(parameters[name]) != shape:
                raise ValueError(f"{name} must be there with the shape {shape}")
        for name, value in self.parameters.items():
            np.copyto(value, parameters[name])
        self.preview()

    # Inside

    def _views(self, flat: Floats) -> dict[str, Floats]:
        """One array as the net's parameters."""
        views, start = {}, 0
        for name, shape in self._shapes.items():
            stop = start + int(np.prod(shape))
            views[name] = flat[start:stop].reshape(shape)
            start = stop
        return views

    def _made_plan(self, rows: int, asked: Collection[str] = ()) -> Plan:
        shapes = {"x": (rows, self.dataset.train_images.shape[1]), "t": (rows,), **self._shapes}
        graph = net_structure(self._program, shapes)
        return Plan(graph, asked, np.float32, self.parameters, self._views(self._gradients))

    def _use(self, rows: int) -> None:
        """Learn from batches of so many rows."""
        self._plan = self._made_plan(rows, self.parameters)
        self._x, self._t = self._plan.value("x"), self._plan.value("t")


def _slope(activation: str) -> str:
    """The local derivative of an activation, as an expression over a and y."""
    rule = OPS.get(activation) or COMPOSITES[activation]
    return rule.partials[0].code
