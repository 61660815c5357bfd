"""The exception handlers that turn every error of the service into a problem."""

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chainrule.app.web.leaving import ClientGone
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

_GONE = 499
"""The status of an answer to a client that has gone, as nginx logs it."""

_DETAILS = {
    404: "There is nothing at {path}.",
    405: "{path} does not answer {method}; the header Allow lists the methods it answers.",
}
"""What is said where the framework says nothing but the name of the status."""

_AWAY = Text(
    "저장된 링크를 둔 데이터베이스가 답하지 않습니다. 잠시 뒤에 다시 해 보세요.",
    "The database of saved links does not answer. Try again in a moment.",
)
_FULL = Text(
    "디스크가 가득 차서 저장할 수 없습니다. 이미 저장한 것은 읽을 수 있습니다.",
    "The disk is full: nothing can be saved. What has been saved can be read.",
)
_NO_BODY = "A JSON object is required, with the header `Content-Type: application/json`."


Page = Callable[[Request, Mapping[str, Any]], Response | None]
"""Makes a page of a problem object, where a person asks for one."""


def install(app: FastAPI, page: Page) -> None:
    """Make every error of `app` a problem: ours, the framework's, the database's, and failed validation."""

    def answer(
        request: Request, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Response:
        """Answer with a problem object, or with its page."""
        response = problem_response(body, headers)
        if (shown := page(request, body)) is None:
            return response
        shown.headers["Cache-Control"] = "no-store"
        if "retry-after" in response.headers:
            shown.headers["Retry-After"] = response.headers["retry-after"]
        return shown

    async def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        body = problem_body(error.kind, error.detail, language_of(request), **error.more)
        return answer(request, body, error.headers)

    async def database(request: Request, error: Exception) -> Response:
        logger.warning("The database of saved links: %s", error)
        detail = _FULL if _is_full(error) else _AWAY
        return answer(request, problem_body("storage", detail, language_of(request)))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        detail = str(error.detail)
        if detail == HTTPStatus(error.status_code).phrase:
            template = _DETAILS.get(error.status_code, detail)
            detail = template.format(method=request.method, path=request.url.path[:200])
        return answer(request, status_body(error.status_code, detail), error.headers)

    async def gone(request: Request, error: Exception) -> Response:
        return Response(status_code=_GONE)  # nobody reads it; the log has it

    app.add_exception_handler(ClientGone, gone)
    app.add_exception_handler(ProblemError, problem)
    app.add_exception_handler(SQLAlchemyError, database)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ProgramError, _graph)
    app.add_exception_handler(EvaluationError, _graph)
    app.add_exception_handler(RequestValidationError, _invalid)


def unforeseen(error: Exception) -> Response:
    """Log an unexpected error and answer with status 500, without any detail of it."""
    logger.error("A request failed.", exc_info=error)
    return problem_response(status_body(500, "Something in the service went wrong; it has been logged."))


def _is_full(error: Exception) -> bool:
    """Tell whether a database has no room: SQLite and PostgreSQL say so in words."""
    return any(words in str(error) for words in ("disk is full", "No space left"))


async def _graph(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProgramError | EvaluationError)
    return problem_response(graph_problem(error, language_of(request)))


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
