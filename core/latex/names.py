"""What a node is called: its name, a constant's number, or an expression, shortened if it is long."""

from collections.abc import Set
from functools import cached_property
from weakref import WeakKeyDictionary, proxy

from chainrule.core.engine.graph import Graph, Group, Node
from chainrule.core.latex.notation import (
    Term,
    applied,
    function_latex,
    name_latex,
    number_term,
    shape_term,
    value_template,
)
from chainrule.core.latex.plain_text import plain_text
from chainrule.core.view.summary import shape_of

LONGEST = 40
"""Characters of an expression that stands for a name: about `apple × apple_num + orange × orange_num`."""
LONGEST_ON_EDGE = 22
"""Characters of an expression on an edge of the picture, where each takes room."""
LONGEST_WHOLE = 200
"""Characters of an expression shown on demand, such as in a tooltip."""

_DEEPEST = 4
"""Unnamed ops inside one another that are written out; deeper ones would not fit."""
_DEEPEST_WHOLE = 12
_LEFT_OUT = Term(r"\cdots")


def names_of(graph: Graph) -> "Names":
    """Return the names of a graph that is complete; they are kept as long as it is."""
    names = _NAMES.get(graph)
    if names is None:
        # A name table that held its graph would keep both for ever.
        names = _NAMES[graph] = Names(proxy(graph))
    return names


class Names:
    """The names of all nodes and groups of one graph; each is made when it is first asked for."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._results: dict[int, Group] = {}
        for group in graph.groups:
            # An identity function returns its argument, a node outside of the group.
            if group.output in group.nodes:
                self._results.setdefault(group.output, group)
        self._made: dict[tuple[int, str, int, int], tuple[Term, str]] = {}

    def latex(self, index: int, scope: str | None = None, calls: Set[int] = frozenset()) -> Term:
        """Write a node's name or expression as read inside a group, whose id and dot are the ``scope``.

        Without one, it is read where the node stands. ``calls`` are ops that are written as calls, as ``xlogy(t, y)``
        where the formula has no value.
        """
        return self._written(index, scope, LONGEST, _DEEPEST, calls)[0]

    def plain(self, index: int, scope: str | None = None) -> str:
        """Return a node's name, number or expression as plain text."""
        return self._written(index, scope, LONGEST, _DEEPEST)[1]

    def brief(self, index: int) -> str:
        """Return the same, shorter, for an edge of the picture."""
        return self._written(index, None, LONGEST_ON_EDGE, _DEEPEST)[1]

    def outline(self, index: int) -> str:
        """Return an expression's outermost op alone, where not even a brief one has room: ``⋯ × ⋯``."""
        node = self._graph.nodes[index]
        group = self._results.get(index)
        operands = [_LEFT_OUT] * len(group.inputs if group else node.inputs)
        if group:
            return self.in_words(_call(group.name, operands).latex)
        assert node.op is not None
        return self.in_words(applied(node.op, operands, value_template(self._graph, index)).latex)

    def whole(self, index: int) -> str:
        """Return a node's expression as plain text, written out further than `plain`."""
        return self._written(index, None, LONGEST_WHOLE, _DEEPEST_WHOLE)[1]

    def call(self, group: Group) -> str:
        """Return a group as a call on its arguments, those that are no names shortened: ``sigmoid(x)``."""
        terms = [self.latex(index, self._scope(group.parent)) for index in group.inputs]
        return self.in_words(_call(group.name, terms).latex)

    def in_words(self, latex: str) -> str:
        """Rewrite a formula of this graph in plain text, each name as the program writes it."""
        return plain_text(latex, self._numbered)

    def is_named(self, index: int) -> bool:
        """Whether a node has a name of its own."""
        node = self._graph.nodes[index]
        return node.name is not None or node.kind == "input"

    def _id(self, index: int, scope: str) -> str:
        name = self._graph.ids[index]
        short = name.removeprefix(scope)
        return short if short == name or short not in self._taken else name

    @cached_property
    def _taken(self) -> set[str]:
        return set(self._graph.ids)

    @cached_property
    def _numbered(self) -> dict[str, str]:
        """Map names whose number LaTeX sets as an index, read back from it, to the names: ``x_1`` to ``x1``."""
        names = [part for id in self._graph.ids for part in (id, id.rpartition(".")[2])]
        names += [group.name for group in self._graph.groups]
        numbered = {name: plain_text(name_latex(name)) for name in names if name[-1].isdigit()}
        taken = {name for name, read in numbered.items() if name == read}
        return {read: name for name, read in numbered.items() if read not in taken}

    def _written(
        self, index: int, scope: str | None, longest: int, depth: int, calls: Set[int] = frozenset()
    ) -> tuple[Term, str]:
        node = self._graph.nodes[index]
        if scope is None:
            scope = self._scope(node.group)
        if self.is_named(index):
            name = self._id(index, scope)
            return Term(name_latex(name)), name
        if calls:
            return self._shortened(node, scope, longest, depth, calls)
        key = (index, scope, longest, depth)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._shortened(node, scope, longest, depth, calls)
        return made

    def _shortened(
        self, node: Node, scope: str, longest: int, depth: int, calls: Set[int]
    ) -> tuple[Term, str]:
        """Write an unnamed node, with ⋯ for operands that are too deep or, longest first, make it too long."""
        if node.op is None:
            value = 0.0 if node.value is None else node.value
            term = number_term(value) if not shape_of(value) else shape_term(value)
            return term, plain_text(term.latex)
        group = self._results.get(node.index)
        operands = group.inputs if group else node.inputs
        terms: list[Term] = []
        lengths: dict[int, int] = {}
        for slot, operand in enumerate(operands):
            computed = not self.is_named(operand) and self._graph.nodes[operand].op is not None
            if computed and depth <= 1:
                terms.append(_LEFT_OUT)
                continue
            term, text = self._written(operand, scope, longest, depth - 1, calls)
            terms.append(term)
            if computed:
                lengths[slot] = len(text)
        if depth < _DEEPEST and all(term is _LEFT_OUT for term in terms):
            return _LEFT_OUT, "⋯"
        called = group.name if group else node.op.name if node.index in calls else ""
        while True:
            term = (
                _call(called, terms)
                if called
                else applied(node.op, terms, value_template(self._graph, node.index))
            )
            text = self.in_words(term.latex)
            if len(text) <= longest or not lengths:
                return term, text
            slot = max(lengths, key=lengths.__getitem__)
            del lengths[slot]
            terms[slot] = _LEFT_OUT

    def _scope(self, group: int | None) -> str:
        return "" if group is None else f"{self._graph.groups[group].id}."


_NAMES: WeakKeyDictionary[Graph, Names] = WeakKeyDictionary()


def _call(name: str, operands: list[Term]) -> Term:
    return Term(f"{function_latex(name)}({', '.join(operand.latex for operand in operands)})")
