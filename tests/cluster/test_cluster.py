"""All parts of compose.cluster.yaml for real: nginx, two replicas, engine, PostgreSQL, Ray; each is killed at work."""

import json
import os
import shutil
import signal
import struct
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.app.runs.api import RUNS
from tests.cluster.ledger import Ledger, soon
from tests.cluster.test_workers import KILLS, OPEN
from tests.helpers.postgres import Postgres, free_port
from tests.helpers.ray_nodes import Node
from tests.helpers.services import Service, chainrule

ROOT = Path(__file__).parents[2]
SPEED = 20
"""Steps a second of the run that is watched."""
LOST = 2.0
"""Seconds of training that may be lost."""
WATCHERS = 200


def nginx_config(port: int, replicas: list[int], folder: Path) -> str:
    """Return the configuration of compose.cluster.yaml, with addresses of this machine."""
    cluster = yaml.safe_load((ROOT / "compose.cluster.yaml").read_text())
    text = cluster["configs"]["nginx"]["content"].replace("$$", "$")
    lines = []
    for line in text.splitlines():
        if "resolver " in line:
            continue
        if "server web:8000 resolve" in line:
            lines += [line.replace("web:8000 resolve", f"127.0.0.1:{replica}") for replica in replicas]
        else:
            lines.append(line.replace("listen 80;", f"listen 127.0.0.1:{port};"))
    folders = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    site = "\n".join(lines)
    return (
        f"pid {folder}/nginx.pid; error_log stderr; daemon off; worker_rlimit_nofile 4096; "
        f"events {{ worker_connections 2000; }} http {{ access_log off; {folders}\n{site} }}"
    )


class Parts:
    """The running parts by name, and the address of the whole."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        enter = stack.enter_context
        self.postgres = enter(Postgres())
        self.head = enter(Node(0, None, 0))
        self.worker = enter(Node(1, self.head, 1))
        ports = [free_port() for _ in range(4)]
        settings = {
            **OPEN,
            "CHAINRULE_DATABASE_URL": self.postgres.url,
            "CHAINRULE_ENGINE_URL": f"tcp://127.0.0.1:{ports[0]}",
            "CHAINRULE_ENGINE_SECRET": "words",
            "CHAINRULE_RAY_ADDRESS": self.head.address,
            "CHAINRULE_RUN_SAVE_SECONDS": "1.5",
            "CHAINRULE_MAX_WATCHERS": "1000",
            "CHAINRULE_MAX_WATCHERS_PER_VISITOR": "1000",
            "CHAINRULE_LOG_LEVEL": "warning",
        }
        self.engine = enter(Service(chainrule("engine"), settings, folder))
        self.web = [
            enter(Service(chainrule("serve", "--port", str(port)), settings, folder)) for port in ports[1:3]
        ]
        self.addresses = [f"http://127.0.0.1:{port}" for port in ports[1:3]]
        config = folder / "nginx.conf"
        config.write_text(nginx_config(ports[3], ports[1:3], folder))
        nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
        assert nginx, "nginx is needed: apt-get install nginx"
        enter(Service([nginx, "-c", str(config)], {}, folder))
        self.address = f"http://127.0.0.1:{ports[3]}"
        soon(self.is_well)

    def is_well(self) -> bool:
        """Whether runs can be had through nginx."""
        try:
            return httpx.get(f"{self.address}{RUNS}", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, count: int) -> str:
        """Kill one part, each in turn; return its name."""
        name = ("web", "engine", "actor", "postgres", "web", "raylet")[count % 6]
        if name == "web":
            self.web[count // 2 % 2].kill()
        elif name == "engine":
            self.engine.kill()
        elif name == "actor":
            for pid in self.worker.named("ray::RunActor")[:1]:
                os.kill(pid, signal.SIGKILL)
        elif name == "postgres":
            self.postgres.kill()
            self.postgres.start()
        else:
            self.worker.end()
            self.worker.start()
        return name


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    with ExitStack() as stack:
        yield Parts(stack, tmp_path_factory.mktemp("cluster"))


def head_of(message: bytes) -> dict[str, Any]:
    """Return a frame's header."""
    (length,) = struct.unpack_from("<I", message)
    header: dict[str, Any] = json.loads(message[4 : 4 + length])
    return header


class Watcher:
    """Watches a run through nginx, as the page does: it connects again whenever the socket breaks."""

    def __init__(self, address: str) -> None:
        self._address = address.replace("http", "ws", 1)
        self.step, self.frames, self.breaks = 0, 0, 0
        self.most_lost = 0
        """Steps that the run fell back at once, at most."""
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join(60)

    def _watch(self) -> None:
        while not self._ends.is_set():
            try:
                with connect(self._address, max_size=None) as socket:
                    while not self._ends.is_set():
                        step = head_of(socket.recv(30))["step"]
                        self.most_lost = max(self.most_lost, self.step - step)
                        self.step = step
                        self.frames += 1
            except (OSError, TimeoutError, WebSocketException):
                self.breaks += 1
                time.sleep(0.25)

    def go_on(self, by: int) -> None:
        """Wait until the run has gone on."""
        wanted = self.step + by
        soon(lambda: self.step >= wanted)


@pytest.mark.soak
def test_two_hundred_watch_a_run_over_two_replicas_with_one_encoding(parts):
    one, other = (httpx.Client(base_url=address, timeout=60) for address in parts.addresses)
    with one, other:
        made = one.post(RUNS, json={})
        run, token = made.json()["id"], {"Chainrule-Owner": made.headers["chainrule-owner"]}
        sockets = [
            connect(f"{parts.addresses[count % 2].replace('http', 'ws')}{RUNS}/{run}/frames", max_size=None)
            for count in range(WATCHERS)
        ]
        with ExitStack() as stack:
            for socket in sockets:
                stack.enter_context(socket)
            # Started through one replica, steered through the other.
            assert (
                one.post(f"{RUNS}/{run}/actions", json={"action": "start"}, headers=token).status_code == 200
            )
            begin = time.monotonic()
            seen = [[], []]
            while time.monotonic() - begin < 5:
                for count, socket in enumerate(sockets):
                    seen[count % 2].append(socket.recv(60))
            seconds = time.monotonic() - begin
            assert other.get(f"{RUNS}/{run}").json()["watchers"] == WATCHERS
            encoded = {message for part in seen for message in part}
            delivered = sum(map(len, seen))
            print(
                f"{delivered / seconds:.0f} frames a second to {WATCHERS} watchers, of {len(encoded) / seconds:.0f} "
                f"encoded, {sum(map(len, encoded)) // len(encoded)} bytes each"
            )
            # Watchers of both replicas get the very same bytes: none was encoded for one of them.
            assert set(seen[0]) & set(seen[1])
            sequence = sorted(
                json.loads(message[4 : 4 + struct.unpack_from("<I", message)[0]])["seq"]
                for message in encoded
            )
            assert len(set(sequence)) == len(sequence)
            paused = other.post(f"{RUNS}/{run}/actions", json={"action": "pause"}, headers=token)
            assert paused.json()["state"] == "paused"
        assert one.delete(f"{RUNS}/{run}", headers=token).status_code == 204


@pytest.mark.soak
def test_heavy_work_goes_to_the_cluster_and_comes_back(parts):
    # Long enough for a process, by its estimate.
    program = "x = rand(400, 400)\ny = x @ x @ x @ x @ x @ x @ x @ x\nz = sum(y)"
    answer = httpx.post(f"{parts.address}/api/v1/graphs", json={"program": program}, timeout=120)
    assert answer.status_code == 200, answer.text


@pytest.mark.soak
def test_parts_that_are_killed_lose_nothing_that_was_acknowledged(parts):
    killed: dict[str, int] = {}
    with httpx.Client(base_url=parts.address, timeout=60) as client:
        made = client.post(RUNS, json={"steps": 1_000_000})
        run, token = made.json()["id"], {"Chainrule-Owner": made.headers["chainrule-owner"]}
        client.patch(f"{RUNS}/{run}", json={"most_speed": SPEED}, headers=token)
        client.post(f"{RUNS}/{run}/actions", json={"action": "start"}, headers=token)
    with Watcher(f"{parts.address}{RUNS}/{run}/frames") as watcher, Ledger(parts.address, 2) as ledger:
        watcher.go_on(SPEED)
        ledger.grow(10)
        for count in range(KILLS):
            name = parts.kill(count)
            killed[name] = killed.get(name, 0) + 1
            ledger.grow(3)
            watcher.go_on(SPEED // 2)
    ledger.check()
    print(
        f"{killed}: {len(ledger.links)} links, {len(ledger.runs)} runs, {ledger.broken} broken connections, "
        f"{watcher.breaks} broken sockets; at most {watcher.most_lost / SPEED:.1f} s of training lost"
    )
    assert ledger.refused <= {502, 503, 504}
    assert watcher.most_lost <= LOST * SPEED
