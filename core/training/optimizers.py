"""Optimizers: SGD, Momentum, AdaGrad, RMSProp and Adam, in place on flat arrays.

Source: Saito Goki, *Deep Learning from Scratch*, section 6.1; RMSProp: Tieleman and Hinton 2012; Adam: Kingma and
Ba 2015, the efficient form at the end of its section 2.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from chainrule.core.training.buffered import Array

_TINY = 1e-7
"""Added to divisors, as in the book, to keep them from zero."""


class Optimizer:
    """An update rule and its state: ``slots``, arrays in the parameters' shape, by name.

    Symbols: W are the parameters, g their gradient, η is the learning rate.
    """

    name: ClassVar[str]
    usual_rate: ClassVar[float]
    """Learning rate to start with on MNIST."""
    slot_names: ClassVar[tuple[str, ...]] = ()
    linear: ClassVar[bool] = False
    """Whether W moves by η·g alone. Then η may be the upstream gradient of the backward pass, and 1 here."""

    def __init__(self, size: int, dtype: Any = np.float32) -> None:
        self.slots = {name: np.zeros(size, dtype) for name in self.slot_names}
        self.updates = 0
        """Number of updates so far."""
        self._scratch = np.empty(size, dtype)

    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """Update ``parameters`` in place; ``gradients`` stays unchanged. Both are (size,)."""
        self.updates += 1
        self._update(parameters, gradients, learning_rate)

    def _update(self, W: Array, g: Array, rate: float) -> None:
        raise NotImplementedError


class SGD(Optimizer):
    """W ← W − η g."""

    name = "sgd"
    usual_rate = 0.1
    linear = True

    def _update(self, W: Array, g: Array, rate: float) -> None:
        if rate != 1.0:
            g = np.multiply(g, rate, out=self._scratch)
        np.subtract(W, g, out=W)


class Momentum(Optimizer):
    """v ← 0.9 v − η g; W ← W + v."""

    name = "momentum"
    usual_rate = 0.02
    slot_names = ("v",)

    def _update(self, W: Array, g: Array, rate: float) -> None:
        v = self.slots["v"]
        np.multiply(v, 0.9, out=v)
        np.multiply(g, rate, out=self._scratch)
        np.subtract(v, self._scratch, out=v)
        np.add(W, v, out=W)


class AdaGrad(Optimizer):
    """h ← h + g²; W ← W − η g / √h."""

    name = "adagrad"
    usual_rate = 0.02
    slot_names = ("h",)

    def _update(self, W: Array, g: Array, rate: float) -> None:
        h, scratch = self.slots["h"], self._scratch
        np.multiply(g, g, out=scratch)
        np.add(h, scratch, out=h)
        _step_over_root(W, g, rate, h, scratch)


class RMSProp(Optimizer):
    """h ← 0.99 h + 0.01 g²; W ← W − η g / √h."""

    name = "rmsprop"
    usual_rate = 0.001
    slot_names = ("h",)

    def _update(self, W: Array, g: Array, rate: float) -> None:
        h, scratch = self.slots["h"], self._scratch
        np.multiply(g, g, out=scratch)
        _towards(h, scratch, 0.99)
        _step_over_root(W, g, rate, h, scratch)


class Adam(Optimizer):
    """m ← 0.9 m + 0.1 g; v ← 0.999 v + 0.001 g²; W ← W − η √(1 − 0.999ᵗ) / (1 − 0.9ᵗ) · m / √v, at update t."""

    name = "adam"
    usual_rate = 0.001
    slot_names = ("m", "v")

    def _update(self, W: Array, g: Array, rate: float) -> None:
        m, v, scratch = self.slots["m"], self.slots["v"], self._scratch
        np.copyto(scratch, g)
        _towards(m, scratch, 0.9)
        np.multiply(g, g, out=scratch)
        _towards(v, scratch, 0.999)
        t = self.updates
        _step_over_root(W, m, rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t), v, scratch)


def _towards(mean: Array, value: Array, decay: float) -> None:
    """mean ← decay · mean + (1 − decay) · value; ``value`` is overwritten."""
    np.multiply(mean, decay, out=mean)
    np.multiply(value, 1 - decay, out=value)
    np.add(mean, value, out=mean)


def _step_over_root(W: Array, direction: Array, rate: float, squares: Array, scratch: Array) -> None:
    """W ← W − rate · direction / (√squares + 1e−7)."""
    np.sqrt(squares, out=scratch)
    np.add(scratch, _TINY, out=scratch)
    np.divide(direction, scratch, out=scratch)
    np.multiply(scratch, rate, out=scratch)
    np.subtract(W, scratch, out=W)


OPTIMIZERS: Mapping[str, type[Optimizer]] = {
    each.name: each for each in (SGD, Momentum, AdaGrad, RMSProp, Adam)
}
"""Every optimizer by name."""
