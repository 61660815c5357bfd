"""Runs over a restart of the service, over HTTP: ended ones stay ended, every optimizer keeps what it remembers."""

import pytest

from chainrule.core.training.optimizers import OPTIMIZERS
from tests.app.runs.api import RUNS, act, history, make, params, same, state, until


@pytest.fixture
def restarted(opened, tmp_path):
    """Start a service on one folder, as often as a test asks."""
    return lambda: opened(run_folder=str(tmp_path / "runs"))


def kept(client, run):
    """Return what a restart may not change of a run's state."""
    return {name: value for name, value in state(client, run).items() if name not in ("live", "watchers")}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_goes_on_with_what_it_remembered(restarted, optimizer):
    with restarted() as client:
        straight, halting = (make(client, optimizer=optimizer, learning_rate=0.01) for _ in range(2))
        act(client, straight, "step", 24)
        act(client, halting, "step", 12)
        whole = params(client, straight)
    with restarted() as client:
        assert act(client, halting, "step", 12)["step"] == 24
        assert same(params(client, halting), whole)


@pytest.mark.parametrize(
    ("end", "options"),
    [("finished", {"steps": 40}), ("failed", {"learning_rate": 1000.0, "init": 10.0})],
)
def test_a_run_that_ended_is_found_ended_and_begins_again_by_a_reset(restarted, end, options):
    with restarted() as client:
        run = make(client, **options)
        act(client, run, "start")
        until(client, run, lambda now: now["state"] == end)
        before, way, weights = kept(client, run), history(client, run), params(client, run)
    with restarted() as client:
        assert kept(client, run) == before
        assert (before["problem"] is not None) == (end == "failed")
        assert history(client, run) == way
        assert same(params(client, run), weights)
        assert state(client, run)["state"] == end
        again = client.post(f"{RUNS}/{run}/actions", json={"action": "start"})
        assert (again.status_code, state(client, run)["state"]) == (
            {"failed": 409, "finished": 200}[end],
            end,
        )
        now = act(client, run, "reset")
        assert (now["state"], now["step"], now["problem"]) == ("ready", 0, None)
