"""`chainrule serve --workers 2` for real: its processes are killed one by one, and nothing that was told is lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.app.runs.api import RUNS
from tests.cluster.ledger import Ledger, soon

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("CHAINRULE_TEST_KILLS", "20"))
OPEN = {
    f"CHAINRULE_{name}": str(10**9)
    for name in (
        "VISITORS_PER_MINUTE",
        "RUNS_PER_MINUTE",
        "SHARES_PER_MINUTE",
        "QUESTIONS_PER_SECOND",
        "MAX_RUNS_PER_OWNER",
        "MAX_KEPT_RUNS",
        "MAX_SHARES_PER_OWNER",
    )
}


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


@pytest.fixture
def served(tmp_path):
    """Start two web processes and an engine; give the supervisor and its address."""
    environment = {**os.environ, **OPEN, "PYTHONPATH": str(ROOT), "CHAINRULE_LOG_LEVEL": "warning"}
    command = [sys.executable, "-P", "-m", "chainrule", "serve", "--port", "0", "--workers", "2"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = line.split(" is at ")[1].split()[0].rstrip("/")
        yield process, address
        process.terminate()
        assert process.wait(60) == 0
    assert not any(words(pid) for pid in [process.pid])


@pytest.mark.soak
def test_processes_that_are_killed_lose_nothing_that_was_acknowledged(served):
    supervisor, address = served
    with Ledger(address) as ledger:
        ledger.grow(20)
        for count in range(KILLS):
            wanted = "engine" if count % 3 == 0 else "serve --child"
            victim = soon(
                lambda wanted=wanted: [pid for pid in children(supervisor.pid) if wanted in words(pid)]
            )
            os.kill(victim[count % len(victim)], signal.SIGKILL)
            ledger.grow(4)
    ledger.check()
    assert ledger.refused <= {503}
    print(
        f"{KILLS} kills, {len(ledger.links)} links, {len(ledger.runs)} runs, {ledger.broken} broken connections"
    )


@pytest.mark.soak
def test_who_watches_goes_on_when_a_web_process_or_the_engine_ends(served):
    supervisor, address = served
    with httpx.Client(base_url=address, timeout=60) as client:
        made = client.post(RUNS, json={})
        run = made.json()["id"]
        client.post(f"{RUNS}/{run}/actions", json={"action": "step", "steps": 3})
        soon(lambda: client.get(f"{RUNS}/{run}").json()["step"] == 3)
    # It is written within two seconds of its last change.
    written = Path(f"/proc/{supervisor.pid}/cwd").resolve() / "chainrule-runs" / f"{run}.npz"
    soon(lambda: written.stat().st_size > 10_000)
    for wanted in ("engine", "serve --child"):
        before = [pid for pid in children(supervisor.pid) if wanted in words(pid)]
        os.kill(before[0], signal.SIGKILL)
        socket = f"{address.replace('http', 'ws')}{RUNS}/{run}/frames"
        deadline = time.monotonic() + 60
        while True:
            try:
                with connect(socket) as watching:
                    assert b'"step":3' in watching.recv(60)
                break
            except Exception:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        soon(lambda: len(children(supervisor.pid)) == 3)
