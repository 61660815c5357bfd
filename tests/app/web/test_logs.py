"""Logs: each answer is a line, and whatever is logged during a request has its id."""

import json
import logging
import logging.config

import pytest
from fastapi.testclient import TestClient

from chainrule.app.main import create_app
from chainrule.app.web.logs import JsonLines, TextLines, log_config


class Lines(logging.Handler):
    def __init__(self, formatter):
        super().__init__()
        self.setFormatter(formatter)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def logged():
    """Give a function that has a service logged by a formatter: its client, and the lines."""
    root, added = logging.getLogger("chainrule"), []
    level = root.level
    root.setLevel(logging.INFO)

    def start(formatter, settings):
        handler = Lines(formatter)
        root.addHandler(handler)
        added.append(handler)
        app = create_app(settings)

        @app.get("/broken")
        async def broken() -> None:
            raise RuntimeError("the inside\nof it")

        return TestClient(app, raise_server_exceptions=False), handler.lines

    yield start
    for handler in added:
        root.removeHandler(handler)
    root.setLevel(level)


def test_a_json_line_for_each_answer_and_its_error_has_the_same_id(logged, settings):
    client, lines = logged(JsonLines(), settings)
    answer = client.get("/broken?program=secret", headers={"X-Request-ID": "forged"})
    read = [json.loads(line) for line in lines]
    assert all("\n" not in line for line in lines)
    assert {line["request"] for line in read} == {answer.headers["x-request-id"]}
    assert "forged" not in answer.headers["x-request-id"]
    error, access = read
    assert (error["level"], error["message"]) == ("error", "A request failed.")
    assert "RuntimeError: the inside" in error["error"]
    assert {name: access[name] for name in ("level", "logger", "method", "path", "status", "client")} == {
        "level": "info",
        "logger": "chainrule.access",
        "method": "GET",
        "path": "/broken",
        "status": 500,
        "client": "testclient",
    }
    assert access["milliseconds"] >= 0
    assert "secret" not in "".join(lines)


def test_every_request_has_an_id_of_its_own_and_health_is_quiet(logged, settings):
    client, lines = logged(TextLines(), settings)
    ids = {client.get("/api/v1/runs").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert client.get("/health/live").headers["x-request-id"] not in ids
    client.get("/a%0Ab")
    assert len(lines) == 4
    for line, request_id in zip(lines, [*(line.split("[")[1].split("]")[0] for line in lines)], strict=True):
        assert f"INFO chainrule.access [{request_id}]: GET /" in line
        assert "\n" not in line
    assert " /a%0Ab 404 in " in lines[-1]


def test_a_line_without_a_request_has_no_id(caplog):
    record = logging.LogRecord("chainrule.x", logging.WARNING, "", 0, "About %s.", ("it",), None)
    assert TextLines().format(record).endswith(" WARNING chainrule.x: About it.")
    line = json.loads(JsonLines().format(record))
    assert {name: line[name] for name in line if name != "time"} == {
        "level": "warning",
        "logger": "chainrule.x",
        "message": "About it.",
    }
    assert line["time"].endswith("+00:00")


def test_the_configuration_is_one_that_logging_takes():
    for form in ("text", "json"):
        config = log_config(form, "info")
        logging.config.DictConfigurator(dict(config))
        assert config["root"]["level"] == "INFO"
