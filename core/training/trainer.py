"""A net that learns: steps on the tape in float32, at one place in its data, with everything kept for the picture.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.7.4 and 6.1.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.gradcheck import ElementChecks, check_elements
from chainrule.core.nets import DeepNet, net_graph, net_structure
from chainrule.core.ops import ARRAY_FUNCTIONS, OPS, compile_rule
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.op import Shape
from chainrule.core.training.batches import Batches
from chainrule.core.training.check_sample import chosen
from chainrule.core.training.datasets import Dataset
from chainrule.core.training.divergence import stopped
from chainrule.core.training.inference import Inference, Predictions
from chainrule.core.training.nonzero_pixels import LiveColumns
from chainrule.core.training.optimizers import OPTIMIZERS
from chainrule.core.training.options import Options
from chainrule.core.training.parameters import Parameters
from chainrule.core.training.plan import Plan

Floats = NDArray[np.float32]
T = TypeVar("T")

LARGEST_LOSS = 1e9
"""A loss above it, or none at all, stops the training. Wildly scaled weights begin below it."""
_FLAT_SLOPE = 0.01
_INFINITY = np.float32(np.inf)


class Trainer:
    """One net, one optimizer, one place in the data. Same options, same numbers, whatever is read in between."""

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
        self._scores = f"a{len(options.hidden) + 1}"
        self._columns = LiveColumns(dataset.train_images)
        self._parameters = Parameters(net.params, self._columns)
        self._optimizer = OPTIMIZERS[options.optimizer](len(self._parameters.flat))
        images = self._columns.narrow_columns(dataset.train_images)
        self.batches = Batches(images, dataset.train_labels, options.seed)
        self._read = self.parameters
        self._inference = Inference(self._read_plan, self._scores, dataset.classes)
        self._tested: Predictions | None = None
        self._use(options.batch_size)
        self.preview()

    # Training

    @np.errstate(all="ignore")
    def step(self, count: int = 1) -> NDArray[np.float64]:
        """Take so many steps; returns the loss of each batch before its update, (count,).

        Raises TrainingStopped where a number gets out of hand; the steps before it stand.
        """
        self._tested = None
        plan, parameters = self._plan, self._parameters
        last = self._last_gradient
        rows, rate = self.options.batch_size, self.options.learning_rate
        # Gradients are linear in the seed: with the rate for a seed they are the very steps of SGD.
        seed = self._seed = rate if self._optimizer.linear else 1.0
        x, t, loss = self._x, self._t, plan.values[plan.graph.output]
        losses = np.empty(count)
        for k in range(count):
            self._seen = self.batches.place
            self.batches.fill(x, t)
            plan.forward()
            losses[k] = loss
            if not losses[k] <= LARGEST_LOSS:  # NaN compares false
                self._stop(backward=False)
            plan.backward(seed)
            if not np.dot(last, last) < _INFINITY:
                self._stop(backward=True)
            if k == count - 1:
                np.copyto(parameters.used, parameters.flat)
            self._optimizer.update(parameters.flat, parameters.gradients, rate / seed)
            self.batches.advance(rows)
            self.step_count += 1
        return losses

    @np.errstate(all="ignore")
    def preview(self, seed: float = 1.0) -> None:
        """Both passes over the next batch, with no update: what is shown before the first step."""
        self._seen = self.batches.place
        self.batches.fill(self._x, self._t)
        self._plan.forward()
        self._plan.backward(seed)
        self._seed = seed
        np.copyto(self._parameters.used, self._parameters.flat)

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
            self._optimizer = OPTIMIZERS[self.options.optimizer](len(self._parameters.flat))
        if self.options.batch_size != before.batch_size:
            self._use(self.options.batch_size)
            self.preview()

    def _stop(self, backward: bool) -> None:
        error = stopped(self._plan, self.step_count + 1, self.options.learning_rate, backward)
        if not backward:  # what is shown is of one pass
            self._plan.backward(self._seed)
        np.copyto(self._parameters.used, self._parameters.flat)
        raise error

    # What the last pass found

    @property
    def loss(self) -> float:
        """The mean loss of the batch that was seen last."""
        return float(self._plan.values[self.graph.output])

    @property
    def batch(self) -> tuple[Floats, Floats]:
        """A copy of that batch: x (B, D), pixels 0 … 1, and its class numbers t (B,)."""
        return self._columns.wide_columns(self._x), self._t.copy()

    def values(self) -> list[Floats]:
        """The value of every node, in the order of ``graph``, in its shape: those that gave ``loss``.

        Most are the trainer's own arrays: the next step writes to them.
        """
        whole = self._parameters.whole(self._parameters.used)
        return self._with(self._plan.values, {"x": self._columns.wide_columns(self._x), **whole})

    def gradients(self) -> list[Floats | None]:
        """A copy of the gradient of ``loss`` by every node, likewise; None where nobody asks, as in ``plan``.

        Those inside of closed layers are found by the tape on ``batch_graph()``.
        """
        found = self._with(self._plan.gradients, self._parameters.whole_gradients())
        return [None if g is None else np.divide(g, self._seed, dtype=np.float32) for g in found]

    def pixel_gradients(self, count: int) -> Floats:
        """The gradient of ``loss`` by the pixels of the batch's first images, (count, D): dx = dout · W1ᵀ.

        Training has no use for it, so it is made for those alone who look.
        """
        dout = self._plan.gradients[self.graph.index("a1")]
        assert dout is not None
        weights = self._parameters.whole(self._parameters.used)["W1"]
        return np.divide(dout[:count] @ weights.T, self._seed, dtype=np.float32)

    def batch_graph(self) -> Graph:
        """``graph`` with the numbers of the last pass in its inputs, for ``tape`` and all that reads one."""
        x, t = self.batch
        used = {name: value.copy() for name, value in self._parameters.whole(self._parameters.used).items()}
        return net_graph(self._program, {"x": x, "t": t, **used})

    def batch_accuracy(self) -> float:
        """The share of the batch whose highest score was that of its class."""
        return float(np.mean(np.argmax(self._plan.value(self._scores), axis=1) == self._t))

    def gradient_norms(self) -> list[float]:
        """The Euclidean norm of each layer's gradient, W and b together, first layer first."""
        views = list(self._parameters.live(self._parameters.gradients).values())
        return [
            float(np.hypot(np.linalg.norm(W), np.linalg.norm(b))) / self._seed
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

    # What was learned

    @property
    def parameters(self) -> dict[str, Floats]:
        """A copy of the net's parameters as they are now: W1, b1, W2 …"""
        return {name: value.copy() for name, value in self._parameters.whole(self._parameters.flat).items()}

    @property
    def inference(self) -> Inference:
        """What the net as it is now makes of images."""
        for name, value in self._parameters.whole(self._parameters.flat).items():
            np.copyto(self._read[name], value)
        return self._inference

    def accuracy(self) -> float:
        """The share of the test set that the net gets right."""
        return self.tested().accuracy

    def tested(self) -> Predictions:
        """How the net does on the test set; found once as long as it learns nothing."""
        if self._tested is None:
            self._tested = self.inference.evaluate(self.dataset.test_images, self.dataset.test_labels)
        return self._tested

    def check(self, rows: int = 2) -> list[ElementChecks]:
        """Every parameter's gradient by backpropagation beside the numerical one, in float64 copies.

        One entry a parameter (W1, b1, …). It is taken on the first ``rows`` images of the last batch; of a large net
        on some of the parameters, see ``core.training.check_sample``.
        """
        x, t = self.batch
        graph = net_graph(self._program, {"x": x[:rows], "t": t[:rows], **self.parameters})
        shapes = self._parameters.shapes
        some = chosen(shapes, rows, self.options.seed)
        return check_elements(
            Tape(graph),
            [graph.index(name) for name in shapes],
            chosen={graph.index(name): places for name, places in some.items()},
        )

    def load(self, parameters: Mapping[str, NDArray[Any]]) -> None:
        """Go on with other parameters of the same names and shapes. Raises ValueError if they are not."""
        self._tested = None
        self._parameters.load(parameters)
        self.preview()

    # Keeping

    def state(self) -> dict[str, NDArray[Any]]:
        """All that is needed to go on elsewhere with the same numbers, and to show the same pass until then.

        Arrays, for ``numpy.savez``.
        """
        progress = [self.step_count, self.batches.epoch, self.batches.position, self._optimizer.updates]
        return {
            "options": np.array(json.dumps(asdict(self.options))),
            "progress": np.array(progress, np.int64),
            **self.parameters,
            **{f"optimizer.{name}": slot.copy() for name, slot in self._optimizer.slots.items()},
            "seen.place": np.array(self._seen, np.int64),
            "seen.seed": np.array(self._seed),
            "seen.parameters": self._parameters.used.copy(),
        }

    @classmethod
    def restored(cls, dataset: Dataset, state: Mapping[str, NDArray[Any]]) -> Self:
        """A trainer that goes on where the one whose ``state()`` this was stood, on the same data."""
        options = json.loads(str(state["options"]))
        trainer = cls(dataset, Options(**{**options, "hidden": tuple(options["hidden"])}))
        for name, slot in trainer._optimizer.slots.items():
            np.copyto(slot, state[f"optimizer.{name}"])
        trainer.step_count, epoch, position, trainer._optimizer.updates = map(int, state["progress"])
        trainer.load(state)
        trainer._see_again(state)
        trainer.batches.place = epoch, position
        return trainer

    def _see_again(self, state: Mapping[str, NDArray[Any]]) -> None:
        """The pass that was seen last: its batch, the parameters before its update, its seed."""
        flat = self._parameters.flat
        now = flat.copy()
        np.copyto(flat, state["seen.parameters"])
        epoch, position = map(int, state["seen.place"])
        self.batches.place = epoch, position
        self.preview(float(state["seen.seed"]))
        np.copyto(flat, now)

    # Inside

    def _use(self, rows: int) -> None:
        """Learn from batches of so many rows."""
        parameters = self._parameters
        graph = self._structure(rows, len(self._columns.index), parameters.live_shapes)
        values, gradients = parameters.live(parameters.flat), parameters.live(parameters.gradients)
        self._plan = Plan(graph, list(values), np.float32, values, gradients)
        self._x, self._t = self._plan.value("x"), self._plan.value("t")
        self._last_gradient = gradients["b1"]
        """The end of the way back: what is not finite anywhere above comes down to it."""
        self.graph = self._structure(rows, self._columns.width, parameters.shapes)

    def _read_plan(self, rows: int) -> Plan:
        graph = self._structure(rows, self._columns.width, self._parameters.shapes)
        return Plan(graph, (), np.float32, self._read)

    def _structure(self, rows: int, columns: int, shapes: Mapping[str, Shape]) -> Graph:
        return net_structure(self._program, {"x": (rows, columns), "t": (rows,), **shapes})

    def _with(self, column: Sequence[T], whole: Mapping[str, T]) -> list[T]:
        """A column by node, with some nodes' entries replaced."""
        found = list(column)
        for name, value in whole.items():
            found[self.graph.index(name)] = value
        return found


def _slope(activation: str) -> str:
    """The local derivative of an activation, as an expression over a and y."""
    rule = OPS.get(activation) or COMPOSITES[activation]
    return rule.partials[0].code
