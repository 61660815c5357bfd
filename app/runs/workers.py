"""Where runs are trained, said so that it can be anywhere: this machine's processes now, a cluster later."""

from collections.abc import Mapping
from typing import Any, Protocol

from chainrule.app.encoding.tensor_json import Pole
from chainrule.app.runs.protocol.pass_request import ImagePage, PassRequest
from chainrule.core.engine.graph import Graph

Status = dict[str, Any]
"""Where a run stands, as ``Session.status`` says it."""
Snapshot = dict[str, Any]


class Listener(Protocol):
    """Who is told what happens to a worker without being asked."""

    def kept(self, run_id: str, snapshot: Snapshot, status: Status) -> None:
        """Something to go on from.

        It comes as often as was ordered while the run trains, when a state changes, and after each call that changed
        the run before that call returns: the status told last is always the newest.
        """

    def gone(self, run_id: str) -> None:
        """The worker ended though nobody stopped it."""


class Workers(Protocol):
    """One worker a run, by the run's id.

    Each call raises ``Refused`` for what the run cannot do, ``WorkerGone`` where there is no worker (any more) or it
    does not answer within its time; none waits longer than that.
    """

    async def create(self, run_id: str, order: Mapping[str, Any], listener: Listener) -> Status:
        """Start one. ``order``: dataset, folder (or None), options, steps, kept (or None), keep_seconds."""

    async def act(self, run_id: str, action: str, steps: int) -> Status:
        """start, pause, step, reset."""

    async def patch(self, run_id: str, changes: Mapping[str, Any]) -> Status:
        """Other options, while it runs or not."""

    async def load(self, run_id: str, archive: bytes) -> Status:
        """Other parameters, from the bytes of an .npz."""

    async def frame(self, run_id: str, header: Mapping[str, Any]) -> bytes:
        """The newest frame."""

    async def predict(self, run_id: str, look: PassRequest, score: int | None) -> bytes:
        """What the net makes of one image, as JSON."""

    async def gradcheck(self, run_id: str) -> bytes:
        """The numerical check of all parameters, as JSON."""

    async def tensor(self, run_id: str, node: str, of: Pole, file: bool) -> bytes:
        """One tensor whole, as JSON or in NumPy's format."""

    async def looked_at(self, run_id: str, look: PassRequest) -> Graph:
        """The net's graph, the numbers of one pass in its inputs."""

    async def tests(self, run_id: str, page: ImagePage) -> bytes:
        """What the net makes of the test set, as JSON: confusion matrix, and a page of images."""

    async def test_image(self, run_id: str, index: int) -> bytes:
        """One test image with its pixels, as JSON."""

    async def history(self, run_id: str, after: int) -> dict[str, Any]:
        """The curves behind a step."""

    async def params(self, run_id: str) -> bytes:
        """The parameters as an .npz."""

    async def keep(self, run_id: str) -> None:
        """Have the listener told of something to go on from, as of now, before this returns."""

    async def stop(self, run_id: str) -> None:
        """End it; nothing happens where there is none."""

    async def close(self) -> None:
        """End all."""
