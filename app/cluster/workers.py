"""Workers as actors of a Ray cluster, one a run: named and detached, so that they outlive the engine."""

import asyncio
import contextlib
import logging
import pickle
import secrets
import time
from collections.abc import Callable, Collection
from typing import Any

from chainrule.app.cluster.actor import RunActor
from chainrule.app.cluster.ray import NAMESPACE, Cluster
from chainrule.app.runs.embedded import EmbeddedWorkers
from chainrule.app.runs.protocol.refusals import Refused, WorkerGone

_CPUS = 0.25
"""What an actor reserves: runs share processors, and train when nobody waits for anything else."""
_ASK_SECONDS = 10.0
"""How long one question for a newer snapshot waits."""
_GRACE_SECONDS = 20.0
_AGAIN_SECONDS = 1.0
"""Time between two attempts to make an actor."""
_PREFIX = "run-"

logger = logging.getLogger(__name__)


class ActorProcess:
    """One actor; see `Process`."""

    pid = None

    def __init__(
        self,
        cluster: Cluster,
        run_id: str,
        on_snapshot: Callable[[Any, Any], None],
        on_exit: Callable[[], None],
    ) -> None:
        self._cluster, self.run_id = cluster, run_id
        self._on_snapshot, self._on_exit = on_snapshot, on_exit
        self._actor: Any = None
        self._known = 0
        """Number of the newest snapshot here."""
        self._following: asyncio.Task[None] | None = None
        self._stopped = False

    async def start(self, order: dict[str, Any], seconds: float) -> Any:
        """Make an actor somewhere in the cluster and return its first status. Raises as `call` does."""
        ray = await self._ray()
        # Another name each time: that of an actor that has died may still be taken for some seconds.
        options: dict[str, Any] = {
            "namespace": NAMESPACE,
            "lifetime": "detached",
            "num_cpus": _CPUS,
            "max_restarts": 0,  # the run goes on from its last snapshot, which only the engine knows
        }
        until = time.monotonic() + seconds
        while True:
            options["name"] = f"{_PREFIX}{self.run_id}-{secrets.token_hex(4)}"
            self._actor = await asyncio.to_thread(lambda: ray.remote(RunActor).options(**options).remote())
            try:
                status = await self._answer(self._actor.open.remote(order), until - time.monotonic())
                break
            except WorkerGone:
                # The cluster hears late of a machine that is gone, and may choose that one.
                if time.monotonic() + _AGAIN_SECONDS > until:
                    raise
            await asyncio.sleep(_AGAIN_SECONDS)
        self._following = asyncio.create_task(self._follow(), name=f"follow run {self.run_id}")
        return status

    async def attach(self, name: str) -> None:
        """Take over an actor that an earlier engine made. Raises WorkerGone."""
        ray = await self._ray()
        try:
            self._actor = await asyncio.to_thread(lambda: ray.get_actor(name, namespace=NAMESPACE))
        except ValueError as error:
            raise WorkerGone(str(error)) from None
        await self._answer(self._actor.newer.remote(0, 0.0), _ASK_SECONDS)
        self._following = asyncio.create_task(self._follow(), name=f"follow run {self.run_id}")

    async def call(self, name: str, *arguments: Any, seconds: float) -> Any:
        """Return the answer to one call. Raises Refused, and WorkerGone without a timely answer."""
        if self._actor is None or self._stopped:
            raise WorkerGone("there is no actor")
        packed = pickle.dumps(arguments, protocol=pickle.HIGHEST_PROTOCOL)
        return await self._answer(self._actor.call.remote(name, packed, self._known), seconds)

    async def stop(self) -> None:
        """End the actor silently."""
        self._stopped = True
        await self.leave()
        if self._actor is not None:
            ray = await self._ray()
            with contextlib.suppress(Exception):  # it is dead already, or will end by itself
                await asyncio.to_thread(ray.kill, self._actor)

    async def leave(self) -> None:
        """Follow the actor no more; it goes on for a while."""
        if self._following is not None:
            self._following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._following

    async def _ray(self) -> Any:
        try:
            return await self._cluster.ray()
        except ConnectionError as error:
            raise WorkerGone(str(error)) from None

    async def _answer(self, reference: Any, seconds: float) -> Any:
        """Wait for an answer, and take the snapshot that comes with it."""
        ray = await self._ray()
        try:
            async with asyncio.timeout(seconds):
                kind, content, number, snapshot = await reference
        except TimeoutError:
            with contextlib.suppress(Exception):
                await asyncio.to_thread(ray.kill, self._actor)
            raise WorkerGone(f"no answer in {seconds:g} s") from None
        except ray.exceptions.RayError as error:
            raise WorkerGone(str(error).partition("\n")[0]) from None
        if snapshot is not None and number > self._known and not self._stopped:
            self._known = number
            self._on_snapshot(*pickle.loads(snapshot))
        if kind == "refused":
            raise Refused(content.kind, content.detail)
        if kind == "failed":
            raise RuntimeError(f"in the worker: {content}")
        return content

    async def _follow(self) -> None:
        """Take each snapshot, until the actor ends."""
        try:
            while True:
                await self._answer(
                    self._actor.newer.remote(self._known, _ASK_SECONDS), _ASK_SECONDS + _GRACE_SECONDS
                )
        except WorkerGone as gone:
            logger.warning("The actor of run %s: %s", self.run_id, gone)
        if not self._stopped:
            self._on_exit()


class RayWorkers(EmbeddedWorkers):
    """Actors of a cluster; see `Workers`."""

    def __init__(self, cluster: Cluster, seconds: float) -> None:
        """An answer may take `seconds`."""
        super().__init__(seconds)
        self._cluster = cluster

    def _made(
        self, run_id: str, on_snapshot: Callable[[Any, Any], None], on_exit: Callable[[], None]
    ) -> ActorProcess:
        return ActorProcess(self._cluster, run_id, on_snapshot, on_exit)

    async def survivors(self, known: Collection[str]) -> list[str]:
        """Take over the actors of known runs that an earlier engine made, and end all others; return the runs."""
        ray = await self._cluster.ray()
        listed = await asyncio.to_thread(lambda: ray.util.list_named_actors(all_namespaces=True))
        names = [
            actor["name"]
            for actor in listed
            if actor["namespace"] == NAMESPACE and actor["name"].startswith(_PREFIX)
        ]
        for name in names:
            run_id = name.removeprefix(_PREFIX).partition("-")[0]
            if run_id in known and run_id not in self._processes:
                process = self._process(run_id)
                assert isinstance(process, ActorProcess)
                with contextlib.suppress(WorkerGone):
                    await process.attach(name)
                    self._processes[run_id] = process
                continue
            await asyncio.to_thread(_end, ray, name)
        return list(self._processes)

    async def close(self) -> None:
        """Leave all actors: whoever comes next takes them over, or else they end by themselves."""
        processes, self._processes = list(self._processes.values()), {}
        for process in processes:
            assert isinstance(process, ActorProcess)
            await process.leave()
        await self._cluster.close()


def _end(ray: Any, name: str) -> None:
    """End a named actor, if it has not died meanwhile."""
    with contextlib.suppress(Exception):
        ray.kill(ray.get_actor(name, namespace=NAMESPACE))
