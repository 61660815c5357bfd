"""Messages between a web process and the engine: four bytes of length, then MessagePack; nothing is unpickled."""

import asyncio
import struct
from typing import Any, NamedTuple

import msgspec

_HEAD = struct.Struct(">I")

LARGEST = 1 << 28
"""Most bytes of one message; a longer one must be a mistake."""

_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder()


class Address(NamedTuple):
    """Where the engine listens: a Unix socket's path, or host and port."""

    path: str | None
    host: str = ""
    port: int = 0

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return self.path is not None or self.host in ("127.0.0.1", "::1", "localhost")


def address_of(url: str) -> Address:
    """Read `unix:/path` or `tcp://host:port`. Raises ValueError."""
    kind, _, rest = url.partition(":")
    if kind == "unix" and rest:
        return Address(rest)
    host, colon, port = rest.removeprefix("//").rpartition(":")
    if kind != "tcp" or not colon or not host or not port.isdecimal():
        raise ValueError(f"{url!r} is neither unix:/path nor tcp://host:port")
    return Address(None, host.strip("[]"), int(port))


async def connected(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the engine. Raises OSError."""
    if address.path is not None:
        return await asyncio.open_unix_connection(address.path)
    return await asyncio.open_connection(address.host, address.port)


def packed(*message: Any) -> bytes:
    """Return the bytes of a message."""
    body = _encoder.encode(message)
    return _HEAD.pack(len(body)) + body


async def read(stream: asyncio.StreamReader) -> list[Any]:
    """Receive the next message. Raises EOFError at the end of the stream, or if what comes is no message."""
    (length,) = _HEAD.unpack(await stream.readexactly(_HEAD.size))
    if length > LARGEST:
        raise EOFError(f"a message of {length:,} bytes exceeds the limit")
    body = await stream.readexactly(length)
    try:
        message = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise EOFError(str(error)) from None
    if not isinstance(message, list) or len(message) != 3:
        raise EOFError("not a message of the engine")
    return message
