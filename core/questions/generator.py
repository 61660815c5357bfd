"""Seeded questions: random programs whose numbers can be worked out by hand, with blanks.

One seed gives one set of questions on every machine (``dice``). Numbers are drawn again until the results are short,
and until each known mistake gives a number of its own, so that a wrong answer reveals the mistake.
"""

from dataclasses import dataclass
from functools import lru_cache

from chainrule.core.questions import layers, mixed, nodes, shopping
from chainrule.core.questions.blanks import Blank, Blanks, Solved
from chainrule.core.questions.diagnosis import at_the_node
from chainrule.core.questions.dice import Dice
from chainrule.core.questions.draft import Draft, Mode, Structure
from chainrule.core.text import Text

LEVELS: tuple[tuple[Structure, ...], ...] = (
    nodes.STRUCTURES,
    shopping.STRUCTURES,
    mixed.STRUCTURES,
    layers.STRUCTURES,
)
"""The structures of each level: one node; shopping; mixed ops with fan-out; layers with shapes."""

LEVEL_TITLES = (
    Text("노드 하나", "One node"),
    Text("장보기", "Shopping"),
    Text("갈라지는 계산", "Mixed ops, with fan-out"),
    Text("계층과 모양", "Layers and shapes"),
)

MOST = 20
"""Largest number of questions in a set."""
MOST_BLANKS = 8
"""Largest number of blanks in a question."""
LARGEST_SEED = 999_999_999

_ZERO = 1e-12
_APART = 0.03
"""Smallest relative distance of a wrong number from the right one, and from other wrong ones."""
_THROWS = 3_000
_DECIMALS, _DIGITS = 4, 5


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its blanks hold the answers."""

    level: int
    index: int
    title: Text
    program: str
    """With comments in both languages, ``korean | english``."""
    upstream: float
    """The gradient at the output."""
    mode: Mode
    blanks: tuple[Blank, ...]
    solved: Solved

    def blank(self, blank_id: str) -> Blank:
        """Return the blank with this id. Raises KeyError."""
        for blank in self.blanks:
            if blank.id == blank_id:
                return blank
        raise KeyError(blank_id)


@lru_cache(maxsize=512)
def question(rng_seed: int, level: int, index: int) -> Question:
    """Return question ``index``, from 0, of the set with this random seed and level, from 1.

    Every structure of a level comes once before any comes again.
    """
    structures = LEVELS[level - 1]
    lap, place = divmod(index, len(structures))
    structure = Dice(rng_seed, level, -1 - lap).shuffled(structures)[place]
    dice = Dice(rng_seed, level, index)
    for _ in range(_THROWS):
        draft = structure(dice)
        solved = Solved(draft.program, draft.upstream)
        blanks = _blanks(draft, solved, dice)
        if _suits(draft, solved, blanks):
            return Question(
                level, index, draft.title, draft.program, draft.upstream, draft.mode, blanks, solved
            )
    raise RuntimeError(f"no numbers suit {structure.__name__}")


def _blanks(draft: Draft, solved: Solved, dice: Dice) -> tuple[Blank, ...]:
    """Return at most ``MOST_BLANKS`` blanks; of too many gradients, those nearest the output are given."""
    maker = Blanks(solved)

    def choose(indices: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        allowed = [at for at in indices if not (draft.off_diagonal and len(at) == 2 and at[0] == at[1])]
        return sorted(dice.some(allowed, draft.each))

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
    """Say whether the numbers can be done by hand, and each mistake be told from every other."""
    return all(
        (not draft.exact or blank.asks == "shape" or tidy(blank.answer)) and _distinct(solved, blank)
        for blank in blanks
    )


def tidy(number: float) -> bool:
    """Say whether a number has few digits: 4 decimals, 5 digits in all."""
    if abs(number - round(number, _DECIMALS)) > 1e-9:
        return False
    digits = f"{abs(number):.{_DECIMALS}f}".replace(".", "").strip("0")
    return len(digits) <= _DIGITS and abs(number) < 10**_DIGITS


def _distinct(solved: Solved, blank: Blank) -> bool:
    """Say whether every mistake's number differs from the right one and from every other mistake's."""
    apart: list[tuple[tuple[str, ...], float]] = []
    for mistakes, number, harmless in at_the_node(solved, blank):
        if not _differ(number, blank.answer):
            if not harmless:
                return False
            continue
        apart.append((mistakes, number))
    return all(
        one == other or _differ(a, b) for at, (one, a) in enumerate(apart) for other, b in apart[at + 1 :]
    )


def _differ(a: float, b: float) -> bool:
    return abs(a - b) > _APART * max(abs(a), abs(b), _ZERO)
