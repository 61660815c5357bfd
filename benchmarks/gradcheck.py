"""How long the numerical gradient of the two-layer net takes: ours beside the book's loop, in one run.

784-50-10 with a batch of 3: 39,760 parameters, every one of them moved up and down. The book's loop
(Saito Goki, *Deep Learning from Scratch*, sections 4.4 and 5.7) takes one parameter after the other and runs the
whole net twice for each. Run as `python -m benchmarks.gradcheck`. Ends with 1 if ours is less than 100 times as
fast, or if the two differ.
"""

import os
import platform
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.core.nets import TwoLayerNet

SIZES = (784, 50, 10)
BATCH = 3
AT_LEAST = 100
ROUNDS = 7
STEP = 1e-4
"""The book's h."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def book_loop(loss: Callable[[], float], parameters: dict[str, Any]) -> dict[str, Any]:
    """Central differences, one parameter after the other, two whole forward passes each."""
    gradients = {}
    for name, array in parameters.items():
        gradient = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + STEP
            raised = loss()
            array[place] = kept - STEP
            lowered = loss()
            gradient[place] = (raised - lowered) / (2 * STEP)
            array[place] = kept
        gradients[name] = gradient
    return gradients


class BookNet:
    """The book's forward pass: a dictionary of layers one after the other, then softmax and the loss."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.layers = {
            "Affine1": _Affine(parameters["W1"], parameters["b1"]),
            "Relu1": _Relu(),
            "Affine2": _Affine(parameters["W2"], parameters["b2"]),
        }

    def predict(self, x: Any) -> Any:
        """The scores."""
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x: Any, t: Any) -> float:
        """The mean cross entropy; as in the book without a guard, so that it can be compared to 1e-9."""
        y = _softmax(self.predict(x))
        return float(-np.sum(np.log(y[np.arange(len(t)), t])) / len(t))


class _Affine:
    def __init__(self, weights: Any, bias: Any) -> None:
        self.weights, self.bias = weights, bias
        self.x: Any = None

    def forward(self, x: Any) -> Any:
        self.x = x
        return np.dot(x, self.weights) + self.bias


class _Relu:
    def __init__(self) -> None:
        self.mask: Any = None

    def forward(self, x: Any) -> Any:
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out


def _softmax(x: Any) -> Any:
    x = x.T - np.max(x.T, axis=0)
    return (np.exp(x) / np.sum(np.exp(x), axis=0)).T


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time, and the result."""
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def worst(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """The largest difference of an element."""
    return max(float(np.abs(ours[name] - theirs[name]).max()) for name in theirs)


def main() -> int:
    """Measure, print, and say by the exit code whether the promise holds."""
    if any(os.environ.get(name) != "1" for name in _THREADS):
        # The number of threads is read when NumPy is loaded: begin again with one for both.
        os.execve(
            sys.executable,
            [sys.executable, "-m", "benchmarks.gradcheck"],
            os.environ | dict.fromkeys(_THREADS, "1"),
        )
    net = TwoLayerNet(*SIZES, rng_seed=0)
    draw = np.random.default_rng(1)
    x, t = draw.random((BATCH, SIZES[0])), draw.integers(0, SIZES[2], BATCH)
    parameters = sum(array.size for array in net.params.values())
    rounds = [timed(lambda: net.numerical_gradient(x, t)) for _ in range(ROUNDS)]
    ours, found = min(seconds for seconds, _ in rounds), rounds[0][1]
    exact = net.gradient(x, t)
    copies = {name: array.copy() for name, array in net.params.items()}
    book = BookNet(copies)
    theirs, looped = timed(lambda: book_loop(lambda: book.loss(x, t), copies))
    ratio = theirs / ours
    print(f"{'-'.join(map(str, SIZES))}, batch {BATCH}: {parameters:,} parameters, all of them moved;")
    print(f"one thread; Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}")
    print(f"{'the book’s loop':34} {theirs * 1000:9.1f} ms")
    print(f"{'TwoLayerNet.numerical_gradient':34} {ours * 1000:9.1f} ms   {ratio:.0f} times as fast")
    print(f"{'largest difference to the loop':34} {worst(found, looped):9.1e}")
    print(f"{'largest difference to backprop':34} {worst(found, exact):9.1e}")
    agree = worst(found, looped) < 1e-7 and worst(found, exact) < 1e-9
    return 0 if ratio >= AT_LEAST and agree else 1


if __name__ == "__main__":
    sys.exit(main())
