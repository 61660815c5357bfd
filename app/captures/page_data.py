"""The data of a captured model's page."""

import math
from collections.abc import Callable
from time import monotonic
from typing import Any

from chainrule.app.captures.details import Details
from chainrule.app.captures.findings import findings
from chainrule.app.captures.picture import FORMS, draw, groups_open, scene_in
from chainrule.app.picture.layout import Layouts
from chainrule.app.saved.page import TEXTS
from chainrule.app.saved.views import Images, views
from chainrule.core.capture import Capture
from chainrule.core.capture.visible import row_id, rows_of
from chainrule.core.text import Text

KEPT_FOR_VIEWS = 0.75
"""Share of the page's bytes that views may take; the rest is for what the panel says, and the script."""


def page_data(
    capture: Capture,
    layouts: Layouts,
    lang: str,
    budget: int,
    seconds: float | None = None,
    *,
    live: bool = False,
) -> dict[str, Any]:
    """Return all that the page shows, made within ``budget`` bytes and ``seconds``; the first view is always there.

    A ``live`` page asks for other views where it comes from.
    """
    begun, images = monotonic(), Images()
    parts = Details(capture, lang, images).all()

    def drawn(open: frozenset[str], form: str) -> str:
        scene = scene_in(capture, open, lang, form)
        return draw(scene, layouts.place_now(scene))

    left = None if seconds is None else seconds - (monotonic() - begun)
    shown = views_of(capture, drawn, images, budget, left)
    return page_of(
        capture, lang, subtitle(capture, lang), shown, images, parts, findings(capture, lang), live=live
    )


def views_of(
    capture: Capture,
    drawn: Callable[[frozenset[str], str], str],
    images: Images,
    budget: int,
    seconds: float | None,
) -> list[dict[str, Any]]:
    """Draw views for the page within its bytes and ``seconds``; ``images`` has those of the panel already."""
    room = int(KEPT_FOR_VIEWS * budget) - sum(map(len, images.all)) * 3 // 4
    return views(parents_of(capture), groups_open(capture, None), drawn, images, room, seconds, FORMS)[0]


def page_of(
    capture: Capture,
    lang: str,
    sub: str,
    shown: list[dict[str, Any]],
    images: Images,
    parts: dict[str, dict[str, Any]],
    found: list[dict[str, Any]],
    *,
    live: bool,
) -> dict[str, Any]:
    """Join what a page of this graph shows."""
    modules = {group.id for group in capture.groups}
    return {
        "lang": lang,
        "title": capture.title,
        "sub": sub,
        "views": shown,
        "images": images.all,
        "groups": [
            {"id": group, "parent": parent, "row": group not in modules}
            for group, parent in parents_of(capture).items()
        ],
        "nodes": [
            {
                "id": node.id,
                "group": seen_group(capture, node.group),
                "label": f"{node.op} {node.path}".strip(),
            }
            for node in capture.nodes
        ],
        "edges": [
            (
                edge.source,
                edge.target,
                edge.contribution.norm
                if edge.contribution and math.isfinite(edge.contribution.norm)
                else None,
            )
            for edge in capture.edges
            if edge.returns
        ],
        "loss": None if capture.loss is None else capture.loss[0],
        "parts": parts,
        "findings": found,
        "texts": TEXTS[lang],
        "live": live,
    }


def parents_of(capture: Capture) -> dict[str, str | None]:
    """Return the group around each group and row, outer before inner; a row stands around its blocks."""
    rows = rows_of(capture)
    parents: dict[str, str | None] = {}
    for at, group in enumerate(capture.groups):
        around = seen_group(capture, group.parent)
        row = rows.get(at)
        if row is not None:
            name = row_id(capture, row)
            parents.setdefault(name, around)
            around = name
        parents[group.id] = around
    return parents


def seen_group(capture: Capture, group: int) -> str | None:
    """Return the id of a group; None outside all."""
    return capture.groups[group].id if group >= 0 else None


def subtitle(capture: Capture, lang: str) -> str:
    """Count what the capture holds."""
    nodes, edges = f"{len(capture.nodes):,}", f"{len(capture.edges):,}"
    elements = sum(math.prod(capture.nodes[at].outputs[0].shape) for at in _parameters(capture))
    text = Text(
        f"노드 {nodes}개, 간선 {edges}개, 매개변수 {elements:,}개",
        f"{nodes} nodes, {edges} edges, {elements:,} parameters",
    )
    return f"{text.in_language(lang)} · {capture.made_by}" if capture.made_by else text.in_language(lang)


def _parameters(capture: Capture) -> set[int]:
    return {parameter.node for parameter in capture.parameters if parameter.node >= 0}
