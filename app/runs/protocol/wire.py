"""Messages between the service and a worker: four bytes of length, then a pickle.

Both ends are this program, over the pipes that it made itself; nothing from the network is ever unpickled.
"""

import asyncio
import pickle
import struct
from typing import Any, BinaryIO

_HEAD = struct.Struct(">I")

LARGEST = 1 << 30
"""Bytes of one message; more would be a mistake."""


def packed(message: Any) -> bytes:
    """The message as it goes through a pipe."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(len(body)) + body


def write(stream: BinaryIO, message: Any) -> None:
    """Send one message."""
    stream.write(packed(message))
    stream.flush()


def read(stream: BinaryIO) -> Any:
    """The next message. Raises EOFError where the stream ends."""
    return pickle.loads(_exactly(stream, _HEAD.unpack(_exactly(stream, _HEAD.size))[0]))


async def read_async(stream: asyncio.StreamReader) -> Any:
    """The next message, beside the event loop. Raises EOFError where the stream ends."""
    (length,) = _HEAD.unpack(await stream.readexactly(_HEAD.size))
    if length > LARGEST:
        raise EOFError(f"a message of {length:,} bytes is none of ours")
    return pickle.loads(await stream.readexactly(length))


def _exactly(stream: BinaryIO, count: int) -> bytes:
    body = stream.read(count)
    if len(body) < count:
        raise EOFError
    return body
