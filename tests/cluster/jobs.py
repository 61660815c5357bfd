"""Heavy work for tests, by a name that another process finds."""

import time

from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.text import Text


def double(text: bytes) -> bytes:
    """Return it twice."""
    return text + text


def refuse() -> bytes:
    """Raise one of our own errors."""
    raise ProblemError("memory", Text("많음", "much"))


def forever() -> bytes:
    """Never return."""
    while True:
        time.sleep(0.01)
