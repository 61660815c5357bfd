"""The OpenAPI document is worth reading, and the service keeps to it whatever is sent."""

import re

import pytest
import schemathesis
import schemathesis.specs.openapi.checks as checks
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chainrule.app.main import app
from tests.helpers.draws import draws, in_the_long_run

PROGRAMS = [
    "x = 2\ny = x * x + 1",
    "apple = 100  # 🍎\ntax = 1.1\nprice = apple * tax",
    "a = -1\nb = log(a) / 0",
    "x = 1\nh = sigmoid(x)\nfor i in range(3):\n    h = relu(h) - exp(h)",
    "def f(a, b):\n    return a ** b\nx = 3\nf(x, 2)",
    "X = [[1, 2], [3, 4]]\nW = randn(2, 3)\nB = zeros(3)\nY = affine(X, W, B)",
    "a = [[0.3, 2.9, 4]]\nt = [2]\nL = softmax_with_loss(a, t)",
    "x = randn(30, 40)\ny = max(x / 0, axis=0)[3]",
    "x = [[1, 2]]\ny = x @ x",
    "x = ",
    "y = aple",
    "",
]
"""What a fuzzer would not find by itself: programs that mean something, or nearly."""


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_call_says_what_it_does_and_how_it_fails(document):
    for name, operation in operations(document):
        assert re.fullmatch(r"[A-Z].*[^.]", operation["summary"]), name
        assert operation["description"].endswith("."), name
        for status, response in operation["responses"].items():
            kinds = set(response.get("content", {}))
            assert response["description"]
            if int(status) >= 400:
                assert kinds == {"application/problem+json"}, (name, status)


def test_every_field_is_described(document):
    for model, schema in document["components"]["schemas"].items():
        assert schema.get("description"), model
        for name, field in schema.get("properties", {}).items():
            assert field.get("description"), f"{model}.{name}"


def test_every_parameter_is_described(document):
    for name, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_body_has_an_example_that_works(client, document):
    bodies = 0
    run = client.post("/api/v1/runs", json={}).json()["id"]
    token = client.post("/api/v1/detective/cases", json={"seed": 7, "level": 1, "index": 0}).json()["token"]
    for name, operation in operations(document):
        if "application/json" in operation.get("requestBody", {"content": {}})["content"]:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            example = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["examples"][0]
            example = example | {"token": token} if "token" in example else example
            method, path = name.split()
            response = client.request(method, path.replace("/runs/{id}", f"/runs/{run}"), json=example)
            assert response.status_code in (200, 201), (name, response.text)
            bodies += 1
    assert client.delete(f"/api/v1/runs/{run}").status_code == 204
    assert bodies >= 8


def test_nothing_is_loaded_from_elsewhere(client):
    for path in ("/docs", "/redoc"):
        assert client.get(path).status_code == 404


schema = schemathesis.openapi.from_dict(app.openapi())
# Every border of every field, one by one, is thousands of calls: the check draws some of all that may be sent.
schema.config.phases.coverage.enabled = in_the_long_run()
# What is too large is refused before anybody looks at its shape.
schema.config.checks.negative_data_rejection.expected_statuses = ["400", "404", "405", "413", "422"]

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
"""All but those that ask for a 2xx: what a program or an input's name may be, JSON Schema cannot say."""


@schemathesis.hook
def map_body(context, body):
    """In half of the bodies the program means something."""
    if isinstance(body, dict) and isinstance(body.get("program"), str) and len(body["program"]) % 2:
        body["program"] = PROGRAMS[len(body["program"]) // 2 % len(PROGRAMS)]
    return body


@schema.parametrize()
@settings(draws(16), phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_answer_is_one_the_document_names(case, site):
    case.call_and_validate(base_url=site, checks=CHECKS)


@given(program=st.sampled_from(PROGRAMS), tail=st.text(max_size=60))
def test_a_program_with_anything_behind_it_is_a_graph_or_a_problem(client, program, tail):
    response = client.post("/api/v1/graphs", json={"program": f"{program}{tail}"})
    assert response.status_code in (200, 422)
    if response.status_code == 422:
        assert response.json()["type"] in ("/api#program", "/api#input")
