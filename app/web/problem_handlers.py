"""The exception handlers that turn every error of the service into a problem."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chainrule.app.web.problems import (
    ProblemError,
    graph_problem,
    language_of,
    problem_body,
    problem_response,
    status_body,
)
from chainrule.core.errors import EvaluationError, ProgramError
from chainrule.core.text import Text

logger = logging.getLogger(__name__)

_DETAILS = {
    404: "There is nothing at {path}.",
    405: "{path} does not answer {method}; the header Allow lists the methods it answers.",
}
"""What is said where the framework says nothing but the name of the status."""

_NO_BODY = "A JSON object is required, with the header `Content-Type: application/json`."


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem: ours, the framework's, and failed validation."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(ProgramError, _graph)
    app.add_exception_handler(EvaluationError, _graph)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def unforeseen(error: Exception) -> Response:
    """Log an unexpected error and answer with status 500, without any detail of it."""
    logger.error("A request failed.", exc_info=error)
    return problem_response(status_body(500, "Something in the service went wrong; it has been logged."))


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    body = problem_body(error.kind, error.detail, language_of(request), **error.more)
    return problem_response(body, error.headers)


async def _graph(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProgramError | EvaluationError)
    return problem_response(graph_problem(error, language_of(request)))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if detail == HTTPStatus(error.status_code).phrase:
        template = _DETAILS.get(error.status_code, detail)
        detail = template.format(method=request.method, path=request.url.path[:200])
    return problem_response(status_body(error.status_code, detail), error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [_field_problem(item) for item in error.errors()[:20]]
    detail = "; ".join(f"{field['pointer']}: {field['detail']}" for field in fields[:3])
    body = problem_body("invalid-request", Text(detail, detail), language_of(request), errors=fields)
    return problem_response(body)


def _field_problem(item: Mapping[str, Any]) -> dict[str, str]:
    """The `FieldProblem` of one of pydantic's errors."""
    location: Sequence[str | int] = item["loc"]
    pointer = "".join(f"/{str(part)[:80].replace('~', '~0').replace('/', '~1')}" for part in location)
    match item["type"]:
        case "json_invalid":
            return {"pointer": "/body", "detail": f"The body is not JSON: {item['ctx']['error']}."}
        case "extra_forbidden":
            detail = f"`{str(location[-1])[:80]}` is not a field of this call."
        case "missing" | "model_attributes_type" if location == ("body",):
            detail = _NO_BODY
        case "missing":
            detail = f"`{location[-1]}` is required."
        case _:
            detail = str(item["msg"]).removeprefix("Value error, ")
    return {"pointer": pointer, "detail": detail}
