"""The letters of a picture from near and far: how large each text may grow, seen from afar, before it has no room.

No letter is smaller on the screen than ``--letter`` of static/css/tokens.css. At a scale ``k`` where one would be, its
text grows to that size over ``k`` in the picture's units, about a point of its own. It is hidden where it has no room:
``most`` is the largest letter at which it has. The server (``zoom``) and the page compare that one number, so nothing
is measured in a browser. Numbers have the room that the layout reserved for the longest. Names take what is free, the
important ones first; a text that is seen at one scale is seen at every larger one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import floor

from chainrule.app.picture.layout.geometry import Box
from chainrule.app.picture.scene.space import FAR, FARTHEST
from chainrule.app.picture.scene.text_width import text_width

NUMBER = FARTHEST
"""The largest letter of a number in the room that its edge has."""

_RATIO = 2 ** (1 / 6)
_LADDER = tuple(12.0 * _RATIO**step for step in range(1, 43))
"""The sizes at which names are tried; between two of them a name has the room of the larger."""
_OVER_NODES = 48.0
"""Beyond this letter a node is a dot, which a name may cover."""
_ASCENT, _DESCENT = 0.8, 0.24
BELOW = 1.15
"""How far the baseline of a text below another is from that one's, as a share of the letter."""
_APART = 0.25
"""The room between two names, as a share of the letter."""
_CELL = 100.0


@dataclass(slots=True)
class Letters:
    """One text: the point about which it grows, and how far it reaches from there for every pixel of its letter."""

    x: float
    y: float
    left: float
    right: float
    top: float
    bottom: float
    size: float
    most: float
    rank: int | None = None
    """Importance of a name, 0 first; None for a text that has its own room."""
    own: Box | None = None
    """What it may cover, with all that stands within: its own node, or a lid."""
    beside: bool = False
    """Whether shapes are in the way of a number, as beside a line that runs down."""
    least: float = 0.0
    """Seen only from letters of this size on."""
    after: "Letters | None" = None
    """A longer text of the same, in whose place it stands where that has no room."""
    inside: float = 0.0
    """Up to letters of this size it stays within its own node, where nothing is in its way."""
    local: tuple[float, float] = field(default=(0.0, 0.0))
    """The origin of the coordinates in which the text is drawn."""

    def box(self, letter: float, apart: float = 0.0) -> tuple[float, float, float, float]:
        """Left, top, right and bottom with letters of this size at least."""
        size = max(self.size, letter)
        room = apart * size
        return (
            self.x + self.left * size - room,
            self.y + self.top * size,
            self.x + self.right * size + room,
            self.y + self.bottom * size,
        )

    def seen(self, letter: float) -> bool:
        """Whether the text is drawn where the smallest letter has this size, in the picture's units."""
        return self.least <= letter <= max(self.most, self.size)

    def grown(self, letter: float) -> str:
        """The transform that enlarges its letters to this size, about its point; empty if they are large enough."""
        if letter <= self.size:
            return ""
        factor = letter / self.size
        x, y = (self.x - self.local[0]) * (1 - factor), (self.y - self.local[1]) * (1 - factor)
        return f"translate({x:.2f},{y:.2f}) scale({factor:.4f})"

    def told(self) -> str:
        """What the page needs: size, largest letter, the point, and the smallest letter if there is one."""
        x, y = self.x - self.local[0], self.y - self.local[1]
        least = f" {self.least:g}" if self.least else ""
        return f"{self.size:g} {floor(self.most * 10) / 10:g} {x:.1f} {y:.1f}{least}"


def placed(
    text: str | float,
    x: float,
    y: float,
    size: float,
    side: str = "middle",
    grows: str = "centre",
    **more: object,
) -> Letters:
    """A line of text with its baseline at ``y``, or of a given width in multiples of its size.

    ``side`` is the side of the text at ``x``: "left", "middle" or "right". It grows "up" from its baseline, "down"
    from its top, about its "centre", or "below" a line that grows up from the same point.
    """
    width = text if isinstance(text, float) else text_width(text, 1.0)
    left = {"left": 0.0, "middle": -width / 2, "right": -width}[side]
    rise = {"up": 0.0, "down": _ASCENT, "centre": 0.36, "below": BELOW}[grows]
    made: dict[str, object] = {"most": NUMBER, **more}
    return Letters(
        x,
        y - rise * size,
        left,
        left + width,
        rise - _ASCENT,
        rise + _DESCENT,
        size,
        **made,  # type: ignore[arg-type]
    )


_Sides = tuple[float, float, float, float]
_Blocked = dict[tuple[int, int], list[_Sides]]
_Taken = list[_Blocked]
"""What stands in each cell, for each size of the ladder."""


def make_room(letters: Iterable[Letters], shapes: Iterable[Box], tensors: Iterable[Box] = ()) -> None:
    """Set ``most`` of every text: the largest letter up to which nothing more important is in its way.

    ``shapes`` are the outlines of nodes, which names leave free while they can be told apart, and ``tensors`` those of
    matrices and heat maps, left free until seen from far. Numbers give way to names, and have room among themselves.
    """
    texts = list(letters)
    taken: _Taken = [{} for _ in _LADDER]
    nodes = _blocked_by(shapes)
    blocked = _blocked_by(tensors, nodes)
    for text in sorted((text for text in texts if text.rank is not None), key=lambda text: text.rank or 0):
        limit, text.most = text.most, text.size
        inside = min(text.inside, limit)
        if text.after is not None:
            text.least = 1.0001 * max(text.after.most, text.after.size)
        for step, letter in enumerate(_LADDER):
            if letter <= text.size or letter <= text.least:
                continue
            box = text.box(letter, _APART if letter <= _OVER_NODES else 4 * _APART)
            if letter > limit:
                break
            if letter > inside:
                if _is_taken(taken, step, box):
                    break
                if letter <= _OVER_NODES and _is_blocked(blocked if letter <= FAR else nodes, box, text.own):
                    break
            text.most = letter
            _take(taken, step, box)
        text.most = max(text.most, inside)
    for text in texts:
        if text.rank is not None or not (any(taken) or text.beside):
            continue
        limit, largest = text.most, text.size
        for step, letter in enumerate(_LADDER):
            if letter <= text.size:
                continue
            box = text.box(min(letter, limit))
            if _is_taken(taken, step, box) or (text.beside and _is_blocked(blocked, box, None)):
                break
            largest = letter
            if letter >= limit:
                break
        text.most = min(limit, largest)


def _blocked_by(shapes: Iterable[Box], others: _Blocked | None = None) -> _Blocked:
    """Return which sides stand in each cell of the picture, with those of ``others``."""
    blocked: _Blocked = {place: list(sides) for place, sides in (others or {}).items()}
    for shape in shapes:
        sides = shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
        for place in _cells(_CELL, _CELL, sides):
            blocked.setdefault(place, []).append(sides)
    return blocked


def _cells(width: float, height: float, sides: _Sides) -> list[tuple[int, int]]:
    left, top, right, bottom = sides
    rows = range(int(top // height), int(bottom // height) + 1)
    return [(x, y) for x in range(int(left // width), int(right // width) + 1) for y in rows]


def _take(taken: _Taken, step: int, sides: _Sides) -> None:
    letter, cells = _LADDER[step], taken[step]
    for place in _cells(8 * letter, 2 * letter, sides):
        cells.setdefault(place, []).append(sides)


def _is_taken(taken: _Taken, step: int, sides: _Sides) -> bool:
    cells = taken[step]
    if not cells:
        return False
    left, top, right, bottom = sides
    width, height = 8 * _LADDER[step], 2 * _LADDER[step]
    rows = range(int(top // height), int(bottom // height) + 1)
    for x in range(int(left // width), int(right // width) + 1):
        for y in rows:
            for other in cells.get((x, y), ()):
                if other[0] < right and other[2] > left and other[1] < bottom and other[3] > top:
                    return True
    return False


def _is_blocked(blocked: _Blocked, sides: _Sides, own: Box | None) -> bool:
    left, top, right, bottom = sides
    rows = range(int(top // _CELL), int(bottom // _CELL) + 1)
    for x in range(int(left // _CELL), int(right // _CELL) + 1):
        for y in rows:
            for other in blocked.get((x, y), ()):
                if (
                    other[0] < right
                    and other[2] > left
                    and other[1] < bottom
                    and other[3] > top
                    and (own is None or not _within(other, own))
                ):
                    return True
    return False


def _within(sides: _Sides, box: Box) -> bool:
    left, top, right, bottom = sides
    return box.x <= left and right <= box.x + box.width and box.y <= top and bottom <= box.y + box.height
