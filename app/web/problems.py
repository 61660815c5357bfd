"""Every error of the service as one JSON shape: RFC 9457 problem details (`application/problem+json`)."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chainrule.app.web.i18n import Language, choose_language
from chainrule.core.errors import EvaluationError, ProgramError
from chainrule.core.text import Text

MEDIA_TYPE = "application/problem+json"

_RETRY_SECONDS = 5
"""When to ask again what could not be done now: about as long as a place or a worker takes to come."""

logger = logging.getLogger(__name__)


class Kind(NamedTuple):
    """A kind of problem that is more than its HTTP status: what `type` points to."""

    status: int
    title: Text
    description: Text


KINDS: Mapping[str, Kind] = {
    "program": Kind(
        422,
        Text("프로그램을 읽을 수 없음", "The program cannot be read"),
        Text(
            "프로그램이 문법이나 한도를 벗어났습니다. `line`, `column`, `end_column`은 자리, `name`은 문제가 된 이름, "
            "`hint`는 고칠 방법, `allowed`는 그 자리에 올 수 있는 것입니다.",
            "The program is outside the program language or a limit. `line`, `column` and `end_column` say where, "
            "`name` which name, `hint` a way out, `allowed` what can stand there.",
        ),
    ),
    "input": Kind(
        422,
        Text("입력이 프로그램과 맞지 않음", "The inputs do not fit the program"),
        Text(
            "값을 준 이름 `name`이 프로그램의 입력이 아니거나, 입력에 값이 없습니다.",
            "The name `name` that a value was given for is no input of the program, or an input has no value.",
        ),
    ),
    "unknown-id": Kind(
        404,
        Text("그런 id가 없음", "Nothing has this id"),
        Text(
            "그래프의 노드, 에지, 그룹 가운데 이 id를 가진 것이 없습니다.",
            "No node, edge or group of the graph has the id given.",
        ),
    ),
    "invalid-request": Kind(
        422,
        Text("요청의 꼴이 맞지 않음", "The request does not fit the call"),
        Text(
            "빠지거나 모르거나 종류가 다른 항목이 있습니다. `errors`에 JSON 포인터와 함께 하나씩 적혀 있습니다.",
            "A field is missing, unknown or of the wrong kind; `errors` lists each with a JSON pointer.",
        ),
    ),
    "too-large": Kind(
        422,
        Text("너무 오래 걸리는 계산", "It would take too long"),
        Text(
            "읽을 수는 있지만, 텐서가 커서 물어본 것을 구하는 데 너무 오래 걸립니다.",
            "The program can be read, but with tensors this large what is asked for would take too long.",
        ),
    ),
    "run-missing": Kind(
        404,
        Text("그런 학습이 없음", "No such run"),
        Text(
            "이 id의 학습이 없거나, 오래 쓰지 않아 지워졌습니다.",
            "No run has this id, or it was left alone so long that another took its place.",
        ),
    ),
    "run-options": Kind(
        422,
        Text("학습 설정이 맞지 않음", "The run cannot be made so"),
        Text(
            "신경망의 크기나 학습 설정, 물어본 이미지가 이 서버의 한도나 데이터에 맞지 않습니다.",
            "The net's size, an option or the image asked about does not fit this server's limits or the data.",
        ),
    ),
    "run-failed": Kind(
        409,
        Text("멈춘 학습", "The run has failed"),
        Text(
            "수가 걷잡을 수 없이 커졌거나 작업 프로세스가 거듭 끝났습니다. 처음으로 되돌리면 다시 할 수 있습니다.",
            "A number got out of hand, or its worker ended again and again. Once it is reset it can be started.",
        ),
    ),
    "run-queued": Kind(
        503,
        Text("자리를 기다리는 학습", "The run waits for a place"),
        Text(
            "이 서버가 동시에 할 수 있는 학습이 모두 돌고 있습니다. 자리가 나면 답할 수 있습니다.",
            "As many runs as the server has places for are at work. There is an answer once one is free.",
        ),
    ),
    "runs-full": Kind(
        503,
        Text("학습이나 보는 사람이 너무 많음", "Too many runs or watchers"),
        Text(
            "이 서버의 한도에 이르렀습니다. 나중에 다시 해 보세요.",
            "The server has reached its limit; try again later.",
        ),
    ),
    "no-gradient": Kind(
        404,
        Text("구하지 않는 기울기", "No such gradient"),
        Text(
            "데이터와 레이블, 그리고 닫힌 계층 안의 노드는 학습하는 동안 기울기를 구하지 않습니다.",
            "While a run trains nobody asks for the gradient of data, of labels, and of nodes inside closed layers.",
        ),
    ),
    "params": Kind(
        422,
        Text("매개변수가 맞지 않음", "The parameters do not fit"),
        Text(
            "`.npz` 파일에 W1, b1, …이 이 신경망과 같은 모양으로 들어 있어야 합니다.",
            "The `.npz` file must have W1, b1, … in the shapes of this net.",
        ),
    ),
    "dataset": Kind(
        503,
        Text("데이터를 읽을 수 없음", "The data cannot be read"),
        Text(
            "학습에 쓸 이미지 파일이 없거나 손상되었습니다.",
            "The files of images are missing or damaged.",
        ),
    ),
    "worker-gone": Kind(
        503,
        Text("작업 프로세스가 답하지 않음", "The worker gives no answer"),
        Text(
            "작업 프로세스가 끝났거나 너무 오래 걸립니다. 학습은 저장해 둔 데서 이어집니다.",
            "The worker ended or takes too long. Its run goes on from what was kept.",
        ),
    ),
    "share-missing": Kind(
        404,
        Text("저장된 링크가 없음", "No such saved link"),
        Text("이 id로 저장된 것이 없습니다.", "Nothing is saved under this id."),
    ),
    "shares-full": Kind(
        507,
        Text("저장할 자리가 없음", "No room for more saved links"),
        Text("저장된 링크가 한도에 이르렀습니다.", "The store holds as many saved links as it may."),
    ),
}
"""The kinds by the last part of their `type`; the page `/api` describes each under that anchor."""


class FieldProblem(BaseModel):
    """One part of a request that does not fit."""

    pointer: str = Field(
        description="JSON pointer to the part, below `/body`, `/query` or `/path`.", examples=["/body/seed"]
    )
    detail: str = Field(description="What is wrong with it.", examples=["Input should be a valid string"])


class Problem(BaseModel):
    """Problem details as in RFC 9457. The fields after `detail` are there when they mean something."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(
        description="`about:blank`, or a reference to the description of this kind of problem.",
        examples=["/api#program"],
    )
    title: str = Field(
        description="The kind of problem in a few words.", examples=[KINDS["program"].title.en]
    )
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(
        description="What is wrong here, for a person to read.", examples=["`aple` is not defined."]
    )
    line: int | None = Field(None, description="Line in the program, from 1.", examples=[2])
    column: int | None = Field(None, description="Column in that line, from 1.", examples=[9])
    end_column: int | None = Field(
        None, description="Column just behind the part that is wrong.", examples=[13]
    )
    name: str | None = Field(None, description="The name that the problem is about.", examples=["aple"])
    hint: str | None = Field(
        None, description="What may have been meant.", examples=["Did you mean `apple`?"]
    )
    allowed: str | None = Field(
        None,
        description="What may stand there instead.",
        examples=["+ - * / **, function calls, numbers and names"],
    )
    errors: list[FieldProblem] | None = Field(
        None, description="Each part of the request that does not fit, for kind `invalid-request`."
    )


class ProblemError(Exception):
    """Raised anywhere below a route to answer with a problem of one of `KINDS`."""

    def __init__(self, kind: str, detail: Text, **more: Any) -> None:
        super().__init__(detail.en)
        self.kind, self.detail, self.more = kind, detail, more


def problem_body(kind: str, detail: Text, language: Language, **more: Any) -> dict[str, Any]:
    """The problem object for a kind of `KINDS`; members that are None are left out, texts said in `language`."""
    described = KINDS[kind]
    body = {"type": f"/api#{kind}", "title": described.title, "status": described.status, "detail": detail}
    body |= {key: value for key, value in more.items() if value is not None}
    return {
        key: getattr(value, language) if isinstance(value, Text) else value for key, value in body.items()
    }


def program_problem(error: ProgramError, language: Language) -> dict[str, Any]:
    """The problem object for a program that means no graph."""
    return problem_body(
        "program",
        error.message,
        language,
        line=error.line,
        column=error.column,
        end_column=error.end_column,
        name=error.name,
        hint=error.hint,
        allowed=error.allowed,
    )


def status_body(status: int, detail: str) -> dict[str, Any]:
    """The problem object for a plain HTTP status."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def problem_response(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A response with the problem's status and media type."""
    own = {"Cache-Control": "no-store"}
    if body["status"] == 503:
        own["Retry-After"] = str(_RETRY_SECONDS)
    return Response(
        msgspec.json.encode(body),
        status_code=body["status"],
        media_type=MEDIA_TYPE,
        headers=own | dict(headers or {}),
    )


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these statuses, for the OpenAPI document."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": _DESCRIPTIONS.get(status, HTTPStatus(status).phrase), "content": content}
        for status in statuses
    }


_DESCRIPTIONS = {
    400: "The body is not JSON.",
    404: "There is no such thing.",
    409: "The state does not allow it.",
    413: "The body is larger than the service takes.",
    422: "The program or the request is not right; the problem says where and why.",
    503: "The service cannot do it now.",
    504: "It took longer than allowed.",
    507: "There is no room for more.",
}


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem: its own, the framework's, and what nobody foresaw."""
    app.add_exception_handler(ProblemError, _own)
    app.add_exception_handler(ProgramError, _program)
    app.add_exception_handler(EvaluationError, _evaluation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def language_of(request: Request) -> Language:
    """The language of a problem: what the browser prefers; English for those that say nothing, such as curl."""
    accepted = request.headers.get("accept-language")
    return choose_language(accept_language=accepted) if accepted else "en"


async def _own(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(problem_body(error.kind, error.detail, language_of(request), **error.more))


async def _program(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProgramError)
    return problem_response(program_problem(error, language_of(request)))


async def _evaluation(request: Request, error: Exception) -> Response:
    assert isinstance(error, EvaluationError)
    body = problem_body("input", error.message, language_of(request), name=error.name, hint=error.hint)
    return problem_response(body)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if detail == HTTPStatus(error.status_code).phrase:
        detail = _STATUS_DETAILS.get(error.status_code, detail).format(
            method=request.method, path=request.url.path[:200]
        )
    return problem_response(status_body(error.status_code, detail), error.headers)


_STATUS_DETAILS = {
    404: "There is nothing at {path}.",
    405: "{path} does not answer {method}; the header Allow says what it answers.",
}


def unforeseen(error: Exception) -> Response:
    """The answer to an error that nobody foresaw. It is logged; the person is told nothing of the inside."""
    logger.error("A request failed.", exc_info=error)
    return problem_response(status_body(500, "Something in the service went wrong; it has been logged."))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [_field_problem(item) for item in error.errors()[:20]]
    detail = "; ".join(f"{item['pointer']}: {item['detail']}" for item in found[:3])
    body = problem_body("invalid-request", Text(detail, detail), language_of(request), errors=found)
    return problem_response(body)


def _field_problem(item: Mapping[str, Any]) -> dict[str, str]:
    location: Sequence[str | int] = item["loc"]
    pointer = "".join(f"/{str(part)[:80].replace('~', '~0').replace('/', '~1')}" for part in location)
    match item["type"]:
        case "json_invalid":
            return {"pointer": "/body", "detail": f"The body is not JSON: {item['ctx']['error']}."}
        case "extra_forbidden":
            detail = f"`{str(location[-1])[:80]}` is not a field of this call."
        case "missing" if location == ("body",):
            detail = "A JSON object is required, with the header `Content-Type: application/json`."
        case "model_attributes_type" if location == ("body",):
            detail = "A JSON object is required, with the header `Content-Type: application/json`."
        case "missing":
            detail = f"`{location[-1]}` is required."
        case _:
            detail = str(item["msg"]).removeprefix("Value error, ")
    return {"pointer": pointer, "detail": detail}
