"""What can be wrong with a program or its inputs, said so that a person can put it right."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

from chainrule.core.text import Text

if TYPE_CHECKING:
    from chainrule.core.engine.graph import Graph


class ChainruleError(Exception):
    """The root of every error this package raises on purpose; its message stands in both languages.

    ChainruleError
    ├── ProgramError      the text of a program
    ├── EvaluationError   the numbers given to a graph
    ├── AnswerError       an answer to a question that cannot be read
    ├── DatasetError      files of images that are missing, damaged or of another form
    └── TrainingStopped   numbers that grew without bound
    """

    def __init__(self, message: Text, *, name: str | None = None, hint: Text | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.name = name
        """The word at fault."""
        self.hint = hint
        """A way out: "did you mean `apple`?"."""


class ProgramError(ChainruleError):
    """A program that means no graph: what is wrong, where, and what is allowed.

    Lines and columns count characters from 1; ``end_column`` is the column behind the last one. ``partial`` is the
    graph of the statements before the error, None where there are none.
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
        """What could stand there."""
        self.partial: Graph | None = None


class EvaluationError(ChainruleError):
    """Inputs that do not fit the graph."""


class AnswerError(ChainruleError):
    """What a person typed as an answer, and that is neither a number nor a shape."""


class DatasetError(ChainruleError):
    """Images or labels that cannot be used; ``name`` is the file, ``hint`` the remedy."""


class TrainingStopped(ChainruleError):
    """A step that was not taken, because a number in it is NaN, infinite or beyond all reason.

    The parameters are those from before the step; ``hint`` is advice.
    """

    def __init__(self, message: Text, hint: Text, step: int, node: str, backward: bool) -> None:
        super().__init__(message, name=node, hint=hint)
        self.step = step
        """Which step, counted from 1."""
        self.node = node
        """The id of the first node with such a number: in the order of the pass that made it."""
        self.backward = backward
        """Whether it is the node's gradient, and not its value."""


def did_you_mean(name: str, known: list[str]) -> Text | None:
    """A hint that names the nearest known word, None if none is near."""
    near = get_close_matches(name, known, n=1)
    return Text(f"혹시 `{near[0]}`인가요?", f"did you mean `{near[0]}`?") if near else None
