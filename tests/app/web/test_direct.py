"""Calls answered without the framework: which they are, and that they answer as the framework does."""

import pytest
from starlette.routing import Router

from chainrule.app.main import create_app
from chainrule.app.web.direct import Direct
from chainrule.app.web.metrics import Metrics

PATH = "/api/v1/graphs/values"
BODIES = [
    b'{"program": "a = 2\\nb = a * a", "inputs": {"a": 3}}',
    b'{"program": "a = 2\\nb = a * "}',
    b'{"program": "a = 2", "inputs": {"z": 3}}',
    b'{"program": "a = 2", "inputs": {"a": "x"}}',
    b'{"program": "a = 2", "extra": 1}',
    b'{"program": 3}',
    b"{}",
    b"[]",
    b"",
    b'{"program"',
    b"\xff",
    b"[" * 100_000,
    b'{"program": "a = NaN", "upstream": NaN}',
]


def calls_known() -> Direct:
    """The layer with the service's own routes."""
    layer = next(each for each in create_app().user_middleware if each.cls is Direct)
    return Direct(Router(), *layer.args, **layer.kwargs)


@pytest.mark.parametrize("call", ["", "/values", "/picture", "/steps", "/explain", "/gradcheck", "/nudge"])
def test_calls_of_a_drag_and_of_a_click_are_answered_directly(call: str) -> None:
    assert ("POST", f"/api/v1/graphs{call}") in calls_known()._calls


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:30].decode("latin-1"))
@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_answer_is_that_of_the_framework(client, body: bytes, language: str) -> None:
    headers = {"accept-language": language, "content-type": "application/json"}

    def chunked():  # a body without a length is left to the framework
        yield body

    direct = client.post(PATH, content=body, headers=headers)
    framework = client.post(PATH, content=chunked(), headers=headers)
    assert (direct.status_code, direct.content) == (framework.status_code, framework.content)
    told = [dict(answer.headers) for answer in (direct, framework)]
    for header in ("x-request-id", "content-security-policy"):
        assert all(each.pop(header) for each in told)
    assert told[0] == told[1]


def test_a_body_that_is_no_json_is_left_to_the_framework(client) -> None:
    answer = client.post(PATH, content=b"a=1", headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 422
    assert "JSON object" in answer.json()["detail"]


def test_a_direct_call_counts_for_its_route(client) -> None:
    client.post(PATH, json={"program": "a = 2"})
    metrics: Metrics = client.app.state.services.metrics
    assert f'chainrule_requests_total{{method="POST",route="{PATH}",status="200"}}' in metrics.text().decode()
