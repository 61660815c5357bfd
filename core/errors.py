"""What can be wrong with a program, said so that a person can put it right."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.graph import Graph


class ChainruleError(Exception):
    """The root of every error this package raises on purpose.

    ChainruleError
    ├── ProgramError      the text of a program
    └── EvaluationError   the numbers given to a graph
    """


class ProgramError(ChainruleError):
    """A program that means no graph: what is wrong, where, and what is allowed.

    Lines and columns count from 1; ``end_column`` is the column behind the last character. ``name`` is the word at
    fault, ``hint`` a suggestion ("did you mean …?"), ``allowed`` what could stand there. ``partial`` is the graph
    of the part before the error.
    """

    def __init__(
        self,
        message: str,
        line: int,
        column: int,
        end_column: int | None = None,
        *,
        name: str | None = None,
        hint: str | None = None,
        allowed: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.end_column = end_column if end_column is not None else column + 1
        self.name = name
        self.hint = hint
        self.allowed = allowed
        self.partial: Graph | None = None


class EvaluationError(ChainruleError):
    """Inputs that do not fit the graph: ``name`` is the input at fault, ``hint`` a suggestion."""

    def __init__(self, message: str, *, name: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.name = name
        self.hint = hint
