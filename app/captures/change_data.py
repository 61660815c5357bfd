"""The data of the page of two captures: what changed most, and of each part its numbers before and after."""

import math
from time import monotonic
from typing import Any

from chainrule.app.captures.change_picture import LEGEND, change_scene, draw_changes
from chainrule.app.captures.changes import Changes, share
from chainrule.app.captures.page_data import page_of, views_of
from chainrule.app.captures.tiles import heat_map_of
from chainrule.app.picture.layout import Layouts
from chainrule.app.saved.views import Images
from chainrule.core import number_text
from chainrule.core.capture import Capture, Output, Summary
from chainrule.core.capture.difference import Change
from chainrule.core.capture.visible import row_id, rows_of
from chainrule.core.ops import shapes
from chainrule.core.text import Text

MOST_LISTED = 12


def change_data(
    found: Changes,
    layouts: Layouts,
    lang: str,
    budget: int,
    seconds: float | None = None,
    *,
    live: bool = False,
) -> dict[str, Any]:
    """Return all that the page of two captures shows; arguments as in ``page_data``."""
    begun, images = monotonic(), Images()
    after = found.union.after
    parts = _Parts(found, lang, images).all()

    def drawn(open: frozenset[str], form: str) -> str:
        scene = change_scene(found, open, lang, form)
        return draw_changes(scene, layouts.place_now(scene))

    left = None if seconds is None else seconds - (monotonic() - begun)
    shown = views_of(after, drawn, images, budget, left)
    said = change_findings(found, lang)
    return page_of(after, lang, _subtitle(found, lang), shown, images, parts, said, live=live)


def _subtitle(found: Changes, lang: str) -> str:
    nodes = len(found.union.nodes)
    first, second = len(found.found.only_first), len(found.found.only_second)
    text = Text(
        f"두 캡처의 차이: 노드 {nodes:,}개, 이전에만 {first:,}개, 이후에만 {second:,}개",
        f"Difference of two captures: {nodes:,} nodes, {first:,} only before, {second:,} only after",
    )
    return text.in_language(lang)


def change_findings(found: Changes, lang: str) -> list[dict[str, Any]]:
    """Return the findings: the loss, what is new and gone, what changed most, how the picture is read."""

    def said(ko: str, en: str) -> str:
        return ko if lang == "ko" else en

    before, after = found.union.before, found.union.after
    told = []
    losses = [None if loss is None else number_text.text(loss) for loss in found.found.loss]
    if any(losses):
        old, new = (loss or "–" for loss in losses)
        told.append(
            {"title": said(f"손실 {old} → {new}", f"Loss {old} → {new}"), "wrong": False, "lines": []}
        )
    new_strange = sorted(found.newly_strange)
    if new_strange:
        title = said("새로 생긴 NaN이나 ∞", "NaN or ∞ that is new")
        told.append({"title": title, "wrong": True, "lines": _lines(after, new_strange)})
    for which, title in (
        ("first", said("이전에만 있는 노드", "Nodes only before")),
        ("second", said("이후에만 있는 노드", "Nodes only after")),
    ):
        alone = [at for at in range(len(found.union.nodes)) if found.only(at) == which]
        if alone:
            told.append({"title": f"{title}: {len(alone):,}", "wrong": False, "lines": _lines(after, alone)})
    for title, gone in (
        (said("기울기가 없어진 노드", "Gradient no more"), (before, after)),
        (said("기울기가 생긴 노드", "Gradient that is new"), (after, before)),
    ):
        lost = [
            at
            for at, (had, has) in enumerate(zip(gone[0].nodes, gone[1].nodes, strict=True))
            if not found.only(at) and had.outputs[0].gradient is not None and has.outputs[0].gradient is None
        ]
        if lost:
            told.append({"title": title, "wrong": False, "lines": _lines(after, lost)})
    told += _most(found, lang)
    legend = [{"text": text.in_language(lang), "id": None} for text in LEGEND]
    told.append({"title": said("그림 읽기", "How the picture is read"), "wrong": False, "lines": legend})
    return told


def _lines(capture: Capture, nodes: list[int]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = [
        {"text": capture.nodes[at].id, "id": capture.nodes[at].id} for at in nodes[:MOST_LISTED]
    ]
    return [*listed, {"text": "…", "id": None}] if len(nodes) > MOST_LISTED else listed


def _most(found: Changes, lang: str) -> list[dict[str, Any]]:
    """Return the parameters, values and gradients that changed most."""
    after = found.union.after
    parameters = {at for at, node in enumerate(after.nodes) if node.kind == "parameter"}
    made = {at for at, node in enumerate(after.nodes) if node.kind in ("op", "box", "loss")}
    told = []
    for title, nodes, of in (
        (Text("가장 많이 변한 매개변수", "Parameters that changed most"), parameters, found.value),
        (Text("가장 많이 변한 값", "Values that changed most"), made, found.value),
        (Text("가장 많이 변한 기울기", "Gradients that changed most"), parameters | made, found.gradient),
    ):
        known = [(_size(change), at, change) for at in sorted(nodes) if (change := of((at, 0))) is not None]
        largest = sorted((each for each in known if each[0] > 0), key=lambda each: (-each[0], each[1]))[:5]
        lines: list[dict[str, Any]] = [
            {"text": f"{after.nodes[at].id}: {share(change)}", "id": after.nodes[at].id}
            for _, at, change in largest
        ]
        if not lines and known:
            lines = [{"text": Text("변하지 않았습니다", "none has changed").in_language(lang), "id": None}]
        if lines:
            told.append({"title": title.in_language(lang), "wrong": False, "lines": lines})
    return told


def _size(change: Change) -> float:
    return math.inf if math.isnan(change.relative) else change.relative


class _Parts:
    """What the panel says of each part."""

    def __init__(self, found: Changes, lang: str, images: Images) -> None:
        self._found, self._lang, self._images = found, lang, images

    def _said(self, ko: str, en: str) -> str:
        return ko if self._lang == "ko" else en

    def all(self) -> dict[str, dict[str, Any]]:
        after = self._found.union.after
        parts = {node.id: self._node(at) for at, node in enumerate(after.nodes)}
        inside: list[list[int]] = [[] for _ in after.groups]
        for at, node in enumerate(after.nodes):
            group = node.group
            while group >= 0:
                inside[group].append(at)
                group = after.groups[group].parent
        for at, group_at in enumerate(after.groups):
            title = group_at.path or group_at.id if group_at.kind == "module" else group_at.module
            parts[group_at.id] = self._group(title, group_at.module, inside[at])
        for row in set(rows_of(after).values()):
            first, last = after.groups[row[0]], after.groups[row[-1]]
            nodes = [node for at in row for node in inside[at]]
            parts[row_id(after, row)] = self._group(
                f"{first.module} × {len(row)}", f"{first.path} … {last.path}", nodes
            )
        if after.loss is not None:
            parts["@output"] = self._node(after.loss[0])
        return parts

    def _node(self, at: int) -> dict[str, Any]:
        union = self._found.union
        before, after = union.before.nodes[at], union.after.nodes[at]
        alone = self._found.only(at)
        notes = []
        if alone == "first":
            notes.append(self._said("이전 캡처에만 있습니다.", "Only in the capture before."))
        if alone == "second":
            notes.append(self._said("이후 캡처에만 있습니다.", "Only in the capture after."))
        if at in self._found.newly_strange:
            notes.append(self._said("NaN이나 ∞가 새로 생겼습니다.", "NaN or ∞ is new here."))
        shape = (
            shapes.shown(after.outputs[0].shape)
            if after.outputs[0].shape
            else self._said("수 하나", "a number")
        )
        source = after.source
        return {
            "title": after.id,
            "sub": "",
            "rows": [
                (self._said("종류", "kind"), after.op),
                (self._said("모양", "shape"), self._types(before.outputs[0], after.outputs[0], shape)),
            ],
            "code": None
            if source is None
            else {"place": f"{source.file}:{source.line} · {source.function}", "text": source.text},
            "notes": notes,
            "tensors": [
                part
                for output, (old, new) in enumerate(zip(before.outputs, after.outputs, strict=True))
                for part in self._sides(at, output, old, new)
            ],
        }

    def _types(self, before: Output, after: Output, shape: str) -> str:
        types = after.dtype if before.dtype == after.dtype else f"{before.dtype} → {after.dtype}"
        return f"{shape} · {types}"

    def _sides(self, at: int, output: int, old: Output, new: Output) -> list[dict[str, Any]]:
        sides = (
            ("value", self._said("값", "Value"), old.value, new.value, self._found.value((at, output))),
            (
                "grad",
                self._said("기울기", "Gradient"),
                old.gradient,
                new.gradient,
                self._found.gradient((at, output)),
            ),
        )
        parts: list[dict[str, Any]] = []
        for way, label, was, now, change in sides:
            if was is None and now is None:
                continue
            changed = "" if change is None else f": {share(change)}"
            parts.append({"way": way, "label": f"{label}{changed}", "rows": self._rows(was, now)})
            images = (
                (self._said("이후 − 이전", "after − before"), self._found.tile(was, now)),
                (self._said("이전", "before"), was.tile if was else None),
                (self._said("이후", "after"), now.tile if now else None),
            )
            for name, tile in images if new.shape else ():
                image = None if tile is None else heat_map_of(tile)
                if image is not None:
                    scale = f"±{number_text.short(image.scale)}" if image.scale else "0"
                    parts.append(
                        {
                            "way": way,
                            "label": f"{name} ({scale})",
                            "rows": [],
                            "image": self._images.index(image.href),
                            "pixels": (image.height, image.width),
                        }
                    )
        return parts

    def _rows(self, was: Summary | None, now: Summary | None) -> list[tuple[str, str]]:
        def both(read: Any) -> str:
            return " → ".join("–" if held is None else str(read(held)) for held in (was, now))

        text = number_text.text
        rows = [
            (self._said("평균", "mean"), both(lambda held: text(held.mean))),
            (self._said("노름", "norm"), both(lambda held: text(held.norm))),
            (
                self._said("최소 · 최대", "min · max"),
                both(lambda held: f"{text(held.min)} · {text(held.max)}"),
            ),
        ]
        for name, count in (
            (self._said("0인 원소", "zeros"), "zeros"),
            ("NaN", "nan"),
            ("∞", "infinite"),
        ):
            counts = [None if held is None else int(getattr(held, count)) for held in (was, now)]
            if any(counts):
                rows.append((name, " → ".join("–" if number is None else f"{number:,}" for number in counts)))
        return rows

    def _group(self, title: str, sub: str, nodes: list[int]) -> dict[str, Any]:
        """What is said of a module: what changed most within."""
        after = self._found.union.after
        known = [(at, self._found.value((at, 0)), self._found.gradient((at, 0))) for at in nodes]
        largest = sorted(
            known, key=lambda each: -max((_size(c) for c in each[1:] if c is not None), default=0.0)
        )
        rows = [
            (after.nodes[at].id, f"Δ {share(value)} ∂ {share(gradient)}", self._bar(value, gradient))
            for at, value, gradient in largest[:MOST_LISTED]
        ]
        return {
            "title": title,
            "sub": sub,
            "rows": [(self._said("안의 노드", "nodes inside"), f"{len(nodes):,}")],
            "notes": [],
            "sums": {"title": self._said("가장 많이 변한 것", "What changed most"), "rows": rows},
            "tensors": [],
        }

    def _bar(self, value: Change | None, gradient: Change | None) -> float:
        sizes = [change.relative for change in (value, gradient) if change is not None]
        known = [size for size in sizes if math.isfinite(size)]
        return min(1.0, max(known, default=0.0))
