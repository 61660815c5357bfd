"""The formula of a local derivative at a kink: what is passed there, written as what it is.

Where an op has no single slope its usual formula may be false, ``[1 > 1] = 0.5``, or have no value, ``0·ln 0``. Then
what is passed stands with the place where it is: ``0.5·[a = b]``.
"""

from typing import Any, NamedTuple

import numpy as np

from chainrule.core.engine.graph import Edge
from chainrule.core.engine.kinks import AtKink, kinks_of
from chainrule.core.latex.notation import number_term
from chainrule.core.ops import ARRAY_FUNCTIONS, UPSTREAM_FORGOTTEN, compile_rule
from chainrule.core.ops.kinks import Kink
from chainrule.core.view.evaluated import Evaluated


class AtKinkTemplate(NamedTuple):
    """A template over $a, $b, $y (and $g of a tensor op), and whether numbers may be put into it."""

    latex: str
    takes_numbers: bool


def partial_at_kink(evaluated: Evaluated, edge: Edge, template: str) -> AtKinkTemplate | None:
    """Write an elementwise local derivative at the kinks where this edge stands.

    None away from any, and where its usual ``template`` is true.
    """
    if not len(evaluated.values) or not evaluated.requires_grad[edge.source] or "$" not in template:
        return None
    standing = [
        each
        for each in kinks_of(evaluated.graph, evaluated.values, [edge.target], removable=True)
        if each.kink.places is None and each.kink.formula and not _is_broken(evaluated, each)
    ]
    for each in standing:
        # Kinks that a formula writes alike are one place.
        alike = [other for other in standing if _alike(other.kink, each.kink, edge.slot)]
        at = np.logical_or.reduce([np.asarray(other.at) for other in alike])
        if written := _written(evaluated, edge, each.kink, at, template):
            return written
    return None


def _bracket(kink: Kink) -> str:
    return kink.bracket or kink.latex


def _alike(one: Kink, other: Kink, slot: int) -> bool:
    return (_bracket(one), one.formula[slot]) == (_bracket(other), other.formula[slot])


def _is_broken(evaluated: Evaluated, standing: AtKink) -> bool:
    """Whether a rule of this op is broken on purpose: the formula then shows what should stand there."""
    op = standing.name.partition(".")[0]
    own = {name for name in evaluated.rules.mistakes if name.startswith(f"{op}.")}
    return bool(own - {f"{op}.{UPSTREAM_FORGOTTEN}"})


@np.errstate(all="ignore")
def _written(evaluated: Evaluated, edge: Edge, kink: Kink, at: Any, template: str) -> AtKinkTemplate | None:
    graph, values = evaluated.graph, evaluated.values
    operands = values[graph.a[edge.target]], values[graph.b[edge.target]], values[edge.target]
    shape = np.shape(operands[-1])
    at = np.broadcast_to(at, shape)
    passed = np.broadcast_to(evaluated.gradients.locals[edge.index], shape)[at]
    code = kink.formula[edge.slot]
    given = np.broadcast_to(compile_rule(code, ARRAY_FUNCTIONS)(*operands), shape)[at] if code else None
    if given is not None and (given == passed).all():
        return None
    place = _place(_bracket(kink))
    if at.all():
        if (passed == passed[0]).all():
            return AtKinkTemplate(_times(float(passed[0]), place), True)
    elif given is not None and (passed - given == passed[0] - given[0]).all():
        # The usual formula, and what it lacks at the kink.
        lacks = _times(float(passed[0] - given[0]), place)
        sign = " - " if lacks.startswith("-") else " + "
        return AtKinkTemplate(f"{template}{sign}{lacks.removeprefix('-')}", True)
    return AtKinkTemplate(cases(_number(float(passed[0])), _bracket(kink), template), False)


def vjp_at_kink(evaluated: Evaluated, edge: Edge, template: str) -> AtKinkTemplate | None:
    """Write the vjp of a tensor op at the kinks where it stands; None away from any, or if ``template`` is true."""
    if not len(evaluated.values) or not evaluated.requires_grad[edge.source]:
        return None
    for standing in kinks_of(evaluated.graph, evaluated.values, [edge.target]):
        if standing.name in ("max.tie", "min.tie"):
            return _tie(evaluated, edge, standing, template)
        if standing.name == "std.equal":
            if np.all(standing.at):
                return AtKinkTemplate(r"0 \cdot [$a = \overline{$a}]", False)
            return AtKinkTemplate(cases("0", standing.kink.latex, template), False)
    return None


def _tie(evaluated: Evaluated, edge: Edge, standing: AtKink, template: str) -> AtKinkTemplate | None:
    conventions = evaluated.rules.conventions
    if f"{standing.name}.each" in conventions:
        return None
    chosen = "[$a = $y]"
    if f"{standing.name}.first" in conventions:
        return AtKinkTemplate(template.replace(chosen, r"\operatorname{first}" + chosen), False)
    axis = tuple(evaluated.graph.parameters[edge.target]["axis"])
    a = np.asarray(evaluated.values[edge.source])
    ties = np.maximum(np.sum(standing.at, axis=axis), 1)
    if a.size and (ties == ties.flat[0]).all():
        return AtKinkTemplate(rf"\frac{{1}}{{{ties.flat[0]}}} \cdot {template}", True)
    along = ",".join(str(a.ndim + k) for k in axis)
    return AtKinkTemplate(template.replace(chosen, rf"\frac{{{chosen}}}{{\sum_{{{along}}} {chosen}}}"), False)


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
                return rf"{standing.kink.value} \cdot {_place(standing.kink.latex)}"
            return cases(standing.kink.value, standing.kink.latex, template)
    return None


def cases(passed: str, place: str, template: str) -> str:
    """Write both: what is passed at a place, and the usual formula elsewhere."""
    elsewhere = r" \lor ".join(f"{part} \\ne {end}" for part, end in _relations(place))
    there = ", ".join(f"{part} = {end}" for part, end in _relations(place))
    return rf"\begin{{cases}} {passed} & {there} \\ {template} & {elsewhere} \end{{cases}}"


def _relations(place: str) -> list[tuple[str, str]]:
    *parts, end = place.split(" = ")
    return [(part, end) for part in parts]


def _place(latex: str) -> str:
    r"""Write a place as a condition that is 1 there and 0 elsewhere: ``[a = b]``, ``[a = 0] \cdot [b = 0]``."""
    return r" \cdot ".join(f"[{part} = {end}]" for part, end in _relations(latex))


def _times(number: float, place: str) -> str:
    if abs(number) == 1.0:
        return place if number > 0 else f"-{place}"
    return rf"{_number(number)} \cdot {place}"


def _number(number: float) -> str:
    return number_term(number).latex
