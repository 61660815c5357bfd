"""A run's status and the server's limits as API answers, and options checked against those limits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chainrule.app.runs.protocol.refusals import refused_data
from chainrule.app.runs.run import Run
from chainrule.app.runs.service import Runs
from chainrule.app.settings import Settings
from chainrule.app.web.owners import is_owner
from chainrule.app.web.problems import ProblemError
from chainrule.core.errors import DatasetError
from chainrule.core.text import Text
from chainrule.core.training import datasets
from chainrule.core.training.optimizers import OPTIMIZERS


def run_status(runs: Runs, run: Run, asking: str | None) -> dict[str, Any]:
    """Return the fields of `RunAnswer`; `asking` is the hash of the token of whoever asks."""
    return {
        **run.status,
        "id": run.id,
        "own": is_owner(asking, run.owner),
        "state": run.state,
        "live": run.live,
        "position": runs.places.position(run),
        "watchers": run.watchers,
        "created": run.created,
        "events": list(run.events),
    }


def run_limits(settings: Settings, runs: Runs) -> dict[str, Any]:
    """Return the fields of `RunLimitsAnswer`."""
    return {
        "at_once": settings.max_runs,
        "hidden_layers": settings.max_hidden_layers,
        "hidden_units": settings.max_hidden_units,
        "batch_size": settings.max_batch_size,
        "steps": settings.max_run_steps,
        "params_bytes": settings.max_params_bytes,
        "datasets": list(runs.limits.datasets),
        "learning_rates": {name: each.usual_rate for name, each in OPTIMIZERS.items()},
    }


def checked(settings: Settings, runs: Runs, requested: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as a trainer takes them. Raises ProblemError beyond this server's limits."""
    options = dict(requested)
    hidden = options.get("hidden")
    if hidden is not None:
        options["hidden"] = tuple(hidden)
        _limit(len(hidden), settings.max_hidden_layers, Text("은닉층", "hidden layers"))
        _limit(max(hidden, default=0), settings.max_hidden_units, Text("은닉층의 노드", "hidden units"))
    _limit(options.get("batch_size", 0), settings.max_batch_size, Text("배치 크기", "images in a batch"))
    _limit(options.get("steps", 0), settings.max_run_steps, Text("스텝", "steps"))
    dataset = options.get("dataset")
    if dataset is not None and dataset not in runs.limits.datasets:
        known = ", ".join(runs.limits.datasets)
        raise _refused(
            Text(
                f"`{dataset}`라는 데이터가 없습니다. 있는 것: {known}",
                f"There is no dataset `{dataset}`. Available: {known}.",
            )
        )
    folder = None if dataset is None else runs.limits.datasets[dataset]
    if folder is not None:
        try:
            datasets.files(Path(folder))
        except DatasetError as error:
            refusal = refused_data(error)
            raise ProblemError(refusal.kind, refusal.detail, name=dataset) from None
    if "learning_rate" in options and options["learning_rate"] is None:
        options["learning_rate"] = OPTIMIZERS[options["optimizer"]].usual_rate
    return options


def _limit(count: int, most: int, what: Text) -> None:
    if count > most:
        raise _refused(
            Text(
                f"{what.ko}: {count:,}. 이 서버에서는 {most:,}까지입니다.",
                f"{count:,} {what.en}; this server allows {most:,}.",
            )
        )


def _refused(detail: Text) -> ProblemError:
    return ProblemError("run-options", detail)
