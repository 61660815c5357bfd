"""Kinks as JSON: those that an evaluation meets, those that an explanation tells, those of a numerical check."""

from collections.abc import Iterable, Sequence
from typing import Any

from chainrule.app.encoding.encode import number
from chainrule.app.encoding.mathml import formula
from chainrule.app.graphs.compiled import Evaluation
from chainrule.core.explain.kinks import KinkTold, check_sentence, is_smooth, side_text
from chainrule.core.gradcheck.gradcheck import Check
from chainrule.core.number_text import text
from chainrule.core.view.evaluated import edges_into
from chainrule.core.view.kinks import Met, Place, kinks_met


def met_json(evaluation: Evaluation) -> list[dict[str, Any]]:
    """List the kinks met, on edges of the graph and on the merged edges into closed groups."""
    found = kinks_met(evaluation.evaluated, evaluation.compiled.kinked)
    ids = evaluation.graph.ids
    return [
        {"edge": edge, "node": ids[met.edge.target]} | _met(met)
        for met in found
        for edge in (met.edge.id, *_group_edges(evaluation, met))
    ]


def _group_edges(evaluation: Evaluation, met: Met) -> Iterable[str]:
    """The ids of merged edges into the groups around a kink, from the nodes outside that lead to it."""
    graph = evaluation.graph
    at = graph.group_of.get(met.edge.target)
    while at is not None:
        group = graph.groups[at]
        if is_smooth(group):
            return
        inside, sources, stack = set(group.nodes), set[int](), [met.edge.source]
        while stack:
            node = stack.pop()
            if node not in inside:
                sources.add(node)
                continue
            inside.discard(node)
            stack += [edge.source for edge in edges_into(graph, node)]
        yield from (
            f"{graph.ids[source]}->{group.id}"
            for source in sorted(sources)
            if evaluation.evaluated.requires_grad[source]
        )
        at = group.parent


def told_json(kinks: Sequence[KinkTold], lang: str, measured: Iterable[str]) -> list[dict[str, Any]]:
    """List the kinks of an explanation; ``measured`` are the rows of the table of engines."""
    rows = set(measured)
    return [
        {"edge": told.met.edge.id}
        | _met(told.met)
        | {
            "kind": told.met.kink.kind,
            "place": formula(told.place),
            "sentence": told.sentence.in_language(lang),
            "why": told.met.kink.why.in_language(lang),
            "choices": [
                choice._asdict() | {"title": choice.title.in_language(lang)} for choice in told.choices
            ],
            "elsewhere": told.met.name if told.met.name in rows else None,
        }
        for told in kinks
    ]


def check_kink_json(check: Check, lang: str) -> dict[str, Any] | None:
    """Both one-sided derivatives of a numerical check at a kink; None away from any."""
    kink = check.kink
    if kink is None:
        return None
    return _slopes(kink.left, kink.right, check.backprop) | {
        "kinks": kink.kinks,
        "sentence": check_sentence(kink.left, kink.right, check.backprop, kink.ok).in_language(lang),
    }


def _met(met: Met) -> dict[str, Any]:
    return {"kink": met.name, "count": met.count, "places": [_place(place) for place in met.places]}


def _place(place: Place) -> dict[str, Any]:
    return {"index": place.index} | _slopes(place.left, place.right, place.passed)


def _slopes(left: float | None, right: float | None, passed: float) -> dict[str, Any]:
    return {
        "left": None if left is None else number(left),
        "right": None if right is None else number(right),
        "passed": number(passed),
        "left_text": side_text(left),
        "right_text": side_text(right),
        "passed_text": text(passed),
    }
