"""Why a worker does not answer: it refuses, or it is gone."""

from chainrule.core.errors import DatasetError
from chainrule.core.text import Text


class Refused(Exception):
    """The run cannot do this now, or not like this. `kind` is one of `app.web.problems.KINDS`."""

    def __init__(self, kind: str, detail: Text) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail


class WorkerGone(Exception):
    """The worker ended, or did not answer in time."""


def refused_data(error: DatasetError) -> Refused:
    """Return the refusal for missing or damaged data, with the error's hint."""
    hint = Text("", "") if error.hint is None else error.hint
    return Refused(
        "dataset", Text(*(" ".join(filter(None, pair)) for pair in zip(error.message, hint, strict=True)))
    )


def unreadable(reason: object) -> Refused:
    """Return the refusal for a saved run that cannot be read."""
    return Refused(
        "run-failed",
        Text(
            f"저장해 둔 상태를 읽을 수 없습니다({reason}). 처음으로 되돌리면 다시 시작할 수 있습니다.",
            f"This run's saved state cannot be read ({reason}); reset the run to begin again.",
        ),
    )
