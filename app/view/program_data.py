"""The data of a program's page: its views, and for each part what the workbench explains."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chainrule.app.encoding.mathml import mathml
from chainrule.app.encoding.tensor_json import shown
from chainrule.app.saved.page import TEXTS
from chainrule.app.saved.views import Images, views
from chainrule.app.view.view import Lang
from chainrule.core.explain.explanation import Explanation
from chainrule.core.number_text import text
from chainrule.core.text import Text
from chainrule.core.view import summary
from chainrule.core.view.visible import OUTPUT

if TYPE_CHECKING:
    from chainrule.app.view.program import ProgramView

MOST_EXPLAINED = 1_500
"""Parts of a large graph beyond the first are told by their numbers alone."""

_STILL = Text(
    "이 파일의 그래프는 저장한 때의 수로 그려져 있습니다. view.serve()로 열면 입력을 움직여 볼 수 있습니다.",
    "The graph of this file is drawn with the numbers that it was saved with; view.serve() opens it with sliders.",
)


def program_data(view: "ProgramView", lang: Lang, budget: int, seconds: float | None) -> dict[str, Any]:
    """Return all that the page shows, views within ``budget`` bytes."""
    graph, images = view.graph, Images()
    groups = {
        group.id: None if group.parent is None else graph.groups[group.parent].id for group in graph.groups
    }
    drawn, _ = views(groups, frozenset(), lambda open, _: view.drawn(open, lang), images, budget, seconds)
    parts: dict[str, Any] = {}
    ids = [*graph.ids, *groups, *(edge.id for edge in graph.edges), OUTPUT]
    for part in ids[:MOST_EXPLAINED]:
        parts[part] = _part(view, view.explain(part, lang=lang), images, lang)
    return {
        "lang": lang,
        "title": view.title,
        "sub": Text(
            f"노드 {len(graph)}개, 간선 {len(graph.edges)}개", f"{len(graph)} nodes, {len(graph.edges)} edges"
        ).in_language(lang),
        "views": drawn,
        "images": images.all,
        "groups": [{"id": group, "parent": parent, "row": False} for group, parent in groups.items()],
        "nodes": [
            {
                "id": node.id,
                "group": None if node.group is None else graph.groups[node.group].id,
                "label": f"{node.op.name if node.op else node.kind} {node.label or ''}".strip(),
            }
            for node in graph.nodes
        ],
        "edges": [
            (edge.source, edge.target, None)
            for edge in graph.edges
            if view.gradients.edges[edge.index] is not None
        ],
        "loss": graph.output,
        "parts": parts,
        "findings": [
            {
                "title": Text("프로그램", "Program").in_language(lang),
                "wrong": False,
                "lines": [{"text": line, "id": None} for line in view.source.strip().splitlines()],
            },
            {"title": "", "wrong": False, "lines": [{"text": _STILL.in_language(lang), "id": None}]},
        ],
        "texts": TEXTS[lang],
        "live": False,
    }


def _part(view: "ProgramView", told: Explanation, images: Images, lang: Lang) -> dict[str, Any]:
    graph = view.graph
    formulas = [formula for formula in (told.formula, told.gradient) if formula is not None]
    written = [mathml(line) for formula in formulas for line in (formula.symbols, formula.numbers) if line]
    node = next((group.output for group in graph.groups if group.id == told.id), None)
    if node is None and told.kind != "edge":
        node = graph.output if told.id == OUTPUT else graph.index(told.id)
    values: list[tuple[str, str, Any]] = []
    if node is not None:
        values = [
            ("value", Text("값", "Value").in_language(lang), view.values[node]),
            ("grad", Text("기울기", "Gradient").in_language(lang), view.gradients.nodes[node]),
        ]
    else:
        edge = next((edge for edge in graph.edges if edge.id == told.id), None)
        if edge is not None:
            values = [
                ("value", Text("값", "Value").in_language(lang), view.values[edge.source]),
                ("grad", Text("기여", "Contribution").in_language(lang), view.gradients.edges[edge.index]),
            ]
    return {
        "title": told.title,
        "sub": "",
        "rows": [],
        "formulas": written,
        "notes": [line for line in (told.rule, told.note) if line],
        "tensors": [_tensor(way, label, value, images) for way, label, value in values if value is not None],
        "sums": None
        if len(told.sum) < 2
        else {
            "title": Text("돌아오는 기울기의 합", "Sum of what comes back").in_language(lang),
            "rows": _branches(told),
        },
    }


def _branches(told: Explanation) -> Sequence[tuple[str, str, float]]:
    sizes = [summary.summary(branch.grad).norm for branch in told.sum]
    largest = max(sizes)
    return [
        (branch.target, branch.grad_text, size / largest if 0 < largest < float("inf") else 0.0)
        for branch, size in zip(told.sum, sizes, strict=True)
    ]


def _tensor(way: str, label: str, value: Any, images: Images) -> dict[str, Any]:
    if not summary.shape_of(value):
        return {"way": way, "label": f"{label}: {text(float(value))}", "rows": []}
    seen = shown(value)
    stats = summary.summary(value)
    part: dict[str, Any] = {
        "way": way,
        "label": f"{label} {seen.text}",
        "rows": [("min · max", f"{text(stats.min)} · {text(stats.max)}"), ("norm", text(stats.norm))],
        "cells": seen.cells,
    }
    if seen.image is not None:
        part |= {"image": images.index(seen.image), "pixels": seen.pixels}
    return part
