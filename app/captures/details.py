"""What the panel says of each part of a captured model: facts, source line, tensors, what each edge brings back."""

import math
from collections.abc import Sequence
from typing import Any

from chainrule.app.captures.tiles import heat_map_of
from chainrule.app.saved.views import Images
from chainrule.core import number_text
from chainrule.core.capture import Capture, Group, Node, Output, Summary
from chainrule.core.capture.visible import row_id, rows_of
from chainrule.core.ops import OPS, shapes
from chainrule.core.text import Text
from chainrule.core.view import summary as tensors

_KINDS = {
    "input": Text("입력", "input"),
    "target": Text("정답", "target"),
    "parameter": Text("매개변수", "parameter"),
    "buffer": Text("버퍼", "buffer"),
    "constant": Text("상수", "constant"),
    "op": Text("연산", "op"),
    "box": Text("닫힌 상자", "closed box"),
    "loss": Text("손실", "loss"),
}
_REASONS = {
    "custom": Text(
        "사용자 정의 autograd Function이라 안을 볼 수 없습니다.",
        "A custom autograd Function: what is inside cannot be seen.",
    ),
    "scripted": Text("TorchScript라 안을 볼 수 없습니다.", "TorchScript: what is inside cannot be seen."),
    "functorch": Text(
        "vmap 같은 변환의 안이라 값을 볼 수 없습니다.",
        "Inside vmap or another transform of functions: its values cannot be seen.",
    ),
    "checkpoint": Text(
        "재진입 체크포인트라 안의 값이 남지 않습니다.",
        "A reentrant checkpoint: the values inside are not kept.",
    ),
    "replayed": Text(
        "제자리 변경 뒤에 autograd가 다시 만든 뷰입니다.",
        "A view that autograd made anew after a change in place.",
    ),
    "outside": Text("캡처하기 전에 계산되었습니다.", "Computed before the capture began."),
    "compiled": Text(
        "PyTorch가 부른 다른 언어의 코드라 안을 볼 수 없습니다.",
        "Code of another language that PyTorch called.",
    ),
}
WHY = {
    "frozen": Text("requires_grad가 False입니다", "frozen: requires_grad is False"),
    "unused": Text("아무 연산도 읽지 않았습니다", "unused: no op read it"),
    "detached": Text(
        "손실까지 기울기가 돌아올 길이 없습니다(detach 등)", "detached: no gradient comes back from the loss"
    ),
    "integer": Text("정수형이라 기울기가 없습니다", "integers have no gradient"),
}


class Details:
    """The parts of one capture in one language."""

    def __init__(self, capture: Capture, lang: str, images: Images) -> None:
        self.capture = capture
        self._lang = lang
        self._images = images
        self._why = {
            parameter.node: parameter.no_gradient
            for parameter in capture.parameters
            if parameter.node >= 0 and parameter.no_gradient is not None
        }

    def _said(self, ko: str, en: str) -> str:
        return ko if self._lang == "ko" else en

    def all(self) -> dict[str, dict[str, Any]]:
        """Return the part of every node, group and row by its id."""
        parts = {node.id: self.node(at) for at, node in enumerate(self.capture.nodes)}
        parts |= {group.id: self.group(at) for at, group in enumerate(self.capture.groups)}
        for row in set(rows_of(self.capture).values()):
            parts[row_id(self.capture, row)] = self.row(row)
        if self.capture.loss is not None:
            parts["@output"] = self.node(self.capture.loss[0])
        return parts

    def node(self, at: int) -> dict[str, Any]:
        """Return what is said of a node."""
        node = self.capture.nodes[at]
        kind = _KINDS[node.kind].in_language(self._lang)
        rows = [(self._said("종류", "kind"), f"{node.op} ({kind})" if node.op != node.kind else kind)]
        if node.path:
            rows.append((self._said("모듈", "module"), node.path))
        if node.aliases:
            rows.append((self._said("다른 이름", "also named"), ", ".join(node.aliases)))
        first = node.outputs[0]
        rows += self._tensor_facts(first)
        rows += [(name or "·", text) for name, text in node.arguments]
        if node.autograd:
            rows.append(("autograd", ", ".join(node.autograd)))
        notes = []
        if node.reason is not None:
            notes.append(_REASONS[node.reason].in_language(self._lang))
        if (why := self._why.get(at)) is not None:
            notes.append(self._said("기울기 없음: ", "No gradient: ") + WHY[why].in_language(self._lang))
        if first.dead:
            dead = f"{first.dead:,} / {first.units or 0:,}"
            notes.append(
                self._said(
                    f"이 배치의 모든 행에서 0인 유닛: {dead}",
                    f"Units that are 0 for every row of this batch: {dead}",
                )
            )
        if node.formula is not None and node.formula in OPS:
            notes.append(OPS[node.formula].rule_text.in_language(self._lang))
        source = node.source
        return {
            "title": node.id,
            "sub": "",
            "rows": rows,
            "code": None
            if source is None
            else {"place": f"{source.file}:{source.line} · {source.function}", "text": source.text},
            "notes": notes,
            "sums": self._sums(at, 0),
            "tensors": [
                part for output in node.outputs for part in self._tensors(output, len(node.outputs) > 1)
            ],
        }

    def group(self, at: int) -> dict[str, Any]:
        """Return what is said of a module's call."""
        group = self.capture.groups[at]
        inside = self._inside(at)
        rows = [(self._said("모듈", "module"), group.module)]
        if group.path:
            rows.append((self._said("경로", "path"), group.path))
        if group.calls > 1:
            rows.append((self._said("호출", "call"), f"{group.call} / {group.calls}"))
        if group.aliases:
            rows.append((self._said("다른 경로", "also at"), ", ".join(group.aliases)))
        parameters = {node for node in inside if self.capture.nodes[node].kind == "parameter"}
        elements = sum(math.prod(self.capture.nodes[node].outputs[0].shape) for node in parameters)
        rows.append((self._said("안의 노드", "nodes inside"), f"{len(inside):,}"))
        if parameters:
            rows.append((self._said("매개변수", "parameters"), f"{elements:,}"))
        outputs = self._returned(group, inside)
        for output in outputs[:1]:
            rows += self._tensor_facts(output)
        return {
            "title": group.path or group.id if group.kind == "module" else group.module,
            "sub": group.module,
            "rows": rows,
            "notes": [],
            "tensors": [part for output in outputs[:2] for part in self._tensors(output, len(outputs) > 1)],
        }

    def row(self, row: Sequence[int]) -> dict[str, Any]:
        """Return what is said of equal blocks in a row: how the gradient changes from one to the next."""
        groups = [self.capture.groups[at] for at in row]
        sizes = []
        for group, at in zip(groups, row, strict=True):
            outputs = self._returned(group, self._inside(at))
            held = outputs[0].gradient if outputs else None
            sizes.append(held.norm if held is not None else 0.0)
        largest = max((size for size in sizes if math.isfinite(size)), default=0.0)
        return {
            "title": f"{groups[0].module} × {len(row)}",
            "sub": f"{groups[0].path} … {groups[-1].path}",
            "rows": [],
            "notes": [],
            "sums": {
                "title": self._said("결과의 기울기의 크기", "Size of the gradient of each result"),
                "rows": [
                    (
                        group.id,
                        number_text.short(size),
                        size / largest if largest and math.isfinite(size) else 0.0,
                    )
                    for group, size in zip(groups, sizes, strict=True)
                ],
            },
            "tensors": [],
        }

    def _inside(self, group: int) -> list[int]:
        found = list(self.capture.members[group])
        for child in self.capture.children[group]:
            found += self._inside(child)
        return found

    def _returned(self, group: Group, inside: list[int]) -> list[Output]:
        named: Sequence[tuple[int, int]] = group.outputs
        if not named and inside:
            named = [(max(inside), 0)]
        return [self.capture.nodes[node].outputs[output] for node, output in named]

    def _tensor_facts(self, output: Output) -> list[tuple[str, str]]:
        shape = shapes.shown(output.shape) if output.shape else self._said("수 하나", "a number")
        return [(self._said("모양", "shape"), f"{shape} · {output.dtype} · {output.device}")]

    def _tensors(self, output: Output, several: bool) -> list[dict[str, Any]]:
        shape = f" {shapes.shown(output.shape)}" if several else ""
        found = []
        if output.value is not None:
            found.append(self._tensor("value", self._said("값", "Value") + shape, output.value, output.shape))
        if output.gradient is not None:
            found.append(
                self._tensor("grad", self._said("기울기", "Gradient") + shape, output.gradient, output.shape)
            )
        return found

    def _tensor(self, way: str, label: str, held: Summary, shape: tuple[int, ...]) -> dict[str, Any]:
        text = number_text.text
        if held.count == 1 and not shape:
            return {"way": way, "label": f"{label}: {text(held.mean)}", "rows": []}
        rows = [
            (self._said("최소 · 최대", "min · max"), f"{text(held.min)} · {text(held.max)}"),
            (self._said("평균 · 노름", "mean · norm"), f"{text(held.mean)} · {text(held.norm)}"),
        ]
        if held.zeros:
            rows.append(
                (self._said("0인 원소", "zeros"), f"{held.zeros:,} ({100 * held.zeros / held.count:.0f} %)")
            )
        for count, name in ((held.nan, "NaN"), (held.infinite, "∞")):
            if count:
                rows.append((name, f"{count:,} / {held.count:,}"))
        part: dict[str, Any] = {"way": way, "label": label, "rows": rows}
        tile = held.tile
        image = None if tile is None else heat_map_of(tile)
        if tile is not None and image is not None:
            if tensors.display(shape) == "matrix" and tile.exact:
                part["cells"] = tensors.cells(tile.values.astype(float))
            else:
                part |= {"image": self._images.index(image.href), "pixels": (image.height, image.width)}
                if not tile.exact:
                    rows.append(
                        (
                            self._said("그림", "picture"),
                            self._said(
                                f"{tile.rows:,} × {tile.columns:,}을(를) 구역 평균으로 줄임",
                                f"{tile.rows:,} × {tile.columns:,}, reduced to means of blocks",
                            ),
                        )
                    )
        histogram = held.histogram
        if histogram is not None and len(histogram.counts) > 1:
            part["histogram"] = {
                "low": text(histogram.low),
                "high": text(histogram.high),
                "counts": histogram.counts,
            }
        return part

    def _sums(self, at: int, output: int) -> dict[str, Any] | None:
        """List what each edge out of a tensor brings back; their sum is its gradient."""
        back = []
        for index in self.capture.out_of[at]:
            edge = self.capture.edges[index]
            if edge.output == output and edge.returns and edge.contribution is not None:
                back.append((self.capture.nodes[edge.target], edge.contribution))
        if len(back) < 2:
            return None
        number = not self.capture.nodes[at].outputs[output].shape
        largest = max((held.norm for _, held in back if math.isfinite(held.norm)), default=0.0)
        return {
            "title": self._said("돌아오는 기울기의 합", "Sum of what comes back"),
            "rows": [self._branch(node, held, largest, number) for node, held in back],
        }

    def _branch(self, node: Node, held: Summary, largest: float, number: bool) -> tuple[str, str, float]:
        said = number_text.text(held.mean) if number else f"|∂| {number_text.short(held.norm)}"
        return node.id, said, held.norm / largest if largest and math.isfinite(held.norm) else 0.0
