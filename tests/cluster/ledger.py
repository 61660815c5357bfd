"""What the service acknowledged: links, runs and their owners, made by visitors and asked for again at the end."""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.app.runs.api import RUNS

HANG_SECONDS = 300
"""No test here measures time: this only ends one that hangs."""


def soon(wanted: Callable[[], Any]) -> Any:
    """Wait until `wanted` returns something true, and return that."""
    deadline = time.monotonic() + HANG_SECONDS
    while not (found := wanted()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


class Ledger:
    """Visitors who make links and runs without pause, through connections that may break at any moment."""

    def __init__(self, address: str, visitors: int = 3) -> None:
        self.address = address
        self.links: dict[str, str] = {}
        """Program by the link's id."""
        self.runs: dict[str, str] = {}
        """Token of the owner by the run's id."""
        self.refused: set[int] = set()
        """Statuses of answers that acknowledged nothing."""
        self.broken = 0
        """Connections that broke."""
        self._ends = threading.Event()
        self._numbers = itertools.count()
        self._threads = [
            threading.Thread(target=self._visit, args=(f"{count:x}" * 43,), daemon=True)
            for count in range(1, visitors + 1)
        ]

    def __enter__(self) -> "Ledger":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    @property
    def size(self) -> int:
        """How much was acknowledged."""
        return len(self.links) + len(self.runs)

    def grow(self, by: int = 2) -> None:
        """Wait until more is acknowledged: the service works again."""
        wanted, deadline = self.size + by, time.monotonic() + HANG_SECONDS
        while self.size < wanted:
            assert time.monotonic() < deadline, f"nothing is acknowledged any more: {self.refused}"
            time.sleep(0.01)

    def _visit(self, token: str) -> None:
        headers = {"Chainrule-Owner": token, "Connection": "close"}
        with httpx.Client(base_url=self.address, headers=headers, timeout=60) as client:
            while not self._ends.is_set():
                number = next(self._numbers)
                try:
                    if number % 4:
                        self._link(client, f"x = {number}")
                    else:
                        self._run(client, token, number)
                except httpx.TransportError:
                    self.broken += 1
                    time.sleep(0.02)

    def _link(self, client: httpx.Client, program: str) -> None:
        answer = client.post("/api/v1/shares", json={"program": program})
        if answer.status_code == 201:
            self.links[answer.json()["id"]] = program
        else:
            self._note(answer)

    def _run(self, client: httpx.Client, token: str, seed: int) -> None:
        answer = client.post(RUNS, json={"hidden": [4], "seed": seed})
        if answer.status_code == 201:
            self.runs[answer.json()["id"]] = token
        else:
            self._note(answer)

    def _note(self, answer: httpx.Response) -> None:
        self.refused.add(answer.status_code)
        time.sleep(0.02)

    def check(self) -> None:
        """Find everything again, each with its owner."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            for link, program in self.links.items():
                assert client.get(f"/api/v1/shares/{link}").json()["program"] == program
            for token in set(self.runs.values()):
                listed = client.get(RUNS, headers={"Chainrule-Owner": token}).json()["runs"]
                mine = {run for run, owner in self.runs.items() if owner == token}
                assert mine <= {run["id"] for run in listed if run["own"]}
