"""Seeded odd requests to every call that takes a body: odd fields, wrong methods, broken JSON."""

import asyncio
import json
import random
from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from chainrule.app.web.problem_kinds import KINDS
from chainrule.app.web.problems import Problem
from tests.helpers.odd_programs import NAMES, OddPrograms

JSON = "application/json"

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, -0.0, 1e308, 1e-320, 10**30, 10**400),
    *(float("nan"), float("inf"), -float("inf")),
    *("", " ", "1", "NaN", "-Infinity", "x", "\ud800", "\x00", "é" * 500, "x" * 5000),
    *("../..", "x.0", "x->y", "x→y"),
    *([], [[]], [[[]]], [1, 2], [[1, 2], [3, 4]], [[1], [2, 3]], [1, "x"], [None], [True]),
    *(["NaN"], [[[[1.0]]]], [10**400], {}, {"a": 1}, {"": None}, {"\ud800": 1}, {"x": {"y": []}}),
)
"""Values of every kind for a field."""

TENSORS = (
    *(2, -1.5, 1e308, "NaN", "Infinity", [1, 2], [1, 2, 3], [[1, 2], [3, 4]]),
    *([[1, 2, 3], [4, 5, 6]], [], [[]]),
)

IDS = (
    *("x", "y", "L", "h", "mul_1", "sum_1", "softmax_1", "x->y", "x->y.0", "x->mul_1.1", "x[0]"),
    *("value:x", "grad:x->y", "sum:x", "value:x[0,1]"),
)

METHODS = ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")

MEDIA_TYPES = (
    *("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""),
    "application/json; charset=x",
)

BODIES = (
    *(b"", b"{", b"[]", b"null", b"1", b'"x"', b"\x00", b"\xff\xfe{}", b"program=x"),
    *(b'\xef\xbb\xbf{"program": "x = 1"}', b'{"program": "x = 1"', b'{"program": "\xed\xa0\x80"}'),
    *(b'{"program": "x = 1", "program": 2}', b'{"program": NaN}', b'{"program": "\\u0000"}'),
    b'{"program": ' + b"[" * 3000 + b"]" * 3000 + b"}",
    b'{"program": "x = 1", "seed": ' + b"9" * 5000 + b"}",
)
"""Bodies that are no object, or hardly JSON."""


class Sent(NamedTuple):
    """A request as it goes out."""

    method: str
    path: str
    content: bytes
    media_type: str = JSON
    program: str | None = None
    """The program in it, if its refusal has to point into one."""


class OddRequests:
    """Draws requests from a seed, the OpenAPI document, sound programs, and the ids of answers that came back."""

    def __init__(
        self, seed: int, document: Mapping[str, Any], sound: Sequence[str], runs: Sequence[str]
    ) -> None:
        self._draws = random.Random(seed)
        self._programs = OddPrograms(self._draws, sound)
        self._runs = runs
        self._schemas = document["components"]["schemas"]
        self._calls: list[tuple[str, str, Mapping[str, Any]]] = []
        self._asked: list[tuple[str, list[Mapping[str, Any]]]] = []
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                content = operation.get("requestBody", {}).get("content", {})
                if method == "post" or JSON in content:
                    schema = content.get(JSON, {}).get("schema", {})
                    self._calls.append((method.upper(), path, self._resolved(schema)))
                elif any(each["name"] == "program" for each in operation.get("parameters", ())):
                    self._asked.append((path, operation["parameters"]))

    def about_one_program(self) -> Generator[Sent, dict[str, Any] | None, None]:
        """Requests about one program: first its graph, then whatever its ids make possible.

        A generator that is sent each answer's JSON object, or None.
        """
        program = self._programs.draw()
        graphs = [call for call in self._calls if "program" in call[2].get("properties", {})]
        # Its graph first, with all ids.
        answer = yield self._sent("POST", "/api/v1/graphs", program, {"program": program})
        ids = self._ids(answer)
        rounds = self._draws.randint(3, 7) if ids else self._draws.randint(0, 1)
        for _ in range(rounds):
            method, path, schema = self._draws.choice(graphs)
            yield self._sent(method, path, program, self._object(schema, program, ids))
        if self._draws.random() < 0.1 and len(program) < 3000:
            path, parameters = self._draws.choice(self._asked)
            query = "&".join(
                f"{each['name']}={quote(self._text(each['name'], program, ids).encode(errors='surrogatepass'))}"
                for each in parameters
                if each["name"] == "program" or self._draws.random() < 0.2
            )
            yield Sent("GET", f"{path}?{query}", b"")

    def about_something_else(self) -> Sent:
        """A request to any call, of any form."""
        method, path, schema = self._draws.choice(self._calls)
        run = self._draws.choice(self._runs) if self._draws.random() < 0.9 else "é\x7f.."
        path = path.replace("{id}", quote(run))
        draw = self._draws.random()
        if draw < 0.08:
            method = self._draws.choice(METHODS)
            if path in (f"/api/v1/runs/{run}", "/api/v1/shares"):
                method = "PUT"
        if draw > 0.9:
            return Sent(method, path, self._draws.choice(BODIES))
        body = json.dumps(self._object(schema, self._programs.draw(), [])).encode()
        return Sent(method, path, body, self._draws.choice(MEDIA_TYPES) if draw > 0.85 else JSON)

    def _sent(self, method: str, path: str, program: str, body: dict[str, Any]) -> Sent:
        told = program if body.get("program") == program else None
        return Sent(method, path, json.dumps(body).encode(), JSON, told)

    def _ids(self, answer: dict[str, Any] | None) -> list[str]:
        parts = ("nodes", "edges", "groups")
        return (
            [] if answer is None else [str(each["id"]) for part in parts for each in answer.get(part) or []]
        )

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def _object(self, schema: Mapping[str, Any], program: str, ids: Sequence[str]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for name, field in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or self._draws.random() < 0.25:
                odd = self._draws.random() < (0.01 if name == "program" else 0.12)
                body[name] = self._odd() if odd else self._fitting(name, field, program, ids)
        if self._draws.random() < 0.02:
            body[self._draws.choice(("\ud800", "colour", "", "__proto__", "a/~b"))] = self._odd()
        if "hidden" in schema.get("properties", {}) and "dataset" in schema["properties"]:
            body["dataset"] = self._draws.choice(("tiny", "tiny", "nothing", None, "\ud800"))
        return body

    def _odd(self) -> Any:
        return self._draws.choice(ODD)

    def _fitting(self, name: str, field: Mapping[str, Any], program: str, ids: Sequence[str]) -> Any:
        """A value of the kind that a field wants, often at its edges."""
        field = self._resolved(field)
        if name == "program":
            return program
        if name in ("inputs",):
            own = ids if ids and self._draws.random() < 0.9 else None
            return {
                own[0] if own else self._name(): self._tensor()
                for _ in range(self._draws.choice((0, 1, 1, 2)))
            }
        if name == "upstream":
            return self._tensor() if self._draws.random() < 0.3 else self._draws.choice((2, -1.5, 0, "NaN"))
        if name == "open":
            return [self._id(ids) for _ in range(self._draws.randint(0, 4))]
        if name in ("id", "blank", "input"):
            return self._id(ids)
        choices = field.get("anyOf") or field.get("oneOf") or [field]
        chosen = self._resolved(self._draws.choice(choices))
        if "enum" in chosen:
            return self._draws.choice(chosen["enum"])
        if "const" in chosen:
            return chosen["const"]
        if chosen.get("properties"):
            return self._object(chosen, program, ids)
        match chosen.get("type"):
            case "integer":
                edges = [chosen.get("minimum", 0), chosen.get("maximum", 3), 1, 2, 3, 7]
                return self._draws.choice(edges) + (self._draws.random() < 0.05)
            case "number":
                return self._draws.choice((1, 0.5, -2.5, 1e-5, 0, 1e308))
            case "boolean":
                return self._draws.random() < 0.5
            case "array":
                return [
                    self._fitting("", chosen.get("items", {}), program, ids)
                    for _ in range(self._draws.randint(0, 3))
                ]
            case "object":
                return {}
            case "null":
                return None
        return self._id(ids)

    def _id(self, ids: Sequence[str]) -> str:
        if ids and self._draws.random() < 0.8:
            own = self._draws.choice(ids)
            return self._draws.choice((own, own, own, f"value:{own}", f"{own}[0]", f"{own}.0", f"grad:{own}"))
        return self._draws.choice(IDS)

    def _name(self) -> str:
        return self._draws.choice((*NAMES, "\ud800", "", "x.y", "1"))

    def _tensor(self) -> Any:
        several = (
            2,
            -1.5,
            1e308,
            "NaN",
            "Infinity",
            [1, 2],
            [[1, 2], [3, 4]],
            [[1, 2, 3], [4, 5, 6]],
            [],
            [[]],
            [1, 2, 3],
        )
        return self._draws.choice(several) if self._draws.random() < 0.85 else self._odd()

    def _text(self, name: str, program: str, ids: Sequence[str]) -> str:
        if name == "program":
            return program
        if name in ("open", "mistakes"):
            return self._id(ids)
        found = self._odd() if self._draws.random() < 0.5 else self._tensor()
        return str(found)[:300]


class Answers:
    """Sends requests to an application in process, and says what is wrong with the answers."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.count = 0
        self.complaints: list[str] = []
        self.statuses: dict[int, int] = {}

    async def to(self, sent: Sent) -> dict[str, Any] | None:
        """The JSON object of an answer; None for a refusal and for anything else."""
        response = await self._ask(sent, "en")
        body = self._looked_at(sent, response)
        if response.status_code >= 400 and body and body.get("type") == "/api#program":
            self._compare(sent, body, self._looked_at(sent, await self._ask(sent, "ko")))
        return body if response.status_code < 400 else None

    async def _ask(self, sent: Sent, language: str) -> httpx.Response:
        self.count += 1
        headers = {"Accept-Language": language, "Content-Type": sent.media_type}
        try:
            response = await self._client.request(
                sent.method, sent.path, content=sent.content, headers=headers
            )
        except Exception as error:  # the service's own, which the client hands on
            self.complaints.append(f"{type(error).__name__}: {error} at {_shown(sent)}")
            return httpx.Response(599)
        self.statuses[response.status_code] = self.statuses.get(response.status_code, 0) + 1
        return response

    def _looked_at(self, sent: Sent, response: httpx.Response) -> dict[str, Any] | None:
        if response.status_code >= 500:
            if response.status_code != 599:
                self.complaints.append(f"{response.status_code} {response.text[:300]} at {_shown(sent)}")
            return None
        if "json" not in response.headers.get("content-type", "") or sent.method == "HEAD":
            return None
        try:
            body = json.loads(response.content, parse_constant=_refuse)
        except ValueError as error:
            self.complaints.append(f"no JSON: {error} at {_shown(sent)}")
            return None
        if response.status_code >= 400:
            wrong = _wrong_with(body, response, sent)
            if wrong:
                self.complaints.append(f"{wrong}: {body} at {_shown(sent)}")
        return body if isinstance(body, dict) else None

    def _compare(self, sent: Sent, english: dict[str, Any], korean: dict[str, Any] | None) -> None:
        """The two languages of a refusal point at the same place and are written in their own words."""
        same = ("type", "status", "line", "column", "end_column", "name")
        if korean is None or any(english.get(key) != korean.get(key) for key in same):
            self.complaints.append(f"languages differ: {english} {korean} at {_shown(sent)}")
        elif not _hangul(korean["detail"]) or korean["detail"] == english["detail"]:
            self.complaints.append(f"not in Korean: {korean} at {_shown(sent)}")
        elif bool(english.get("hint")) != bool(korean.get("hint")):
            self.complaints.append(f"a hint in one language only: {english} {korean} at {_shown(sent)}")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _hangul(text: str) -> bool:
    return any("가" <= each <= "힣" for each in text)


def _wrong_with(body: Any, response: httpx.Response, sent: Sent) -> str | None:
    """What is wrong with a refusal, None if nothing."""
    if response.headers["content-type"] != "application/problem+json":
        return "not a problem"
    try:
        Problem.model_validate(body)
    except ValueError as error:
        return str(error)
    if body["type"] != "about:blank" and body["type"].removeprefix("/api#") not in KINDS:
        return "unknown kind"
    if body["status"] != response.status_code or not body["title"] or not body["detail"]:
        return "incomplete"
    if body["type"] != "/api#program" or sent.program is None or "/shares" in sent.path:
        return None
    lines = sent.program.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line, column = body.get("line"), body.get("column")
    if not isinstance(line, int) or not isinstance(column, int):
        return "no place"
    if not 1 <= line <= len(lines) or not 1 <= column <= len(lines[line - 1]) + 1:
        return f"place outside of the program {sent.program!r}"
    if body["end_column"] <= column:
        return "nothing between the columns"
    for edit in (body.get("fix") or {"edits": ()})["edits"]:
        replaced = lines[edit["line"] - 1][edit["column"] - 1 : edit["end_column"] - 1]
        if edit["text"].isidentifier() and replaced and not replaced.isidentifier():
            return f"one click would put a word in place of {replaced!r}"
    return None


def _shown(sent: Sent) -> str:
    content = (
        sent.content if len(sent.content) < 3000 else sent.content[:1500] + b" ... " + sent.content[-300:]
    )
    return f"{sent.method} {sent.path[:300]} {content!r}"


async def fuzz(requests: OddRequests, answers: Answers, count: int) -> None:
    """Send at least ``count`` requests."""
    while answers.count < count:
        told = requests.about_one_program()
        sent = next(told)
        while True:
            answer = await answers.to(sent)
            try:
                sent = told.send(answer)
            except StopIteration:
                break
        await answers.to(requests.about_something_else())
        await asyncio.sleep(0)
