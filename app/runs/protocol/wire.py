"""Messages between the service and a worker: four bytes of length, then a pickle.

Both ends are this program, connected by pipes that it made itself. Nothing from the network is ever unpickled.
"""

import pickle
import struct
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:  # a worker has no event loop and starts sooner without asyncio
    import asyncio

_HEAD = struct.Struct(">I")

Status = dict[str, Any]
"""Where a run stands, as `Session.status` returns it."""
Snapshot = dict[str, Any]
"""Everything needed to continue a run, as `Session.snapshot` returns it."""

LARGEST = 1 << 30
"""Most bytes of one message; a longer one must be a mistake."""


def packed(message: Any) -> bytes:
    """Return the bytes of a message."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(len(body)) + body


def write(stream: BinaryIO, message: Any) -> None:
    """Send one message."""
    stream.write(packed(message))
    stream.flush()


def read(stream: BinaryIO) -> Any:
    """Receive the next message. Raises EOFError at the end of the stream."""
    return pickle.loads(_exactly(stream, _HEAD.unpack(_exactly(stream, _HEAD.size))[0]))


async def read_async(stream: "asyncio.StreamReader") -> Any:
    """Receive the next message without blocking the event loop. Raises EOFError at the end of the stream."""
    (length,) = _HEAD.unpack(await stream.readexactly(_HEAD.size))
    if length > LARGEST:
        raise EOFError(f"a message of {length:,} bytes exceeds the limit")
    return pickle.loads(await stream.readexactly(length))


def _exactly(stream: BinaryIO, count: int) -> bytes:
    body = stream.read(count)
    if len(body) < count:
        raise EOFError
    return body
