"""Odd programs through every call that takes a body: an answer, or a refusal that says where, never a 5xx."""

import asyncio
import faulthandler
import random
import tomllib
from pathlib import Path

import httpx
import pytest

from chainrule.app.main import create_app
from chainrule.app.settings import Settings
from chainrule.core.ops import OPS
from tests.app.runs import tiny
from tests.app.runs.in_process import workers_in_process
from tests.conftest import FOR_TESTS
from tests.helpers.odd_requests import Answers, OddRequests, fuzz

_SNIPPETS = Path(__file__).parents[1] / "core" / "language" / "snippets.toml"

_HANG_SECONDS = 300
"""No test measures time: this only ends one whose service hangs, and says where."""


def sound_programs() -> list[str]:
    """Programs to break: those that people paste, and each op's example."""
    snippets = tomllib.loads(_SNIPPETS.read_text(encoding="utf-8"))["snippet"]
    return [*(each["program"] for each in snippets), *(op.example for op in OPS.values())]


async def _complaints(folder: Path, seed: int, count: int, layout_max_nodes: int) -> list[str]:
    """What is wrong with the answers to so many requests."""
    app = create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'chainrule.sqlite3'}",
            datasets={"tiny": str(tiny.write(folder / "tiny"))},
            run_folder="",
            max_hidden_units=20,
            max_runs=10_000,
            max_kept_runs=20_000,
            max_runs_per_owner=20_000,
            layout_max_nodes=layout_max_nodes,
            **FOR_TESTS,
        ),
        workers_in_process(),
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=None) as client,
    ):
        runs = []
        for options in ({"hidden": [4]}, {"hidden": [], "optimizer": "adam"}):
            runs.append((await client.post("/api/v1/runs", json={**options, "dataset": "tiny"})).json()["id"])
        answers = Answers(client)
        await fuzz(OddRequests(seed, app.openapi(), sound_programs(), runs), answers, count)
    assert answers.statuses[200] > count / 10
    assert answers.statuses[422] > count / 10
    return answers.complaints


def test_no_odd_request_breaks_the_service(tmp_path: Path) -> None:
    assert asyncio.run(_complaints(tmp_path, 20261128, 300, layout_max_nodes=1)) == []


@pytest.mark.soak
def test_no_odd_request_of_many_breaks_the_service(tmp_path: Path) -> None:
    seed = random.randrange(10**9)
    faulthandler.dump_traceback_later(_HANG_SECONDS * 10, exit=True)
    try:
        found = asyncio.run(_complaints(tmp_path, seed, 20_000, layout_max_nodes=100))
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert found == [], f"seed {seed}"
