"""Which elements make one element of a value or of a gradient, and by which products.

Forward, ``Y[0, 2]`` of ``X @ W`` is made of row 0 of X and column 2 of W; backward, ``∂L/∂W[1, 2]`` of column 1 of X
and column 2 of ∂L/∂Y. For a matrix product the products are spelled out. Every other tensor op is asked through its
own rules: what of an operand an element depends on is where its vector-Jacobian product of a one-hot upstream
gradient is not zero.

Groups that are closed are looked through: a light never falls on a node that is not to be seen.
"""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from core import shapes
from core.elements import broadcast_to, element_name, local_at, readers_of, sources_of
from core.errors import EvaluationError
from core.graph import Edge, Graph
from core.notation import Term, applied, number_term, parenthesised, product
from core.number_text import text
from core.op import Text
from core.reading import Gradients, Numbers, Reading
from core.value_formula import Formula, ValueFormulas, simplified_vjp

Of = Literal["value", "grad"]
Index = tuple[int, ...]

SHOWN = 8
"""How many terms are written out; of more, those of the largest size."""


class ElementTerm(NamedTuple):
    """One of the terms that add up to an element: LaTeX, its value, its text."""

    formula: Formula
    value: float
    value_text: str


class Light(NamedTuple):
    """Elements of one node's value or gradient that take part; of a number the one cell ``()``."""

    id: str
    of: Of
    cells: tuple[Index, ...]


class Provenance(NamedTuple):
    """Where one element comes from."""

    id: str
    of: Of
    index: Index  # type: ignore[assignment]  # a field, not tuple.index
    formula: Formula
    """Of the whole element: in symbols, and with the numbers of the terms."""
    terms: tuple[ElementTerm, ...]
    """At most ``SHOWN``, in order; empty where the element is no sum."""
    count: int  # type: ignore[assignment]  # a field, not tuple.count
    """How many terms there are."""
    lights: tuple[Light, ...]
    """The element itself first."""


class _Product(NamedTuple):
    """One term: factors in LaTeX and in numbers, and what they come to."""

    symbols: tuple[Term, ...]
    numbers: tuple[Term, ...]
    value: float


class _Found(NamedTuple):
    """The terms of one element, how they are joined, and the elements they are made of."""

    products: Sequence[_Product]
    used: Sequence[tuple[int, Of, Index]]
    symbols: str | None = None
    """What the element is in symbols where it is no sum of the products: ``e^{x_{0}}``, ``\\max(…)``."""
    numbers: str | None = None


def provenance(
    graph: Graph,
    values: Numbers,
    gradients: Gradients,
    part: str,
    of: Of,
    index: Sequence[int],
    open: Collection[str] = (),
) -> Provenance:
    """The provenance of element ``index`` (() of a number) of the node with this id, or of a group's result.

    ``of`` says whether of its value or of its gradient; ``open`` are the groups that stand open. Raises KeyError for
    an unknown id, EvaluationError for an index that the shape has not, or a gradient that nobody asks for.
    """
    reading = Reading(graph, values, gradients)
    group = reading.group_index.get(part)
    node = group.output if group is not None else graph.index(part)
    place = _checked(graph, part, node, index)
    if of == "grad" and not reading.needs[node]:
        raise EvaluationError(
            Text(f"`{part}`의 기울기는 구하지 않습니다.", f"No gradient is asked for at `{part}`."), name=part
        )
    return _Tracer(reading, frozenset(open), node).told(part, node, of, place)


def _checked(graph: Graph, part: str, node: int, index: Sequence[int]) -> Index:
    shape = graph.shapes.get(node, ())
    place = tuple(int(k) for k in index)
    if len(place) != len(shape) or any(not 0 <= k < n for k, n in zip(place, shape, strict=False)):
        shown, wanted = list(place), shapes.shown(shape)
        raise EvaluationError(
            Text(
                f"{wanted} 모양인 `{part}`에는 원소 {shown}이(가) 없습니다.",
                f"`{part}` of shape {wanted} has no element {shown}.",
            ),
            name=part,
        )
    return place


class _Tracer:
    """Answers one question."""

    def __init__(self, reading: Reading, open: frozenset[str], node: int) -> None:
        self.reading, self.graph = reading, reading.graph
        around, group = set(open), self.graph.nodes[node].group
        # An element that is asked for is to be seen, so the groups around it stand open, its own result's too
        # only if it is open.
        while group is not None:
            view = self.graph.groups[group]
            if view.output != node:
                around.add(view.id)
            group = view.parent
        self.hidden = self._hidden(around)
        self.formulas = ValueFormulas(reading)

    def told(self, part: str, node: int, of: Of, index: Index) -> Provenance:
        found = self._value(node, index) if of == "value" else self._gradient(node, index)
        whole = self._closed(node, of, index, found)
        if whole is not None:
            found = _Found((), found.used, whole)
        number = self._number(node, of, index)
        name = self._name(node, of, index)
        shown = list(found.products)
        if len(shown) > SHOWN:
            largest = np.argsort([-abs(term.value) for term in shown], kind="stable")[:SHOWN]
            shown = [shown[k] for k in sorted(largest.tolist())]
        dots = r" + \cdots" if len(shown) < len(found.products) else ""
        terms = tuple(
            ElementTerm(
                Formula(product(list(term.symbols), r"\cdot"), _worked(term)), term.value, text(term.value)
            )
            for term in shown
        )
        result = number_term(number).latex
        if found.symbols is not None:
            put_in = found.numbers or result
            formula = Formula(
                f"{name} = {found.symbols}", put_in if put_in == result else f"{put_in} = {result}"
            )
        elif not shown:
            formula = Formula(name, result)
        else:
            terms_in_symbols = " + ".join(
                _summand(list(term.symbols), r"\cdot", k) for k, term in enumerate(shown)
            )
            put_in = " + ".join(_summand(list(term.numbers), r"\times", k) for k, term in enumerate(shown))
            numbers = result if put_in == result else f"{put_in}{dots} = {result}"
            formula = Formula(f"{name} = {terms_in_symbols}{dots}", numbers)
        return Provenance(
            part, of, index, formula, terms, len(found.products), self._lights(node, of, index, found.used)
        )

    # Forward

    def _value(self, node: int, index: Index) -> _Found:
        view = self.graph.nodes[node]
        if view.op is None:
            return _Found((), ())
        if view.op.name == "matmul":
            return self._product_of(node, index)
        used: list[tuple[int, Of, Index]] = []
        if view.op.tensor is None:
            places = [broadcast_to(index, self.graph.shapes.get(i, ())) for i in view.inputs]
            used = [(i, "value", at) for i, at in zip(view.inputs, places, strict=True)]
            spelled = self._spelled(node, used)
            if spelled is not None:
                return spelled
            names = [self._term(i, "value", at) for i, at in zip(view.inputs, places, strict=True)]
            numbers = [number_term(self._number(i, "value", at)) for i, _, at in used]
            return _Found((), used, applied(view.op, names).latex, applied(view.op, numbers).latex)
        source = view.inputs[0]
        cells = list(sources_of(self.reading, node, index))
        used = [(source, "value", at) for at in cells]
        terms = [self._single(source, "value", at) for at in cells]
        if view.op.name == "mean":
            n = Term(rf"\frac{{1}}{{{len(cells)}}}")
            terms = [_Product((n, *t.symbols), (n, *t.numbers), t.value / len(cells)) for t in terms]
        if view.op.name == "one_hot":
            classes = f"[{self._name(source, 'value', cells[0])} = {index[-1]}]"
            given = f"[{number_term(self._number(source, 'value', cells[0])).latex} = {index[-1]}]"
            return _Found((), used, classes, given)
        if view.op.name == "max":
            cells = list(sources_of(self.reading, node, index, all_of_them=True))[:SHOWN]
            taken_over = ", ".join(self._name(source, "value", at) for at in cells)
            put_in = ", ".join(number_term(self._number(source, "value", at)).latex for at in cells)
            return _Found((), used, rf"\max({taken_over})", rf"\max({put_in})")
        return _Found(terms, used)

    def _spelled(self, node: int, used: list[tuple[int, Of, Index]]) -> _Found | None:
        """A sum with an operand that is hidden in a closed group, written out as what that operand is: Σ x·w + b."""
        op = self.graph.nodes[node].op
        if op is None or op.name != "add" or not any(i in self.hidden for i, _, _ in used):
            return None
        products: list[_Product] = []
        lit: list[tuple[int, Of, Index]] = []
        for i, _, at in used:
            inner = self._value(i, at) if i in self.hidden else None
            if inner is None or inner.symbols is not None or not inner.products:
                products.append(self._single(i, "value", at))
                lit.append((i, "value", at))
            else:
                products += inner.products
                lit += inner.used
        return _Found(products, lit)

    def _product_of(self, node: int, index: Index) -> _Found:
        """Y[i, j] = Σ X[i, k]·W[k, j]."""
        a, b = self.graph.nodes[node].inputs
        rows, columns = len(self.graph.shapes[a]) == 2, len(self.graph.shapes[b]) == 2
        row = index[:1] if rows else ()
        column = index[-1:] if columns else ()
        pairs = [
            (self._cell(a, "value", (*row, k)), self._cell(b, "value", (k, *column)))
            for k in range(self.graph.shapes[b][0])
        ]
        return self._products(pairs)

    # Backward

    def _gradient(self, node: int, index: Index) -> _Found:
        if node == self.graph.output:
            return _Found((), ())
        products: list[_Product] = []
        used: list[tuple[int, Of, Index]] = []
        for edge in self.graph.outgoing(node):
            if self.reading.gradients.nodes[edge.target] is None:
                continue
            found = self._edge(edge, index)
            products += found.products
            used += found.used
        return _Found(products, used)

    def _edge(self, edge: Edge, index: Index) -> _Found:
        """What one reader brings back to this element."""
        node = self.graph.nodes[edge.target]
        assert node.op is not None
        if node.op.name == "matmul":
            return self._edge_of_product(edge, index)
        products: list[_Product] = []
        used: list[tuple[int, Of, Index]] = []
        partial = node.op.partials[edge.slot].latex if node.op.partials else ""
        others = [
            (node.inputs["ab".index(letter)] if letter != "y" else edge.target)
            for letter in "aby"
            if f"${letter}" in partial
        ]
        for at in readers_of(self.reading, edge, index):
            used.append((edge.target, "grad", at))
            upstream = self._cell(edge.target, "grad", at)
            factor = local_at(self.reading, edge, at, index)
            places = [(i, broadcast_to(at, self.graph.shapes.get(i, ()))) for i in others]
            used += [(i, "value", place) for i, place in places]
            if factor == 1.0 and not others:
                products.append(_Product((upstream[0],), (upstream[1],), upstream[2]))
                continue
            symbol = number_term(factor)
            if places and node.op.name == "mul":
                i, place = places[0]
                symbol = self._term(i, "value", place)
            elif others:
                symbol = Term(self._derivative(edge, at, index))
            products.append(
                _Product((upstream[0], symbol), (upstream[1], number_term(factor)), upstream[2] * factor)
            )
        return _Found(products, used)

    def _edge_of_product(self, edge: Edge, index: Index) -> _Found:
        """∂L/∂X[i, k] = Σ ∂L/∂Y[i, j]·W[k, j], and ∂L/∂W[k, j] = Σ X[i, k]·∂L/∂Y[i, j]."""
        y = edge.target
        a, b = self.graph.nodes[y].inputs
        rows, columns = len(self.graph.shapes[a]) == 2, len(self.graph.shapes[b]) == 2
        if edge.slot == 0:
            k, row = index[-1], index[:1] if rows else ()
            ends: list[Index] = [(j,) for j in range(self.graph.shapes[b][1])] if columns else [()]
            pairs = [(self._cell(y, "grad", (*row, *j)), self._cell(b, "value", (k, *j))) for j in ends]
        else:
            k, column = index[0], index[1:] if columns else ()
            starts: list[Index] = [(i,) for i in range(self.graph.shapes[a][0])] if rows else [()]
            pairs = [(self._cell(a, "value", (*i, k)), self._cell(y, "grad", (*i, *column))) for i in starts]
        return self._products(pairs)

    # Pieces

    def _cell(self, node: int, of: Of, index: Index) -> tuple[Term, Term, float, tuple[int, Of, Index]]:
        number = self._number(node, of, index)
        return self._term(node, of, index), number_term(number), number, (node, of, index)

    def _single(self, node: int, of: Of, index: Index) -> _Product:
        symbol, number, value, _ = self._cell(node, of, index)
        return _Product((symbol,), (number,), value)

    @staticmethod
    def _products(pairs: Sequence[tuple[Any, Any]]) -> _Found:
        products = [_Product((f[0], s[0]), (f[1], s[1]), f[2] * s[2]) for f, s in pairs]
        return _Found(products, [cell[3] for pair in pairs for cell in pair])

    def _number(self, node: int, of: Of, index: Index) -> float:
        column = self.reading.values if of == "value" else self.reading.gradients.nodes
        return float(np.asarray(column[node])[index])

    def _term(self, node: int, of: Of, index: Index) -> Term:
        if of == "value" and self.graph.nodes[node].kind == "constant" and not index:
            return self.formulas.name(node)
        return Term(self._name(node, of, index))

    def _name(self, node: int, of: Of, index: Index) -> str:
        if of == "value":
            return element_name(self.formulas.name(node).latex, index)
        return self.formulas.by_element(self._as_seen(node), index)

    def _derivative(self, edge: Edge, at: Index, index: Index) -> str:
        of = element_name(self.formulas.name(edge.target).latex, at)
        by = element_name(self.formulas.name(edge.source).latex, index)
        return rf"\frac{{\partial {of}}}{{\partial {by}}}"

    # Closed groups

    def _closed(self, node: int, of: Of, index: Index, found: _Found) -> str | None:
        """The element of what a closed group gives or passes back as a whole, where its inside would have to be told.

        ``softmax(a)_{0,1}``; its simplified gradient, if it has one and nothing else reads the node.
        """
        if not any(
            i in self.hidden and (kind == "value" or self._as_seen(i) in self.hidden)
            for i, kind, _ in found.used
        ):
            return None
        if of == "value":
            group = next(
                (g for g in self.graph.groups if g.output == node and any(i in self.hidden for i in g.nodes)),
                None,
            )
            return element_name(self.formulas.called(group), index) if group else None
        readers = {self._outermost(edge.target) for edge in self.graph.outgoing(node)}
        reader = next(iter(readers)) if len(readers) == 1 else None
        vjp = simplified_vjp(self.graph.groups[reader], node) if reader is not None else None
        if reader is None or vjp is None:
            return None
        latex = self.formulas.group_vjp(self.graph.groups[reader], vjp).latex
        return element_name(parenthesised(latex), index) if index else latex

    def _outermost(self, node: int) -> int | None:
        """The outermost closed group that a node is in."""
        found, group = None, self.graph.nodes[node].group
        while group is not None:
            if any(i in self.hidden for i in self.graph.groups[group].nodes):
                found = group
            group = self.graph.groups[group].parent
        return found

    def _hidden(self, open: set[str]) -> frozenset[int]:
        """The nodes inside of closed groups, the groups' results excepted."""
        hidden: set[int] = set()
        for group in self.graph.groups:
            if group.id not in open:
                hidden.update(node for node in group.nodes if node != group.output)
        shown = {
            group.output
            for group in self.graph.groups
            if group.id not in open and (group.parent is None or group.output not in hidden)
        }
        return frozenset(hidden - shown)

    def _as_seen(self, node: int) -> int:
        """A hidden node whose gradient is passed on to it unchanged is called by the node it came from."""
        while node in self.hidden:
            readers = self.graph.outgoing(node)
            if len(readers) != 1:
                break
            target = self.graph.nodes[readers[0].target]
            unchanged = target.op is not None and target.op.partials and not target.op.tensor
            if not unchanged or target.op is None or target.op.partials[readers[0].slot].code != "1.0":
                break
            if target.shape != self.graph.nodes[node].shape:
                break
            node = target.index
        return node

    def _lights(
        self, node: int, of: Of, index: Index, used: Sequence[tuple[int, Of, Index]]
    ) -> tuple[Light, ...]:
        """The elements by node, those of hidden nodes traced on to nodes that are to be seen."""
        cells: dict[tuple[int, Of], dict[Index, None]] = {(node, of): {index: None}}
        queue = deque(used)
        met: set[tuple[int, Of, Index]] = set()
        while queue:
            at = queue.popleft()
            if at in met:
                continue
            met.add(at)
            if at[0] in self.hidden:
                queue += self._through(*at)
            else:
                cells.setdefault((at[0], at[1]), {})[at[2]] = None
        return tuple(Light(self.graph.ids[lit], kind, tuple(found)) for (lit, kind), found in cells.items())

    def _through(self, node: int, of: Of, index: Index) -> Iterator[tuple[int, Of, Index]]:
        """What a hidden element is made of in turn."""
        if of == "value":
            yield from self._value(node, index).used
        else:
            seen = self._as_seen(node)
            if seen != node:
                yield seen, "grad", index
            else:
                yield from self._gradient(node, index).used


def _worked(term: _Product) -> str:
    put_in, result = product(list(term.numbers)), number_term(term.value).latex
    return result if put_in == result else f"{put_in} = {result}"


def _summand(factors: list[Term], sign: str, place: int) -> str:
    if len(factors) == 1:
        return factors[0].closed(2, sign=place == 0)
    first = product(factors, sign)
    return (
        rf"({factors[0].latex}) {sign} {product(factors[1:], sign)}" if place and first[0] == "-" else first
    )
