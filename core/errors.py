"""Errors that tell a person what is wrong with a program, its inputs or data, and how to put it right."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from chainrule.core.text import Text

if TYPE_CHECKING:
    from chainrule.core.engine.graph import Graph

_DIGITS = re.compile(r"\d+")


class Remedy(NamedTuple):
    """What takes an error away."""

    kind: Literal["replace", "define", "rename"]
    """Other words for those at fault, a value for a name, or another name for a value."""
    code: str
    """The other words, or the name."""


class Edit(NamedTuple):
    """A change inside one line; lines and columns count characters from 1."""

    line: int
    column: int
    end_column: int
    text: str


class Fix(NamedTuple):
    """Edits of a program, all of them together, after which its error is gone."""

    kind: Literal["replace", "define", "rename"]
    text: str
    """What the program then has: `price`, `a = 1`."""
    edits: tuple[Edit, ...]


class ChainruleError(Exception):
    """The root of every error that this package raises on purpose, with a message in both languages.

    ChainruleError
    ├── ProgramError      the text of a program
    ├── EvaluationError   the inputs of a graph
    │   └── UpstreamError its upstream gradient
    ├── AnswerError       an unreadable answer to a question
    ├── DatasetError      image files that are missing, damaged or in another format
    └── TrainingStopped   numbers that grew without bound
    """

    def __init__(self, message: Text, *, name: str | None = None, hint: Text | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.name = name
        """The word at fault, None if there is none."""
        self.hint = hint
        """A way out: "did you mean `apple`?"."""

    def __reduce__(self) -> Any:
        """Pickle the error without its partial graph."""
        told = {name: value for name, value in vars(self).items() if name != "partial"}
        return _made_again, (type(self), self.args, told)


def _made_again(
    kind: type[ChainruleError], arguments: tuple[Any, ...], told: Mapping[str, Any]
) -> ChainruleError:
    error = kind.__new__(kind, *arguments)
    vars(error).update(told)
    return error


class ProgramError(ChainruleError):
    """A program that makes no graph: what is wrong, where, and what is allowed.

    Lines and columns count characters from 1; ``end_column`` is the column behind the last character. ``partial`` is
    the graph of the statements before the error, None if there are none.
    """

    def __init__(
        self,
        message: Text,
        line: int,
        column: int,
        end_column: int | None = None,
        *,
        name: str | None = None,
        hint: Text | None = None,
        allowed: Text | None = None,
        remedy: Remedy | None = None,
        otherwise: Remedy | None = None,
    ) -> None:
        super().__init__(message, name=name, hint=hint)
        self.line = line
        self.column = column
        self.end_column = end_column if end_column is not None else column + 1
        self.allowed = allowed
        """What is allowed there."""
        self.remedy = remedy
        """What takes the error away, if one change surely does."""
        self.otherwise = otherwise
        """Another remedy, if the first may not be what is meant."""
        self.fix: Fix | None = None
        """The remedy as edits of the whole program."""
        self.other_fix: Fix | None = None
        """The other remedy as edits."""
        self.partial: Graph | None = None


class EvaluationError(ChainruleError):
    """Inputs that do not fit the graph."""


class UpstreamError(EvaluationError):
    """An upstream gradient whose shape is not the output's."""


class AnswerError(ChainruleError):
    """A typed answer that is neither a number nor a shape."""


class DatasetError(ChainruleError):
    """Images or labels that cannot be used; ``name`` is the file, ``hint`` the remedy."""


class TrainingStopped(ChainruleError):
    """A training step that was not taken, because one of its numbers is NaN, infinite or far too large.

    The parameters are those from before the step; ``hint`` is advice.
    """

    def __init__(self, message: Text, hint: Text, step: int, node: str, backward: bool) -> None:
        super().__init__(message, name=node, hint=hint)
        self.step = step
        """Number of the step, from 1."""
        self.node = node
        """Id of the first node with such a number, in the order of its pass."""
        self.backward = backward
        """Whether the number is in the node's gradient, not in its value."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known word that surely is meant by a misspelt one; None if none is near.

    The same word in other cases is the nearest: `x` for `X`. Words that differ in a number alone, such as `W1` and
    `W2`, are different words.
    """
    spelt = name.casefold()
    known = list(known)
    for word in known:
        if word.casefold() == spelt:
            return word
    letters = _DIGITS.sub("", spelt)
    return _closest(name, [word for word in known if _DIGITS.sub("", word.casefold()) != letters])


def _closest(name: str, known: Iterable[str]) -> str | None:
    """Return the word with the most letters in common, whatever their case; None if none has many."""
    known = list(known)
    folded = {word.casefold(): word for word in reversed(known)}
    near = get_close_matches(name, known, n=1) or get_close_matches(name.casefold(), folded, n=1)
    return folded.get(near[0], near[0]) if near else None


def did_you_mean(name: str, known: list[str]) -> Text | None:
    """Return a hint with the nearest known word; None if none is near."""
    near = _closest(name, known)
    return Text(f"혹시 `{near}`인가요?", f"did you mean `{near}`?") if near else None
