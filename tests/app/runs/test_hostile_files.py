"""Hostile parameter files and messages of watchers: refused or ignored, and the run goes on."""

import time

import pytest

from tests.app.runs.api import RUNS, make, params, same
from tests.helpers.hostile import MESSAGES, parameter_files

FILES = dict(parameter_files())


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_at_once_and_changes_nothing(service, name: str) -> None:
    run = make(service)
    before = params(service, run)
    begin = time.process_time()
    answer = service.put(f"{RUNS}/{run}/params", content=FILES[name])
    assert time.process_time() - begin < 2.0
    assert answer.status_code in (413, 422), (name, answer.text)
    assert len(answer.json()["detail"]) > 10
    assert same(params(service, run), before)


def test_what_a_watcher_says_is_ignored(service) -> None:
    run = make(service)
    with service.websocket_connect(f"{RUNS}/{run}/frames") as socket:
        first = socket.receive_bytes()
        for message in MESSAGES.values():
            if isinstance(message, bytes):
                socket.send_bytes(message)
            else:
                socket.send_text(message)
    with service.websocket_connect(f"{RUNS}/{run}/frames") as socket:
        assert len(socket.receive_bytes()) == len(first)
