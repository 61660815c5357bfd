"""What one may read of the pass that was run last: its batch, values, gradients, and how the net fares.

Source: Saito Goki, *Deep Learning from Scratch*, section 5.7.4.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.nets import net_graph
from chainrule.core.ops import ARRAY_FUNCTIONS, OPS, compile_rule
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.training.batches import Floats
from chainrule.core.training.options import Options
from chainrule.core.training.parameters import NonzeroPixels, Parameters
from chainrule.core.training.plan import Plan

T = TypeVar("T")

_FLAT_SLOPE = 0.01
"""A unit whose local derivative stays below it for the whole batch counts as dead."""


class LastPass:
    """The last pass of a plan over one batch, with the parameters it used. The trainer sets place and upstream."""

    def __init__(
        self,
        program: str,
        options: Options,
        graph: Graph,
        plan: Plan,
        parameters: Parameters,
        pixels: NonzeroPixels,
    ) -> None:
        self._program, self._options, self._graph = program, options, graph
        self._plan, self._parameters, self._pixels = plan, parameters, pixels
        self.x, self.t = plan.value("x"), plan.value("t")
        """The plan's own arrays for a batch: the pixels that are not always black, and the class numbers."""
        self.place: tuple[int, int] = (0, 0)
        """Epoch of the batch, and its first image in it."""
        self.upstream = 1.0
        """The gradient that came to the loss: the plan's gradients are so many times those of the loss."""

    @property
    def loss(self) -> float:
        """Mean loss of the batch."""
        return float(self._plan.values[self._graph.output])

    @property
    def batch(self) -> tuple[Floats, Floats]:
        """Copy of the batch: x (B, D), pixels 0 … 1, and class numbers t (B,)."""
        return self._pixels.widen(self.x), self.t.copy()

    def values(self) -> list[Floats]:
        """Return every node's value, in the order of the trainer's graph.

        Most are the plan's own arrays, which the next step overwrites.
        """
        return self._with(self._plan.values, {"x": self._pixels.widen(self.x), **self._used})

    def gradients(self) -> list[Floats | None]:
        """Return copies of every node's gradient; None where the plan computes none.

        A tape on ``batch_graph()`` finds the gradients inside closed groups.
        """
        gradients = self._with(self._plan.gradients, self._parameters.whole_gradients())
        return [None if g is None else np.divide(g, self.upstream, dtype=np.float32) for g in gradients]

    def pixel_gradients(self, count: int) -> Floats:
        """Return the gradient of ``loss`` at the pixels of the first images, (count, D): dx = dout · W1ᵀ.

        Training does not need it, so it is computed on demand.
        """
        dout = self._plan.gradients[self._graph.index("a1")]
        assert dout is not None
        return np.divide(dout[:count] @ self._used["W1"].T, self.upstream, dtype=np.float32)

    def batch_graph(self) -> Graph:
        """Return the graph with the inputs of this pass, for a tape and its readers."""
        x, t = self.batch
        used = {name: value.copy() for name, value in self._used.items()}
        return net_graph(self._program, {"x": x, "t": t, **used})

    def batch_accuracy(self) -> float:
        """Return the share of the batch whose highest score was that of its class."""
        scores = f"a{len(self._options.hidden) + 1}"
        return float(np.mean(np.argmax(self._plan.value(scores), axis=1) == self.t))

    def gradient_norms(self) -> list[float]:
        """Return the Euclidean norm of each layer's gradient, W and b together, first layer first."""
        views = list(self._parameters.narrow(self._parameters.gradients).values())
        return [
            float(np.hypot(np.linalg.norm(W), np.linalg.norm(b))) / self.upstream
            for W, b in zip(views[::2], views[1::2], strict=True)
        ]

    def dead_units(self) -> list[float]:
        """Return each hidden layer's share of dead units, whose local derivative is under 0.01 for the whole batch."""
        local = compile_rule(_local_derivative(self._options.activation), ARRAY_FUNCTIONS)
        shares = []
        for k in range(1, len(self._options.hidden) + 1):
            a, z = (self._plan.value(f"{name}{k}") for name in "az")
            shares.append(float(np.mean(np.max(np.abs(local(a, a, z)), axis=0) < _FLAT_SLOPE)))
        return shares

    @property
    def _used(self) -> dict[str, Floats]:
        return self._parameters.whole(self._parameters.used)

    def _with(self, column: Sequence[T], whole: Mapping[str, T]) -> list[T]:
        """Copy a per-node list with some nodes' entries replaced."""
        copy = list(column)
        for name, value in whole.items():
            copy[self._graph.index(name)] = value
        return copy


def _local_derivative(activation: str) -> str:
    """Return an activation's local derivative as an expression over a and y."""
    rule = OPS.get(activation) or COMPOSITES[activation]
    return rule.partials[0].code
