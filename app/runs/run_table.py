"""Runs in a database: a row for each, with the same archive that a file holds, and a lease that one service has."""

import contextlib
import io
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import sqlalchemy as sa

from chainrule.app.runs import run_file
from chainrule.app.runs.protocol.curves import Curves
from chainrule.app.runs.protocol.wire import Snapshot
from chainrule.app.runs.run_file import Header
from chainrule.app.runs.run_folder import RunFile, StoreTaken
from chainrule.app.web import database

LEASE_SECONDS = 5.0
"""A service that says nothing for so long has lost the runs to the next one that asks."""
_RENEWED_EVERY = 1.0
_LEASE = 1

_metadata = sa.MetaData()

_runs = sa.Table(
    "runs",
    _metadata,
    sa.Column("id", sa.String(12), primary_key=True),
    sa.Column("header", sa.Text, nullable=False),
    sa.Column("archive", sa.LargeBinary, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("written", sa.Double, nullable=False),
)

_lease = sa.Table(
    "run_lease",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)
"""One row: who has the runs, and until when if it says nothing more."""


class RunTable:
    """Runs by id; see `RunStore`. Safe to use from many threads."""

    comes_back = True

    def __init__(self, url: str) -> None:
        """Open nothing before the first call."""
        self._url = database.parsed(url)
        self._engine: sa.Engine | None = None
        self._opening = threading.Lock()
        self._holder = secrets.token_hex(16)
        self._renewed = 0.0

    @property
    def name(self) -> str:
        """The database's address, without the password."""
        return self._url.render_as_string()

    def take(self) -> bool:
        """Have the runs alone, if nobody has them or whoever had them says nothing any more. Raises OSError."""
        with self._begun() as connection:
            now = self._now()
            free = (_lease.c.holder == self._holder) | (_lease.c.until < now)
            ours = {"holder": self._holder, "until": now + LEASE_SECONDS}
            if connection.execute(_lease.update().where(_lease.c.id == _LEASE, free).values(**ours)).rowcount:
                return True
            if connection.scalar(sa.select(sa.func.count()).select_from(_lease)):
                return False
            with contextlib.suppress(sa.exc.IntegrityError), connection.begin_nested():
                connection.execute(_lease.insert().values(id=_LEASE, **ours))
                return True
            return False

    def renew(self) -> None:
        """Say that this service still has the runs. Raises StoreTaken if another has them, OSError."""
        if time.monotonic() - self._renewed < _RENEWED_EVERY:
            return
        with self._begun() as connection:
            self._assert_ours(connection)
        self._renewed = time.monotonic()

    def release(self) -> None:
        """Leave the runs to another service and close all connections."""
        with contextlib.suppress(OSError), self._begun() as connection:
            connection.execute(
                _lease.update()
                .where(_lease.c.id == _LEASE, _lease.c.holder == self._holder)
                .values(until=0.0)
            )
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def files(self) -> list[RunFile]:
        """List the runs, newest first. Raises OSError."""
        with self._begun() as connection:
            rows = connection.execute(
                sa.select(_runs.c.id, _runs.c.size, _runs.c.written, _runs.c.header).order_by(
                    _runs.c.written.desc()
                )
            ).all()
        return [RunFile(row.id, row.size, row.written, _header(row.header)) for row in rows]

    def write(self, header: Header, snapshot: Snapshot | None) -> int:
        """Write a run's row and return its bytes. Raises StoreTaken if another service has the runs, OSError."""
        file = io.BytesIO()
        run_file.write(file, header, snapshot)
        archive = file.getvalue()
        row = {
            "header": msgspec.json.encode(header).decode(),
            "archive": archive,
            "size": len(archive),
            "written": time.time(),
        }
        with self._begun() as connection:
            self._assert_ours(connection)
            if not connection.execute(_runs.update().where(_runs.c.id == header.id).values(**row)).rowcount:
                connection.execute(_runs.insert().values(id=header.id, **row))
        return len(archive)

    def snapshot(self, run_id: str) -> Snapshot | None:
        """Read a run's snapshot. Raises FileDamaged, OSError."""
        return run_file.read_snapshot(self._archive(run_id))

    def curves(self, run_id: str) -> Curves:
        """Read a run's curves. Raises FileDamaged, OSError."""
        return run_file.read_curves(self._archive(run_id))

    def remove(self, run_id: str) -> None:
        """Remove a run's row, if there is one. Raises StoreTaken if another service has the runs, OSError."""
        with self._begun() as connection:
            self._assert_ours(connection)
            connection.execute(_runs.delete().where(_runs.c.id == run_id))

    def _archive(self, run_id: str) -> io.BytesIO:
        with self._begun() as connection:
            return io.BytesIO(
                connection.scalar(sa.select(_runs.c.archive).where(_runs.c.id == run_id)) or b""
            )

    def _assert_ours(self, connection: sa.Connection) -> None:
        """Renew the lease; until the transaction ends, its row is locked and nobody else can take it."""
        ours = _lease.update().where(_lease.c.id == _LEASE, _lease.c.holder == self._holder)
        if not connection.execute(ours.values(until=self._now() + LEASE_SECONDS)).rowcount:
            raise StoreTaken(f"another service has the runs of {self.name}")

    def _now(self) -> sa.ColumnElement[float]:
        """Return the time: of the database where several machines ask it."""
        if self._url.get_backend_name() == "sqlite":
            return sa.literal(time.time())
        return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Double)

    @contextmanager
    def _begun(self) -> Iterator[sa.Connection]:
        """Begin a transaction. The database's errors become OSError."""
        try:
            with self._opened().begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise OSError(f"{self.name}: {error}") from error

    def _opened(self) -> sa.Engine:
        with self._opening:
            if self._engine is None:
                engine = database.opened(self._url)
                try:
                    database.make_tables(engine, _metadata)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine


def _header(text: str) -> Header | None:
    try:
        return msgspec.json.decode(text, type=Header)
    except msgspec.DecodeError:
        return None
