"""Connections that keep the service waiting are closed, and one address has so many at most."""

import asyncio
from contextlib import asynccontextmanager

import uvicorn

from chainrule.app.web.connections import Bounds, http_protocol, socket_protocol

USUAL = Bounds(head=60.0, body=60.0, send=60.0, per_address=100, trusted="")
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Site:
    """A site whose answers are as long as a test wants."""

    def __init__(self):
        self.left = self.asked = 0
        self.megabytes = 0

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            try:
                while True:
                    await send({"type": "websocket.send", "bytes": bytes(100_000)})
            finally:
                self.left += 1
        self.asked += 1
        message = await receive()
        while message["type"] != "http.disconnect" and message["more_body"]:
            message = await receive()
        if message["type"] == "http.disconnect":
            self.left += 1
            return
        length = (b"content-length", str(1 + self.megabytes * 10**6).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        for _ in range(self.megabytes):
            await send({"type": "http.response.body", "body": bytes(10**6), "more_body": True})
        await send({"type": "http.response.body", "body": b"."})


@asynccontextmanager
async def served(bounds):
    """Serve a site; give it, its server, and how to connect to it."""
    site = Site()
    config = uvicorn.Config(
        site,
        port=0,
        lifespan="off",
        log_config=None,
        http=http_protocol(bounds),
        ws=socket_protocol(bounds),
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield site, server, lambda: asyncio.open_connection("127.0.0.1", port)
    server.should_exit = True
    await serving


async def until(condition):
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def rest(reader):
    """Everything until the server closes the connection."""
    async with asyncio.timeout(60):
        return await reader.read()


def test_a_head_that_does_not_arrive_and_a_silent_connection_get_408():
    async def story():
        async with served(USUAL._replace(head=0.2)) as (site, _, connect):
            for begun in (b"GET / HTTP/1.1\r\nHost:", b""):
                reader, writer = await connect()
                writer.write(begun)
                assert (await rest(reader)).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
                writer.close()
            assert site.asked == 0

    asyncio.run(story())


def test_so_does_a_body_and_the_application_learns_of_it():
    async def story():
        async with served(USUAL._replace(body=0.2, send=0.4)) as (site, _, connect):
            reader, writer = await connect()
            writer.write(POST + b"some")
            assert (await rest(reader)).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
            await until(lambda: site.left == 1)
            writer.close()

    asyncio.run(story())


def test_a_connection_may_ask_again_and_again():
    async def story():
        async with served(USUAL) as (site, _, connect):
            reader, writer = await connect()
            for body in (b"x" * 100, b"y" * 100):
                writer.write(POST)
                writer.write(body)
                assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
                await reader.readuntil(b".")
            assert site.asked == 2
            writer.close()

    asyncio.run(story())


def test_one_address_has_so_many_connections():
    async def story():
        async with served(USUAL._replace(per_address=2)) as (_, server, connect):
            kept = [await connect(), await connect()]
            await until(lambda: len(server.server_state.connections) == 2)
            reader, writer = await connect()
            refused = await rest(reader)
            assert refused.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nretry-after: 5\r\n" in refused
            writer.close()
            kept.pop()[1].close()
            await until(lambda: len(server.server_state.connections) == 1)
            reader, writer = await connect()
            writer.write(GET)
            assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
            for _, open_ in (*kept, (reader, writer)):
                open_.close()
        async with served(USUAL._replace(per_address=2, trusted="127.0.0.1")) as (_, _, connect):
            many = [await connect() for _ in range(4)]
            for reader, writer in many:
                writer.write(GET)
                assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
                writer.close()

    asyncio.run(story())


def test_an_answer_that_nobody_takes_closes_the_connection():
    async def story():
        async with served(USUAL._replace(send=0.2)) as (site, server, connect):
            site.megabytes = 50
            _, writer = await connect()
            writer.transport.pause_reading()
            writer.write(GET)
            await until(lambda: site.asked)
            await until(lambda: not server.server_state.connections)
            await until(lambda: not server.server_state.tasks)
            writer.close()

    asyncio.run(story())


def test_so_does_a_watcher_that_never_reads():
    async def story():
        async with served(USUAL._replace(send=0.2)) as (site, server, connect):
            _, writer = await connect()
            writer.transport.pause_reading()
            writer.write(UPGRADE)
            await until(lambda: site.left)
            await until(lambda: not server.server_state.connections)
            writer.close()

    asyncio.run(story())
