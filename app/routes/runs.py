"""Runs: created, listed, changed, steered, removed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from chainrule.app.deps import Services, ServicesDep
from chainrule.app.encoding.encode import JSON, encode
from chainrule.app.runs.run import Run
from chainrule.app.runs.run_status import checked, run_limits, run_status
from chainrule.app.schemas.runs import RunAction, RunAnswer, RunChanges, RunList, RunRequest
from chainrule.app.web.http_cache import FRESH
from chainrule.app.web.problems import responses

router = APIRouter(prefix="/api/v1/runs", tags=["runs"])


def find_run(
    run_id: Annotated[
        str, Path(alias="id", description="The run's id.", max_length=40, examples=["3f9c02ab71de"])
    ],
    parts: ServicesDep,
) -> Run:
    """Return the run named in the address. Raises ProblemError if there is none."""
    return parts.runs.registry.find(run_id)


RunDep = Annotated[Run, Depends(find_run)]


def told(parts: Services, run: Run, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with the run's current state."""
    return Response(encode(run_status(parts.runs, run)), status, FRESH | (headers or {}), JSON)


@router.post(
    "",
    summary="Make a run",
    status_code=201,
    response_model=RunAnswer,
    responses=responses(400, 413, 422, 503),
)
async def make_run(body: RunRequest, request: Request, parts: ServicesDep) -> Response:
    """Create a run, ready to start. It takes no worker until it is used."""
    options = checked(parts.settings, parts.runs, body.model_dump())
    steps, dataset = options.pop("steps"), options.pop("dataset")
    run = parts.runs.registry.create(options, dataset, steps)
    return told(parts, run, 201, {"Location": str(request.url_for("read_run", id=run.id).path)})


@router.get("", summary="All runs and what this server allows", response_model=RunList)
async def list_runs(parts: ServicesDep) -> Response:
    """Where each run stands, in the order they were made."""
    listed = [run_status(parts.runs, run) for run in parts.runs.registry.all()]
    body = encode({"runs": listed, "limits": run_limits(parts.settings, parts.runs)})
    return Response(body, media_type=JSON, headers=FRESH)


@router.get("/{id}", summary="Where a run stands", response_model=RunAnswer, responses=responses(404, 422))
async def read_run(run: RunDep, parts: ServicesDep) -> Response:
    """State, progress, options, and what happened to it."""
    return told(parts, run)


@router.patch(
    "/{id}",
    summary="Change a run, while it trains or not",
    response_model=RunAnswer,
    responses=responses(400, 404, 413, 422, 503),
)
async def change_run(body: RunChanges, run: RunDep, parts: ServicesDep) -> Response:
    """Learning rate, batch size, optimizer and steps change on the way and are marked on the curves.

    Another net (`hidden`, `activation`, `init`, `seed`) begins at step 0, and trains on if the run did.
    """
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    changes = checked(parts.settings, parts.runs, given)
    if changes:
        await parts.runs.change(run, lambda: parts.runs.workers.patch(run.id, changes))
    return told(parts, run)


@router.delete("/{id}", summary="Remove a run", status_code=204, responses=responses(404, 422))
async def remove_run(run: RunDep, parts: ServicesDep) -> Response:
    """End a run and delete all of it. Its watchers get a last message."""
    await parts.runs.remove(run)
    return Response(status_code=204)


@router.post(
    "/{id}/actions",
    summary="Start, pause, step or reset a run",
    response_model=RunAnswer,
    responses=responses(400, 404, 409, 413, 422, 503),
)
async def act(body: RunAction, run: RunDep, parts: ServicesDep) -> Response:
    """What the run should do; the answer tells where it then stands. Single steps are waited for, a second at most."""
    await parts.runs.act(run, body.action, body.steps)
    return told(parts, run)
