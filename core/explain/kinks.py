"""Kinks in words: where one is, what the slopes are on both sides, what is passed back there, and why."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from chainrule.core.engine.graph import Graph, Group
from chainrule.core.latex.notation import Term, fill
from chainrule.core.latex.value_formula import ValueFormulas
from chainrule.core.number_text import text
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.ops.kinks import Kink
from chainrule.core.text import Text
from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.kinks import Met, Place, kinks_met

_LETTER = re.compile(r"\$([aby])")

_NAME = 9
"""Precedence of what a subscript can follow."""

NO_SLOPE = "—"
"""Stands for the slope of a side that has none."""


class Choice(NamedTuple):
    """One convention at a kink."""

    name: str
    """Full name: ``maximum.tie.first``."""
    title: Text
    default: bool
    chosen: bool


class KinkTold(NamedTuple):
    """A kink as an explanation tells it."""

    met: Met
    place: str
    """LaTeX: ``a = b``."""
    sentence: Text
    choices: tuple[Choice, ...]
    together: Text
    """The sentence, of all operands that have the same slopes there."""


def side_text(side: float | None) -> str:
    """Write the slope from one side."""
    return NO_SLOPE if side is None else text(side)


def choices_at(name: str, kink: Kink, conventions: frozenset[str] = frozenset()) -> tuple[Choice, ...]:
    """List the conventions at the kink with this full name, its default first; none where there is no choice."""
    if kink.default is None:
        return ()
    chosen = [own for own in kink.choices if f"{name}.{own}" in conventions]
    own, title = kink.default
    return (
        Choice(f"{name}.{own}", title, True, not chosen),
        *(Choice(f"{name}.{own}", each.title, False, own in chosen) for own, each in kink.choices.items()),
    )


def is_smooth(group: Group) -> bool:
    """Whether a group is a layer whose simplified gradient holds everywhere: kinks inside of it cancel."""
    composite = COMPOSITES.get(group.name)
    return composite is not None and bool(composite.partials or composite.vjps)


def in_smooth_layer(graph: Graph, index: int, open: Collection[str] = ()) -> bool:
    """Whether a node stands inside a smooth layer that is not open, so that a reader sees no kink there."""
    at = graph.group_of.get(index)
    while at is not None:
        group = graph.groups[at]
        if is_smooth(group) and group.id not in open:
            return True
        at = group.parent
    return False


def told(evaluated: Evaluated, formulas: ValueFormulas, nodes: Sequence[int]) -> list[KinkTold]:
    """Tell the kinks on edges into these nodes, those too where only a formula fails."""
    found = []
    all_met = kinks_met(evaluated, nodes, removable=True)
    for met in all_met:
        node = evaluated.graph.nodes[met.edge.target]
        places = dict(zip("ab", node.inputs, strict=False), y=node.index)
        names = {letter: formulas.name(place) for letter, place in places.items()}
        if met.kink.places is not None:
            # Its elements are spoken of: `(2x)[i]`, and not `2x[i]`.
            names = {letter: Term(name.closed(_NAME)) for letter, name in names.items()}
        where = fill(met.kink.latex, names.__getitem__).latex
        texts = {letter: formulas.names.in_words(name.latex) for letter, name in names.items()}
        named = _LETTER.sub(lambda letter, texts=texts: texts[letter[1]], met.kink.text)  # type: ignore[misc]
        choices = choices_at(met.name, met.kink, evaluated.rules.conventions)
        alike = [each.edge.source for each in all_met if _slopes(each) == _slopes(met)]
        sentence, together = (
            _with_choice(_sentence(met, named, list(map(formulas.spoken, operands))), choices)
            for operands in ([met.edge.source], dict.fromkeys(alike))
        )
        found.append(KinkTold(met, where, sentence, choices, together))
    return found


def _slopes(met: Met) -> tuple[int, str, tuple[Place, ...]]:
    return met.edge.target, met.name, met.places


def _with_choice(sentence: Text, choices: Sequence[Choice]) -> Text:
    chosen = next((each.title for each in choices if each.chosen and not each.default), None)
    if chosen is None:
        return sentence
    return Text(
        f"{sentence.ko} 고른 규약: {chosen.ko}.", f"{sentence.en} The convention chosen: {chosen.en}."
    )


def _sentence(met: Met, where: str, operands: Sequence[str]) -> Text:
    place, title = met.places[0], met.kink.title
    passed, by, of = text(place.passed), " and by ".join(operands), ", ".join(operands)
    if met.kink.kind == "removable":
        return Text(
            f"{where}인 자리({title.ko})에서는 공식에 값이 없지만 기울기는 있습니다. {of} 쪽 기울기: {passed}.",
            f"At {where}, {title.en}, the formula has no value, but the slope by {by} has one: {passed}.",
        )
    several = (
        Text(f" 원소 {met.count:,}개 가운데 첫째에서", f" ({met.count:,} elements; of the first)")
        if met.count > 1
        else Text("", "")
    )
    ko, en = _sides(place)
    return Text(
        f"{where}인 자리({title.ko})입니다.{several.ko} {of} 쪽 기울기: {ko}. 여기서 쓰는 값: {passed}.",
        f"At {where}, {title.en}{several.en}: the slope by {by} {en}; {passed} is used.",
    )


def _sides(place: Place) -> tuple[str, str]:
    left, right = side_text(place.left), side_text(place.right)
    if place.left is None and place.right is None:
        return "양쪽 모두 없음", "exists on neither side"
    if place.left is None:
        return f"왼쪽 없음, 오른쪽 {right}", f"is {right} from the right, and there is none from the left"
    if place.right is None:
        return f"왼쪽 {left}, 오른쪽 없음", f"is {left} from the left, and there is none from the right"
    return f"왼쪽 {left}, 오른쪽 {right}", f"is {left} from the left and {right} from the right"


def check_sentence(left_slope: float | None, right_slope: float | None, passed: float, between: bool) -> Text:
    """Say how a gradient compares with the derivatives from both sides."""
    left, right, own = side_text(left_slope), side_text(right_slope), text(passed)
    if left_slope is None and right_slope is None:
        return Text(
            "여기서는 어느 쪽에서도 미분이 정해지지 않으므로 견줄 것이 없습니다.",
            "There is no derivative on either side here, so there is nothing to compare with.",
        )
    where = Text(
        f"왼쪽에서 구한 미분은 {left}, 오른쪽에서 구한 미분은 {right}입니다.",
        f"The derivative is {left} from the left and {right} from the right.",
    )
    if between:
        return Text(
            f"{where.ko} 미분이 하나로 정해지지 않는 자리이며, 역전파의 값({own})은 그 사이에 있습니다.",
            f"{where.en} There is no single one here; backpropagation's {own} lies between them.",
        )
    return Text(
        f"{where.ko} 역전파의 값({own})은 그 사이에 없습니다. 꺾이는 점에서는 연쇄법칙이 맞지 않을 수 있습니다.",
        f"{where.en} Backpropagation's {own} does not lie between them: at kinks the chain rule can fail.",
    )
