"""A pushed value as JSON: true and straight changes with texts, and what each input would do."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.app.encoding.encode import encode, number
from chainrule.app.graphs.compiled import Evaluation
from chainrule.core.engine.tape import Tape
from chainrule.core.explain.change_steps import element_text
from chainrule.core.explain.nudge_sentences import closes, effect, gap, misses
from chainrule.core.gradcheck.nudge import Push, nudge
from chainrule.core.latex.formula import Formulas
from chainrule.core.number_text import signed, signed_short, text
from chainrule.core.text import Text


def nudge_json(evaluation: Evaluation, node: int, delta: float, where: list[int]) -> bytes:
    """Encode a push as `NudgeAnswer` describes it. Raises EvaluationError as `nudge` does."""
    graph = evaluation.graph
    found = nudge(graph, evaluation.values, node, delta, where, evaluation.conventions)
    output = graph.ids[graph.output]
    last = found.pushes[-1]
    reached = last if last.node == graph.output else Push(graph.output, (), 0.0, 0.0, 0.0)
    # Neither the upstream gradient nor a broken rule changes what the output does.
    right = Tape(graph).backward(1.0, (), evaluation.values, evaluation.conventions).nodes
    value, gradient, slope = (
        float(np.asarray(column[node], float)[found.where])
        for column in (evaluation.values, evaluation.gradients.nodes, right)
    )
    sentence = closes(Formulas(evaluation.evaluated).spoken(graph.output), slope, delta, reached.true)
    upstream = evaluation.evaluated.upstream
    if evaluation.mistakes and upstream and gap(gradient / upstream, slope):
        sentence = Text(
            *map(" ".join, zip(sentence, misses(gradient / upstream, delta, reached.true), strict=True))
        )
    return encode(
        {
            "id": graph.ids[node],
            "index": found.where,
            "value": number(value),
            "gradient": number(gradient),
            "slope": number(slope),
            "value_text": text(value),
            "slope_text": text(slope),
            "gradient_text": text(gradient),
            "delta": number(delta),
            "delta_text": signed(delta),
            "output": output,
            "pushes": [_push(graph.ids[push.node], push) for push in found.pushes],
            "sentence": sentence._asdict(),
            "effects": _effects(evaluation, right),
        }
    )


def _push(id: str, push: Push) -> dict[str, Any]:
    apart = gap(push.true, push.straight)
    return {
        "id": id,
        "where": push.where,
        "true": number(push.true),
        "straight": number(push.straight),
        "gap": number(apart),
        "true_text": signed(push.true),
        "straight_text": signed(push.straight),
        "true_short": signed_short(push.true),
        "straight_short": signed_short(push.straight),
        "gap_text": signed(apart),
    }


def _effects(evaluation: Evaluation, gradients: Sequence[Any]) -> list[dict[str, Any]]:
    """What a step of a hundredth of each input, or of 0.01, would do to the output.

    Of a tensor the element with the largest gradient steps. ``gradients`` are the right ones of all nodes.
    """
    graph = evaluation.graph
    if graph.shapes.get(graph.output):
        return []
    output, effects = Formulas(evaluation.evaluated).spoken(graph.output), []
    for node in graph.inputs:
        gradient = gradients[node.index]
        if gradient is None or not np.size(gradient):
            continue
        slopes = np.asarray(gradient, float)
        at = tuple(int(k) for k in np.unravel_index(int(np.argmax(np.abs(slopes))), slopes.shape))
        step = _round(abs(float(np.asarray(evaluation.values[node.index], float)[at])) / 100)
        change = float(slopes[at]) * step
        effects.append(
            {
                "id": node.id,
                "index": at,
                "step": number(step),
                "effect": number(change),
                "sentence": effect(element_text(node.id, at), step, output, change)._asdict(),
            }
        )
    return effects


def _round(size: float) -> float:
    """Return a power of ten near a size; 0.01 for none."""
    return float(f"1e{round(np.log10(size))}") if np.isfinite(size) and size > 1e-300 else 0.01
