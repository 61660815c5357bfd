"""The mark of an edge at a kink: a bead on its backward line with a corner in it, and its words."""

from collections.abc import Mapping, Sequence
from typing import Any

from chainrule.app.picture.arrows import number
from chainrule.app.picture.layout import Point
from chainrule.core.text import Text

_RADIUS = 7.0


def bead(at: Point) -> dict[str, str]:
    """The paths of a mark around a point: its disc, and the corner of a function that turns upward."""
    x, y = at
    disc = f"M{number(x - _RADIUS)},{number(y)}a7,7 0 1 0 14,0a7,7 0 1 0 -14,0Z"
    return {"disc": disc, "corner": f"M{number(x - 4.7)},{number(y + 2.2)}h4.7l3.7,-4.9"}


def words(kinks: Sequence[Mapping[str, Any]]) -> dict[str, Text]:
    """What is said of each edge at a kink, by its id; ``kinks`` as the answers list them."""
    return {kink["edge"]: _words(kink["count"], kink["places"][0]) for kink in reversed(kinks)}


def _words(count: int, place: Mapping[str, Any]) -> Text:
    """Say both slopes and the one passed back, of the first of ``count`` elements."""
    passed = place["passed_text"]
    left, right = (_side(place, side) for side in ("left", "right"))
    slopes = Text(
        f"왼쪽 기울기 {left.ko}, 오른쪽 기울기 {right.ko}, 흘려보내는 값 {passed}",
        f"the slope is {left.en} from the left, {right.en} from the right, {passed} passed back",
    )
    if count == 1:
        return Text(f"꺾이는 점: {slopes.ko}", f"At a kink: {slopes.en}")
    index = ", ".join(map(str, place["index"]))
    return Text(
        f"원소 {count:,}개가 꺾이는 점에 있음; [{index}]에서 {slopes.ko}",
        f"{count:,} elements at a kink; at [{index}] {slopes.en}",
    )


def _side(place: Mapping[str, Any], side: str) -> Text:
    said = place[f"{side}_text"]
    return Text("없음", "none") if place[side] is None else Text(said, said)
