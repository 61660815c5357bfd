"""Messages between the service and its processes: eight bytes of length, then a pickle.

Both ends are this program, connected by pipes that it made itself. Nothing from the network is ever unpickled.
"""

import pickle
import struct
from typing import IO, Any

_HEAD = struct.Struct(">Q")


def packed(message: Any) -> bytes:
    """Return the bytes of a message."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(len(body)) + body


def read(stream: IO[bytes]) -> bytes:
    """Receive the pickle of the next message. Raises EOFError at the end of the stream."""
    (length,) = _HEAD.unpack(_exactly(stream, _HEAD.size))
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    body = stream.read(count)
    if len(body) < count:
        raise EOFError
    return body
