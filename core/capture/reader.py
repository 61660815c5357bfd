"""A capture read from JSON that anybody may have written: every field is checked, nothing is executed."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

import numpy as np

from chainrule.core.capture.records import (
    GROUP_KINDS,
    KINDS,
    NO_GRADIENTS,
    REASONS,
    SIDE,
    Capture,
    Edge,
    Group,
    Histogram,
    Node,
    Output,
    Parameter,
    Source,
    Summary,
    Tile,
)
from chainrule.core.capture.writer import FORMAT, VERSION
from chainrule.core.errors import ChainruleError
from chainrule.core.text import Text

T = TypeVar("T")

_COUNT = 2**62
"""Largest element count, index or size."""
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))
_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
"""Characters that turn the direction of text or break lines."""
_LARGEST = float(np.finfo(float).max)
_NUMBERS = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


class CaptureFileError(ChainruleError):
    """A captured graph's file that breaks the schema; ``name`` is the place: ``nodes[3].op``."""


class Limits(NamedTuple):
    """Largest file that is read."""

    characters: int = 64_000_000
    nodes: int = 50_000
    edges: int = 200_000
    groups: int = 20_000
    depth: int = 64
    """Groups inside one another."""
    parameters: int = 50_000
    outputs: int = 10_000
    """Results of one node."""
    text: int = 500
    """Characters of one text."""
    items: int = 256
    """Entries of a small list: axes, slots, arguments, names."""


def read_capture(text: str | bytes, limits: Limits | None = None) -> Capture:
    """Read a capture. Raises CaptureFileError for anything that the writer would not write."""
    return _Reader(limits or Limits()).capture(text)


def _refuse(place: str, en: str, ko: str) -> NoReturn:
    raise CaptureFileError(Text(f"{place}: {ko}", f"{place}: {en}"), name=place)


def _not_json(_: str) -> NoReturn:
    raise ValueError("a number that JSON lacks")


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def capture(self, text: str | bytes) -> Capture:
        if len(text) > self.limits.characters:
            _refuse(
                "file",
                f"over {self.limits.characters:,} characters",
                f"{self.limits.characters:,}자가 넘습니다",
            )
        try:
            document = json.loads(text, parse_constant=_not_json)
        except (ValueError, RecursionError):
            _refuse("file", "not JSON", "JSON이 아닙니다")
        where = "file"
        document = self.object(document, where, dict.fromkeys((*_fields(Capture), "format", "version")))
        if document.get("format") != FORMAT:
            _refuse("format", f'not "{FORMAT}"', f'"{FORMAT}"이(가) 아닙니다')
        if document.get("version") != VERSION or isinstance(document["version"], bool):
            _refuse(
                "version",
                f"this Chainrule reads version {VERSION}",
                f"이 Chainrule은 버전 {VERSION}을 읽습니다",
            )
        groups = self.sequence(document.get("groups", []), "groups", self.limits.groups, self.group)
        nodes = self.sequence(document.get("nodes"), "nodes", self.limits.nodes, self.node)
        edges = self.sequence(document.get("edges"), "edges", self.limits.edges, self.edge)
        parameters = self.sequence(
            document.get("parameters", []), "parameters", self.limits.parameters, self.parameter
        )
        loss = document.get("loss")
        read = Capture(
            title=self.text(document.get("title", ""), "title"),
            nodes=nodes,
            edges=edges,
            groups=groups,
            parameters=parameters,
            loss=None if loss is None else self.tensor(loss, "loss"),
            outputs=self.sequence(document.get("outputs", []), "outputs", self.limits.nodes, self.tensor),
            loss_value=None
            if document.get("loss_value") is None
            else self.number(document["loss_value"], "loss_value"),
            made_by=self.text(document.get("made_by", ""), "made_by"),
            notes=self.sequence(document.get("notes", []), "notes", self.limits.items, self.text),
        )
        self.whole(read)
        return read

    def whole(self, read: Capture) -> None:
        """Check what concerns more than one record."""
        self.unique([node.id for node in read.nodes], "nodes")
        self.unique([group.id for group in read.groups], "groups")
        self.unique([parameter.name for parameter in read.parameters], "parameters")
        depths: list[int] = []
        for at, group in enumerate(read.groups):
            if group.parent >= at:
                _refuse(f"groups[{at}].parent", "stands behind its group", "자기 그룹보다 뒤에 있습니다")
            depths.append(1 + (depths[group.parent] if group.parent >= 0 else 0))
            if depths[-1] > self.limits.depth:
                _refuse(f"groups[{at}]", "too deep", "너무 깊이 들어 있습니다")
        for at, node in enumerate(read.nodes):
            if node.group >= len(read.groups):
                _refuse(f"nodes[{at}].group", "no such group", "그런 그룹이 없습니다")
            if (node.kind == "box") != (node.reason is not None):
                _refuse(f"nodes[{at}].reason", "a box, and only a box, has one", "닫힌 상자에만 있습니다")
        seen: set[tuple[int, int, int]] = set()
        before = (-1, -1)
        for at, edge in enumerate(read.edges):
            place = f"edges[{at}]"
            if edge.target >= len(read.nodes) or edge.source >= edge.target:
                _refuse(
                    place, "source must stand before target", "출발 노드가 도착 노드보다 앞에 있어야 합니다"
                )
            if edge.output >= len(read.nodes[edge.source].outputs):
                _refuse(f"{place}.output", "no such output", "그런 출력이 없습니다")
            if (edge.source, edge.output, edge.target) in seen:
                _refuse(place, "twice", "두 번 나옵니다")
            seen.add((edge.source, edge.output, edge.target))
            if (edge.target, edge.slots[0]) < before:
                _refuse(place, "not in order of target and slot", "도착 노드와 자리의 순서가 아닙니다")
            before = (edge.target, edge.slots[0])
        places = [*read.outputs, *([read.loss] if read.loss else [])]
        places += [place for group in read.groups for place in group.outputs]
        for node_at, output in places:
            if node_at >= len(read.nodes) or output >= len(read.nodes[node_at].outputs):
                _refuse("outputs", "no such node", "그런 노드가 없습니다")
        for at, parameter in enumerate(read.parameters):
            if parameter.node >= len(read.nodes):
                _refuse(f"parameters[{at}].node", "no such node", "그런 노드가 없습니다")

    def unique(self, names: list[str], place: str) -> None:
        if len(set(names)) < len(names):
            _refuse(place, "a name stands twice", "같은 이름이 두 번 나옵니다")

    # Records

    def node(self, value: Any, place: str) -> Node:
        given = self.object(value, place, _fields(Node))
        kind = self.choice(given.get("kind"), f"{place}.kind", KINDS)
        reason = given.get("reason")
        source = given.get("source")
        formula = given.get("formula")
        return Node(
            id=self.name(given.get("id"), f"{place}.id"),
            kind=kind,
            op=self.name(given.get("op"), f"{place}.op"),
            name=self.text(given.get("name"), f"{place}.name"),
            path=self.text(given.get("path"), f"{place}.path"),
            group=self.integer(given.get("group"), f"{place}.group", -1),
            outputs=self.sequence(
                given.get("outputs"), f"{place}.outputs", self.limits.outputs, self.output, 1
            ),
            arguments=self.small(given.get("arguments", []), f"{place}.arguments", self.pair),
            source=None if source is None else self.source(source, f"{place}.source"),
            autograd=self.small(given.get("autograd", []), f"{place}.autograd", self.text),
            formula=None if formula is None else self.name(formula, f"{place}.formula"),
            relabels=self.boolean(given.get("relabels", False), f"{place}.relabels"),
            in_place=self.boolean(given.get("in_place", False), f"{place}.in_place"),
            reason=None if reason is None else self.choice(reason, f"{place}.reason", REASONS),
            aliases=self.small(given.get("aliases", []), f"{place}.aliases", self.name),
        )

    def output(self, value: Any, place: str) -> Output:
        given = self.object(value, place, _fields(Output))
        dead, units = given.get("dead"), given.get("units")
        return Output(
            shape=self.small(given.get("shape"), f"{place}.shape", self.integer),
            dtype=self.name(given.get("dtype"), f"{place}.dtype"),
            device=self.name(given.get("device"), f"{place}.device"),
            requires_grad=self.boolean(given.get("requires_grad"), f"{place}.requires_grad"),
            value=self.summary(given.get("value"), f"{place}.value"),
            gradient=self.summary(given.get("gradient"), f"{place}.gradient"),
            dead=None if dead is None else self.integer(dead, f"{place}.dead"),
            units=None if units is None else self.integer(units, f"{place}.units"),
        )

    def edge(self, value: Any, place: str) -> Edge:
        given = self.object(value, place, _fields(Edge))
        order = given.get("order")
        return Edge(
            source=self.integer(given.get("source"), f"{place}.source"),
            output=self.integer(given.get("output"), f"{place}.output"),
            target=self.integer(given.get("target"), f"{place}.target"),
            slots=self.small(given.get("slots"), f"{place}.slots", self.integer, 1),
            returns=self.boolean(given.get("returns"), f"{place}.returns"),
            contribution=self.summary(given.get("contribution"), f"{place}.contribution"),
            order=None if order is None else self.integer(order, f"{place}.order"),
        )

    def group(self, value: Any, place: str) -> Group:
        given = self.object(value, place, _fields(Group))
        return Group(
            id=self.name(given.get("id"), f"{place}.id"),
            kind=self.choice(given.get("kind"), f"{place}.kind", GROUP_KINDS),
            path=self.text(given.get("path"), f"{place}.path"),
            module=self.text(given.get("module"), f"{place}.module"),
            call=self.integer(given.get("call"), f"{place}.call", 1),
            parent=self.integer(given.get("parent"), f"{place}.parent", -1),
            calls=self.integer(given.get("calls", 1), f"{place}.calls", 1),
            block=self.integer(given.get("block", -1), f"{place}.block", -1),
            aliases=self.small(given.get("aliases", []), f"{place}.aliases", self.text),
            outputs=self.small(given.get("outputs", []), f"{place}.outputs", self.tensor),
        )

    def parameter(self, value: Any, place: str) -> Parameter:
        given = self.object(value, place, _fields(Parameter))
        why = given.get("no_gradient")
        return Parameter(
            name=self.name(given.get("name"), f"{place}.name"),
            node=self.integer(given.get("node"), f"{place}.node", -1),
            shape=self.small(given.get("shape"), f"{place}.shape", self.integer),
            dtype=self.name(given.get("dtype"), f"{place}.dtype"),
            no_gradient=None if why is None else self.choice(why, f"{place}.no_gradient", NO_GRADIENTS),
        )

    def source(self, value: Any, place: str) -> Source:
        given = self.object(value, place, _fields(Source))
        return Source(
            file=self.text(given.get("file"), f"{place}.file"),
            line=self.integer(given.get("line"), f"{place}.line"),
            function=self.text(given.get("function"), f"{place}.function"),
            text=self.text(given.get("text", ""), f"{place}.text"),
        )

    def summary(self, value: Any, place: str) -> Summary | None:
        if value is None:
            return None
        given = self.object(value, place, _fields(Summary))
        histogram, tile = given.get("histogram"), given.get("tile")
        count, zeros, nan, infinite = (
            self.integer(given.get(name), f"{place}.{name}") for name in ("count", "zeros", "nan", "infinite")
        )
        if zeros + nan + infinite > count:
            _refuse(place, "more special elements than elements", "특별한 원소가 전체 원소보다 많습니다")
        low, high, mean, norm = (
            self.number(given.get(name), f"{place}.{name}") for name in ("min", "max", "mean", "norm")
        )
        return Summary(
            count,
            low,
            high,
            mean,
            norm,
            zeros,
            nan,
            infinite,
            None if histogram is None else self.histogram(histogram, f"{place}.histogram"),
            None if tile is None else self.tile(tile, f"{place}.tile"),
        )

    def histogram(self, value: Any, place: str) -> Histogram:
        given = self.object(value, place, _fields(Histogram))
        low, high = (self.number(given.get(name), f"{place}.{name}") for name in ("low", "high"))
        if not (np.isfinite(low) and np.isfinite(high) and low <= high):
            _refuse(place, "no interval", "구간이 아닙니다")
        return Histogram(low, high, self.small(given.get("counts"), f"{place}.counts", self.integer))

    def tile(self, value: Any, place: str) -> Tile:
        given = self.object(value, place, ("rows", "columns", "height", "width", "data"))
        rows, columns, height, width = (
            self.integer(given.get(name), f"{place}.{name}")
            for name in ("rows", "columns", "height", "width")
        )
        if height > min(rows, SIDE) or width > min(columns, SIDE):
            _refuse(place, f"larger than {SIDE} × {SIDE} or than the matrix", "타일이 너무 큽니다")
        data = given.get("data")
        if not isinstance(data, str) or len(data) > 4 * SIDE * SIDE * 2:
            _refuse(f"{place}.data", "not base64", "base64가 아닙니다")
        try:
            raw = base64.b64decode(data, validate=True)
        except (ValueError, binascii.Error):
            _refuse(f"{place}.data", "not base64", "base64가 아닙니다")
        if len(raw) != 4 * height * width:
            _refuse(f"{place}.data", "not height × width numbers", "높이 × 너비만큼의 수가 아닙니다")
        return Tile(rows, columns, np.frombuffer(raw, "<f4").astype(np.float32).reshape(height, width))

    # Values

    def object(self, value: Any, place: str, known: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            _refuse(place, "not an object", "객체가 아닙니다")
        for key in value:
            if key not in known:
                _refuse(place, f"unknown field {key[:40]!r}", f"모르는 필드 {key[:40]!r}")
        return value

    def sequence(
        self, value: Any, place: str, most: int, read: Callable[[Any, str], T], least: int = 0
    ) -> tuple[T, ...]:
        if not isinstance(value, list):
            _refuse(place, "not a list", "목록이 아닙니다")
        if not least <= len(value) <= most:
            _refuse(place, f"not {least} to {most:,} entries", f"항목이 {least}개에서 {most:,}개가 아닙니다")
        return tuple([read(item, f"{place}[{at}]") for at, item in enumerate(value)])

    def small(self, value: Any, place: str, read: Callable[[Any, str], T], least: int = 0) -> tuple[T, ...]:
        return self.sequence(value, place, self.limits.items, read, least)

    def pair(self, value: Any, place: str) -> tuple[str, str]:
        if not isinstance(value, list) or len(value) != 2:
            _refuse(place, "not a name and a text", "이름과 글의 짝이 아닙니다")
        return self.text(value[0], place), self.text(value[1], place)

    def tensor(self, value: Any, place: str) -> tuple[int, int]:
        if not isinstance(value, list) or len(value) != 2:
            _refuse(place, "not a node and an output", "노드와 출력의 짝이 아닙니다")
        return self.integer(value[0], place), self.integer(value[1], place)

    def text(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or len(value) > self.limits.text:
            _refuse(
                place,
                f"not a text of at most {self.limits.text} characters",
                f"{self.limits.text}자 이하의 글이 아닙니다",
            )
        if value.translate(_CONTROLS) != value or any(turn in value for turn in _DIRECTIONS):
            _refuse(place, "control characters", "제어 문자가 있습니다")
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            _refuse(place, "half a character", "반쪽 문자가 있습니다")
        return value

    def name(self, value: Any, place: str) -> str:
        if not self.text(value, place):
            _refuse(place, "empty", "비어 있습니다")
        return str(value)

    def choice(self, value: Any, place: str, known: tuple[T, ...]) -> T:
        if value not in known or not isinstance(value, str):
            _refuse(place, f"not one of {', '.join(map(str, known))}", "허용된 값이 아닙니다")
        return cast(T, value)

    def integer(self, value: Any, place: str, least: int = 0) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _COUNT:
            _refuse(place, f"not a whole number from {least}", f"{least} 이상의 정수가 아닙니다")
        return value

    def number(self, value: Any, place: str) -> float:
        if isinstance(value, str) and value in _NUMBERS:
            return float(_NUMBERS[value])
        if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > _LARGEST:
            _refuse(place, "not a number", "수가 아닙니다")
        return float(value)

    def boolean(self, value: Any, place: str) -> bool:
        if not isinstance(value, bool):
            _refuse(place, "not true or false", "true나 false가 아닙니다")
        return value


def _fields(record: type) -> tuple[str, ...]:
    return tuple(record.__dataclass_fields__)  # type: ignore[attr-defined]
