"""The service's compiled programs: short ones read and kept here, long ones left to processes of their own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chainrule.app.graphs import work
from chainrule.app.graphs.kept import Entry, Given, KeptPrograms
from chainrule.app.web.metrics import Metrics
from chainrule.core.language.program import Limits

SOFT = Limits(nodes=400, steps=4_000, elements=400_000)
"""What a thread may read: some 0.1 s at worst. Its answers take no longer than some tenths of a second."""


class Programs(KeptPrograms):
    """The programs compiled last, up to so many `places`. Safe to use from many threads."""

    def __init__(self, limits: Limits, places: int, metrics: Metrics, memory: int | None = None) -> None:
        super().__init__(replace(limits, soft=SOFT), places, memory)
        self.limits = limits
        """The limits of a program, wherever it is read."""
        self._metrics = metrics
        self.on_change = metrics.kept_graphs.set

    async def entry(self, source: str, inputs: Mapping[str, Any]) -> Entry:
        """Compile a program in a thread, or take it from the cache: its graph, its error, or `LONG`."""
        kept: Entry | None = await work.run(0, lambda: self.kept(source, inputs))
        return kept if kept is not None else await work.in_thread(lambda: self.read(source, inputs))

    def kept(self, source: str, inputs: Given) -> Entry | None:
        """Return what is kept of a program; None for nothing."""
        entry = super().kept(source, inputs)
        if entry is not None:
            self._metrics.graphs.labels("kept").inc()
        return entry

    def read(self, source: str, inputs: Given) -> Entry:
        """Compile a program, or find its error, and keep either; `LONG` past the soft limits."""
        self._metrics.graphs.labels("read").inc()
        return super().read(source, inputs)
