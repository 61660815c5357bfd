"""A translation: the program that a text of another tool means, and what became of each of its lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chainrule.core.text import Text


class Line(NamedTuple):
    """What became of one statement, or of one line between statements."""

    number: int
    """Its first line in the text, from 1."""
    text: str
    """What stood there."""
    becomes: str | None
    """What stands there now; None if it was dropped."""
    why: Text | None = None
    """Why it changed; None for a line that stays as it was."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A program with its numbers, and how it came about."""

    kind: str
    """``pytorch``, ``micrograd``, ``numpy``, ``book``; ``chainrule`` for an export of this project."""
    name: Text
    """What a reader calls that kind."""
    program: str
    lines: tuple[Line, ...]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    upstream: Any = 1.0
    mistakes: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    note: Text | None = None
    """What a reader must know of the whole: other random numbers, an edited drawing."""
