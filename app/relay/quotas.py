"""Quotas that hold through all web processes: the engine counts, and lends what is counted often some at a time."""

from collections import OrderedDict
from collections.abc import Callable, Mapping

from fastapi.requests import HTTPConnection

from chainrule.app.relay.client import EngineClient
from chainrule.app.relay.line import LineLost
from chainrule.app.web.owners import owner_in
from chainrule.app.web.quotas import Quotas, Rate, address_of, too_many

_PARTS = 50
"""What is lent at once: so small a part of what a visitor may do at once."""
_LENT_SECONDS = 30.0
"""What was lent is used within so many seconds, or lost."""
_MOST_KEYS = 20_000


class CountingTogether:
    """See `Counting`. While the engine is away, this process counts for itself."""

    def __init__(
        self, engine: EngineClient, alone: Quotas, rates: Mapping[str, Rate], now: Callable[[], float]
    ) -> None:
        """`alone` counts while the engine is away."""
        self._engine, self._alone, self._now = engine, alone, now
        self._sizes = {"questions": max(1.0, rates["questions"].burst // _PARTS)}
        self._lent: OrderedDict[tuple[str, str | None, str], tuple[str, float, float]] = OrderedDict()
        """By what, who and from where: the key it counts for, how many are left, and until when."""

    async def client(self, connection: HTTPConnection) -> str:
        """Return the key that a request counts for."""
        owner, address = owner_in(connection), address_of(connection)
        if owner is None:
            return address
        return address if await self._wait_of(owner, address) else owner

    async def charge(self, name: str, connection: HTTPConnection, owner: str | None = None) -> str:
        """Count one more of `name`, lent or asked for. Raises ProblemError with the time to wait."""
        key = (name, owner or owner_in(connection), address_of(connection))
        client, left, until = self._lent.get(key, ("", 0.0, 0.0))
        if left < 1 or self._now() > until:
            try:
                client, left, wait = await self._engine.call(
                    "lease", *key, self._sizes.get(name, 1.0), patient=False
                )
            except LineLost:
                return self._alone.charge(name, connection, owner)
            if wait:
                raise too_many(wait)
            until = self._now() + _LENT_SECONDS
        if name in self._sizes:
            self._lent[key] = (client, left - 1, until)
            self._lent.move_to_end(key)
            if len(self._lent) > _MOST_KEYS:
                self._lent.popitem(last=False)
        return client

    async def admit(self, connection: HTTPConnection, owner: str) -> None:
        """Let somebody make something of their own. Raises ProblemError if their address brings too many."""
        if wait := await self._wait_of(owner, address_of(connection)):
            raise too_many(wait)

    async def _wait_of(self, owner: str, address: str) -> float:
        try:
            return float(await self._engine.call("admit", owner, address, patient=False))
        except LineLost:
            return self._alone.admit_from(owner, address)
