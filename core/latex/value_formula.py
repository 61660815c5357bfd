"""Formulas of values in LaTeX: what a node or group computes, in symbols and with the numbers put in."""

import math
from collections import deque
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple, Self

from chainrule.core.engine.graph import Graph, Group
from chainrule.core.latex.kink_formula import value_at_kink, without_formula
from chainrule.core.latex.names import names_of
from chainrule.core.latex.notation import (
    ATOM,
    Term,
    along_classes,
    applied,
    derivative_latex,
    fill,
    final_name,
    function_latex,
    name_latex,
    number_term,
    parenthesised,
    shape_term,
    value_template,
    vjp_template,
)
from chainrule.core.ops.composites import COMPOSITES, Corner
from chainrule.core.ops.op import Partial, Vjp
from chainrule.core.view.elements import element_name
from chainrule.core.view.evaluated import Evaluated, Value
from chainrule.core.view.summary import display, shape_of

SIZE = 6
"""Number of unnamed ops that a formula writes out; further ones stand by their short expressions."""


class Formula(NamedTuple):
    """A formula in LaTeX, in symbols and in numbers; ``numbers`` continues ``symbols`` behind an =."""

    symbols: str
    numbers: str

    @property
    def whole(self) -> str:
        """Both in one line."""
        return f"{self.symbols} = {self.numbers}" if self.numbers else self.symbols


class ValueFormulas:
    """Formulas of the names and values of one evaluated graph."""

    def __init__(self, evaluated: Evaluated, scope: str = "") -> None:
        self.evaluated = evaluated
        self.graph = evaluated.graph
        self.scope = scope
        self.names = names_of(self.graph)
        self.final = name_latex(final_name(self.graph, evaluated.upstream))

    def within(self, group: int | None) -> Self:
        """Return these formulas as read inside a group, with its name dropped from its nodes' ids."""
        scope = f"{self.graph.groups[group].id}." if group is not None else ""
        return self if scope == self.scope else type(self)(self.evaluated, scope)

    # Names

    def name(self, index: int) -> Term:
        """Write a node's name, a constant's number, or an expression that stands for the name."""
        node = self.graph.nodes[index]
        if node.kind == "constant":
            return number_term(math.nan if node.value is None else node.value)
        return self.names.latex(index, self.scope, self._calls)

    def spoken(self, index: int) -> str:
        """Return the same as plain text, for sentences."""
        return self.names.plain(index, self.scope)

    def _is(self, index: int, meaning: str) -> str:
        """Write what a node is equal to; one without a name is called so already."""
        return f"{self.name(index).latex} = {meaning}" if self.names.is_named(index) else meaning

    def number(self, index: int) -> Term:
        """Write a node's value."""
        return number_term(self.evaluated.value(index))

    def put_in(self, values: Iterable[Value]) -> Callable[[Value], Term]:
        """Choose how one formula writes these values: as numbers and matrices, or as shapes if one is large."""
        large = any(display(shape_of(value)) == "heat" or 0 in shape_of(value) for value in values)
        return shape_term if large else number_term

    def by(self, index: int) -> str:
        """Write ∂L/∂node."""
        return derivative_latex(self.final, self.atom(index))

    def by_element(self, index: int, place: tuple[int, ...]) -> str:
        """Write ∂L by one element of a node."""
        return derivative_latex(self.final, element_name(self.atom(index), place))

    def atom(self, index: int) -> str:
        """Write a node's name as one factor: below a ∂, or with the place of an element; else in parentheses."""
        name = self.name(index)
        return parenthesised(name.latex) if name.precedence < ATOM else name.latex

    # Values

    def expression(self, index: int) -> Term:
        """Write a node's value in symbols, with small unnamed operands written out and groups as calls."""
        nodes, results = self.graph.nodes, self.evaluated.results
        inside = {group.index for group in self._groups_around(index)}
        written = {index}
        queue, left = deque(nodes[index].inputs), SIZE
        while queue and left:
            at = queue.popleft()
            unnamed = nodes[at].kind == "op" and nodes[at].name is None and at not in written
            if unnamed and at not in self._calls:
                written.add(at)
                left -= 1
                group = results.get(at)
                queue.extend(group.inputs if group and group.index not in inside else nodes[at].inputs)
        terms: dict[int, Term] = {}
        for at in sorted(written):  # operands stand before what reads them
            group = results.get(at)
            op = nodes[at].op
            assert op is not None
            of = group.inputs if group and group.index not in inside else nodes[at].inputs
            operands = [terms.get(operand) or self.name(operand) for operand in of]
            if group and group.index not in inside:
                terms[at] = _call(group.name, operands)
            else:
                terms[at] = applied(op, operands, value_template(self.graph, at))
        return terms[index]

    @cached_property
    def _calls(self) -> frozenset[int]:
        """Ops that are written as calls, for their formulas have no value here."""
        return without_formula(self.evaluated)

    def value(self, index: int) -> Formula:
        """Write a node's value: ``price = op_1 × tax``, and ``200 × 1.1 = 220``; of an input, name and number."""
        node = self.graph.nodes[index]
        own = self.evaluated.value(index)
        if node.op is None:
            return Formula(self.name(index).latex if node.kind == "input" else "", self.number(index).latex)
        values = [self.evaluated.value(operand) for operand in node.inputs]
        at_kink = value_at_kink(self.evaluated, index, value_template(self.graph, index))
        if at_kink is not None:
            places = dict(zip("ab", node.inputs, strict=False))
            symbols = fill(at_kink, lambda letter: self.name(places[letter])).latex
            return Formula(self._is(index, symbols), number_term(own).latex)
        shown = self.put_in([*values, own])
        number = shown(own).latex
        put_in = applied(node.op, list(map(shown, values)), value_template(self.graph, index)).latex
        return Formula(
            self._is(index, self.expression(index).latex),
            put_in if put_in == number else f"{put_in} = {number}",
        )

    def call(self, group: Group) -> Formula:
        """Write a group as a call with its meaning: ``y = sigmoid(x) = 1/(1 + e^{-x})``."""
        names = [self.name(node) for node in group.inputs]
        composite = COMPOSITES.get(group.name)
        places = self._places(group) if composite else {}
        corner = self.corner(group)
        meaning = (
            fill(
                along_classes(self.graph, corner.latex if corner else composite.latex, group.output),
                lambda letter: self.name(places[letter]),
            )
            if composite
            else self.within(group.index).expression(group.output)
        )
        symbols = self._is(group.output, f"{_call(group.name, names).latex} = {meaning.latex}")
        values = [self.evaluated.value(node) for node in (*group.inputs, group.output)]
        *operands, result = map(self.put_in(values), values)
        return Formula(symbols, f"{_call(group.name, operands).latex} = {result.latex}")

    def called(self, group: Group) -> str:
        """Write a group as a call: ``softmax(a)``."""
        return _call(group.name, [self.name(node) for node in group.inputs]).latex

    def corner(self, group: Group) -> Corner | None:
        """Return how a layer is written where its usual formulas have no value; None if they have, or unknown."""
        composite, values = COMPOSITES.get(group.name), self.evaluated.values
        if composite is None or composite.corner is None or not len(values):
            return None
        a, b = values[group.inputs[0]], values[group.inputs[-1]]
        return composite.corner if composite.corner.at(a, b, values[group.output]) else None

    def group_vjp(self, group: Group, vjp: Vjp, operand: int, upstream: Term | None = None) -> Term:
        """Write a group's simplified gradient by one of its arguments, in symbols."""
        places = self._places(group)
        factor = upstream or Term(self.by(group.output))
        corner = self.corner(group)
        latex = vjp.latex
        if corner is not None and corner.vjps:
            rank = len(self.graph.shapes.get(operand, ()))
            latex = corner.vjps[group.inputs.index(operand)].replace(
                "_{k}", f"_{{{rank - 1}}}" if rank > 1 else ""
            )
        template = vjp_template(self.graph, latex, operand, group.output)
        return fill(template, lambda letter: factor if letter == "g" else self._short(places[letter]))

    def _places(self, group: Group) -> dict[str, int]:
        """Return the nodes that a composite's templates speak of, by letter."""
        places = dict(zip("abc", group.inputs, strict=False), y=group.output)
        for index in group.nodes:
            node = self.graph.nodes[index]
            one_hot = node.op is not None and node.op.name == "one_hot"
            # A class number that is written out is no term: the targets that the layer makes of it are. So are they
            # where it is told which of them are 0.
            if one_hot and (self.graph.nodes[node.inputs[0]].kind == "constant" or self.corner(group)):
                places["b"] = index
        return places

    def _groups_around(self, index: int) -> list[Group]:
        groups = self.graph.groups
        around: list[Group] = []
        at = self.graph.nodes[index].group
        while at is not None:
            around.append(groups[at])
            at = groups[at].parent
        return around

    def _short(self, index: int) -> Term:
        """Write an operand out if it is unnamed and small, else by its name."""
        node = self.graph.nodes[index]
        if node.kind != "op" or node.name is not None:
            return self.name(index)
        term = self.expression(index)
        return term if len(term.latex) <= 40 else self.name(index)


def simplified(group: Group, node: int) -> Partial | None:
    """Return a group's simplified derivative by a node that is exactly one of its arguments; None if unknown."""
    composite = COMPOSITES.get(group.name)
    if composite is None or group.inputs.count(node) != 1 or len(composite.partials) != len(group.inputs):
        return None
    return composite.partials[group.inputs.index(node)]


def simplified_vjp(graph: Graph, group: Group, node: int) -> Vjp | None:
    """Return a group's simplified gradient on tensors by a node that is exactly one argument; None if unknown."""
    composite = COMPOSITES.get(group.name)
    if composite is None or group.inputs.count(node) != 1:
        return None
    vjps = composite.vjps
    if composite.vjps_at is not None:
        vjps = composite.vjps_at([graph.shapes.get(i, ()) for i in group.inputs])
    slot = group.inputs.index(node)
    return vjps[slot] if slot < len(vjps) else None


def _call(name: str, operands: list[Term]) -> Term:
    return Term(f"{function_latex(name)}({', '.join(operand.latex for operand in operands)})")
