"""What a training step of 784-50-10 costs, beside the book's script, PyTorch, and its five matrix products alone.

Run as `python -m benchmarks.training`. All contenders take turns in one process on one thread, on MNIST, batch 100,
rate 0.1. Ours is timed with every value and gradient kept. Then five seeds learn 10,000 steps each.
Ends with 1 if a bound does not hold.
"""

import os
import platform
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import torch

from chainrule.core.training import datasets
from chainrule.core.training.options import Options
from chainrule.core.training.trainer import Trainer

BATCH, RATE, HIDDEN = 100, 0.1, 50
STEPS, ROUNDS = 20, 200
MOST_PRODUCTS, LEAST_BOOK, LEAST_TORCH = 1.45, 3.5, 2.5
LEARNING_STEPS, LEAST_ACCURACY, SEEDS = 10_000, 0.970, range(5)

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Read when NumPy and PyTorch are loaded."""

Work = Callable[[], Any]


class BookAffine:
    """The book's Affine layer, section 5.6.2."""

    def __init__(self, W: Any, b: Any) -> None:
        self.W, self.b = W, b

    def forward(self, x: Any) -> Any:
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout: Any) -> Any:
        dx = np.dot(dout, self.W.T)
        self.dW, self.db = np.dot(self.x.T, dout), np.sum(dout, axis=0)
        return dx


class BookRelu:
    """The book's ReLU layer, section 5.5.1."""

    def forward(self, x: Any) -> Any:
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout: Any) -> Any:
        dout[self.mask] = 0
        return dout


class BookSoftmaxWithLoss:
    """The book's last layer, section 5.6.3."""

    def forward(self, x: Any, t: Any) -> Any:
        x = x.T - np.max(x.T, axis=0)
        self.t, self.y = t, (np.exp(x) / np.sum(np.exp(x), axis=0)).T
        batch_size = self.y.shape[0]
        return -np.sum(np.log(self.y[np.arange(batch_size), t.argmax(axis=1)] + 1e-7)) / batch_size

    def backward(self) -> Any:
        return (self.y - self.t) / self.t.shape[0]


class BookNet:
    """The book's net, section 5.7.2: the layers in order, a dictionary of parameters."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.params = {
            "W1": 0.01 * rng.standard_normal((784, HIDDEN)),
            "b1": np.zeros(HIDDEN),
            "W2": 0.01 * rng.standard_normal((HIDDEN, 10)),
            "b2": np.zeros(10),
        }
        self.layers: OrderedDict[str, Any] = OrderedDict()
        self.layers["Affine1"] = BookAffine(self.params["W1"], self.params["b1"])
        self.layers["Relu1"] = BookRelu()
        self.layers["Affine2"] = BookAffine(self.params["W2"], self.params["b2"])
        self.last = BookSoftmaxWithLoss()

    def loss(self, x: Any, t: Any) -> Any:
        for layer in self.layers.values():
            x = layer.forward(x)
        return self.last.forward(x, t)

    def gradient(self, x: Any, t: Any) -> dict[str, Any]:
        self.loss(x, t)
        dout = self.last.backward()
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        first, second = self.layers["Affine1"], self.layers["Affine2"]
        return {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}


def book(x_train: Any, t_train: Any) -> Work:
    """The loop of section 5.7.4: a random batch, the gradient, the update, and the loss once more for the curve."""
    network, losses = BookNet(), []

    def steps() -> None:
        for _ in range(STEPS):
            batch_mask = np.random.choice(x_train.shape[0], BATCH)
            x_batch, t_batch = x_train[batch_mask], t_train[batch_mask]
            grad = network.gradient(x_batch, t_batch)
            for key in ("W1", "b1", "W2", "b2"):
                network.params[key] -= RATE * grad[key]
            losses.append(network.loss(x_batch, t_batch))

    return steps


def pytorch(x_train: Any, t_train: Any, keeps: bool) -> Work:
    """Eager PyTorch; with ``keeps`` the gradients of what lies between the layers stay, as a picture needs them."""
    torch.manual_seed(0)
    images, labels = torch.from_numpy(x_train), torch.from_numpy(t_train.argmax(axis=1))
    first, second = torch.nn.Linear(784, HIDDEN), torch.nn.Linear(HIDDEN, 10)
    optimizer = torch.optim.SGD([*first.parameters(), *second.parameters()], lr=RATE)
    losses = []

    def steps() -> None:
        for _ in range(STEPS):
            batch = torch.randint(len(images), (BATCH,))
            optimizer.zero_grad()
            a1 = first(images[batch])
            z1 = torch.relu(a1)
            a2 = second(z1)
            loss = torch.nn.functional.cross_entropy(a2, labels[batch])
            if keeps:
                for between in (a1, z1, a2):
                    between.retain_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())

    return steps


def products() -> Work:
    """The five matrix products of a step, float32, into buffers: no net can do with less."""
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> Any:
        return rng.standard_normal(shape).astype(np.float32)

    x, w1, z1, w2, d1, d2 = (
        drawn(*shape)
        for shape in (
            (BATCH, 784),
            (784, HIDDEN),
            (BATCH, HIDDEN),
            (HIDDEN, 10),
            (BATCH, HIDDEN),
            (BATCH, 10),
        )
    )
    a1, a2, dz1, dw1, dw2 = (np.empty_like(like) for like in (d1, d2, d1, w1, w2))

    def steps() -> None:
        for _ in range(STEPS):
            np.matmul(x, w1, out=a1)
            np.matmul(z1, w2, out=a2)
            np.matmul(d2, w2.T, out=dz1)
            np.matmul(z1.T, d2, out=dw2)
            np.matmul(x.T, d1, out=dw1)

    return steps


def ours(trainer: Trainer, at_once: int) -> Work:
    """Steps of a trainer, so many a call."""

    def steps() -> None:
        for _ in range(STEPS // at_once):
            trainer.step(at_once)

    return steps


def measured(contenders: dict[str, Work]) -> dict[str, list[float]]:
    """Processor time of each contender's step in every round, in µs; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for steps in contenders.values():
        steps()
    for _ in range(ROUNDS):
        for name, steps in contenders.items():
            begin = time.process_time()
            steps()
            times[name].append((time.process_time() - begin) / STEPS * 1e6)
    return times


def bounds(times: dict[str, list[float]]) -> bool:
    """Print the table and the three ratios that are promised; whether they hold."""
    best = {name: min(found) for name, found in times.items()}
    one = best["ours, everything kept"]
    print(f"{'':42} {'µs a step':>10} {'median':>8} {'beside ours':>12}")
    for name, found in times.items():
        print(f"{name:42} {best[name]:10.0f} {median(found):8.0f} {best[name] / one:12.2f}")
    ratios = (
        ("ours / the five products", one / best["the five matrix products alone"], "≤", MOST_PRODUCTS),
        ("the book / ours", best["the book's script"] / one, "≥", LEAST_BOOK),
        ("PyTorch keeping gradients / ours", best["PyTorch keeping gradients"] / one, "≥", LEAST_TORCH),
    )
    hold = [value <= bound if sign == "≤" else value >= bound for _, value, sign, bound in ratios]
    for (name, value, sign, bound), holds in zip(ratios, hold, strict=True):
        print(f"{name:42} {value:10.2f}   {sign} {bound}: {'holds' if holds else 'FAILS'}")
    return all(hold)


def learned(dataset: datasets.Dataset) -> bool:
    """Train each seed, print its accuracy on the test set; whether all reach the bound."""
    hold = True
    for seed in SEEDS:
        trainer = Trainer(dataset, Options((HIDDEN,), seed=seed, learning_rate=RATE, batch_size=BATCH))
        begin = time.perf_counter()
        trainer.step(LEARNING_STEPS)
        seconds, accuracy = time.perf_counter() - begin, trainer.accuracy()
        hold &= accuracy >= LEAST_ACCURACY
        print(f"seed {seed}: {LEARNING_STEPS:,} steps in {seconds:5.1f} s, test accuracy {accuracy:.4f}")
    print(f"at least {LEAST_ACCURACY} each: {'holds' if hold else 'FAILS'}")
    return hold


def main() -> int:
    """Measure, print, and say by the exit code whether the bounds hold."""
    dataset = datasets.mnist()
    x_train = dataset.train_images.astype(np.float32) / 255
    t_train = np.eye(10, dtype=np.float32)[dataset.train_labels]
    options = Options((HIDDEN,), learning_rate=RATE, batch_size=BATCH)
    times = measured(
        {
            "the book's script": book(x_train, t_train),
            "PyTorch keeping gradients": pytorch(x_train, t_train, keeps=True),
            "PyTorch": pytorch(x_train, t_train, keeps=False),
            "the five matrix products alone": products(),
            "ours, everything kept": ours(Trainer(dataset, options), STEPS),
            "ours, everything kept, one step a call": ours(Trainer(dataset, options), 1),
        }
    )
    print(
        f"784-{HIDDEN}-10, batch {BATCH}; Python {platform.python_version()}, NumPy {np.__version__},",
        f"PyTorch {torch.__version__}, one thread of {os.cpu_count()}, {platform.machine()}",
    )
    quick = bounds(times)
    del x_train, t_train
    return 0 if learned(dataset) and quick else 1


if __name__ == "__main__":
    if ONE_THREAD.items() <= os.environ.items():
        sys.exit(main())
    os.execve(sys.executable, [sys.executable, "-m", "benchmarks.training"], {**os.environ, **ONE_THREAD})
