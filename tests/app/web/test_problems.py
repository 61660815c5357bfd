"""Every error is a problem as RFC 9457 has it, and every answer carries the security headers."""

import json
import socket

import pytest
from fastapi.testclient import TestClient

from chainrule.app.main import create_app
from chainrule.app.settings import Settings
from chainrule.app.web.hosts import Hosts
from chainrule.app.web.problem_errors import problem_body
from chainrule.app.web.problem_kinds import KINDS
from chainrule.app.web.problems import Problem, problem_response
from chainrule.core.text import Text
from tests.conftest import FOR_TESTS

GRAPHS = "/api/v1/graphs"
JSON = {"Content-Type": "application/json"}


def problem(response, status: int) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    body = response.json()
    Problem.model_validate(body)
    assert body["status"] == status
    if body["type"] != "about:blank":
        kind = KINDS[body["type"].removeprefix("/api#")]
        assert body["title"] in kind.title
        assert kind.status == status
    return body


def test_a_program_error_says_where_and_what(client):
    body = problem(client.post(GRAPHS, json={"program": "apple = 1\ny = aple * 2"}), 422)
    assert (body["line"], body["column"], body["end_column"], body["name"]) == (2, 5, 9, "aple")
    assert "`apple`" in body["hint"]


def test_texts_follow_the_language_asked_for(client):
    said = {}
    for language in ("ko", "en"):
        response = client.post(GRAPHS, json={"program": "y = x"}, headers={"Accept-Language": language})
        said[language] = problem(response, 422)["detail"]
    assert "not defined" in said["en"]
    assert said["ko"] != said["en"]
    plain = client.post(GRAPHS, json={"program": "y = x"}, headers={"Accept-Language": ""})
    assert plain.json()["detail"] == said["en"]


def test_nothing_there(client):
    assert "/nothing" in problem(client.get("/nothing"), 404)["detail"]
    problem(client.get("/static/nothing.js"), 404)
    problem(client.get("/static/../pyproject.toml"), 404)


def test_wrong_method(client):
    response = client.get(GRAPHS)
    assert "GET" in problem(response, 405)["detail"]
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b"{", "/body"),
        (b"", "/body"),
        (b"[]", "/body"),
        (b"null", "/body"),
        (b'"x"', "/body"),
        (b"{}", "/body/program"),
        (b'{"program": 1}', "/body/program"),
        (b'{"program": "x = 1", "seed": "2"}', "/body/seed"),
        (b'{"program": "x = 1", "seed": true}', "/body/seed"),
        (b'{"program": "x = 1", "seed": ' + b"9" * 400 + b"}", "/body/seed"),
        (b'{"program": "x = 1", "inputs": {"a/b": {}}}', "/body/inputs/a~1b"),
        (b'{"program": "x = 1", "mistakes": ["mul.not_swaped"]}', "/body/mistakes/0"),
        (b'{"program": "x = 1", "colour": 1}', "/body/colour"),
    ],
)
def test_a_body_that_does_not_fit_says_which_part(client, content, pointer):
    body = problem(client.post(GRAPHS, content=content, headers=JSON), 422)
    assert body["type"] == "/api#invalid-request"
    assert body["errors"][0]["pointer"] == pointer


def test_an_unknown_field_and_a_misspelt_mistake_are_named(client):
    extra = problem(client.post(GRAPHS, json={"program": "x = 1", "colour": 1}), 422)
    assert "`colour` is not a field" in extra["detail"]
    wrong = problem(client.post(GRAPHS, json={"program": "x = 1", "mistakes": ["mul.not_swaped"]}), 422)
    assert "`mul.not_swapped`" in wrong["detail"]


def test_another_media_type_is_refused(client):
    problem(client.post(GRAPHS, content=b'{"program": "x = 1"}', headers={"Content-Type": "text/plain"}), 422)


@pytest.mark.parametrize("depth", [500, 5_000, 400_000])
def test_deeply_nested_json_is_refused(client, depth):
    response = client.post(GRAPHS, content=b'{"program": ' + b"[" * depth + b"]" * depth + b"}", headers=JSON)
    assert response.status_code in (400, 422)
    problem(response, response.status_code)


def test_an_endless_number_is_refused(client):
    response = client.post(
        GRAPHS, content=b'{"program": "x = 1", "seed": ' + b"9" * 5000 + b"}", headers=JSON
    )
    problem(response, response.status_code)
    assert response.status_code in (400, 422)


def test_a_number_beyond_float64_is_infinite(client):
    response = client.post(
        f"{GRAPHS}/values", content=b'{"program": "x = 1\\ny = x * 2", "seed": 1e999}', headers=JSON
    )
    assert response.json()["grads"][-1] == "Infinity"


@pytest.fixture(scope="module")
def strict():
    """A service with a small body limit, one host name, no metrics, and one route that breaks."""
    app = create_app(
        Settings(max_body_bytes=1000, allowed_hosts=["testserver", "*.example.org"], metrics=False)
    )

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the inside")

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_body_that_is_too_large_is_refused_unread(strict):
    problem(strict.post(GRAPHS, json={"program": "x" * 1000}), 413)


def test_a_body_that_does_not_tell_its_size_is_counted(strict):
    problem(strict.post(GRAPHS, content=iter([b" " * 600, b" " * 600]), headers=JSON), 413)


def test_what_nobody_foresaw_is_told_without_the_inside(strict, caplog):
    body = problem(strict.get("/broken"), 500)
    assert "the inside" not in json.dumps(body)
    assert "the inside" in caplog.text


def test_another_host_is_not_answered(strict):
    problem(strict.get("/", headers={"Host": "elsewhere.test"}), 400)
    assert strict.get("/", headers={"Host": "a.example.org:8000"}).status_code == 200


def test_by_default_the_hosts_are_local_and_the_public_one():
    hosts = Hosts(None, "https://Learn.example.org:8443/chainrule")
    for host in (
        *("localhost", "localhost:8000", "LOCALHOST", "a.localhost", "127.0.0.1:8000", "[::1]:8000", "[::1]"),
        *("192.168.0.5:8000", "10.1.2.3", "learn.example.org", "learn.example.org:443", socket.gethostname()),
    ):
        assert hosts.answers(host), host
    for host in (
        *("evil.example", "localhost.evil.example", "evillocalhost", "", "8.8.8.8", "127.0.0.1.evil.example"),
        *("example.org", "learn.example.org.evil.example", "[fe80", "0x7f.1"),
    ):
        assert not hosts.answers(host), host
    assert not Hosts(None).answers("learn.example.org")
    assert Hosts(["*"]).answers("evil.example")


@pytest.mark.parametrize(
    ("setting", "here", "there"), [("local", 200, 404), (True, 200, 200), (False, 404, 404)]
)
def test_metrics_are_told_to_this_machine_by_default(setting, here, there, tmp_path):
    database = f"sqlite:///{tmp_path / 'chainrule.sqlite3'}"
    app = create_app(Settings(database_url=database, **FOR_TESTS | {"metrics": setting}))
    forwarded = {"X-Forwarded-For": "192.168.0.7"}
    for address, headers, status in (
        ("127.0.0.1", {}, here),
        ("::1", {}, here),
        ("192.168.0.7", {}, there),
        ("127.0.0.1", forwarded, there),
    ):
        client = TestClient(app, client=(address, 1))
        assert client.get("/metrics", headers=headers).status_code == status, address


def test_a_supervisor_asks_for_health_by_any_name(strict):
    assert strict.get("/health/live", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_metrics_can_be_off(strict):
    problem(strict.get("/metrics"), 404)


def test_metrics_count_by_template_and_not_by_address(client):
    client.get("/api/v1/examples/nothing-of-this-name")
    text = client.get("/metrics").text
    assert 'route="/api/v1/examples/{slug}",status="404"' in text
    assert "nothing-of-this-name" not in text


def test_health(client):
    for path in ("/health/live", "/health/ready"):
        assert client.get(path).json()["status"] == "ok"


def test_not_ready_without_a_database(tmp_path):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'no' / 'folder.sqlite3'}", **FOR_TESTS))
    with TestClient(app) as client:
        problem(client.get("/health/ready"), 503)
        assert client.get("/health/live").status_code == 200


def test_pages_have_a_policy_with_a_new_nonce_each_time(client):
    policies = []
    for _ in range(2):
        page = client.get("/")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        nonce = policy.partition("'nonce-")[2].partition("'")[0]
        assert len(nonce) >= 16
        assert nonce in page.text
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        policies.append(policy)
    assert policies[0] != policies[1]


def test_pages_speak_the_language_asked_for(client):
    assert '<html lang="ko"' in client.get("/", headers={"Accept-Language": "ko"}).text
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "en-US"}).text
    assert '<html lang="en"' in client.get("/?lang=en", headers={"Accept-Language": "ko"}).text


def test_the_page_of_calls_has_each_call_and_each_kind_of_problem(client):
    page = client.get("/api?lang=en").text
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page
    for name, kind in KINDS.items():
        assert f'id="{name}"' in page
        assert kind.title.en in page
    assert "<script src" not in page


def test_static_files_are_asked_for_again_unless_the_address_has_a_version(client):
    plain = client.get("/static/css/base.css")
    assert plain.headers["cache-control"] == "no-cache"
    kept = client.get("/static/css/base.css", headers={"If-None-Match": plain.headers["etag"]})
    assert kept.status_code == 304
    assert "immutable" in client.get("/static/css/base.css?v=1").headers["cache-control"]


def test_pages_answer_a_head_too(client):
    for path in ("/", "/api"):
        response = client.head(path)
        assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.status in (429, 503)])
def test_whoever_is_to_come_again_is_told_when(kind: str) -> None:
    body = problem_body(kind, Text("나중에", "later"), "en")
    assert int(problem_response(body).headers["retry-after"]) > 0
    assert problem_response(body, {"Retry-After": "60"}).headers["retry-after"] == "60"
