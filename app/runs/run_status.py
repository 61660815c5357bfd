"""A run as the API tells it, and options checked against what this server allows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chainrule.app.runs.protocol.refusals import refused_data
from chainrule.app.runs.registry import Runs
from chainrule.app.runs.run import Run
from chainrule.app.settings import Settings
from chainrule.app.web.problems import ProblemError
from chainrule.core.errors import DatasetError
from chainrule.core.text import Text
from chainrule.core.training import datasets
from chainrule.core.training.optimizers import OPTIMIZERS


def run_told(runs: Runs, run: Run) -> dict[str, Any]:
    """What `RunAnswer` describes."""
    return {
        **run.status,
        "id": run.id,
        "state": run.state,
        "live": run.live,
        "position": runs.position(run),
        "watchers": run.watchers,
        "created": run.created,
        "events": list(run.events),
    }


def limits_told(settings: Settings, runs: Runs) -> dict[str, Any]:
    """What `RunLimitsAnswer` describes."""
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


def checked(settings: Settings, runs: Runs, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Options as a trainer takes them. Raises ProblemError for what is beyond this server's limits."""
    options = dict(asked)
    hidden = options.get("hidden")
    if hidden is not None:
        options["hidden"] = tuple(hidden)
        _at_most("hidden layers", "은닉층", len(hidden), settings.max_hidden_layers)
        _at_most("hidden units", "은닉층의 노드", max(hidden, default=0), settings.max_hidden_units)
    _at_most("images in a batch", "배치 크기", options.get("batch_size", 0), settings.max_batch_size)
    _at_most("steps", "스텝", options.get("steps", 0), settings.max_run_steps)
    dataset = options.get("dataset")
    if dataset is not None and dataset not in runs.limits.datasets:
        known = ", ".join(runs.limits.datasets)
        raise _refused(
            Text(
                f"`{dataset}`라는 데이터가 없습니다. 있는 것: {known}",
                f"There is no dataset `{dataset}`; there are: {known}.",
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


def _at_most(what: str, ko: str, count: int, most: int) -> None:
    if count > most:
        raise _refused(
            Text(
                f"{ko}: {count:,}. 이 서버에서는 {most:,}까지입니다.", f"{count:,} {what}; at most {most:,}."
            )
        )


def _refused(detail: Text) -> ProblemError:
    return ProblemError("run-options", detail)
