"""The training loop: steps in float32, checked for divergence, changed on the way, saved and continued.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.7.4 and 6.1.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.gradcheck.gradcheck import ElementChecks, check_elements
from chainrule.core.nets import DeepNet, net_graph, net_structure
from chainrule.core.ops.op import Shape
from chainrule.core.training.batches import Batches, Floats
from chainrule.core.training.check_sample import chosen
from chainrule.core.training.datasets import Dataset
from chainrule.core.training.divergence import divergence
from chainrule.core.training.inference import Inference, Predictions
from chainrule.core.training.last_pass import LastPass
from chainrule.core.training.optimizers import OPTIMIZERS
from chainrule.core.training.options import Options
from chainrule.core.training.parameters import NonzeroPixels, Parameters
from chainrule.core.training.plan import Plan

LARGEST_LOSS = 1e9
"""A loss above it, or NaN, stops training. Even badly scaled initial weights begin below it."""
_INFINITY = np.float32(np.inf)


class Trainer:
    """One net with its optimizer and its position in the data.

    The same options give the same numbers, whatever is read in between.
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
        self._scores = f"a{len(options.hidden) + 1}"
        self._pixels = NonzeroPixels(dataset.train_images)
        self._parameters = Parameters(net.params, self._pixels)
        self._optimizer = OPTIMIZERS[options.optimizer](len(self._parameters.flat))
        images = self._pixels.narrow(dataset.train_images)
        self.batches = Batches(images, dataset.train_labels, options.seed)
        self._inference_parameters = self.parameters
        self._inference = Inference(self._inference_plan, self._scores, dataset.classes)
        self._predictions: Predictions | None = None
        self._plan_for(options.batch_size)
        self.preview()

    # Training

    @np.errstate(all="ignore")
    def step(self, count: int = 1) -> NDArray[np.float64]:
        """Take ``count`` steps; return the loss of each batch before its update, (count,).

        Raises TrainingStopped when the numbers diverge; the steps before remain.
        """
        self._predictions = None
        plan, parameters = self._plan, self._parameters
        last, shown = self._last_gradient, self.last
        rows, rate = self.options.batch_size, self.options.learning_rate
        # Gradients are linear in the upstream gradient: with the learning rate there, they are the steps of SGD.
        upstream = shown.upstream = rate if self._optimizer.linear else 1.0
        x, t, loss = shown.x, shown.t, plan.values[plan.graph.output]
        losses = np.empty(count)
        for k in range(count):
            shown.place = self.batches.place
            self.batches.fill(x, t)
            plan.forward()
            losses[k] = loss
            if not losses[k] <= LARGEST_LOSS:  # NaN compares false
                self._stop(backward=False)
            plan.backward(upstream)
            if not np.dot(last, last) < _INFINITY:
                self._stop(backward=True)
            if k == count - 1:
                np.copyto(parameters.used, parameters.flat)
            self._optimizer.update(parameters.flat, parameters.gradients, rate / upstream)
            self.batches.advance(rows)
            self.step_count += 1
        return losses

    @np.errstate(all="ignore")
    def preview(self, upstream: float = 1.0) -> None:
        """Run both passes over the next batch without an update, as shown before the first step."""
        last = self.last
        last.place, last.upstream = self.batches.place, upstream
        self.batches.fill(last.x, last.t)
        self._plan.forward()
        self._plan.backward(upstream)
        np.copyto(self._parameters.used, self._parameters.flat)

    def change(
        self,
        *,
        learning_rate: float | None = None,
        batch_size: int | None = None,
        optimizer: str | None = None,
    ) -> None:
        """Continue with another learning rate, batch size or optimizer; a new optimizer starts without state."""
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
            self._plan_for(self.options.batch_size)
            self.preview()

    def _stop(self, backward: bool) -> None:
        error = divergence(self._plan, self.step_count + 1, self.options.learning_rate, backward)
        if not backward:  # values and gradients shown belong to one pass
            self._plan.backward(self.last.upstream)
        np.copyto(self._parameters.used, self._parameters.flat)
        raise error

    # The net

    @property
    def parameters(self) -> dict[str, Floats]:
        """Copy of the current parameters: W1, b1, W2 …"""
        return {name: value.copy() for name, value in self._parameters.whole(self._parameters.flat).items()}

    @property
    def inference(self) -> Inference:
        """Inference with the current parameters."""
        for name, value in self._parameters.whole(self._parameters.flat).items():
            np.copyto(self._inference_parameters[name], value)
        return self._inference

    def accuracy(self) -> float:
        """Return the accuracy on the test set."""
        return self.test_predictions().accuracy

    def test_predictions(self) -> Predictions:
        """Evaluate the test set, once until the next step."""
        if self._predictions is None:
            self._predictions = self.inference.evaluate(self.dataset.test_images, self.dataset.test_labels)
        return self._predictions

    def check(self, rows: int = 2) -> list[ElementChecks]:
        """Compare every parameter's gradient by backpropagation with a numerical one, in float64.

        Uses the first ``rows`` images of the last batch. Returns one entry per parameter (W1, b1, …); of a large net
        it covers a sample of the elements, see ``core.training.check_sample``.
        """
        x, t = self.last.batch
        graph = net_graph(self._program, {"x": x[:rows], "t": t[:rows], **self.parameters})
        shapes = self._parameters.shapes
        sample = chosen(shapes, rows, self.options.seed)
        return check_elements(
            Tape(graph),
            [graph.index(name) for name in shapes],
            chosen={graph.index(name): places for name, places in sample.items()},
        )

    def load(self, parameters: Mapping[str, NDArray[Any]]) -> None:
        """Replace the parameters. Raises ValueError if a name is missing or has another shape."""
        self._predictions = None
        self._parameters.load(parameters)
        self.preview()

    # Checkpoints

    def state(self) -> dict[str, NDArray[Any]]:
        """Return arrays, for ``numpy.savez``, that continue training elsewhere with the same numbers.

        They also restore the last pass, so that the same picture is shown until the next step.
        """
        progress = [self.step_count, self.batches.epoch, self.batches.position, self._optimizer.updates]
        return {
            "options": np.array(json.dumps(asdict(self.options))),
            "progress": np.array(progress, np.int64),
            **self.parameters,
            **{f"optimizer.{name}": slot.copy() for name, slot in self._optimizer.slots.items()},
            "seen.place": np.array(self.last.place, np.int64),
            "seen.seed": np.array(self.last.upstream),
            "seen.parameters": self._parameters.used.copy(),
        }

    @classmethod
    def restored(cls, dataset: Dataset, state: Mapping[str, NDArray[Any]]) -> Self:
        """Make a trainer that continues from another one's ``state()`` on the same data."""
        options = json.loads(str(state["options"]))
        trainer = cls(dataset, Options(**{**options, "hidden": tuple(options["hidden"])}))
        for name, slot in trainer._optimizer.slots.items():
            np.copyto(slot, state[f"optimizer.{name}"])
        trainer.step_count, epoch, position, trainer._optimizer.updates = map(int, state["progress"])
        trainer.load(state)
        trainer._restore_pass(state)
        trainer.batches.place = epoch, position
        return trainer

    def _restore_pass(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Repeat the last pass: its batch, the parameters before its update, its upstream gradient."""
        flat = self._parameters.flat
        now = flat.copy()
        np.copyto(flat, state["seen.parameters"])
        epoch, position = map(int, state["seen.place"])
        self.batches.place = epoch, position
        self.preview(float(state["seen.seed"]))
        np.copyto(flat, now)

    # Inside

    def _plan_for(self, rows: int) -> None:
        """Rebuild the plan for a new batch size."""
        parameters = self._parameters
        graph = self._structure(rows, len(self._pixels.index), parameters.narrow_shapes)
        values, gradients = parameters.narrow(parameters.flat), parameters.narrow(parameters.gradients)
        self._plan = Plan(graph, list(values), np.float32, values, gradients)
        self._last_gradient = gradients["b1"]
        """The last gradient computed: NaN and infinity from anywhere behind it arrive here."""
        self.graph = self._structure(rows, self._pixels.width, parameters.shapes)
        self.last = LastPass(self._program, self.options, self.graph, self._plan, parameters, self._pixels)
        """What one may read of the pass that was run last."""

    def _inference_plan(self, rows: int) -> Plan:
        graph = self._structure(rows, self._pixels.width, self._parameters.shapes)
        return Plan(graph, (), np.float32, self._inference_parameters)

    def _structure(self, rows: int, columns: int, shapes: Mapping[str, Shape]) -> Graph:
        return net_structure(self._program, {"x": (rows, columns), "t": (rows,), **shapes})
