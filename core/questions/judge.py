"""Answers judged: right, near, a known mistake by its name, wrong, or unreadable."""

from typing import Literal, NamedTuple

from chainrule.core.errors import AnswerError
from chainrule.core.ops import mistake_told
from chainrule.core.questions.answer_parser import Axis, read_number, read_shape
from chainrule.core.questions.blanks import Blank, Kind, Solved
from chainrule.core.questions.diagnosis import at_the_node, everywhere, two_at_the_node, wrong_shapes
from chainrule.core.questions.generator import Question
from chainrule.core.text import Text
from chainrule.core.view.batch_axis import names as axis_names

TOLERANCE = 0.005
"""Largest relative error of a right answer; the text in the picture is right too."""
NEAR = 0.05
"""Largest relative error of a near answer."""

_ZERO = 1e-12
_NOT_YET = Text("아직 아닙니다.", "Not yet.")

VerdictKind = Literal["right", "near", "mistake", "wrong", "unreadable"]


class Verdict(NamedTuple):
    """The judgement of an answer, in words for the student."""

    kind: VerdictKind
    text: Text
    mistakes: tuple[str, ...] = ()
    """Names of the known mistakes, two if made at once: ``mul.not_swapped``."""


def judge(question: Question, blank: Blank, answer: str) -> Verdict:
    """Judge an answer as it was typed."""
    try:
        if blank.asks == "shape":
            return _judge_shape(question.solved, blank, read_shape(answer))
        number = read_number(answer)
    except AnswerError as error:
        return Verdict("unreadable", error.message)
    if is_right(number, blank.answer, blank.answer_text):
        return _right(blank)
    for search in (at_the_node, everywhere, two_at_the_node):
        told = {wrong.mistakes for wrong in search(question.solved, blank) if is_right(number, wrong.number)}
        if len(told) == 1:
            mistakes = told.pop()
            return Verdict("mistake", mistakes_text(mistakes), mistakes)
        if told:  # Several fit: whichever was named might be another than the one made.
            return Verdict("wrong", _NOT_YET)
    if blank.answer and is_right(number, -blank.answer):
        return Verdict("wrong", Text("부호만 다릅니다.", "Only the sign is wrong."))
    if abs(number - blank.answer) <= NEAR * abs(blank.answer):
        return Verdict(
            "near",
            Text(
                f"거의 맞았습니다. 오차가 {TOLERANCE:.1%} 안에 들도록 한 자리 더 구해 보세요.",
                f"Nearly. Work out one more digit: an answer may be off by {TOLERANCE:.1%}.",
            ),
        )
    return Verdict("wrong", _NOT_YET)


def is_right(number: float, answer: float, answer_text: str | None = None) -> bool:
    """Say whether a number is near enough to the answer, or equals its text, which may be rounded more."""
    if abs(answer) < _ZERO:
        return abs(number) < _ZERO
    if abs(number - answer) <= TOLERANCE * abs(answer) * (1 + 1e-9):
        return True
    return answer_text is not None and read_number(answer_text) == number


def _judge_shape(solved: Solved, blank: Blank, typed: tuple[Axis, ...]) -> Verdict:
    node = solved.graph.index(blank.part) if blank.kind == "value" else solved.edges[blank.part].node
    named = axis_names(solved.graph)
    if _same_shape(typed, solved.shape(node), named[node]):
        return _right(blank)
    sizes = tuple(_batch_size(solved, named) if axis == "N" else axis for axis in typed)
    for mistake, shape in wrong_shapes(solved, blank):
        if sizes == shape:
            return Verdict("mistake", mistakes_text((mistake,)), (mistake,))
    if len(typed) != len(solved.shape(node)):
        return Verdict("wrong", Text("축의 개수가 다릅니다.", "The number of axes is different."))
    return Verdict("wrong", _NOT_YET)


def _batch_size(solved: Solved, named: list[tuple[Axis, ...]]) -> Axis:
    """Return the length of the batch axis, or its name if there is none."""
    for node, axes in enumerate(named):
        if "N" in axes:
            return solved.shape(node)[axes.index("N")]
    return "N"


def _same_shape(typed: tuple[Axis, ...], shape: tuple[int, ...], named: tuple[Axis, ...]) -> bool:
    """Say whether each axis is given by its size or its name."""
    return len(typed) == len(shape) and all(
        one in (size, name) for one, size, name in zip(typed, shape, named, strict=True)
    )


def _right(blank: Blank) -> Verdict:
    return Verdict("right", Text(f"맞았습니다: {blank.answer_text}.", f"Right: {blank.answer_text}."))


def mistakes_text(mistakes: tuple[str, ...]) -> Text:
    """Name known mistakes, and say what to do instead."""
    told = [mistake_told(mistake) for mistake in mistakes]
    return Text(
        " ".join(f"{title.ko}: {advice.ko}" for title, advice in told),
        " ".join(f"{title.en[0].upper()}{title.en[1:]}. {advice.en}" for title, advice in told),
    )


def wrong_gradients(solved: Solved, node: str, index: tuple[int, ...] | None) -> list[tuple[float, Text]]:
    """List the numbers that known mistakes make of a node's gradient, or of one element of it, with their names.

    A number that several mistakes make, or that is right, is left out. Raises KeyError for an unknown node.
    """
    at = solved.graph.index(node)
    gradient = solved.gradients.nodes[at]
    right = float(gradient if index is None else gradient[index])
    position = solved.visible.position[at]
    back = [edge for edge in solved.visible.outgoing[position] if solved.visible.requires_grad(edge)]
    kind: Kind = "grad" if len(back) == 1 else "sum"
    blank = Blank("", kind, back[0].id if len(back) == 1 else node, index, "number", _NOT_YET, right, "")
    found: list[tuple[float, tuple[str, ...]]] = []
    for search in (at_the_node, everywhere, two_at_the_node):
        wrongs = [wrong for wrong in search(solved, blank) if not is_right(wrong.number, right)]
        known = [number for number, _ in found]
        for wrong in wrongs:
            others = {other.mistakes for other in wrongs if is_right(other.number, wrong.number)}
            if len(others) == 1 and not any(is_right(number, wrong.number) for number in known):
                found.append((wrong.number, wrong.mistakes))
    return [(number, mistakes_text(mistakes)) for number, mistakes in found]
