"""Many single-element moves of a tensor at once: which part of each later value changes, and to what.

Moving ``W[i, j]`` changes only column j of ``X @ W``. Elementwise ops keep it a column, until a product spreads it.
So only the changed part is stored: a ``Point`` (the element itself), a ``Slice`` (one row or column), or ``Full``.
The first axis of each counts the moves.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Graph
from chainrule.core.gradcheck import work
from chainrule.core.ops.op import Kernel, Shape

Array = Any

MOST_HELD = 2**23
"""Numbers that moves made at once may hold: 64 MB."""


class Point(NamedTuple):
    """Element ``place`` of a leaf moved by ``delta``: arrays with one entry per move."""

    place: tuple[Array, ...]
    delta: Array


class Slice(NamedTuple):
    """The node's new ``values`` (moves, *other axes) at ``where`` along ``axis``, counted from the end."""

    axis: int
    where: Array
    values: Array


class Full(NamedTuple):
    """All of the node's new ``values`` (moves, *shape)."""

    values: Array


State = Point | Slice | Full


def changed(state: Slice, base: Array) -> Array:
    """Return which moves change the node at all, (moves,)."""
    now, before = state.values, _at(base, state.axis, state.where)
    return (now != before).reshape(len(now), -1).any(axis=1)


def outputs(
    graph: Graph,
    rules: Sequence[Kernel | None],
    base: Sequence[Array],
    leaf: int,
    moves: Point,
    weights: Array | None = None,
) -> Array:
    """Return the output, summed over its elements, after each move of one leaf, (moves,).

    ``weights``, in the output's shape, multiply the elements before the sum.

    ``leaf`` may be any node; its operands are ignored. A move that no longer changes anything, because it met a zero
    or a closed ReLU, is dropped. Moves that would hold more than ``MOST_HELD`` numbers are made in turns.
    """
    count, most = len(moves.delta), _most_moves(graph, leaf, len(moves.delta))
    if count > most:
        turns = [slice(first, first + most) for first in range(0, count, most)]
        parts = (Point(tuple(axis[turn] for axis in moves.place), moves.delta[turn]) for turn in turns)
        return np.concatenate([outputs(graph, rules, base, leaf, part, weights) for part in parts])
    before = base[graph.output]
    results = np.full(count, np.sum(before if weights is None else before * weights))
    if not count:
        return results
    alive = np.arange(count)
    states: dict[int, State] = {leaf: moves}
    followers, last_reader = _downstream(graph, leaf)
    for node in followers:
        rule = rules[node]
        assert rule is not None
        states[node] = through(graph, node, rule, states, base)
        for operand in {graph.a[node], graph.b[node]} & states.keys():
            if last_reader[operand] == node:
                del states[operand]
        state = states[node]
        if len(states) == 1 and isinstance(state, Slice):
            kept = changed(state, base[node])
            if not kept.all():
                alive = alive[kept]
                states[node] = Slice(state.axis, state.where[kept], state.values[kept])
                if not len(alive):
                    return results
    if graph.output in states:
        values = full(states[graph.output], base[graph.output])
        weighed = values if weights is None else values * weights
        results[alive] = np.sum(weighed.reshape(len(alive), -1), axis=1)
    return results


def elements(graph: Graph) -> int:
    """Bound the number of elements of all nodes."""
    return len(graph) + sum(map(math.prod, graph.shapes.values()))


def _most_moves(graph: Graph, leaf: int, count: int) -> int:
    """Return how many moves of one leaf may be made at once."""
    # All nodes twice are more than a move ever holds.
    if count * 2 * elements(graph) <= MOST_HELD:
        return count
    return max(1, MOST_HELD // work.held(graph, leaf))


def _downstream(graph: Graph, leaf: int) -> tuple[list[int], dict[int, int]]:
    """Return the nodes that depend on a leaf, in order, and each one's last reader; the output is kept."""
    met = {leaf}
    followers: list[int] = []
    last_reader: dict[int, int] = {}
    for node in range(leaf + 1, len(graph)):
        read = met & {graph.a[node], graph.b[node]}
        if read:
            met.add(node)
            followers.append(node)
            last_reader |= dict.fromkeys(read, node)
    last_reader[graph.output] = len(graph)
    return followers, last_reader | {node: len(graph) for node in met - last_reader.keys()}


def full(state: State, base: Array) -> Array:
    """Return all of the node's new values, (moves, *shape)."""
    if isinstance(state, Full):
        return state.values
    moves = len(state.delta if isinstance(state, Point) else state.where)
    values = np.repeat(np.asarray(base)[None], moves, axis=0)
    if isinstance(state, Point):
        values[(np.arange(moves), *state.place)] += state.delta
    else:
        # The view writes the slice to its place.
        np.moveaxis(values, state.axis, 1)[np.arange(moves), state.where] = state.values
    return values


def through(
    graph: Graph, node: int, rule: Kernel, states: Mapping[int, State], base: Sequence[Array]
) -> State:
    """Compute a node's state from those of its operands; an operand without one is unmoved."""
    a, b = graph.a[node], graph.b[node]
    op = graph.nodes[node].op
    assert op is not None
    if op.tensor is None:
        return _elementwise(graph, node, rule, states, base)
    if op.name == "matmul":
        product = _product(states.get(a), states.get(b), base[a], base[b], base[node])
        if product is not None:
            return product
    operands = [full(states[i], base[i]) if i in states else base[i] for i in (a, b) if i >= 0]
    return Full(rule(operands[0], operands[-1]))


def _at(value: Array, axis: int, index: Array) -> Array:
    """Return the slices of an unmoved value, (moves, *other axes)."""
    return np.moveaxis(np.take(value, index, axis=axis), axis, 0)


def _aligned(values: Array, rank: int) -> Array:
    """Insert axes of 1 behind the first, so that the others broadcast as they do without the moves."""
    return np.reshape(values, (len(values), *(1,) * (rank + 1 - np.ndim(values)), *np.shape(values)[1:]))


def _elementwise(
    graph: Graph, node: int, rule: Kernel, states: Mapping[int, State], base: Sequence[Array]
) -> State:
    operands = [i for i in (graph.a[node], graph.b[node]) if i >= 0]
    moved = {i: _sliced(states[i], base[i]) for i in operands if i in states}
    shape = graph.shapes.get(node, ())
    first = next(iter(moved.values()))
    if isinstance(first, Slice) and all(
        isinstance(state, Slice)
        and state.axis == first.axis
        and state.where is first.where
        and _spans(np.shape(base[i]), shape, first.axis)
        for i, state in moved.items()
    ):
        rank = len(shape) - 1
        values = [
            _aligned(state.values, rank)
            if isinstance(state := moved.get(i), Slice)
            else _part(base[i], shape, first)
            for i in operands
        ]
        return Slice(first.axis, first.where, rule(values[0], values[-1]))
    rank = len(shape)
    values = [_aligned(full(states[i], base[i]), rank) if i in states else base[i] for i in operands]
    return Full(rule(values[0], values[-1]))


def _sliced(state: State, base: Array) -> State:
    """Return a point as the slice along the last axis that holds it."""
    if not isinstance(state, Point) or not state.place:
        return state
    moves, last = np.arange(len(state.delta)), state.place[-1]
    values = np.array(_at(base, -1, last))
    values[(moves, *state.place[:-1])] += state.delta
    return Slice(-1, last, values)


def _spans(shape: Shape, whole: Shape, axis: int) -> bool:
    """Say whether an operand has the axis in full, so that its slice is one of the result."""
    return len(shape) >= -axis and shape[axis] == whole[axis]


def _part(value: Array, whole: Shape, moved: Slice) -> Array:
    """Return an unmoved operand's part at a slice of the result."""
    shape = np.shape(value)
    rank = len(whole) - 1
    if len(shape) < -moved.axis:
        return value
    if shape[moved.axis] == 1 and whole[moved.axis] != 1:
        return np.squeeze(value, axis=moved.axis)
    return _aligned(_at(value, moved.axis, moved.where), rank)


def _product(left: State | None, right: State | None, a: Array, b: Array, y: Array) -> State | None:
    """Compute a product with one factor moved in a point, row or column; None if no short way is known."""
    if left is None and isinstance(right, Point):
        return _right_point(right, a, b, y)
    if right is None and isinstance(left, Point):
        return _left_point(left, a, b, y)
    if right is None and isinstance(left, Slice):
        return _left_slice(left, a, b, y)
    return None


def _right_point(moved: Point, a: Array, b: Array, y: Array) -> State:
    row, delta = moved.place[0], moved.delta
    step = _aligned(delta, np.ndim(a) - 1) * _at(a, -1, row)
    if b.ndim == 1:
        return Full(y + step)
    column = moved.place[1]
    return Slice(-1, column, _at(y, -1, column) + step)


def _left_point(moved: Point, a: Array, b: Array, y: Array) -> State:
    delta, column = moved.delta, moved.place[-1]
    step = _columns(delta, b.ndim - 1) * b[column]
    if a.ndim == 1:
        return Full(y + step)
    row = moved.place[0]
    return Slice(-b.ndim, row, y[row] + step)


def _left_slice(moved: Slice, a: Array, b: Array, y: Array) -> State:
    if moved.axis == -2:
        return Slice(-b.ndim, moved.where, moved.values @ b)
    change = moved.values - _at(a, -1, moved.where)
    factor = b[moved.where]
    if a.ndim == 2 and b.ndim == 2:
        # Moves lie side by side in memory, so a reduction of the short last axes runs along them.
        values = np.multiply(change[:, :, None], factor[:, None, :], order="F")
        values += y
        return Full(values)
    return Full(
        y
        + _columns(change, max(np.ndim(y) + 1 - change.ndim, 0))
        * _columns(factor, 0 if b.ndim == 2 else np.ndim(y))
    )


def _columns(values: Array, more: int) -> Array:
    """Append axes of 1."""
    return np.reshape(values, np.shape(values) + (1,) * more)
