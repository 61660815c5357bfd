"""What changed between two evaluations as JSON, with texts."""

from typing import Any

from chainrule.app.encoding.encode import encode, number
from chainrule.app.graphs.compiled import Evaluation
from chainrule.core.explain.changes import Changed, Difference, Reason, Side, changes
from chainrule.core.number_text import signed, text


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
        "gradient": _difference(change.gradient),
        "reason": _reason(change.reason),
    }


def _difference(difference: Difference | None) -> dict[str, Any] | None:
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
