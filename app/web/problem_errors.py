"""Errors that become problems, and the objects they become; no web framework is needed for either."""

from typing import TYPE_CHECKING, Any

from chainrule.app.web.problem_kinds import KINDS
from chainrule.core.errors import EvaluationError, ProgramError, UpstreamError
from chainrule.core.text import Text

if TYPE_CHECKING:
    from chainrule.app.web.i18n import Language

_TOLD = ("line", "column", "end_column", "name", "hint", "allowed", "fix", "other_fix")
"""Attributes of an error in a program or its inputs that become members of its problem."""


class ProblemError(Exception):
    """An error that becomes the answer: a problem of one of `KINDS`, raised anywhere below a route."""

    def __init__(self, kind: str, detail: Text, *, retry_after: int | None = None, **more: Any) -> None:
        """`retry_after` is the time to wait, in seconds."""
        super().__init__(detail.en)
        self.kind, self.detail, self.more = kind, detail, more
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}

    def __reduce__(self) -> Any:
        """Pickle all of the error."""
        return _made_again, (self.kind, self.detail, vars(self))


def _made_again(kind: str, detail: Text, told: dict[str, Any]) -> ProblemError:
    error = ProblemError(kind, detail)
    vars(error).update(told)
    return error


def problem_body(kind: str, detail: Text, language: "Language", **more: Any) -> dict[str, Any]:
    """Build the problem object for one of `KINDS`, in one language, without the members that are None."""
    described = KINDS[kind]
    body = {"type": f"/api#{kind}", "title": described.title, "status": described.status, "detail": detail}
    body |= {key: value for key, value in more.items() if value is not None}
    return {
        key: getattr(value, language) if isinstance(value, Text) else value for key, value in body.items()
    }


def graph_problem(error: ProgramError | EvaluationError, language: "Language") -> dict[str, Any]:
    """Build the problem object for a program with an error, or for inputs that do not fit its graph."""
    kinds = {ProgramError: "program", EvaluationError: "input", UpstreamError: "upstream"}
    told = {name: getattr(error, name, None) for name in _TOLD}
    for name in ("fix", "other_fix"):
        if (fix := told[name]) is not None:
            told[name] = fix._asdict() | {"edits": [edit._asdict() for edit in fix.edits]}
    return problem_body(kinds[type(error)], error.message, language, **told)
