"""What changed between two evaluations as JSON, with texts."""

from typing import Any

from chainrule.app.encoding.encode import encode, number
from chainrule.app.encoding.heat_map import heat_map
from chainrule.app.graphs.compiled import Evaluation
from chainrule.core.explain.changes import Changed, Difference, Reason, Side, changes
from chainrule.core.number_text import signed, text
from chainrule.core.view.summary import last_matrix


def changes_json(
    before: Evaluation, after: Evaluation, open: list[str], about: list[str] | None = None
) -> bytes:
    """Encode what changed as `ChangesAnswer` describes it."""
    old, new = (Side(each.values, each.gradients) for each in (before, after))
    found = changes(after.graph, old, new, open, None if about is None else set(about))
    return encode({"structure": after.compiled.structure, "changes": [_changed(each) for each in found]})


def _changed(change: Changed) -> dict[str, Any]:
    return {
        "id": change.id,
        "kind": change.kind,
        "value": _difference(change.value),
        "gradient": _difference(change.gradient, told=change.reason is not None),
        "reason": _reason(change.reason),
    }


def _difference(difference: Difference | None, told: bool = False) -> dict[str, Any] | None:
    """Encode a difference; a tensor's heat map only where its reason is ``told``."""
    if difference is None:
        return None
    return {
        "old": number(difference.old),
        "new": number(difference.new),
        "difference": number(difference.difference),
        "old_text": text(difference.old),
        "new_text": text(difference.new),
        "difference_text": signed(difference.difference),
        "where": difference.where,
        "elements": difference.elements,
        "tensor": _tensor(difference, told),
    }


def _tensor(difference: Difference, told: bool) -> dict[str, Any] | None:
    if difference.norms is None:
        return None
    old, new = difference.norms
    heat = heat_map(last_matrix(difference.apart)) if told else None
    return {
        "old_norm": number(old),
        "new_norm": number(new),
        "old_norm_text": text(old),
        "new_norm_text": text(new),
        "norm_difference_text": signed(new - old),
        "heat": None if heat is None else {"href": heat.href, "rows": heat.height, "columns": heat.width},
    }


def _reason(reason: Reason | None) -> dict[str, Any] | None:
    if reason is None:
        return None
    return {
        "code": reason.code,
        "upstream": number(reason.upstream),
        "local": number(reason.local),
        "upstream_text": signed(reason.upstream),
        "local_text": signed(reason.local),
        "causes": reason.causes,
        "sentence": reason.sentence._asdict(),
    }
