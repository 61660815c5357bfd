"""Workers as processes of this machine, one per run."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol, cast

from chainrule.app.encoding.tensor_json import Pole
from chainrule.app.runs import launch
from chainrule.app.runs.process import WorkerProcess
from chainrule.app.runs.protocol.pass_request import ImagePage, PassRequest
from chainrule.app.runs.protocol.refusals import WorkerGone
from chainrule.app.runs.protocol.wire import Snapshot, Status
from chainrule.app.runs.workers import Listener
from chainrule.core.engine.graph import Graph
from chainrule.core.nets import net_graph

_START_SECONDS = 60.0
"""Time for a process to start and read its data on a busy machine."""
_WARM_SECONDS = 1.0
"""Time after the start of a service, which has other work first, until the warm process is started."""


class Process(Protocol):
    """The interface of `WorkerProcess`."""

    @property
    def pid(self) -> int | None:
        """Process id, None before the start."""

    async def start(self, order: dict[str, Any], seconds: float) -> Any:
        """Start and return the first status."""

    async def call(self, name: str, *arguments: Any, seconds: float) -> Any:
        """Return the answer to one call."""

    async def stop(self) -> None:
        """End it silently."""


MakeProcess = Callable[[Callable[[Snapshot, Status], None], Callable[[], None]], Process]
"""Makes a process from two callbacks: a snapshot has come, it ended unexpectedly."""


class EmbeddedWorkers:
    """Processes of this machine; see `Workers`."""

    def __init__(self, seconds: float, make_process: MakeProcess = WorkerProcess) -> None:
        """An answer may take `seconds`."""
        self._seconds = seconds
        self._make_process = make_process
        self._processes: dict[str, Process] = {}
        self._listener: Listener | None = None

    def subscribe(self, listener: Listener) -> None:
        """Report unsolicited events to `listener` from now on."""
        self._listener = listener

    def pid(self, run_id: str) -> int | None:
        """Return the process id of a run's worker."""
        process = self._processes.get(run_id)
        return None if process is None else process.pid

    async def create(self, run_id: str, order: Mapping[str, Any]) -> Status:
        """Start a process."""
        await self.stop(run_id)
        process = self._process(run_id)
        try:
            status = await process.start(dict(order), _START_SECONDS)
        except BaseException:
            await process.stop()
            raise
        self._processes[run_id] = process
        return cast(Status, status)

    def _process(self, run_id: str) -> Process:
        """Make a process that tells the listener what becomes of it."""
        listener = self._listener
        assert listener is not None

        def ended() -> None:
            if self._processes.get(run_id) is process:
                listener.on_exit(run_id)

        process = self._made(
            run_id, lambda snapshot, status: listener.on_snapshot(run_id, snapshot, status), ended
        )
        return process

    def _made(
        self, run_id: str, on_snapshot: Callable[[Snapshot, Status], None], on_exit: Callable[[], None]
    ) -> Process:
        return self._make_process(on_snapshot, on_exit)

    async def survivors(self, known: Collection[str]) -> list[str]:
        """Return none: processes end with the service that started them. The next ones start at once, soon."""
        if self._make_process is WorkerProcess:
            loop = asyncio.get_running_loop()
            loop.call_later(_WARM_SECONDS, loop.run_in_executor, None, launch.warm)
        return []

    async def _call(self, run_id: str, name: str, *arguments: Any) -> Any:
        process = self._processes.get(run_id)
        if process is None:
            raise WorkerGone("there is no worker")
        return await process.call(name, *arguments, seconds=self._seconds)

    async def act(self, run_id: str, action: str, steps: int) -> Status:
        """Start, pause, step or reset the run."""
        return cast(Status, await self._call(run_id, "act", action, steps))

    async def patch(self, run_id: str, changes: Mapping[str, Any]) -> Status:
        """Change options."""
        return cast(Status, await self._call(run_id, "patch", dict(changes)))

    async def load(self, run_id: str, archive: bytes) -> Status:
        """Load parameters."""
        return cast(Status, await self._call(run_id, "load", archive))

    async def frame(self, run_id: str, header: Mapping[str, Any]) -> bytes:
        """Encode the newest frame."""
        return cast(bytes, await self._call(run_id, "frame", dict(header)))

    async def predict(self, run_id: str, pass_request: PassRequest, score: int | None) -> bytes:
        """Classify one image."""
        return cast(bytes, await self._call(run_id, "predict", pass_request, score))

    async def gradcheck(self, run_id: str) -> bytes:
        """Check all gradients numerically."""
        return cast(bytes, await self._call(run_id, "gradcheck"))

    async def tensor(self, run_id: str, node: str, of: Pole, file: bool) -> bytes:
        """Encode one whole tensor."""
        return cast(bytes, await self._call(run_id, "tensor", node, of, file))

    async def pass_graph(self, run_id: str, pass_request: PassRequest) -> Graph:
        """Return the net's graph with the inputs of one pass."""
        return net_graph(*await self._call(run_id, "pass_inputs", pass_request))

    async def tests(self, run_id: str, page: ImagePage) -> bytes:
        """Evaluate the test set."""
        return cast(bytes, await self._call(run_id, "tests", page))

    async def test_image(self, run_id: str, index: int) -> bytes:
        """Describe one test image."""
        return cast(bytes, await self._call(run_id, "test_image", index))

    async def history(self, run_id: str, after: int) -> dict[str, Any]:
        """Return the curves after a step."""
        return cast(dict[str, Any], await self._call(run_id, "history", after))

    async def params(self, run_id: str) -> bytes:
        """Return the parameters."""
        return cast(bytes, await self._call(run_id, "params"))

    async def take_snapshot(self, run_id: str) -> None:
        """Deliver a current snapshot to the listener."""
        await self._call(run_id, "take_snapshot")

    async def stop(self, run_id: str) -> None:
        """End a process."""
        process = self._processes.pop(run_id, None)
        if process is not None:
            await process.stop()

    async def close(self) -> None:
        """End all processes."""
        await asyncio.gather(*(self.stop(run_id) for run_id in list(self._processes)))
