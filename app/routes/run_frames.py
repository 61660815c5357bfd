"""A run's numbers while they change: over a WebSocket, or one frame at a time."""

import asyncio
import contextlib
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, WebSocket, WebSocketDisconnect
from starlette.responses import Response

from chainrule.app.deps import Services, ServicesDep, services
from chainrule.app.routes.runs import RunDep
from chainrule.app.runs.protocol.refusals import WorkerGone
from chainrule.app.runs.watching import Seat
from chainrule.app.web.problems import ProblemError, problem_body, problem_response, responses, status_body
from chainrule.app.web.quotas import visitors_in

router = APIRouter(prefix="/api/v1/runs/{id}", tags=["runs"])

FRAME = "application/octet-stream"
_FRAME: dict[int | str, dict[str, Any]] = {
    200: {"content": {FRAME: {"schema": {"type": "string", "contentMediaType": FRAME}}}}
}
_SHUT_SECONDS = 2.0
_ONE_FRAME_SECONDS = 90.0


@router.get(
    "/frame",
    summary="The newest frame",
    response_class=Response,
    responses={**_FRAME, **responses(404, 422, 503)},
)
async def read_frame(run: RunDep, request: Request, parts: ServicesDep) -> Response:
    """One binary message as the WebSocket `…/frames` sends them, laid out as docs/frames.md says."""
    visitor = await parts.quotas.client(request)
    channel = parts.watching.join(run, visitor, _most(parts, visitor))
    try:
        async with asyncio.timeout(_ONE_FRAME_SECONDS):
            known = -1 if channel.latest and not run.running else channel.number
            _, message = await channel.next(known)
    except (TimeoutError, WorkerGone):
        return problem_response(status_body(503, "There is no frame yet."))
    finally:
        parts.watching.leave(run, visitor)
    return Response(message, media_type=FRAME, headers={"Cache-Control": "no-store"})


@router.websocket("/frames")
async def watch(websocket: WebSocket, id: str, parts: Annotated[Services, Depends(services)]) -> None:
    """Send frames as fast as the watcher takes them and the setting allows, always the newest.

    A watcher that comes back gets the newest frame at once; none are kept for it meanwhile.
    """
    if not from_here(websocket, parts):
        await websocket.send_denial_response(
            problem_response(status_body(403, "Frames are not sent to pages of other sites."))
        )
        return
    visitor = await parts.quotas.client(websocket)
    try:
        seat = await parts.seats.join(id, visitor, _most(parts, visitor))
    except ProblemError as error:
        body = problem_body(error.kind, error.detail, "en")
        await websocket.send_denial_response(problem_response(body, error.headers))
        return
    try:
        await websocket.accept()
        # Whichever ends first, the watcher or the run, ends the other.
        tasks = {
            asyncio.create_task(_send(websocket, seat, parts.runs.limits.send_seconds)),
            asyncio.create_task(_hear(websocket)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_SHUT_SECONDS)
    finally:
        await seat.leave()
    with contextlib.suppress(RuntimeError, WebSocketDisconnect, OSError, TimeoutError):
        async with asyncio.timeout(_SHUT_SECONDS):
            await websocket.close(4404 if seat.removed else 1011)


def _most(parts: Services, visitor: str) -> int:
    """Return how often at once a visitor may watch."""
    return int(parts.settings.max_watchers_per_visitor * visitors_in(visitor))


async def _send(websocket: WebSocket, seat: Seat, seconds: float) -> None:
    """Send frames until run or watcher is gone, or one frame takes longer than `seconds`."""
    number = seat.first
    with contextlib.suppress(TimeoutError, WorkerGone, RuntimeError, WebSocketDisconnect, OSError):
        while True:
            number, message = await seat.next(number)
            async with asyncio.timeout(seconds):
                await websocket.send_bytes(message)


async def _hear(websocket: WebSocket) -> None:
    """Read and ignore messages until the watcher leaves."""
    with contextlib.suppress(RuntimeError):
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass


def from_here(websocket: WebSocket, parts: Services) -> bool:
    """Tell whether a page of this site asks, or a program, which sends no Origin."""
    origin = websocket.headers.get("origin")
    if origin is None:
        return True
    host = urlsplit(origin).netloc.lower()
    own = {websocket.headers.get("host", "").lower()}
    if parts.settings.public_url is not None:
        own.add(urlsplit(parts.settings.public_url).netloc.lower())
    return host in own and bool(host)
