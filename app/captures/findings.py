"""The diagnosis of a capture in sentences, for the panel and the table of the command line."""

import math
from typing import Any

from chainrule.app.captures.details import WHY
from chainrule.core import number_text
from chainrule.core.capture import Capture
from chainrule.core.capture.diagnosis import Diagnosis, Place, diagnose
from chainrule.core.ops import shapes

MOST_LISTED = 12


def findings(capture: Capture, lang: str) -> list[dict[str, Any]]:
    """Return the findings: what is wrong first, then the curve over depth."""
    return _Told(capture, diagnose(capture), lang).all()


class _Told:
    def __init__(self, capture: Capture, found: Diagnosis, lang: str) -> None:
        self._capture, self._found, self._lang = capture, found, lang

    def _said(self, ko: str, en: str) -> str:
        return ko if self._lang == "ko" else en

    def all(self) -> list[dict[str, Any]]:
        told = []
        if self._capture.loss_value is not None:
            loss = number_text.text(self._capture.loss_value)
            title = self._said(f"손실 {loss}", f"Loss {loss}")
            told.append({"title": title, "wrong": False, "lines": []})
        found = self._found
        if found.first_nan is not None:
            told.append(
                self._strange(found.first_nan, self._said("NaN이 처음 나오는 값", "NaN begins in a value"))
            )
        elif found.first_infinite is not None and not self._loss_is_finite:
            told.append(
                self._strange(found.first_infinite, self._said("∞가 처음 나오는 값", "∞ begins in a value"))
            )
        if found.first_bad_gradient is not None:
            told.append(
                self._strange(
                    found.first_bad_gradient,
                    self._said("NaN이나 ∞가 처음 나오는 기울기", "NaN or ∞ begins in a gradient"),
                )
            )
        if found.dead:
            told.append(self._dead())
        if found.without_gradient:
            told.append(self._without())
        if found.depth:
            told.append(self._depth())
        if any(math.isfinite(ratio.ratio) for ratio in found.ratios):
            told.append(self._ratios())
        for note in self._capture.notes:
            told.append({"title": note, "wrong": False, "lines": []})
        if not any(finding["wrong"] for finding in told):
            text = self._said(
                f"NaN, ∞, {'' if found.dead else '죽은 유닛, '}기울기 없는 매개변수가 없습니다.",
                f"No NaN, no infinity{'' if found.dead else ', no dead unit'}; every parameter has a gradient.",
            )
            if self._capture.loss is not None and not self._found.without_gradient:
                told.insert(1, {"title": text, "wrong": False, "lines": []})
        return told

    @property
    def _loss_is_finite(self) -> bool:
        loss = self._capture.loss_value
        return loss is not None and math.isfinite(loss)

    def _strange(self, place: Place, title: str) -> dict[str, Any]:
        node = self._capture.nodes[place.node]
        shape = shapes.shown(node.outputs[place.output].shape)
        return {"title": title, "wrong": True, "lines": [{"text": f"{node.id} {shape}", "id": node.id}]}

    def _dead(self) -> dict[str, Any]:
        lines = []
        for dead in sorted(self._found.dead, key=lambda dead: -dead.dead / dead.units)[:MOST_LISTED]:
            node = self._capture.nodes[dead.node].id
            share = f"{dead.dead:,} / {dead.units:,}"
            lines.append({"text": f"{node}: {share}", "id": node})
        title = self._said("이 배치에서 죽은 유닛", "Dead units in this batch")
        most = max(dead.dead / dead.units for dead in self._found.dead)
        return {"title": title, "wrong": most > 0.5, "lines": lines}

    def _without(self) -> dict[str, Any]:
        lines = []
        without = self._found.without_gradient
        for parameter in without[:MOST_LISTED]:
            why = parameter.no_gradient or "detached"
            node = self._capture.nodes[parameter.node].id if parameter.node >= 0 else None
            lines.append({"text": f"{parameter.name}: {WHY[why].in_language(self._lang)}", "id": node})
        more = len(without) - len(lines)
        if more > 0:
            lines.append({"text": self._said(f"그 밖에 {more}개", f"and {more} more"), "id": None})
        wrong = any(parameter.no_gradient in ("unused", "detached") for parameter in without)
        count = len(without)
        title = self._said(f"기울기가 없는 매개변수 {count}개", f"{count} parameters without a gradient")
        if count == 1:
            title = self._said(title, "A parameter without a gradient")
        return {"title": title, "wrong": wrong, "lines": lines}

    def _depth(self) -> dict[str, Any]:
        titles = {
            None: self._said("깊이에 따른 기울기의 크기", "Size of the gradients by depth"),
            "vanishing": self._said(
                "앞쪽 층에서 기울기가 사라집니다", "Gradients vanish towards the first layers"
            ),
            "exploding": self._said(
                "앞쪽 층에서 기울기가 폭발합니다", "Gradients explode towards the first layers"
            ),
        }
        curve = []
        for point in self._found.depth:
            node = self._capture.nodes[point.node]
            size = number_text.short(point.gradient)
            label = self._said(f"{node.id}: 기울기 {size}", f"{node.id}: gradient {size}")
            curve.append(
                {
                    "id": node.id,
                    "label": label,
                    "gradient": _finite(point.gradient),
                    "value": _finite(point.value),
                }
            )
        explained = self._said(
            "연산마다 제곱평균제곱근, 입력 쪽부터. 주황: 기울기, 점선: 값.",
            "Root mean square at each op, from the input on. Orange: gradient; dashed: value.",
        )
        return {
            "title": titles[self._found.trend],
            "wrong": self._found.trend is not None,
            "lines": [{"text": explained, "id": None}],
            "curve": curve,
        }

    def _ratios(self) -> dict[str, Any]:
        """List the parameters whose gradients are largest beside themselves; a bias that is still 0 has no ratio."""
        lines = []
        for ratio in [each for each in self._found.ratios if math.isfinite(each.ratio)][:5]:
            text = f"{ratio.parameter}: {number_text.short(ratio.ratio)}"
            lines.append({"text": text, "id": self._capture.nodes[self._capture.index[ratio.parameter]].id})
        title = self._said("가중치에 비해 가장 큰 기울기", "Largest gradients beside their weights")
        return {"title": title, "wrong": False, "lines": lines}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
