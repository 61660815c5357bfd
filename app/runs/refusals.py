"""What a worker refuses, as it goes through the pipe."""

from core.errors import DatasetError
from core.ops import Text


class Refused(Exception):
    """The run cannot do this now, or not so; ``kind`` is one of ``app.problems.KINDS``."""

    def __init__(self, kind: str, detail: Text) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


class WorkerGone(Exception):
    """The worker ended, or did not answer in time, before it had answered."""


def refused_data(error: DatasetError) -> Refused:
    """The same for data that are missing or damaged, with what helps."""
    hint = Text("", "") if error.hint is None else error.hint
    return Refused(
        "dataset", Text(*(" ".join(filter(None, pair)) for pair in zip(error.message, hint, strict=True)))
    )
