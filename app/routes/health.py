"""For those who run the service: whether it lives, whether it is ready, and what it counts."""

import logging

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app import work
from app.deps import ServicesDep
from app.metrics import CONTENT_TYPE
from app.problems import responses
from app.schemas.catalogue import Health

router = APIRouter(tags=["operation"])

logger = logging.getLogger(__name__)


@router.get("/health/live", response_model=Health)
async def live(parts: ServicesDep) -> Health:
    """Whether the process answers. For a supervisor that restarts it when it does not."""
    return Health(status="ok", version=parts.version)


@router.get("/health/ready", response_model=Health, responses=responses(503))
async def ready(parts: ServicesDep) -> Health:
    """Whether the service can do its work: its database answers. For a balancer that sends requests to it."""
    try:
        await work.in_thread(parts.shares.check)
    except SQLAlchemyError as error:
        logger.warning("The database of saved links does not answer: %s", error)
        raise HTTPException(503, "The database of saved links does not answer.") from None
    return Health(status="ok", version=parts.version)


@router.get(
    "/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}} | responses(404)
)
async def read_metrics(parts: ServicesDep) -> Response:
    """Counters in Prometheus's text format; 404 where the setting `metrics` is off."""
    if not parts.settings.metrics:
        raise HTTPException(404, "The setting `metrics` is off.")
    return Response(parts.metrics.text(), media_type=CONTENT_TYPE)
