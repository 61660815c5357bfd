"""Programs at the corners of what can be calculated: ties, zeros, numbers near the ends of float64, ∞ and NaN."""

import random
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Tape
from chainrule.core.errors import EvaluationError, ProgramError
from chainrule.core.language.program import parse
from chainrule.core.ops.kinks import choices_of
from chainrule.core.ops.mistakes import BRANCH_MISTAKES, mistakes_of
from chainrule.core.ops.op import Op

NUMBERS = (0.0, 0.0, 1.0, 1.0, -1.0, 2.0, 3.0, 0.5, -2.5, 0.1, 45.678)
EXTREMES = (1e-300, -1e-300, 1e300, -1e300, float("inf"), float("-inf"), float("nan"), 1e-9, 710.0, -1000.0)
SHAPES = ((), (), (2,), (3,), (1,), (2, 3), (3, 2), (2, 2), (1, 3), (2, 1), (2, 2, 3), (5, 6))
FORMS = (
    *("a + b", "a - b", "a * b", "a / b", "a * a", "a + a", "a / a", "a - a") * 2,
    *("a ** b", "a ** 2", "a ** 3", "a ** 1", "a ** 0", "a ** 0.5", "a ** -1", "2 ** a"),
    *("-a", "2 * a", "a / 3", "1 - a", "1e-3 * a", "-(a - b)", "a * b + b", "(a + 1) * (a - 1)"),
    *("exp(a)", "log(a)", "sqrt(a)", "sin(a)", "cos(a)", "tan(a)", "tanh(a)", "arctan(a)", "abs(a)"),
    *("relu(a)", "leaky_relu(a, 0.1)", "maximum(a, b)", "minimum(a, b)", "maximum(a, 1)", "clip(a, 0, 1)"),
    *("erf(a)", "log1p(a)", "log2(a)", "logaddexp(a, b)", "xlogy(a, b)", "arctan2(a, b)", "1 / a"),
    *("a > b", "a == b", "where(a > b, a, b)", "where(a >= 1, a, 0)"),
    *("sigmoid(a)", "softplus(a)", "gelu(a)", "softmax(a)", "log_softmax(a)", "logsumexp(a)", "square(a)"),
    *("twice(a)", "mixed(a, b)", "mixed(a, a)", "mse(a, b)", "cross_entropy(softmax(a), b)"),
    *("softmax_with_loss(a, b)", "affine(a, b, 1)", "a @ b", "a @ b", "a.T", "a.T @ b"),
    *("sum(a)", "sum(a, axis=0)", "sum(a, axis=-1, keepdims=True)", "mean(a)", "mean(a, axis=-1)"),
    *("max(a)", "max(a, axis=0)", "min(a, axis=-1)", "max(a, axis=-1, keepdims=True)", "prod(a, axis=-1)"),
    *(
        "prod(a)",
        "var(a)",
        "std(a, axis=0)",
        "cumsum(a, axis=0)",
        "argmax(a, axis=0)",
        "logsumexp(a, axis=0)",
    ),
    *(
        "reshape(a, -1)",
        "reshape(a, 3, 2)",
        "repeat(a, 2)",
        "a[0]",
        "a[0:1]",
        "a[::-1]",
        "a[-1]",
        "a[[0, 0, 1]]",
    ),
    *("concatenate([a, b])", "stack([a, b])", "log_softmax(a, axis=0)"),
)
FUNCTIONS = """\
def square(x):
    return x * x
def twice(x):
    return square(x) + x
def mixed(x, y):
    d = x - y
    return relu(d) * y
"""


class CornerProgram(NamedTuple):
    """A program, the values of its inputs, the upstream gradient, rules broken on purpose, and conventions chosen."""

    text: str
    inputs: dict[str, Any]
    upstream: Any
    mistakes: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()


def corner_program(seed: int) -> CornerProgram:
    """A program of up to eight statements, always the same for a seed; each reads what has been read least."""
    dice = random.Random(seed)
    extreme = dice.random() < 0.3
    inputs: dict[str, Any] = {}
    for k in range(dice.randint(1, 3)):
        shape = dice.choice(SHAPES) if dice.random() < 0.7 else ()
        pool = NUMBERS + (EXTREMES if extreme else ())
        inputs[f"x{k}"] = np.array([dice.choice(pool) for _ in range(int(np.prod(shape)))]).reshape(shape)
    lines = [f"{name} = {np.zeros(np.shape(value)).tolist()}" for name, value in inputs.items()]
    text = FUNCTIONS + "\n".join(lines) + "\n"
    names = list(inputs)
    reads = dict.fromkeys(names, 0)
    wanted = dice.randint(1, 8)
    for _ in range(60):
        if len(names) == len(inputs) + wanted:
            break
        a = min(dice.sample(names, min(2, len(names))), key=reads.__getitem__)
        b, form = dice.choice(names), dice.choice(FORMS)
        name = f"v{len(names) - len(inputs)}"
        statement = "".join({"a": a, "b": b}.get(word, word) for word in _words(form))
        try:
            graph = parse(f"{text}{name} = {statement}")
            if "entropy" in form or "loss" in form:  # labels are in range
                Tape(graph).forward(inputs)
        except (ProgramError, EvaluationError):
            continue
        text += f"{name} = {statement}\n"
        names.append(name)
        reads[name] = 0
        for read in {a, b}:
            reads[read] += 1
    graph = parse(text)
    upstream: Any = dice.choice((1.0, 1.0, 1.0, 2.0, -0.5))
    mistakes = _mistakes(graph, dice) if dice.random() < 0.2 else ()
    if (shape := graph.nodes[graph.output].shape) and dice.random() < 0.4:
        upstream = np.array([dice.choice(NUMBERS) for _ in range(int(np.prod(shape)))]).reshape(shape)
    return CornerProgram(text, inputs, upstream, mistakes, _conventions(graph, dice))


def _mistakes(graph: Graph, dice: random.Random) -> tuple[str, ...]:
    """One or two rules, of those that the program goes through, to be broken."""
    names = [name for op in _ops(graph) for name in mistakes_of(op)] + list(BRANCH_MISTAKES)
    return tuple(dice.sample(names, min(len(names), dice.randint(1, 2))))


def _conventions(graph: Graph, dice: random.Random) -> tuple[str, ...]:
    """What is passed at each kink of the program's ops that has a choice; half of them as the entry has it."""
    kinks: dict[str, list[str]] = {}
    for op in _ops(graph):
        for choice, kink in choices_of(op.name, op.kinks).items():
            kinks.setdefault(kink, []).append(choice)
    return tuple(dice.choice(choices) for choices in kinks.values() if dice.random() < 0.5)


def _ops(graph: Graph) -> list[Op]:
    return list({node.op.name: node.op for node in graph.nodes if node.op is not None}.values())


def _words(form: str) -> list[str]:
    words, word = [], ""
    for letter in form:
        if letter.isalnum() or letter in "_.":
            word += letter
        else:
            words += [word, letter]
            word = ""
    return [*words, word]
