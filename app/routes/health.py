"""Calls for operators: whether the service is alive, whether it is ready, and its counters."""

import ipaddress
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chainrule.app.deps import ServicesDep
from chainrule.app.graphs import work
from chainrule.app.schemas.catalogue import Health, Readiness
from chainrule.app.web.metrics import CONTENT_TYPE
from chainrule.app.web.problems import responses

router = APIRouter(tags=["operation"])

_TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}

logger = logging.getLogger(__name__)


@router.get("/health/live", summary="Whether the process answers", response_model=Health)
async def live(parts: ServicesDep) -> Health:
    """For a supervisor that restarts the process when it does not answer."""
    return Health(status="ok", version=parts.version)


@router.get(
    "/health/ready",
    summary="Whether the service can do its work",
    response_model=Readiness,
    responses=responses(422, 503),
)
async def ready(
    parts: ServicesDep,
    save: Annotated[
        bool,
        Query(description="Whether to answer 503 also where links can be read but nothing can be saved."),
    ] = False,
) -> Readiness:
    """For a load balancer: the database of saved links answers, and whether anything can be saved."""
    try:
        await work.waiting(parts.shares.check)
    except SQLAlchemyError as error:
        logger.warning("The database of saved links does not answer: %s", error)
        raise HTTPException(503, "The database of saved links does not answer.") from None
    saves = await parts.seats.saves() and await work.waiting(parts.shares.can_save)
    if save and not saves:
        raise HTTPException(503, "Links and runs can be read, but nothing can be saved.")
    return Readiness(status="ok", version=parts.version, save=saves)


@router.get(
    "/metrics", summary="Counters for Prometheus", response_class=Response, responses=_TEXT | responses(404)
)
async def read_metrics(request: Request, parts: ServicesDep) -> Response:
    """Counters in Prometheus's text format; 404 for whom the setting `metrics` leaves out."""
    wanted = parts.settings.metrics
    if not wanted or (wanted == "local" and not _is_from_here(request)):
        raise HTTPException(404, "The setting `metrics` does not allow it.")
    return Response(await parts.seats.counters(parts.metrics.text()), media_type=CONTENT_TYPE)


def _is_from_here(request: Request) -> bool:
    try:
        return ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
