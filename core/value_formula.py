"""Formulas of values in LaTeX: what a node or a group computes, in symbols and with the numbers put in."""

import math
from collections import deque
from typing import NamedTuple, Self

from core.composites import COMPOSITES
from core.graph import Group
from core.notation import (
    Term,
    applied,
    derivative_latex,
    fill,
    final_name,
    function_latex,
    name_latex,
    number_term,
    parenthesised,
)
from core.reading import Reading

SIZE = 6
"""How many unnamed ops a formula writes out before it calls the rest by their ids."""


class Formula(NamedTuple):
    """A formula in LaTeX, twice; ``numbers`` is what stands behind the last = of ``symbols``."""

    symbols: str
    numbers: str

    @property
    def whole(self) -> str:
        """Both in one line."""
        return f"{self.symbols} = {self.numbers}" if self.numbers else self.symbols


class ValueFormulas:
    """Names and values in formulas, of one graph and one evaluation."""

    def __init__(self, reading: Reading, scope: str = "") -> None:
        self.reading = reading
        self.graph = reading.graph
        self.scope = scope
        self.final = name_latex(final_name(self.graph, reading.seed))

    def within(self, group: int | None) -> Self:
        """The same formulas, read inside of a group, where its name in front of every node's is left out."""
        scope = f"{self.graph.groups[group].id}." if group is not None else ""
        return self if scope == self.scope else type(self)(self.reading, scope)

    # Names

    def name(self, index: int) -> Term:
        """A node by its name or id; a constant by its number."""
        node = self.graph.nodes[index]
        if node.kind == "constant":
            return number_term(node.value if node.value is not None else math.nan)
        return Term(name_latex(self.spoken(index)))

    def spoken(self, index: int) -> str:
        """What a node is called: its id; an unnamed result of a group by the group's; short inside of its group."""
        node = self.graph.nodes[index]
        group = self.reading.results.get(index)
        name = group.id if group and node.name is None else node.id
        short = name.removeprefix(self.scope)
        return short if short == name or short not in self.reading.ids else name

    def number(self, index: int) -> Term:
        """A node by its value."""
        return number_term(self.reading.value(index))

    def by(self, index: int) -> str:
        """∂L/∂node."""
        return derivative_latex(self.final, self._lower(index))

    def _lower(self, index: int) -> str:
        name = self.name(index)
        return parenthesised(name.latex) if name.precedence < 9 else name.latex

    # Values

    def expression(self, index: int) -> Term:
        """A node's value in symbols: unnamed operands written out up to a size, calls of functions as calls."""
        nodes, results = self.graph.nodes, self.reading.results
        inside = {group.index for group in self._groups_around(index)}
        written = {index}
        queue, left = deque(nodes[index].inputs), SIZE
        while queue and left:
            at = queue.popleft()
            if nodes[at].kind == "op" and nodes[at].name is None and at not in written:
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
                terms[at] = applied(op, operands)
        return terms[index]

    def value(self, index: int) -> Formula:
        """``price = op_1 × tax``, and ``200 × 1.1 = 220``; of an input its name and its number."""
        node = self.graph.nodes[index]
        number = self.number(index).latex
        if node.op is None:
            return Formula(self.name(index).latex if node.kind == "input" else "", number)
        put_in = applied(node.op, [self.number(operand) for operand in node.inputs]).latex
        return Formula(
            f"{self.name(index).latex} = {self.expression(index).latex}",
            put_in if put_in == number else f"{put_in} = {number}",
        )

    def call(self, group: Group) -> Formula:
        """A group as a call, and what it is short for: ``y = sigmoid(x) = 1/(1 + e^{-x})``."""
        names = [self.name(node) for node in group.inputs]
        composite = COMPOSITES.get(group.name)
        meaning = (
            fill(composite.latex, lambda letter: names["ab".index(letter)])
            if composite
            else self.within(group.index).expression(group.output)
        )
        symbols = f"{self.name(group.output).latex} = {_call(group.name, names).latex} = {meaning.latex}"
        put_in = _call(group.name, [self.number(node) for node in group.inputs]).latex
        return Formula(symbols, f"{put_in} = {self.number(group.output).latex}")

    def _groups_around(self, index: int) -> list[Group]:
        groups = self.graph.groups
        around: list[Group] = []
        at = self.graph.nodes[index].group
        while at is not None:
            around.append(groups[at])
            at = groups[at].parent
        return around

    def _short(self, index: int) -> Term:
        """An operand written out if it is unnamed and small, else by its name."""
        node = self.graph.nodes[index]
        if node.kind != "op" or node.name is not None:
            return self.name(index)
        term = self.expression(index)
        return term if len(term.latex) <= 40 else self.name(index)


def _call(name: str, operands: list[Term]) -> Term:
    return Term(f"{function_latex(name)}({', '.join(operand.latex for operand in operands)})")
