"""What tests share: settings, a client in the same process, and the site on a port for a real browser.

The process that deals tests out to others reads this file first: what only tests need is imported where it is used.
"""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from chainrule.app.settings import Settings

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from starlette.types import ASGIApp

# The check draws the same examples every time; the long run draws others each time, and says how to draw them again.
# Neither looks at a clock.
hypothesis.register_profile(
    "check",
    max_examples=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis.register_profile(
    "long", hypothesis.get_profile("check"), max_examples=2000, derandomize=False, print_blob=True
)
hypothesis.load_profile("check")

# Modules and tests stay until the end: the collector of garbage need not look through them all the time.
gc.set_threshold(20_000, 20, 50)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


FOR_TESTS: dict[str, Any] = {
    "visitors_per_minute": 10**9,
    "runs_per_minute": 10**9,
    "starts_per_minute": 10**9,
    "shares_per_minute": 10**9,
    "questions_per_second": 1e9,
    "max_shares_per_owner": 10**9,
    "allowed_hosts": ["*"],
    "metrics": True,
    "heavy_seconds": 120.0,
}
"""Tests ask faster than people, under names of their own, and of a busy machine."""


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give the default settings, with a database that is removed after the tests."""
    folder: Path = tmp_path_factory.mktemp("database")
    return Settings(database_url=f"sqlite:///{folder / 'chainrule.sqlite3'}", **FOR_TESTS)


@pytest.fixture(scope="session")
def client(settings: Settings) -> "Iterator[TestClient]":
    """Give a client of the service in this process."""
    from fastapi.testclient import TestClient

    from chainrule.app.main import create_app

    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture(scope="session")
def site(settings: Settings) -> Iterator[str]:
    """Run the service on a free port, in a thread; give its address, without a slash at the end."""
    # Without a graphics card, drawing forty frames a second would keep a browser from everything else.
    with served(settings.model_copy(update={"run_frames_per_second": 4.0})) as address:
        yield address


@contextmanager
def served(settings: Settings, root: str = "") -> Iterator[str]:
    """Run the service with these settings on a free port, and give its address.

    With `root` a proxy stands before it that serves it below that path.
    """
    import uvicorn

    from chainrule.app.main import create_app
    from tests.helpers.kept_by_browsers import KeptByBrowsers
    from tests.helpers.stripping import Stripping

    app: ASGIApp = KeptByBrowsers(create_app(settings))
    config = uvicorn.Config(
        Stripping(app, root) if root else app,
        host="127.0.0.1",
        port=0,
        log_level="warning",
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="site")
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the site did not start"
        assert time.monotonic() < deadline, "the site took more than 30 s to start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}{root}"
    server.should_exit = True
    thread.join(timeout=30)
    assert not thread.is_alive(), "the site did not stop"
