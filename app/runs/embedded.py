"""Workers as processes of this machine, one a run."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from chainrule.app.encoding.tensor_json import Pole
from chainrule.app.runs.process import WorkerProcess
from chainrule.app.runs.protocol.pass_request import ImagePage, PassRequest
from chainrule.app.runs.protocol.refusals import WorkerGone
from chainrule.app.runs.workers import Listener, Status
from chainrule.core.engine.graph import Graph
from chainrule.core.nets import net_graph

_START_SECONDS = 60.0
"""Time for a process to start and to read its data, on a busy machine."""


class EmbeddedWorkers:
    """Processes of this machine; see ``Workers``. ``seconds`` is the longest time for one answer."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._processes: dict[str, WorkerProcess] = {}

    def pid(self, run_id: str) -> int | None:
        """The number of a run's process."""
        process = self._processes.get(run_id)
        return None if process is None else process.pid

    async def create(self, run_id: str, order: Mapping[str, Any], listener: Listener) -> Status:
        """Start a process."""
        await self.stop(run_id)

        def gone() -> None:
            if self._processes.get(run_id) is process:
                listener.gone(run_id)

        process = WorkerProcess(lambda snapshot, status: listener.kept(run_id, snapshot, status), gone)
        try:
            status = await process.start(dict(order), _START_SECONDS)
        except BaseException:
            await process.stop()
            raise
        self._processes[run_id] = process
        return cast(Status, status)

    async def _call(self, run_id: str, name: str, *arguments: Any) -> Any:
        process = self._processes.get(run_id)
        if process is None:
            raise WorkerGone("there is no worker")
        return await process.call(name, *arguments, seconds=self._seconds)

    async def act(self, run_id: str, action: str, steps: int) -> Status:
        """start, pause, step, reset."""
        return cast(Status, await self._call(run_id, "act", action, steps))

    async def patch(self, run_id: str, changes: Mapping[str, Any]) -> Status:
        """Other options."""
        return cast(Status, await self._call(run_id, "patch", dict(changes)))

    async def load(self, run_id: str, archive: bytes) -> Status:
        """Other parameters."""
        return cast(Status, await self._call(run_id, "load", archive))

    async def frame(self, run_id: str, header: Mapping[str, Any]) -> bytes:
        """The newest frame."""
        return cast(bytes, await self._call(run_id, "frame", dict(header)))

    async def predict(self, run_id: str, look: PassRequest, score: int | None) -> bytes:
        """What the net makes of one image."""
        return cast(bytes, await self._call(run_id, "predict", look, score))

    async def gradcheck(self, run_id: str) -> bytes:
        """The numerical check."""
        return cast(bytes, await self._call(run_id, "gradcheck"))

    async def tensor(self, run_id: str, node: str, of: Pole, file: bool) -> bytes:
        """One tensor whole."""
        return cast(bytes, await self._call(run_id, "tensor", node, of, file))

    async def looked_at(self, run_id: str, look: PassRequest) -> Graph:
        """One pass."""
        return net_graph(*await self._call(run_id, "looked_at", look))

    async def tests(self, run_id: str, page: ImagePage) -> bytes:
        """The test set."""
        return cast(bytes, await self._call(run_id, "tests", page))

    async def test_image(self, run_id: str, index: int) -> bytes:
        """One test image."""
        return cast(bytes, await self._call(run_id, "test_image", index))

    async def history(self, run_id: str, after: int) -> dict[str, Any]:
        """The curves."""
        return cast(dict[str, Any], await self._call(run_id, "history", after))

    async def params(self, run_id: str) -> bytes:
        """The parameters."""
        return cast(bytes, await self._call(run_id, "params"))

    async def keep(self, run_id: str) -> None:
        """Have the listener told of something to go on from."""
        await self._call(run_id, "keep")

    async def stop(self, run_id: str) -> None:
        """End a process."""
        process = self._processes.pop(run_id, None)
        if process is not None:
            await process.stop()

    async def close(self) -> None:
        """End all."""
        await asyncio.gather(*(self.stop(run_id) for run_id in list(self._processes)))
