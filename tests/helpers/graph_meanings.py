"""What the names in the formulas of one evaluated graph stand for: its own numbers, and PyTorch's functions."""

import ast
import itertools
import math
import re
import warnings
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache, cached_property
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from chainrule.core.latex.kink_formula import without_formula
from chainrule.core.latex.names import names_of
from chainrule.core.view.elements import local_at
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.visible import group_derivatives
from tests.helpers.intervals import Interval
from tests.helpers.pytorch_programs import NAMES
from tests.helpers.shown_formulas import Shown

_FONT = re.compile(r"\\(?:mathit|mathrm|text)\{([^{}]*)\}")
_NUMBER = re.compile(r"_\{(\d+)\}")
_ELEMENT = re.compile(r"(?:\{(.*)\}|(.*))_\{([\d,]+)\}")
_COPY = re.compile(r"\{(.*)\}\^\{\((\d)\)\}")


def _cross_entropy(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """The loss, to which a class without weight adds nothing though its probability be 0."""
    targets = t if t.shape == y.shape else F.one_hot(t.long(), y.shape[-1]).double()
    return -torch.special.xlogy(targets, y).sum(-1).mean()


@cache
def _functions(program: str) -> dict[str, Any]:
    """PyTorch's functions by the names that formulas use, and the program's own."""
    functions: dict[str, Any] = {
        **NAMES,
        "masked out": NAMES["masked_out"],
        "leaky": NAMES["leaky_relu"],
        "softplus": F.softplus,
        "cross_entropy": _cross_entropy,
        "gelu": F.gelu,
        "clip": torch.clamp,
        "where": lambda condition, a, b: torch.where(condition != 0, a, b),
    }
    own = [node for node in ast.parse(program).body if isinstance(node, ast.FunctionDef)]
    exec(compile(ast.Module(own, []), "program", "exec"), functions)
    return functions


def scopes_of(shown: Shown, part: str) -> tuple[str, ...]:
    """The ids of the groups around a part, with a point behind each; its own is first if it is a group."""
    target = part.partition("->")[2] or part
    groups = {group.id: group.index for group in shown.graph.groups}
    at: int | None = groups.get(target)
    if at is None and not target.startswith("@"):
        node = target.rpartition(".")[0] if "->" in part else target
        at = shown.graph.nodes[shown.graph.index(node)].group
    scopes = []
    while at is not None:
        scopes.append(f"{shown.graph.groups[at].id}.")
        at = shown.graph.groups[at].parent
    return ("", *scopes)


class GraphMeanings:
    """Names as read inside of groups: nodes of these may be called without them."""

    def __init__(self, shown: Shown, scopes: Sequence[str], derivation_of: str | None = None) -> None:
        self.graph, self.values_of, self.gradients = shown.graph, shown.values, shown.gradients
        self.evaluated = Evaluated(shown.graph, shown.values, shown.gradients)
        self.right = None
        if shown.right_gradients is not shown.gradients:
            right = copy(shown)
            right.gradients = shown.right_gradients
            self.right = GraphMeanings(right, scopes, derivation_of)
            """If a rule is broken: what derivatives are, beside what the broken rule makes of them."""
        self.groups = {group.id: group for group in self.graph.groups}
        group = self.groups[derivation_of] if derivation_of else None
        self.parameters = (
            dict(zip(group.parameters, group.inputs, strict=True), y=group.output) if group else {}
        )
        """In a layer's derivation: its arguments and its result, by the names they have inside."""
        self.scopes = scopes
        self._known_nodes: dict[str, list[int]] = {}
        self._known_values: dict[Any, list[Interval | None]] = {}
        self.functions = _functions(shown.program)

    def nodes(self, name: str) -> list[int]:
        """The nodes, or results of groups, that a name may mean."""
        if self.parameters:
            return [self.parameters[name]] if name in self.parameters else []
        if name not in self._known_nodes:
            self._known_nodes[name] = self._found(name)
        return self._known_nodes[name]

    def _found(self, name: str) -> list[int]:
        for scope in self.scopes:
            found = []
            for spelled in _spellings(name):
                if scope + spelled in self.groups:
                    found.append(self.groups[scope + spelled].output)
                elif scope + spelled in self.evaluated.ids:
                    found.append(self.graph.index(scope + spelled))
            if found:
                return found
        return self._by_expression.get(name, [])

    @cached_property
    def _by_expression(self) -> dict[str, list[int]]:
        """Nodes without a name, by the expression that stands for one below a ∂."""
        names, found = names_of(self.graph), {}
        for node in self.graph.nodes:
            if node.op is None or names.is_named(node.index):
                continue
            for scope in self.scopes:
                for calls in (frozenset[int](), without_formula(self.evaluated)):
                    term = names.latex(node.index, scope, calls)
                    latex = _FONT.sub(r"\1", term.latex).replace("{.}", ".").replace(r"\_", "_")
                    for written in (latex, f"({latex})", rf"\left({latex}\right)"):
                        found.setdefault(written, []).append(node.index)
        return {name: list(dict.fromkeys(nodes)) for name, nodes in found.items()}

    def values(self, name: str) -> list[Interval | None]:
        return self._kept(name, lambda: self._values(name))

    def _kept(self, key: Any, make: Callable[[], list[Any]]) -> list[Interval | None]:
        if key not in self._known_values:
            self._known_values[key] = [None if value is None else Interval.rounded(value) for value in make()]
        return self._known_values[key]

    def _values(self, name: str) -> list[Any]:
        if self.parameters:  # a derivation is about numbers
            return [np.ravel(self.values_of[node])[0] for node in self.nodes(name)] + self.free.get(name, [])
        found: list[Any] = []
        for node in self.nodes(name):
            found.append(self.values_of[node])
            # Class numbers stand for the one-hot targets that a layer makes of them.
            found += [
                self.values_of[edge.target]
                for edge in self.graph.outgoing(node)
                if (op := self.graph.nodes[edge.target].op) is not None and op.name == "one_hot"
            ]
        element = _ELEMENT.fullmatch(name)
        if element:
            index = tuple(map(int, element[3].split(",")))
            whole = self._values(element[1] or element[2])
            found += [value[index] for value in whole if _inside(index, np.shape(value))]
        return found + self.free.get(name, [])

    @cached_property
    def free(self) -> dict[str, list[Any]]:
        """What e, n, N and y are where no node is called so: numbers of elements and samples, probabilities."""
        free: dict[str, list[Any]] = {"e": [math.e], "n": [], "N": [], "y": []}
        for edge in self.graph.edges:
            sizes = [np.size(self.values_of[node]) for node in (edge.source, edge.target)]
            free["n"].append(float(sizes[0] / max(sizes[1], 1)))
        for group in self.graph.groups:
            scores = np.asarray(self.values_of[group.inputs[0]], dtype=float)
            free["n"].append(float(scores.size))
            free["N"].append(float(np.prod(scores.shape[:-1])))
            if group.name == "softmax_with_loss":
                free["y"].append(torch.softmax(torch.tensor(scores), -1).numpy())
        return {name: _different(values) for name, values in free.items()}

    def derivatives(self, of: str, by: str) -> list[Interval | None]:
        found = self._kept((of, by), lambda: self._derivatives(of, by))
        return found + self.right.derivatives(of, by) if self.right else found

    def _derivatives(self, of: str, by: str) -> list[Any]:
        if of == r"\Phi":
            return [np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi) for x in self._values(by)]
        found: list[Any] = []
        for target, at, _ in self._named(of):
            for source, index, slot in self._named(by):
                if source is None:
                    continue
                if target is None or (target == self.graph.output and at == ()):
                    total = self.gradients.nodes[source]
                    if total is not None and (not index or _inside(index, np.shape(total))):
                        found.append(np.asarray(total, dtype=float)[index])
                    found += [
                        each[index]
                        for each in self._of_layer(source)
                        if not index or _inside(index, each.shape)
                    ]
                if target is not None:
                    found += self._local(target, source, at, index, slot)
        if not found and any(
            group.output == target for group in self.graph.groups for target, *_ in self._named(of)
        ):
            return [None]  # of a layer between tensors: many numbers by many
        return _different(found)

    def _of_layer(self, source: int) -> list[Any]:
        """∂L/∂source by PyTorch's own function, of a node that one layer alone reads."""
        readers = {edge.target for edge in self.graph.outgoing(source)}
        for group in self.graph.groups:
            upstream = self.gradients.nodes[group.output]
            if group.inputs == (source,) and readers <= set(group.nodes) and upstream is not None:
                function = self.functions.get(group.name)
                if function is not None:
                    x = torch.tensor(np.array(self.values_of[source], dtype=float), requires_grad=True)
                    function(x).backward(torch.tensor(np.array(upstream, dtype=float)))
                    return [np.asarray(x.grad)]
        return []

    def _local(
        self, target: int, source: int, at: Sequence[int], index: Sequence[int], slot: int | None
    ) -> list[Any]:
        edges = [
            edge
            for edge in self.graph.outgoing(source)
            if edge.target == target and slot in (None, edge.slot) and self.evaluated.requires_grad[source]
        ]
        shape = self.graph.shapes.get(target, ())
        if at or index:
            if not (_inside(at, shape) and _inside(index, self.graph.shapes.get(source, ()))):
                return []
            return [local_at(self.evaluated, edge, tuple(at), tuple(index)) for edge in edges]
        found = [self.evaluated.local(edge) for edge in edges]
        if len(edges) > 1 and all(local is not None for local in found):
            found.append(sum(found))
        for group in self.graph.groups:
            if group.output == target and source in group.inputs:
                derivatives = group_derivatives(self.evaluated, group)
                found.append(None if derivatives is None else derivatives.get(source, 0.0))
        locals_ = [local for local in found if local is not None]
        # A derivative that is the same number everywhere is written once, and so is one along an axis.
        for local in locals_:  # grows meanwhile
            for axis in range(np.ndim(local)):
                if _same(local, np.take(local, [0], axis)):
                    less = (np.take(local, 0, axis), np.take(local, [0], axis))
                    known = {np.shape(each) for each in locals_}
                    locals_ += [each for each in less if np.shape(each) not in known]
        wide = [np.broadcast_to(local, shape) for local in locals_ if shape and not np.ndim(local)]
        once = [local.flat[0] for local in locals_ if np.ndim(local) and _same(local, local.flat[0])]
        return locals_ + wide + once

    def _named(self, latex: str) -> list[tuple[int | None, tuple[int, ...], int | None]]:
        """The nodes, the element and the operand that one side of a derivative names; None is what L stands for."""
        copy = _COPY.fullmatch(latex)
        if copy:  # an operand that is there twice, by its number
            return [(node, at, int(copy[2]) - 1) for node, at, _ in self._named(copy[1])]
        found: list[tuple[int | None, tuple[int, ...], int | None]] = [
            (n, (), None) for n in self.nodes(latex)
        ]
        element = _ELEMENT.fullmatch(latex)
        if element:
            index = tuple(map(int, element[3].split(",")))
            found += [
                (node, index, slot) for node, at, slot in self._named(element[1] or element[2]) if not at
            ]
        if not found and latex in ("L", "J", "F", "ℒ"):
            found.append((None, (), None))
        return found

    def function(self, name: str) -> Callable[..., Any] | None:
        function = self.functions.get(name)
        if function is None:
            return None

        def on_arrays(*arrays: Any) -> Any:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of broadcasting in a loss
                    return np.asarray(function(*(torch.tensor(np.array(each)) for each in arrays)))
            except RuntimeError as error:
                raise ValueError(error) from error  # shapes that do not fit

        return on_arrays

    def moved(self, name: str, part: str) -> list[Callable[[Any], Any]]:
        """What ``put``, ``pick``, ``rest`` and ``part`` do in this graph, of which a formula gives no places."""
        found: list[Callable[[Any], Any]] = []
        for node in self.graph.nodes:
            op, parameters = node.op and node.op.name, self.graph.parameters.get(node.index, {})
            shapes = [self.graph.shapes.get(i, ()) for i in node.inputs]
            key = _key(parameters.get("key", ()))
            if name == "put" and op == "getitem":
                found.append(lambda end, key=key, shape=shapes[0]: _put(end, key, shape))
            elif name == "pick" and op == "put":
                found.append(lambda end, key=key, shape=shapes[1]: _unbroadcast(end[key], shape))
            elif name == "rest" and op == "put":
                found.append(lambda end, key=key: _without(end, key))
            elif name == "part" and op in ("concatenate", "stack"):
                slot = int(part) - 1
                found.append(lambda end, p=parameters, s=shapes, k=slot: _part(end, p["axis"], s, k))
        return found

    def shapes(self) -> list[tuple[int, ...]]:
        return sorted({node.shape for node in self.graph.nodes})


def _inside(index: Sequence[int], shape: Sequence[int]) -> bool:
    return len(index) == len(shape) and all(k < n for k, n in zip(index, shape, strict=True))


def _spellings(name: str) -> list[str]:
    """What a name may be in the program: ``x_{2}`` is x_2 or x2."""
    pieces = _NUMBER.split(name)
    numbers = pieces[1::2]
    found = []
    for lines in itertools.product(("_", ""), repeat=len(numbers)):
        tails = [f"{line}{number}" for line, number in zip(lines, numbers, strict=True)] + [""]
        found.append("".join(f"{piece}{tail}" for piece, tail in zip(pieces[::2], tails, strict=True)))
    return found


def _same(a: Any, b: Any) -> bool:
    return np.array_equal(*np.broadcast_arrays(a, b), equal_nan=True)


def _different(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(np.array_equal(value, each, equal_nan=True) for each in found):
            found.append(value)
    return found


def _key(key: Any) -> Any:
    return tuple(np.array(part) if isinstance(part, tuple) else part for part in key)


def _put(end: Any, key: Any, shape: tuple[int, ...]) -> Any:
    made = np.zeros(shape, dtype=end.dtype)
    np.add.at(made, key, end)
    return made


def _without(end: Any, key: Any) -> Any:
    made = end.copy()
    made[key] = 0.0
    return made


def _unbroadcast(end: Any, shape: tuple[int, ...]) -> Any:
    over = tuple(range(end.ndim - len(shape)))
    made = end.sum(axis=over)
    again = tuple(k for k, n in enumerate(shape) if n == 1 != made.shape[k])
    return made.sum(axis=again, keepdims=True) if again else made


def _part(end: Any, axis: int, shapes: Sequence[tuple[int, ...]], slot: int) -> Any:
    sizes = [shape[axis] if len(shape) == end.ndim else 1 for shape in shapes]
    made = np.split(end, np.cumsum(sizes)[:-1], axis)[slot]
    return made if len(shapes[slot]) == end.ndim else made[(slice(None),) * (axis % end.ndim) + (0,)]
