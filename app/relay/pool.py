"""Heavy work of a web process, done where the engine has it done."""

import pickle

from chainrule.app.cluster.pool import result
from chainrule.app.heavy.job import Job
from chainrule.app.heavy.processes import lost
from chainrule.app.relay.client import EngineClient
from chainrule.app.relay.line import LineLost


class RemotePool:
    """See `Pool`. For one event loop. The engine and this process share a secret: what it sends is unpickled."""

    def __init__(self, engine: EngineClient, at_once: int, seconds: float) -> None:
        """A job may take `seconds`."""
        self._engine, self._at_once, self._seconds = engine, at_once, seconds

    @property
    def at_once(self) -> int:
        """How many jobs can be done at the same time."""
        return self._at_once

    async def submit(self, job: Job) -> bytes:
        """Have a job done; a cancelled call ends it."""
        body = pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)
        try:
            kind, content = await self._engine.call("job", body)
        except LineLost:
            raise lost() from None
        return result((kind, content), self._seconds)

    def close(self) -> None:
        """Do nothing: the connection ends, and with it all jobs."""
