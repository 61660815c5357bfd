"""Runs: created, listed, changed, steered, removed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from chainrule.app.deps import OwnerDep, Services, ServicesDep, VisitorDep
from chainrule.app.encoding.encode import JSON, encode
from chainrule.app.runs.run import Run
from chainrule.app.runs.run_status import checked, run_limits, run_status
from chainrule.app.schemas.runs import RunAction, RunAnswer, RunChanges, RunList, RunRequest
from chainrule.app.web.bodies import BodyRoute
from chainrule.app.web.http_cache import FRESH
from chainrule.app.web.owners import Visitor, is_owner
from chainrule.app.web.problems import ProblemError, responses
from chainrule.core.text import Text

router = APIRouter(prefix="/api/v1/runs", tags=["runs"], route_class=BodyRoute)


async def find_run(
    run_id: Annotated[
        str, Path(alias="id", description="The run's id.", max_length=40, examples=["3f9c02ab71de"])
    ],
    parts: ServicesDep,
) -> Run:
    """Return the run named in the address. Raises ProblemError if there is none."""
    return parts.runs.registry.find(run_id)


RunDep = Annotated[Run, Depends(find_run)]


async def find_own_run(run: RunDep, owner: OwnerDep) -> Run:
    """Return the run named in the address, for its owner. Raises ProblemError for anybody else."""
    if not is_owner(owner, run.owner):
        raise ProblemError(
            "not-owner",
            Text(
                "다른 사람의 학습이라서 볼 수만 있습니다. 복사하면 지금 상태에서 이어서 할 수 있습니다: "
                f"POST /api/v1/runs/{run.id}/copies",
                "This run belongs to somebody else: you can watch it. A copy of your own goes on from where it "
                f"stands: POST /api/v1/runs/{run.id}/copies",
            ),
            name=run.id,
        )
    return run


OwnRunDep = Annotated[Run, Depends(find_own_run)]
"""For calls that change a run."""


def told(parts: Services, run: Run, owner: str | None) -> Response:
    """Answer with the run's current state."""
    return Response(encode(run_status(parts.runs, run, owner)), 200, FRESH, JSON)


async def admit(parts: Services, request: Request, visitor: Visitor) -> None:
    """Let a visitor make a run. Raises ProblemError if there are too many visitors, or runs in a while."""
    await parts.quotas.admit(request, visitor.owner)
    await parts.quotas.charge("runs", request, visitor.owner)


def made(parts: Services, request: Request, run: Run, visitor: Visitor) -> Response:
    """Answer with a new run, its address, and its owner's token if that is new too."""
    headers = FRESH | {"Location": str(request.url_for("read_run", id=run.id).path)}
    response = Response(encode(run_status(parts.runs, run, visitor.owner)), 201, headers, JSON)
    visitor.tell(request, response)
    return response


@router.post(
    "",
    summary="Make a run",
    status_code=201,
    response_model=RunAnswer,
    responses=responses(400, 413, 422, 503),
)
async def make_run(body: RunRequest, request: Request, parts: ServicesDep, visitor: VisitorDep) -> Response:
    """Create a run, ready to start. It takes no worker until it is used.

    It belongs to the token in the cookie or in the header `Chainrule-Owner`. Without one, the answer has a new one.
    """
    options = checked(parts.settings, parts.runs, body.model_dump())
    steps, dataset = options.pop("steps"), options.pop("dataset")
    await admit(parts, request, visitor)
    run = parts.runs.registry.create(options, dataset, steps, visitor.owner)
    await parts.runs.persistence.keep(parts.runs.registry, run)
    return made(parts, request, run, visitor)


@router.get(
    "", summary="Your runs and what this server allows", response_model=RunList, responses=responses(422)
)
async def list_runs(
    parts: ServicesDep,
    owner: OwnerDep,
    id: Annotated[
        str | None, Query(description="Only the run with this id, whoever owns it.", max_length=40)
    ] = None,
) -> Response:
    """Where each of your runs stands, in the order they were made."""
    registry = parts.runs.registry
    named = None if id is None else registry.get(id)
    found = registry.of(owner) if id is None else [] if named is None else [named]
    listed = [run_status(parts.runs, run, owner) for run in found]
    body = encode({"runs": listed, "limits": run_limits(parts.settings, parts.runs)})
    return Response(body, media_type=JSON, headers=FRESH)


@router.get("/{id}", summary="Where a run stands", response_model=RunAnswer, responses=responses(404, 422))
async def read_run(run: RunDep, parts: ServicesDep, owner: OwnerDep) -> Response:
    """State, progress, options, and what happened to it."""
    return told(parts, run, owner)


@router.post(
    "/{id}/copies",
    summary="Copy a run",
    status_code=201,
    response_model=RunAnswer,
    responses=responses(404, 409, 422, 503),
)
async def copy_run(run: RunDep, request: Request, parts: ServicesDep, visitor: VisitorDep) -> Response:
    """Make a run of your own that stands where this one stands, with its curves; one that trains is copied paused."""
    await admit(parts, request, visitor)
    copied = await parts.runs.copy(run, visitor.owner)
    await parts.runs.persistence.keep(parts.runs.registry, copied)
    return made(parts, request, copied, visitor)


@router.patch(
    "/{id}",
    summary="Change a run, while it trains or not",
    response_model=RunAnswer,
    responses=responses(400, 403, 404, 413, 422, 503),
)
async def change_run(body: RunChanges, run: OwnRunDep, parts: ServicesDep) -> Response:
    """Learning rate, batch size, optimizer and steps change on the way and are marked on the curves.

    Another net (`hidden`, `activation`, `init`, `seed`) begins at step 0, and trains on if the run did.
    """
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    changes = checked(parts.settings, parts.runs, given)
    if changes:
        await parts.runs.change(run, lambda: parts.runs.workers.patch(run.id, changes))
    return told(parts, run, run.owner)


@router.delete("/{id}", summary="Remove a run", status_code=204, responses=responses(403, 404, 422))
async def remove_run(run: OwnRunDep, parts: ServicesDep) -> Response:
    """End a run and delete all of it. Its watchers get a last message."""
    await parts.runs.remove(run)
    return Response(status_code=204)


@router.post(
    "/{id}/actions",
    summary="Start, pause, step or reset a run",
    response_model=RunAnswer,
    responses=responses(400, 403, 404, 409, 413, 422, 503),
)
async def act(body: RunAction, run: OwnRunDep, request: Request, parts: ServicesDep) -> Response:
    """What the run should do; the answer tells where it then stands. Single steps are waited for, a second at most."""
    if body.action == "start":
        await parts.quotas.charge("starts", request)
    await parts.runs.act(run, body.action, body.steps)
    return told(parts, run, run.owner)
