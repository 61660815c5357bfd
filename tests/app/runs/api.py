"""Calls of the runs' API, as tests make them."""

import io
import time

import numpy as np

RUNS = "/api/v1/runs"
OWNER = {"Chainrule-Owner": "T" * 43}
"""One person, who makes all runs here and comes back to them after a restart."""
NET = {"hidden": [8], "batch_size": 20, "dataset": "tiny", "seed": 3, "steps": 200_000}

_HANG_SECONDS = 60
"""No test measures time: this only ends one whose service hangs."""


def make(client, **more):
    response = client.post(RUNS, json=NET | more)
    assert response.status_code == 201, response.text
    assert response.headers["location"] == f"{RUNS}/{response.json()['id']}"
    return response.json()["id"]


def act(client, run, action, steps=1):
    response = client.post(f"{RUNS}/{run}/actions", json={"action": action, "steps": steps})
    assert response.status_code == 200, response.text
    return response.json()


def state(client, run):
    return client.get(f"{RUNS}/{run}").json()


def soon(wanted):
    """Wait until `wanted` returns something true, and return that."""
    deadline = time.monotonic() + _HANG_SECONDS
    while not (found := wanted()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def until(client, run, wanted):
    """Wait until `wanted` is true of the run's state, and return that."""
    return soon(lambda: (now := state(client, run)) and wanted(now) and now)


def history(client, run):
    return client.get(f"{RUNS}/{run}/history").json()


def params(client, run):
    archive = client.get(f"{RUNS}/{run}/params")
    assert archive.status_code == 200, archive.text
    with np.load(io.BytesIO(archive.content)) as arrays:
        return {name: arrays[name] for name in arrays.files}


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def remove_all(client):
    for run in client.get(RUNS).json()["runs"]:
        assert client.delete(f"{RUNS}/{run['id']}").status_code == 204


def worker_process(client, run):
    """Return the process of the run's worker, or its stand-in in this process, which can be killed likewise."""
    return client.app.state.services.runs.workers._processes[run]


def kill(client, run):
    """End the run's worker in process as SIGKILL would end a process."""
    client.portal.call(worker_process(client, run).kill)
