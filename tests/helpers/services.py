"""Processes that start again whenever they end, as a container engine has them do."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
_AGAIN_SECONDS = 0.2


class Service:
    """One process and its successors."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._command, self._folder = command, folder
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "OPENBLAS_NUM_THREADS": "1",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.starts = 0

    def __enter__(self) -> "Service":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(40)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)

    def _run(self) -> None:
        while not self._ends.is_set():
            with (self._folder / "services.log").open("ab") as log:
                self._process = subprocess.Popen(
                    self._command, env=self._environment, cwd=self._folder, stdout=log, stderr=log
                )
            self.starts += 1
            self._process.wait()
            time.sleep(_AGAIN_SECONDS)


def chainrule(*arguments: str) -> list[str]:
    """Return the command that a container runs, by this checkout."""
    return [sys.executable, "-P", "-m", "chainrule", *arguments]
