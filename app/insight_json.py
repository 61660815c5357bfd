"""The answers that tell where numbers come from, as bytes: explanations, steps, checks. Formulas get their MathML."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.encode import encode, number
from app.mathml import formula
from core.explanation import Explanation, Local, ShownPaths
from core.gradcheck import Check
from core.number_text import text
from core.steps import Step
from core.value_formula import Formula


def explanation_json(explanation: Explanation, check: Check | None) -> bytes:
    """What `ExplainAnswer` describes."""
    return encode(
        {
            "id": explanation.id,
            "kind": explanation.kind,
            "title": explanation.title,
            "aria": explanation.aria,
            "value_text": explanation.value_text,
            "grad_text": explanation.grad_text,
            "formula": _two(explanation.formula),
            "gradient": _two(explanation.gradient),
            "locals": [_local(local) for local in explanation.locals],
            "sum": [branch._asdict() | {"grad": number(branch.grad)} for branch in explanation.sum],
            "paths": None if explanation.paths is None else _paths(explanation.paths),
            "check": None if check is None else _check(check),
            "rule": explanation.rule,
            "note": explanation.note,
            "derivation": [formula(line) for line in explanation.derivation],
        }
    )


def steps_json(count: int, steps: Sequence[Step]) -> bytes:
    """What `StepsAnswer` describes."""
    said = [asdict(step) | {"formula": formula(step.formula)} for step in steps]
    return encode({"count": count, "steps": said})


def gradcheck_json(checks: Sequence[Check], epsilon: float | None) -> bytes:
    """What `GradcheckAnswer` describes."""
    inputs = [{"id": check.id} | _check(check) for check in checks]
    return encode({"epsilon": epsilon, "ok": all(check.ok for check in checks), "inputs": inputs})


def _check(check: Check) -> dict[str, Any]:
    return {
        "backprop": number(check.backprop),
        "numerical": number(check.numerical),
        "absolute": number(check.absolute),
        "relative": number(check.relative),
        "backprop_text": text(check.backprop),
        "numerical_text": text(check.numerical),
        "absolute_text": text(check.absolute),
        "relative_text": text(check.relative),
        "ok": check.ok,
        "epsilon": check.epsilon,
    }


def _two(pair: Formula | None) -> dict[str, dict[str, str]] | None:
    if pair is None:
        return None
    return {"symbols": formula(pair.symbols), "numbers": formula(pair.numbers)}


def _local(local: Local) -> dict[str, Any]:
    return local._asdict() | {"symbols": formula(local.symbols), "numbers": formula(local.numbers)}


def _paths(paths: ShownPaths) -> dict[str, Any]:
    items = [
        {
            "nodes": path.nodes,
            "factors": path.factors,
            "formula": formula(path.formula.whole),
            "product_text": path.product_text,
        }
        for path in paths.items
    ]
    return {"items": items, "sum_text": paths.sum_text, "count": number(paths.count), "shown": paths.shown}
