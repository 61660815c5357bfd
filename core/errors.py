"""Errors that tell a person what is wrong with a program, its inputs or data, and how to put it right."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

from chainrule.core.text import Text

if TYPE_CHECKING:
    from chainrule.core.engine.graph import Graph


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
    ) -> None:
        super().__init__(message, name=name, hint=hint)
        self.line = line
        self.column = column
        self.end_column = end_column if end_column is not None else column + 1
        self.allowed = allowed
        """What is allowed there."""
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


def did_you_mean(name: str, known: list[str]) -> Text | None:
    """Return a hint with the nearest known word; None if none is near."""
    near = get_close_matches(name, known, n=1)
    return Text(f"혹시 `{near[0]}`인가요?", f"did you mean `{near[0]}`?") if near else None
