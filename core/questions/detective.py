"""Gradient detective: a net with one backward rule broken at one place, to be found by numerical checks.

A case is accepted only if the checks can tell the place: at every node the shown gradient is either right or clearly
wrong, and no mistake at another place is wrong at the same nodes. The mistake itself gives gradients of its own.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values
from chainrule.core.gradcheck.numerical import numerical_at
from chainrule.core.gradcheck.numerical_elements import by_elements
from chainrule.core.language.program import parse
from chainrule.core.ops import COPIES_NOT_SUMMED, FAN_OUT_NOT_SUMMED, mistakes_of
from chainrule.core.questions.detective_nets import LEVELS
from chainrule.core.questions.dice import Dice
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.visible import Visible

MOST = 20
"""Largest number of cases in a set."""
TOLERANCE = 1e-3
"""Largest share of a gradient's largest element by which numerical and shown one may differ and agree."""
_CLEAR = 0.02
"""Smallest such share of a wrong gradient."""
_THROWS = 2_000
_NEAR_ZERO = {"relu": 0, "log": 0, "sqrt": 0, "inv": 0, "div": 1, "xlogy": 1}
"""Ops with a kink or a pole at 0 of this operand."""
_AWAY = 0.02
_LEAST, _LARGEST = 2e-3, 500.0
"""Largest elements of a value or a gradient lie between these."""


class Suspect(NamedTuple):
    """A place where a rule may be broken: a visible node, which may be a closed layer."""

    id: str
    kinds: tuple[str, ...]
    """The mistakes that can be made there, by name."""


class Culprit(NamedTuple):
    """One mistake at one place."""

    suspect: str
    mistake: str
    node: int
    """Index of the broken node; inside of a closed layer, one of its nodes."""


class Finding(NamedTuple):
    """What a numerical check tells of one node."""

    shown: Any
    numerical: Any
    agrees: bool
    where: tuple[int, ...]
    """The element that differs most."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case, with its truth."""

    level: int
    index: int
    program: str
    """With comments in both languages, ``korean | english``."""
    graph: Graph
    values: Values
    gradients: Gradients
    """As the broken rules give them."""
    suspects: tuple[Suspect, ...]
    nodes: Mapping[str, int]
    """What can be checked: visible nodes with a gradient, by id; the index of the node whose gradient is shown."""
    truth: Culprit
    differing: frozenset[str]
    """The ids of nodes with a wrong gradient."""
    par: int
    """Checks that bisection needs at most in this graph, whichever rule is broken."""

    def check(self, node: str) -> Finding:
        """Compare the shown gradient with the numerical one. Raises KeyError for a node without a gradient."""
        index = self.nodes[node]
        shown = np.asarray(self.gradients.nodes[index], dtype=float)
        if self.graph.has_tensors:
            numerical = by_elements(self.graph, self.values, index)
        else:
            numerical = np.asarray(numerical_at(self.graph, None, [index])[0].value)
        apart = np.abs(shown - numerical)
        scale = max(float(np.max(np.abs(shown))), float(np.max(np.abs(numerical))), 1e-9)
        worst = np.unravel_index(int(np.argmax(apart)), apart.shape)
        agrees = bool(np.max(apart) <= TOLERANCE * scale)
        return Finding(shown, numerical, agrees, tuple(int(at) for at in worst))


@lru_cache(maxsize=128)
def case(rng_seed: int, level: int, index: int) -> Case:
    """Return case ``index``, from 0, of the set with this random seed and level, from 1."""
    dice = Dice(rng_seed, level, index, 0xDE)
    for _ in range(_THROWS):
        program = LEVELS[level - 1](dice)
        drawn = _drawn(program, level, index, dice)
        if drawn is not None:
            return drawn
    raise RuntimeError(f"no net of level {level} suits")


class _Scene:
    """A program with its right gradients, and the gradients that each mistake at each place leads to."""

    def __init__(self, program: str) -> None:
        self.graph = parse(program)
        self.tape = Tape(self.graph)
        self.values = self.tape.forward()
        self.right = self.tape.backward()
        self.visible = Visible(Evaluated(self.graph, self.values, self.right))
        required = self.graph.requires_grad()
        self.shown = {node.id: node.index for node in self.visible.nodes if required[node.index]}

    def culprits(self) -> Iterator[Culprit]:
        """Yield every mistake at every place."""
        graph, visible = self.graph, self.visible
        required = graph.requires_grad()
        for node in graph.nodes:
            seen = visible.nodes[visible.position[node.index]]
            if not required[node.index]:
                continue
            if node.op is not None:
                names = list(mistakes_of(node.op))
                if node.op.tensor is None and any(
                    graph.shapes.get(at, ()) != node.shape and required[at] for at in node.inputs
                ):
                    names.append(COPIES_NOT_SUMMED)
                yield from (Culprit(seen.id, name, node.index) for name in names)
            if seen.group is None and visible.fan_out(seen) > 1:
                yield Culprit(seen.id, FAN_OUT_NOT_SUMMED, node.index)

    def broken(self, culprit: Culprit) -> Gradients:
        """Return the gradients with one rule broken."""
        return self.tape.backward(1.0, [culprit.mistake], self.values, only=[culprit.node])

    def sizes_suit(self, gradients: Gradients) -> bool:
        """Say whether all shown numbers are finite and neither huge nor next to nothing."""
        return all(
            np.shape(gradients.nodes[at]) == np.shape(self.values[at])
            and _LEAST < float(np.max(np.abs(gradients.nodes[at]))) < _LARGEST
            for at in self.shown.values()
        )

    def differing(self, gradients: Gradients) -> frozenset[str] | None:
        """Return the ids of nodes with a wrong gradient; None if one is neither right nor clearly wrong."""
        ids = set()
        for name, at in self.shown.items():
            share = _apart(gradients.nodes[at], self.right.nodes[at])
            if share > _CLEAR:
                ids.add(name)
            elif not share < TOLERANCE / 100:
                return None
        return frozenset(ids)


def _apart(a: Any, b: Any) -> float:
    """Return the largest difference as a share of the largest element; ∞ for other shapes."""
    if np.shape(a) != np.shape(b):
        return float("inf")
    scale = max(float(np.max(np.abs(a))), float(np.max(np.abs(b))), 1e-12)
    return float(np.max(np.abs(np.subtract(a, b)))) / scale


@np.errstate(all="ignore")
def _drawn(program: str, level: int, index: int, dice: Dice) -> Case | None:
    """Break one rule of a program; None if no number of checks could find it, or if its numbers are no good."""
    scene = _Scene(program)
    if not _plain(scene) or not scene.sizes_suit(scene.right):
        return None
    culprits = list(scene.culprits())
    truth = dice.one(culprits)
    gradients = scene.broken(truth)
    if not scene.sizes_suit(gradients):
        return None
    differing = scene.differing(gradients)
    if not differing:
        return None
    signatures: dict[Culprit, frozenset[str]] = {}
    for other in culprits:
        wrong = scene.broken(other)
        found = _roughly_differing(scene, wrong)
        if not found:
            continue
        signatures[other] = found
        if other.suspect != truth.suspect and found == differing:
            return None
        if (
            other.suspect == truth.suspect
            and other.mistake != truth.mistake
            and all(_apart(wrong.nodes[at], gradients.nodes[at]) < _CLEAR for at in scene.shown.values())
        ):
            return None
    kinds: dict[str, list[str]] = {}
    for other in signatures:
        names = kinds.setdefault(other.suspect, [])
        if other.mistake not in names:
            names.append(other.mistake)
    suspects = tuple(Suspect(name, tuple(names)) for name, names in kinds.items())
    drawn = Case(
        level, index, program, scene.graph, scene.values, gradients, suspects, scene.shown, truth, differing,
        _par([(culprit.suspect, found) for culprit, found in signatures.items()]),
    )  # fmt: skip
    told = {name for name in scene.shown if not drawn.check(name).agrees}
    return drawn if told == differing else None


def _plain(scene: _Scene) -> bool:
    """Say whether all values are finite, none too large, and none where a numerical derivative is no good."""
    graph, values = scene.graph, scene.values
    for node in graph.nodes:
        value = np.abs(np.asarray(values[node.index], dtype=float))
        if not np.all(np.isfinite(value)) or float(np.max(value)) > _LARGEST:
            return False
        slot = _NEAR_ZERO.get(node.op.name) if node.op is not None else None
        if slot is not None and float(np.min(np.abs(values[node.inputs[slot]]))) < _AWAY:
            return False
    return True


def _roughly_differing(scene: _Scene, gradients: Gradients) -> frozenset[str]:
    return frozenset(
        name
        for name, at in scene.shown.items()
        if not _apart(gradients.nodes[at], scene.right.nodes[at]) <= TOLERANCE
    )


def _par(known: list[tuple[str, frozenset[str]]]) -> int:
    """Return how many checks bisection needs at most: each halves the suspects that are left as well as it can."""
    if len({suspect for suspect, _ in known}) <= 1:
        return 0
    nodes = sorted(frozenset(itertools.chain.from_iterable(found for _, found in known)))
    best: tuple[tuple[int, int], str] | None = None
    for node in nodes:
        inside = {suspect for suspect, found in known if node in found}
        outside = {suspect for suspect, found in known if node not in found}
        if all(node in found for _, found in known):
            continue
        size = (max(len(inside), len(outside)), len(inside) + len(outside))
        if best is None or (size, node) < best:
            best = (size, node)
    if best is None:
        return 0
    halves = (
        [one for one in known if best[1] in one[1]],
        [one for one in known if best[1] not in one[1]],
    )
    return 1 + max(map(_par, halves))
