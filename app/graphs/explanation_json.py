"""Explanations, steps, numerical checks and sweeps as JSON, with every formula in LaTeX and MathML."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from chainrule.app.encoding.encode import encode, number, numbers
from chainrule.app.encoding.mathml import formula
from chainrule.app.encoding.tensor_json import told
from chainrule.app.graphs.engines import measured_kinks
from chainrule.app.graphs.kinks_json import check_kink_json, told_json
from chainrule.core.explain.explanation import ClosedGradient, Explanation, Local, ShownPaths
from chainrule.core.explain.steps import Step
from chainrule.core.gradcheck.gradcheck import Check
from chainrule.core.gradcheck.sweep import Curve, Differences
from chainrule.core.gradcheck.trouble import SENTENCES
from chainrule.core.latex.value_formula import Formula
from chainrule.core.number_text import text


def explanation_json(
    explanation: Explanation, check: Check | None, tensors: bool = False, lang: str = "ko"
) -> bytes:
    """Encode an explanation as `ExplainAnswer` describes it; `tensors` tells whether the graph has any."""
    answer: dict[str, Any] = {
        "id": explanation.id,
        "kind": explanation.kind,
        "title": explanation.title,
        "aria": explanation.aria,
        "value_text": explanation.value_text,
        "grad_text": explanation.grad_text,
        "formula": _two(explanation.formula),
        "gradient": _two(explanation.gradient),
        "locals": [_local(local, tensors) for local in explanation.locals],
        "sum": [branch._asdict() | {"grad": told(branch.grad)} for branch in explanation.sum],
        "paths": None if explanation.paths is None else _paths(explanation.paths, tensors),
        "check": None if check is None else _check(check, tensors, lang),
        "rule": explanation.rule,
        "note": explanation.note,
        "derivation": [formula(line) for line in explanation.derivation],
        "kinks": told_json(explanation.kinks, lang, measured_kinks()),
    }
    if tensors:
        answer["closed"] = [_closed(gradient) for gradient in explanation.closed]
    return encode(answer)


def steps_json(count: int, steps: Sequence[Step]) -> bytes:
    """Encode some of `count` steps as `StepsAnswer` describes them."""
    said = [asdict(step) | {"formula": formula(step.formula)} for step in steps]
    return encode({"count": count, "steps": said})


def gradcheck_json(
    checks: Sequence[Check], epsilon: float | None, tensors: bool = False, lang: str = "ko"
) -> bytes:
    """Encode checks as `GradcheckAnswer` describes them; `tensors` tells whether the graph has any."""
    inputs = [{"id": check.id} | _check(check, tensors, lang) for check in checks]
    return encode({"epsilon": epsilon, "ok": all(check.ok for check in checks), "inputs": inputs})


def curve_json(name: str, sweep: Curve) -> bytes:
    """Encode a sweep of one input as `CurveAnswer` describes it."""
    return encode(
        {
            "input": name,
            "at": sweep.at,
            "values": numbers(sweep.values),
            "slopes": numbers(sweep.slopes),
        }
    )


def surface_json(x: Sequence[float], y: Sequence[float], values: Sequence[Sequence[float]]) -> bytes:
    """Encode the output over two inputs as `SurfaceAnswer` describes it."""
    return encode({"x": x, "y": y, "values": [numbers(row) for row in values]})


def differences_json(name: str, differences: Differences) -> bytes:
    """Encode numerical derivatives as `DifferencesAnswer` describes them."""
    answer: dict[str, Any] = {
        "input": name,
        "backprop": number(differences.backprop),
        "backprop_text": text(differences.backprop),
        "epsilons": differences.epsilons,
    }
    for scheme, slopes in (("forward", differences.forward), ("central", differences.central)):
        errors = [abs(slope - differences.backprop) for slope in slopes]
        answer |= {
            scheme: numbers(slopes),
            f"{scheme}_errors": numbers(errors),
            f"{scheme}_texts": [text(slope) for slope in slopes],
            f"{scheme}_error_texts": [text(error) for error in errors],
        }
    return encode(answer)


def _check(check: Check, tensors: bool, lang: str) -> dict[str, Any]:
    answer = {
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
        "kink": check_kink_json(check, lang),
        "trouble": check.trouble
        and {"kind": check.trouble, "sentence": SENTENCES[check.trouble].in_language(lang)},
    }
    return answer | {"where": check.where, "elements": check.elements} if tensors else answer


def _closed(gradient: ClosedGradient) -> dict[str, Any]:
    return {
        "source": gradient.source,
        "formula": formula(gradient.symbols),
        "difference": number(gradient.difference),
        "difference_text": gradient.difference_text,
    }


def _two(pair: Formula | None) -> dict[str, dict[str, str]] | None:
    if pair is None:
        return None
    return {"symbols": formula(pair.symbols), "numbers": formula(pair.numbers)}


def _local(local: Local, tensors: bool) -> dict[str, Any]:
    answer = local._asdict() | {"symbols": formula(local.symbols), "numbers": formula(local.numbers)}
    del answer["shapes"]
    return answer | {"shapes": formula(local.shapes) if local.shapes else None} if tensors else answer


def _paths(paths: ShownPaths, tensors: bool) -> dict[str, Any]:
    items = [
        {
            "nodes": path.nodes,
            "factors": path.factors,
            "formula": formula(path.formula.whole),
            "product_text": path.product_text,
        }
        for path in paths.items
    ]
    answer = {"items": items, "sum_text": paths.sum_text, "count": number(paths.count), "shown": paths.shown}
    return answer | {"note": paths.note} if tensors else answer
