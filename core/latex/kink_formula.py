"""The formula of a local derivative at a kink: what is passed there, written as what it is.

Where an op has no single slope its usual formula may be false, ``[1 > 1] = 0.5``, or have no value, ``0·ln 0``. Then
what is passed stands with the place where it is: ``0.5·[a = b]``.
"""

from typing import Any

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.engine.kinks import kinks_of
from chainrule.core.latex.notation import number_term
from chainrule.core.ops import ARRAY_FUNCTIONS, BY_CODE, compile_rule
from chainrule.core.ops.kinks import AtKinkTemplate, Kink, cases, relations
from chainrule.core.ops.rules import with_conventions
from chainrule.core.view.evaluated import Evaluated


def partial_at_kink(evaluated: Evaluated, edge: Edge, template: str) -> AtKinkTemplate | None:
    """Write an elementwise local derivative at the kinks where this edge stands.

    None away from any, and where its usual ``template`` is true.
    """
    if not len(evaluated.values) or not evaluated.requires_grad[edge.source] or "$" not in template:
        return None
    usual, template = template, _but_for_nan(evaluated, edge, template)
    standing = [
        each
        for each in kinks_of(evaluated.graph, evaluated.values, [edge.target], removable=True)
        if each.kink.places is None and each.kink.formula
    ]
    for each in standing:
        # Kinks that a formula writes alike are one place.
        alike = [other for other in standing if _alike(other.kink, each.kink, edge.slot)]
        at = np.logical_or.reduce([np.asarray(other.at) for other in alike])
        if written := _written(evaluated, edge, each.kink, at, template):
            return written
    return AtKinkTemplate(template, not template.startswith(r"\begin")) if template != usual else None


def _but_for_nan(evaluated: Evaluated, edge: Edge, template: str) -> str:
    """Write the other case of a condition as what is left of 1: NaN is neither above 0 nor at most 0.

    The zeroth power of NaN is 1, and its slope 0.
    """
    graph, values = evaluated.graph, evaluated.values
    nan = np.isnan(values[graph.a[edge.target]])
    if r"[$a \le 0]" in template and nan.any():
        return template.replace(r"[$a \le 0]", "(1 - [$a > 0])")
    if (
        template == r"$b \cdot {$a}^{$b - 1}"
        and (nan & (np.asarray(values[graph.b[edge.target]]) == 0)).any()
    ):
        return cases("0", "$b = 0", template)
    return template


def _bracket(kink: Kink) -> str:
    return kink.bracket or kink.latex


def _alike(one: Kink, other: Kink, slot: int) -> bool:
    return (_bracket(one), one.formula[slot]) == (_bracket(other), other.formula[slot])


@np.errstate(all="ignore")
def _written(evaluated: Evaluated, edge: Edge, kink: Kink, at: Any, template: str) -> AtKinkTemplate | None:
    graph, values = evaluated.graph, evaluated.values
    operands = values[graph.a[edge.target]], values[graph.b[edge.target]], values[edge.target]
    shape = np.shape(operands[-1])
    at = np.broadcast_to(at, shape)

    def there(code: str) -> Any:
        arrays = (np.asarray(operand, dtype=float) for operand in operands)
        return np.broadcast_to(compile_rule(code, ARRAY_FUNCTIONS)(*arrays), shape)[at]

    op = graph.nodes[edge.target].op
    assert op is not None
    # By a broken rule something else is passed: the formula says what should be.
    passed = there(with_conventions(op, evaluated.rules.conventions)[edge.slot])
    code = kink.formula[edge.slot]
    given = there(code) if code else None
    if given is not None and np.array_equal(given, passed, equal_nan=True):
        return None
    bracket = _bracket(kink)
    place = _place(bracket)
    if at.all():
        if (passed == passed[0]).all():
            return AtKinkTemplate(_times(float(passed[0]), place), True)
    elif given is not None and (passed - given == passed[0] - given[0]).all():
        # The usual formula, and what it lacks at the kink.
        lacks = _times(float(passed[0] - given[0]), place)
        sign = " - " if lacks.startswith("-") else " + "
        return AtKinkTemplate(f"{template}{sign}{lacks.removeprefix('-')}", True)
    if kink.narrow and (_holds(bracket, operands) & ~at).any():
        bracket = kink.narrow
    return AtKinkTemplate(cases(_number(float(passed[0])), bracket, template), False)


def _holds(place: str, operands: tuple[Any, Any, Any]) -> Any:
    """Whether operands are at a place, element by element."""
    named = dict(zip(("$a", "$b", "$y", "0"), (*operands, 0.0), strict=True))
    return np.logical_and.reduce([named[part] == named[end] for part, _, end in relations(place)])


def vjp_at_kink(evaluated: Evaluated, edge: Edge, template: str) -> AtKinkTemplate | None:
    """Write the vjp of a tensor op at the kinks where it stands; None away from any, or if ``template`` is true."""
    if not len(evaluated.values) or not evaluated.requires_grad[edge.source]:
        return None
    graph, values = evaluated.graph, evaluated.values
    usual, template = template, _but_for_a_nan_extreme(evaluated, edge, template)
    for standing in kinks_of(graph, values, [edge.target]):
        if standing.kink.written is not None:
            chosen = [
                own
                for own in standing.kink.choices
                if f"{standing.name}.{own}" in evaluated.rules.conventions
            ]
            written = standing.kink.written(
                template, values[edge.source], standing.at, *chosen, **graph.parameters[edge.target]
            )
            if written is not None:
                return written
    return AtKinkTemplate(template, True) if template != usual else None


def _but_for_a_nan_extreme(evaluated: Evaluated, edge: Edge, template: str) -> str:
    """Divide what is chosen by 1, or by 0 where the extreme is NaN: then all get NaN, though none is chosen."""
    op = evaluated.graph.nodes[edge.target].op
    chooses = op is not None and op.tensor is not None and op.tensor.chooses
    if not chooses or not np.isnan(evaluated.values[edge.target]).any():
        return template
    return template.replace("[$a = $y]", r"\frac{[$a = $y]}{[$y = $y]}")


def without_formula(evaluated: Evaluated) -> frozenset[int]:
    """Return the nodes whose value is a convention here and not what their formula gives: 0·log 0."""
    graph = evaluated.graph
    codes = {
        code
        for code in set(graph.codes)
        if (op := BY_CODE[code]) is not None and any(kink.value for kink in op.kinks.values())
    }
    if not codes or not len(evaluated.values):
        return frozenset()
    nodes = [index for index, code in enumerate(graph.codes) if code in codes]
    found = kinks_of(graph, evaluated.values, nodes)
    return frozenset(standing.node for standing in found if standing.kink.value)


def value_at_kink(
    evaluated: Evaluated, index: int, template: str, element: tuple[int, ...] | None = None
) -> str | None:
    """Write the value of an op, or one element of it, where its usual ``template`` has none; None elsewhere."""
    for standing in kinks_of(evaluated.graph, evaluated.values, [index]):
        if standing.kink.value:
            at = np.asarray(standing.at)
            if element is not None and not at[element]:
                return None
            if element is not None or at.all():
                between = r"\odot" if at.ndim and element is None else r"\cdot"
                return rf"{standing.kink.value} \cdot {_place(standing.kink.latex, between)}"
            return cases(standing.kink.value, standing.kink.latex, template)
    return None


def _place(latex: str, between: str = r"\cdot") -> str:
    r"""Write a place as a condition that is 1 there and 0 elsewhere: ``[a = b]``, ``[a = 0] \cdot [b = 0]``."""
    return f" {between} ".join(f"[{' '.join(each)}]" for each in relations(latex))


def _times(number: float, place: str) -> str:
    if abs(number) == 1.0:
        return place if number > 0 else f"-{place}"
    return rf"{_number(number)} \cdot {place}"


def _number(number: float) -> str:
    return number_term(number).latex
