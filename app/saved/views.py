"""Which views of a graph are drawn beforehand, and their images, each kept once."""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

EXACT = 16
"""Sets of open groups up to which all are drawn, so that every click does what it says."""

_HREF = re.compile(r'href="(data:[^"]+)"')


class Images:
    """The images of all views and panels, each once."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._at: dict[str, int] = {}

    def index(self, href: str) -> int:
        """Return the place of an image, added if it is new."""
        at = self._at.get(href)
        if at is None:
            at = self._at[href] = len(self.all)
            self.all.append(href)
        return at

    def taken_out(self, svg: str) -> str:
        """Replace the images of a picture by their places: ``href="#3"``."""
        return _HREF.sub(lambda match: f'href="#{self.index(match[1])}"', svg)


def views(
    parents: Mapping[str, str | None],
    first: frozenset[str],
    draw: Callable[[frozenset[str], str], str],
    images: Images,
    budget: int,
    seconds: float | None = None,
    forms: Sequence[str] = ("",),
) -> tuple[list[dict[str, Any]], bool]:
    """Draw the first view, others within ``budget`` packed bytes and ``seconds``; tell whether all planned fit.

    ``parents`` names the group around each group, outer before inner. Of a graph with few groups every set of open
    groups is drawn; of others, each group opened and closed from the first view. ``forms`` are ways to draw each of
    them: all come in the first form before any but the first comes in another.
    """
    drawn: list[dict[str, Any]] = []
    taken = 0
    begun = monotonic()
    planned = list(_planned(parents, first))
    order = [(first, form) for form in forms]
    order += [(open, form) for form in forms for open in planned[1:]]
    for open, form in order:
        if drawn and seconds is not None and monotonic() - begun > seconds:
            return drawn, False
        svg = images.taken_out(draw(open, form))
        size = len(zlib.compress(svg.encode())) * 4 // 3
        if drawn and taken + size > budget:
            return drawn, False
        taken += size
        drawn.append({"open": sorted(open), "form": form, "svg": svg})
    return drawn, True


def _planned(parents: Mapping[str, str | None], first: frozenset[str]) -> Iterator[frozenset[str]]:
    known = {first}
    yield first
    for open in _every(parents) or _one_by_one(parents, first):
        if open not in known:
            known.add(open)
            yield open


def _every(parents: Mapping[str, str | None]) -> list[frozenset[str]] | None:
    """Return every set of open groups, those around them open too; None if there are too many."""
    found: list[frozenset[str]] = [frozenset()]
    for group, parent in parents.items():
        found += [open | {group} for open in found if parent is None or parent in open]
        if len(found) > EXACT:
            return None
    return found


def _one_by_one(parents: Mapping[str, str | None], first: frozenset[str]) -> Iterator[frozenset[str]]:
    for group in parents:
        if group in first:
            yield frozenset(other for other in first if group not in around(other, parents))
        else:
            yield first | set(around(group, parents))


def around(group: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return a group and those around it, inner first."""
    found: list[str] = []
    at: str | None = group
    while at is not None:
        found.append(at)
        at = parents[at]
    return found
