"""Questions on graphs, made from random numbers: which program, which blanks, and what to say of an answer.

One seed is one set of questions on every machine (``dice``). Numbers are thrown until a head or a pocket
calculator can do them, and until every known mistake gives a number of its own, so that a wrong answer can be told by
the mistake that was made.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Literal, NamedTuple

from chainrule.core.errors import AnswerError
from chainrule.core.ops import mistake_told
from chainrule.core.questions.answer_parser import Axis, read_number, read_shape
from chainrule.core.questions.blanks import Blank, Blanks, Solved
from chainrule.core.questions.diagnosis import at_the_node, everywhere, wrong_shapes
from chainrule.core.questions.dice import Dice
from chainrule.core.questions.draft import Draft, Mode
from chainrule.core.questions.structures import LEVELS
from chainrule.core.text import Text
from chainrule.core.view.batch_axis import names as axis_names

TOLERANCE = 0.005
"""An answer is right within half a percent, or when it says what the picture would show."""
NEAR = 0.05
"""An answer so near is told to be near."""
MOST = 20
"""The most questions of a set."""
MOST_BLANKS = 8
LARGEST_SEED = 999_999_999

_ZERO = 1e-12
_APART = 0.03
"""Wrong numbers are at least so far, of the larger one, from the right one and from each other."""
_THROWS = 3_000
_DECIMALS, _DIGITS = 4, 5

VerdictKind = Literal["right", "near", "mistake", "wrong", "unreadable"]


class Verdict(NamedTuple):
    """What is said of an answer."""

    kind: VerdictKind
    said: Text
    mistake: str | None = None
    """The name of the known mistake: ``mul.not_swapped``."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question; what is right stands in its blanks."""

    level: int
    index: int
    title: Text
    program: str
    """Its comments stand in both languages, ``korean | english``."""
    seed: float
    mode: Mode
    blanks: tuple[Blank, ...]
    solved: Solved

    def blank(self, blank_id: str) -> Blank:
        """The blank with this id. Raises KeyError."""
        for blank in self.blanks:
            if blank.id == blank_id:
                return blank
        raise KeyError(blank_id)


@lru_cache(maxsize=512)
def question(seed: int, level: int, index: int) -> Question:
    """The question at this place, from 0, of the set of this seed and level, from 1.

    Every structure of a level comes once before any comes again.
    """
    structures = LEVELS[level - 1]
    lap, place = divmod(index, len(structures))
    structure = Dice(seed, level, -1 - lap).shuffled(structures)[place]
    dice = Dice(seed, level, index)
    for _ in range(_THROWS):
        draft = structure(dice)
        solved = Solved(draft.program, draft.seed)
        blanks = _blanks(draft, solved, dice)
        if _suits(draft, solved, blanks):
            return Question(level, index, draft.title, draft.program, draft.seed, draft.mode, blanks, solved)
    raise RuntimeError(f"no numbers suit {structure.__name__}")


def judge(question: Question, blank: Blank, answer: str) -> Verdict:
    """What an answer is worth."""
    try:
        if blank.asks == "shape":
            return _judge_shape(question, blank, read_shape(answer))
        typed = read_number(answer)
    except AnswerError as unread:
        return Verdict("unreadable", unread.message)
    if is_right(typed, blank.right, blank.shown):
        return Verdict("right", Text(f"맞았습니다: {blank.shown}.", f"Right: {blank.shown}."))
    for wrong in chain(at_the_node(question.solved, blank), everywhere(question.solved, blank)):
        if is_right(typed, wrong.number):
            return _told(wrong.mistake)
    if blank.right and is_right(typed, -blank.right):
        return Verdict("wrong", Text("부호만 다릅니다.", "Only the sign is wrong."))
    if abs(typed - blank.right) <= NEAR * abs(blank.right):
        return Verdict(
            "near",
            Text(
                f"거의 맞았습니다. 오차가 {TOLERANCE:.1%} 안에 들도록 한 자리 더 구해 보세요.",
                f"Nearly. Work out one more digit: an answer may be {TOLERANCE:.1%} off.",
            ),
        )
    return Verdict("wrong", _NOT_YET)


_NOT_YET = Text("아직 아닙니다.", "Not yet.")


def is_right(typed: float, right: float, shown: str | None = None) -> bool:
    """Whether a number is near enough; ``shown`` is the text of the right one, which may be rounded more."""
    if abs(right) < _ZERO:
        return abs(typed) < _ZERO
    if abs(typed - right) <= TOLERANCE * abs(right) * (1 + 1e-9):
        return True
    return shown is not None and read_number(shown) == typed


def _judge_shape(question: Question, blank: Blank, typed: tuple[Axis, ...]) -> Verdict:
    solved = question.solved
    node = solved.graph.index(blank.part) if blank.kind == "value" else solved.ways[blank.part].node
    named = axis_names(solved.graph)
    if _same_shape(typed, solved.shape(node), named[node]):
        return Verdict("right", Text(f"맞았습니다: {blank.shown}.", f"Right: {blank.shown}."))
    sizes = tuple(_batch_size(solved, named) if axis == "N" else axis for axis in typed)
    for mistake, shape in wrong_shapes(solved, blank):
        if sizes == shape:
            return _told(mistake)
    if len(typed) != len(solved.shape(node)):
        return Verdict("wrong", Text("축의 개수가 다릅니다.", "The number of axes is another."))
    return Verdict("wrong", _NOT_YET)


def _batch_size(solved: Solved, named: list[tuple[Axis, ...]]) -> Axis:
    """How long the batch axis is; its name where there is none."""
    for node, axes in enumerate(named):
        if "N" in axes:
            return solved.shape(node)[axes.index("N")]
    return "N"


def _same_shape(typed: tuple[Axis, ...], shape: tuple[int, ...], named: tuple[Axis, ...]) -> bool:
    """Whether each axis is its size or its name."""
    return len(typed) == len(shape) and all(
        one in (size, name) for one, size, name in zip(typed, shape, named, strict=True)
    )


def _told(mistake: str) -> Verdict:
    title, advice = mistake_told(mistake)
    said = Text(f"{title.ko}: {advice.ko}", f"{title.en[0].upper()}{title.en[1:]}. {advice.en}")
    return Verdict("mistake", said, mistake)


def _blanks(draft: Draft, solved: Solved, dice: Dice) -> tuple[Blank, ...]:
    """What is asked: at most MOST_BLANKS, the gradients that are found out first given where there are more."""
    maker = Blanks(solved)

    def choose(indices: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        asked = [at for at in indices if not (draft.off_diagonal and len(at) == 2 and at[0] == at[1])]
        return sorted(dice.some(asked, draft.each))

    if draft.mode == "shapes":
        return tuple(maker.shapes(draft.values or (), draft.grads or ()))
    values = list(maker.values(draft.values, choose)) if draft.mode != "backward" else []
    if draft.mode == "forward":
        return tuple(values)
    back = list(maker.gradients(draft.grads, choose))
    gradients = [blank for at_a_node in back for blank in at_a_node]
    if len(values) + len(gradients) <= MOST_BLANKS:
        return (*values, *gradients)
    while len(gradients) > MOST_BLANKS:
        gradients = gradients[len(back.pop(0)) :]
    return tuple(gradients)


def _suits(draft: Draft, solved: Solved, blanks: tuple[Blank, ...]) -> bool:
    """Whether the numbers can be done by hand, and each mistake be told from every other."""
    return all(
        (not draft.exact or blank.asks == "shape" or tidy(blank.right)) and _distinct(solved, blank)
        for blank in blanks
    )


def tidy(number: float) -> bool:
    """Whether a number has few digits: 4 behind the point, 5 in all."""
    if abs(number - round(number, _DECIMALS)) > 1e-9:
        return False
    digits = f"{abs(number):.{_DECIMALS}f}".replace(".", "").strip("0")
    return len(digits) <= _DIGITS and abs(number) < 10**_DIGITS


def _distinct(solved: Solved, blank: Blank) -> bool:
    """Whether no wrong number can be taken for the right one, or for that of another mistake."""
    apart: list[tuple[str, float]] = []
    for mistake, number, alike in at_the_node(solved, blank):
        if not _differ(number, blank.right):
            if not alike:
                return False
            continue
        apart.append((mistake, number))
    return all(
        one == other or _differ(a, b) for at, (one, a) in enumerate(apart) for other, b in apart[at + 1 :]
    )


def _differ(a: float, b: float) -> bool:
    return abs(a - b) > _APART * max(abs(a), abs(b), _ZERO)
