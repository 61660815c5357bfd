"""Machines of a Ray cluster, each on a loopback address of its own, with little memory and no dashboard."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from tests.helpers.postgres import free_port

ROOT = Path(__file__).parents[2]
_START_SECONDS = 300
# Ray takes 127.0.0.1 for the machine's outer address, and these for what they are.
_HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")


class Node:
    """One machine: `ray start --block`, which ends when its raylet does."""

    def __init__(self, place: int, head: "Node | None", cpus: float) -> None:
        assert find_spec("ray"), "Ray is needed: pip install -c requirements.lock '.[cluster]'"
        self.host, self._cpus = _HOSTS[place], cpus
        self.address = head.address if head is not None else f"{self.host}:{free_port()}"
        self._is_head = head is None
        # The path of a Unix socket is short.
        self._folder = Path(tempfile.mkdtemp(prefix="cr-ray-", dir="/tmp"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Node":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pids(self) -> list[int]:
        """All processes of this machine."""
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"CHAINRULE_TEST_NODE={self._folder}".encode() in path.read_bytes():
                    found.append(int(path.parent.name))
            except OSError:
                continue
        return found

    def named(self, words: str) -> list[int]:
        """The processes whose command holds these words, such as `raylet/raylet` or `ray::RunActor`."""
        found = []
        for pid in self.pids:
            try:
                command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if words in command.split(" --", 1)[0]:
                found.append(pid)
        return found

    def start(self) -> None:
        """Start it and wait until its raylet is there."""
        ray = Path(sys.executable).with_name("ray")
        where = ["--head", "--port", self.address.rpartition(":")[2], "--include-dashboard", "false"]
        if self._is_head:
            where += ["--temp-dir", str(self._folder)]
        command = [str(ray), "start", *(where if self._is_head else ["--address", self.address])]
        command += ["--block", "--node-ip-address", self.host, "--num-cpus", f"{self._cpus:g}"]
        command += ["--object-store-memory", "100000000", "--disable-usage-stats"]
        environment = {
            **os.environ,
            "CHAINRULE_TEST_NODE": str(self._folder),
            "PYTHONPATH": str(ROOT),
            "OPENBLAS_NUM_THREADS": "1",
        }
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + _START_SECONDS
        while b"Ray runtime started" not in (self._folder / "log").read_bytes():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.1)

    def end(self) -> None:
        """Kill everything of it at once, as a power cut would."""
        deadline = time.monotonic() + 30
        while pids := self.pids:
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            if self._process is not None:
                self._process.poll()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        if self._process is not None:
            self._process.wait(30)
