"""The interface to workers, which train runs: processes of this machine, or actors of a cluster."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from chainrule.app.encoding.tensor_json import Pole
from chainrule.app.runs.protocol.pass_request import ImagePage, PassRequest
from chainrule.app.runs.protocol.wire import Snapshot, Status
from chainrule.core.engine.graph import Graph


class Listener(Protocol):
    """Callbacks for unsolicited worker events."""

    def on_snapshot(self, run_id: str, snapshot: Snapshot, status: Status) -> None:
        """Take a worker's snapshot.

        A snapshot arrives every `keep_seconds` of training and whenever the state changes. A call that changes the
        run delivers its snapshot before it returns, so the latest status is always known.
        """

    def on_exit(self, run_id: str) -> None:
        """Handle a worker that ended although nobody stopped it."""


class Workers(Protocol):
    """One worker per run, addressed by the run's id.

    Every call raises `Refused` for what the run cannot do, and `WorkerGone` without a worker or a timely answer.
    """

    def subscribe(self, listener: Listener) -> None:
        """Report unsolicited events to `listener` from now on."""

    async def create(self, run_id: str, order: Mapping[str, Any]) -> Status:
        """Start a worker. `order` holds dataset, folder or None, options, steps, snapshot or None, keep_seconds."""

    async def survivors(self, known: Collection[str]) -> list[str]:
        """Take over workers of known runs that outlived an earlier service, end all others; return the runs."""

    async def act(self, run_id: str, action: str, steps: int) -> Status:
        """Start, pause, step or reset the run."""

    async def patch(self, run_id: str, changes: Mapping[str, Any]) -> Status:
        """Change options, whether the run trains or not."""

    async def load(self, run_id: str, archive: bytes) -> Status:
        """Load parameters from the bytes of an .npz archive."""

    async def frame(self, run_id: str, header: Mapping[str, Any]) -> bytes:
        """Encode the newest frame; `header` precedes the worker's own fields."""

    async def predict(self, run_id: str, pass_request: PassRequest, score: int | None) -> bytes:
        """Classify one image; the answer is JSON."""

    async def gradcheck(self, run_id: str) -> bytes:
        """Check all parameters' gradients numerically; the answer is JSON."""

    async def tensor(self, run_id: str, node: str, of: Pole, file: bool) -> bytes:
        """Encode one whole tensor, as JSON or as a NumPy file."""

    async def pass_graph(self, run_id: str, pass_request: PassRequest) -> Graph:
        """Return the net's graph with the inputs of one pass."""

    async def tests(self, run_id: str, page: ImagePage) -> bytes:
        """Evaluate the test set: confusion matrix and a page of images, as JSON."""

    async def test_image(self, run_id: str, index: int) -> bytes:
        """Describe one test image with its pixels, as JSON."""

    async def history(self, run_id: str, after: int) -> dict[str, Any]:
        """Return the curves after a step."""

    async def params(self, run_id: str) -> bytes:
        """Return the parameters as an .npz archive."""

    async def take_snapshot(self, run_id: str) -> None:
        """Deliver a current snapshot to the listener before returning."""

    async def stop(self, run_id: str) -> None:
        """End the run's worker, if there is one."""

    async def close(self) -> None:
        """End all workers."""
