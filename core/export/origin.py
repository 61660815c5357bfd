"""Where an export came from: one comment that holds the program and its numbers, as the query of a page's address.

What a reader pastes back is the very same graph, although no drawing holds every digit. The comment has a mark of the
text around it, so that an edited script is read as it now stands.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

_COMMENTS: Mapping[str, tuple[str, str]] = {
    "dot": ("// ", ""),
    "mermaid": ("%% ", ""),
    "python": ("# ", ""),
    "pytorch": ("# ", ""),
    "svg": ("<!-- ", " -->"),
}
"""How a comment begins and ends, by format; JSON has fields instead."""

_LINE = re.compile(r"^.*\bChainrule: /\?(?P<query>\S*)#(?P<mark>[0-9a-f]{16})(?: -->)?\s*$", re.M)


@dataclass(frozen=True, slots=True)
class Origin:
    """A program, the numbers put into it, and how its gradients are taken."""

    program: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    upstream: Any = 1.0
    mistakes: Sequence[str] = ()
    conventions: Sequence[str] = ()

    def query(self) -> str:
        """The query of the page's address that shows it."""
        parts = {
            "program": self.program,
            "inputs": ",".join(f"{name}:{written(value)}" for name, value in self.inputs.items()),
            "seed": "" if self.upstream == 1.0 else written(self.upstream),
            "mistakes": ",".join(self.mistakes),
            "conventions": ",".join(self.conventions),
        }
        found = "&".join(f"{name}={quote(text, safe='/:,[]()=')}" for name, text in parts.items() if text)
        return found.replace("--", "%2D%2D")  # ends a comment of XML


class Found(NamedTuple):
    """An origin that a text holds."""

    origin: Origin
    line: int
    """Line of the comment, from 1."""
    edited: bool
    """Whether the text around it has changed since."""


def signed(text: str, format: str, origin: Origin) -> str:
    """The text of an export with its origin: as the last line, in JSON as its first fields."""
    if format == "json":
        given = {
            "program": origin.program,
            "inputs": {name: plain(value) for name, value in origin.inputs.items()},
        }
        fields = json.dumps(given, ensure_ascii=False, allow_nan=False)
        return "{\n " + fields[1:-1] + "," + text.removeprefix("{")
    begin, end = _COMMENTS[format]
    return f"{text.rstrip()}\n{begin}Chainrule: /?{origin.query()}#{_mark(text)}{end}\n"


def origin_in(text: str) -> Found | None:
    """The origin that a text holds, None if it holds none that can be read."""
    found = _LINE.search(text)
    origin = from_query(found["query"]) if found else None
    if found is None or origin is None:
        return None
    around = text[: found.start()] + text[found.end() :]
    return Found(origin, text.count("\n", 0, found.start()) + 1, _mark(around) != found["mark"])


def from_query(query: str) -> Origin | None:
    """Read the query of a page's address; None without a program, or with a number that cannot be read."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    if "program" not in given:
        return None
    try:
        inputs = dict(map(_pair, split(given.get("inputs", ""))))
        upstream = number_or_list(given["seed"]) if given.get("seed") else 1.0
    except (ValueError, RecursionError):
        return None
    mistakes, conventions = (
        [name for name in given.get(key, "").split(",") if name] for key in ("mistakes", "conventions")
    )
    return Origin(given["program"].replace("\r\n", "\n"), inputs, upstream, mistakes, conventions)


def split(pairs: str) -> list[str]:
    """Split at the commas outside brackets."""
    parts = [""]
    depth = 0
    for letter in pairs:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part]


def number_or_list(text: str) -> Any:
    """Read a number or a nested list. Raises ValueError."""
    if not text.startswith("["):
        return float(text)
    return json.loads(text)


def _pair(text: str) -> tuple[str, Any]:
    name, _, value = text.rpartition(":")
    return name, number_or_list(value)


def written(value: Any) -> str:
    """Write a number or nested lists of numbers, with all their digits."""
    value = plain(value)
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def plain(value: Any) -> Any:
    """A number, a tensor or nested lists as JSON has them; "NaN", "Infinity" and "-Infinity" as names; None stays."""
    if value is None:
        return None
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(element) for element in value]
    value = float(value)
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _mark(text: str) -> str:
    """A mark of a text, blank space apart."""
    return hashlib.sha256("".join(text.split()).encode("utf-8", "replace")).hexdigest()[:16]
