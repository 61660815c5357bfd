"""A service with few places and small data."""

import threading
import time

import pytest
import uvicorn
from fastapi.testclient import TestClient

from chainrule.app.main import create_app
from chainrule.app.settings import Settings
from tests.app.runs import tiny


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    return tiny.write(tmp_path_factory.mktemp("data") / "tiny")


@pytest.fixture(scope="session")
def run_settings(tmp_path_factory, tiny_folder):
    """Settings by name, to be made with others on top."""

    def make(**more) -> Settings:
        folder = tmp_path_factory.mktemp("database")
        return Settings(
            **{
                "database_url": f"sqlite:///{folder / 'chainrule.sqlite3'}",
                "datasets": {"tiny": str(tiny_folder)},
                "max_runs": 2,
                "max_queued_runs": 2,
                "run_keep_seconds": 0.2,
                "run_frames_per_second": 50,
            }
            | more
        )

    return make


@pytest.fixture
def service(run_settings):
    """A service in process, as a client; ended behind the test with all its workers."""
    with TestClient(create_app(run_settings())) as client:
        yield client


@pytest.fixture
def serve(run_settings):
    """Starts a service on a free port: its address and the application."""
    running = []

    def start(**more):
        app = create_app(run_settings(**more))
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
        thread = threading.Thread(target=server.run, name="runs")
        thread.start()
        running.append((server, thread))
        deadline = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive() and time.monotonic() < deadline, "the service did not start"
            time.sleep(0.01)
        return server.servers[0].sockets[0].getsockname()[1], app

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(timeout=30)
        assert not thread.is_alive(), "the service did not stop"
