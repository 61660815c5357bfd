"""What a worker refuses, as it goes through the pipe."""

from chainrule.core.errors import DatasetError
from chainrule.core.text import Text


class Refused(Exception):
    """The run cannot do this now, or not so; ``kind`` is one of ``app.web.problems.KINDS``."""

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


def unreadable(why: object) -> Refused:
    """What was kept of a run is no use any more."""
    return Refused(
        "run-failed",
        Text(
            f"저장해 둔 상태를 읽을 수 없습니다({why}). 처음으로 되돌리면 다시 시작할 수 있습니다.",
            f"What was kept of this run cannot be read any more ({why}): reset it to begin again.",
        ),
    )
