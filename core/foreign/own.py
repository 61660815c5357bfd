"""Exports of this project pasted back: each gives the graph that it was made from, with the same numbers."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from chainrule.core.export.origin import Origin, from_query, origin_in
from chainrule.core.foreign.translation import Line, Translation
from chainrule.core.text import Text

_NAME = Text("Chainrule에서 내보낸 것", "an export of Chainrule")
_NAMES_PROGRAM = re.compile(r"\bprogram=")
_READ = Text("프로그램이 여기에 적혀 있습니다.", "it holds the program")
_DRAWN = Text("그림입니다. 프로그램에서 다시 그립니다.", "a drawing, drawn anew from the program")
_EDITED = Text(
    "내보낸 뒤에 고친 것이 있습니다. 마지막 줄에 적힌, 고치기 전의 프로그램을 읽었습니다.",
    "It was edited after the export; what is read is the program of its last line, from before.",
)
_SCRIPT = re.compile(r"^(import|from|def|class)\s", re.M)


def own_export(text: str) -> Translation | None:
    """The program of one of our exports; None for any other text, and for a script that was edited since."""
    text = text.strip()
    found = origin_in(text)
    if found is not None:
        if found.edited and _SCRIPT.search(text):
            return None
        return _translated(text, found.origin, found.line, _EDITED if found.edited else None)
    origin = _link(text) or _curl(text) or _json(text)
    return from_origin(text, origin) if origin is not None else None


def from_origin(text: str, origin: Origin) -> Translation:
    """The translation of a text that says as a whole where it comes from: a link, a call, a graph as JSON."""
    return _translated(text, origin, 1, None)


def _link(text: str) -> Origin | None:
    query = text.partition("?")[2]
    if not _NAMES_PROGRAM.search(query) or text.split(maxsplit=1) != [text]:
        return None
    return from_query(urlsplit(text).query)


def _curl(text: str) -> Origin | None:
    """The body of a call by ``curl``."""
    if not text.startswith("curl "):
        return None
    try:
        words = shlex.split(text.replace("\\\n", " "))
    except ValueError:
        return None
    bodies = [
        words[at + 1]
        for at, word in enumerate(words[:-1])
        if word in ("-d", "--data", "--data-raw", "--data-binary", "--json")
    ]
    return _body(bodies[-1]) if bodies else None


def _json(text: str) -> Origin | None:
    return _body(text) if text.startswith("{") else None


def _body(text: str) -> Origin | None:
    """The body of a call, or the JSON export of its answer."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or not isinstance(body.get("program"), str):
        return None
    inputs = body.get("inputs") or {}
    names = (body.get("mistakes") or [], body.get("conventions") or [])
    if not isinstance(inputs, dict) or not all(isinstance(each, list) for each in names):
        return None
    upstream: Any = body.get("upstream", body.get("seed"))
    mistakes, conventions = (tuple(map(str, each)) for each in names)
    try:
        inputs = {str(name): number_of(value) for name, value in inputs.items()}
        upstream = 1.0 if upstream is None else number_of(upstream)
    except (ValueError, TypeError, OverflowError):
        return None
    return Origin(body["program"], inputs, upstream, mistakes, conventions)


def number_of(value: Any) -> Any:
    """A number or nested lists, with the names "NaN" and "Infinity" as the numbers that they are."""
    if isinstance(value, list):
        return [number_of(element) for element in value]
    if isinstance(value, str) and value not in ("NaN", "Infinity", "-Infinity"):
        raise ValueError(f"no number: {value[:20]}")
    return float(value)


def _translated(text: str, origin: Origin, line: int, note: Text | None) -> Translation:
    given: Mapping[str, Any] = origin.inputs
    stood = text.split("\n")
    above = [Line(1, "\n".join(stood[: line - 1]), None, _DRAWN)] if line > 1 else []
    read = Line(line, "\n".join(stood[line - 1 :]), origin.program, _READ)
    return Translation(
        "chainrule",
        _NAME,
        origin.program,
        (*above, read),
        given,
        origin.upstream,
        tuple(origin.mistakes),
        tuple(origin.conventions),
        note,
    )
