"""Services with few places and small data: with workers in process, shared and fast, or with real processes."""

import threading
import time

import pytest
import uvicorn
from fastapi.testclient import TestClient

from chainrule.app.main import create_app
from chainrule.app.picture.layout import Layouts
from chainrule.app.settings import Settings
from tests.app.runs import tiny
from tests.app.runs.api import OWNER, remove_all
from tests.app.runs.clock import FakeClock
from tests.app.runs.in_process import workers_in_process
from tests.conftest import FOR_TESTS


@pytest.fixture(scope="session", autouse=True)
def _no_layout_beforehand():
    """The layout engine is a process: only tests that draw a picture start it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Layouts, "warm", lambda self: None)
        yield


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def clock():
    return FakeClock()


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
            | FOR_TESTS
            | more
        )

    return make


@pytest.fixture(scope="session")
def shared_service(run_settings):
    with TestClient(create_app(run_settings(), workers_in_process()), headers=OWNER) as client:
        yield client


@pytest.fixture
def service(shared_service):
    """A service whose workers are in process, as a client; a test finds no runs in it and leaves none."""
    yield shared_service
    remove_all(shared_service)


@pytest.fixture(scope="session")
def shared_processes(run_settings):
    with TestClient(create_app(run_settings()), headers=OWNER) as client:
        yield client


@pytest.fixture
def processes(shared_processes):
    """The same with a process for each worker."""
    yield shared_processes
    remove_all(shared_processes)


@pytest.fixture
def opened(run_settings):
    """Starts a service of its own, with workers in process, as a client to be entered."""

    def start(clock=None, **more):
        return TestClient(create_app(run_settings(**more), workers_in_process(), clock), headers=OWNER)

    return start


@pytest.fixture
def serve(run_settings):
    """Starts a service with real processes on a free port: its port and the application."""
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
