"""The Ray cluster as this process reaches it: connected once, in a thread, because that blocks."""

import asyncio
import logging
from importlib import import_module
from typing import Any

logger = logging.getLogger(__name__)

NAMESPACE = "chainrule"

_LOOK_SECONDS = 2.0
_ANSWER_SECONDS = 20.0


class Cluster:
    """A connection to a cluster by way of this machine's raylet. When that ends, so must this process."""

    def __init__(self, address: str) -> None:
        """`address` is that of the head, `host:port`. Nothing is imported or opened yet."""
        self._address = address
        self._connecting = asyncio.Lock()
        self._module: Any = None

    async def ray(self) -> Any:
        """Return the module `ray`, connected. Raises ImportError without the extra, ConnectionError without a head."""
        async with self._connecting:
            if self._module is None:
                self._module = await asyncio.to_thread(self._connect)
            return self._module

    def _connect(self) -> Any:
        # Without the extra there is no such module, and types of it would be no types.
        ray = import_module("ray")
        host = self._address.rpartition(":")[0]
        local = {"_node_ip_address": host} if host.startswith("127.") else {}
        ray.init(
            address=self._address,
            namespace=NAMESPACE,
            log_to_driver=False,
            configure_logging=False,
            **local,
        )
        return ray

    async def watch(self) -> None:
        """Wait until this machine's raylet, or the head, is gone: whatever this process asks then hangs."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self._module is None:
                continue
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    if await asyncio.to_thread(self._is_well):
                        continue
            except Exception as error:  # Ray says that it is not well in many ways
                logger.warning("%s", error)
            logger.error("This machine's raylet or the head of the cluster is gone.")
            return

    def _is_well(self) -> bool:
        here = self._module.get_runtime_context().get_node_id()
        return any(node["Alive"] for node in self._module.nodes() if node["NodeID"] == here)

    async def close(self) -> None:
        """Leave the cluster; its actors go on."""
        if self._module is not None:
            await asyncio.to_thread(self._module.shutdown)
            self._module = None
