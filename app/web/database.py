"""A database opened by URL: SQLite in a file, or PostgreSQL with pooled connections that are tried before use."""

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

CONNECT_SECONDS = 5
OPENINGS = 10
"""Processes that open an old database at once each lose a race for a table or column, at most once for each."""

# A machine that is gone says nothing: without these a connection to it would wait for many minutes.
_KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def parsed(url: str) -> sa.URL:
    """Read a URL; PostgreSQL's driver is psycopg unless it names another."""
    made = sa.make_url(url)
    return made.set(drivername="postgresql+psycopg") if made.drivername == "postgresql" else made


def opened(url: sa.URL) -> sa.Engine:
    """Open a database. Raises sqlalchemy.exc.SQLAlchemyError."""
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, poolclass=QueuePool, connect_args={"timeout": 10})
        with engine.connect() as connection:
            # Readers and the writer do not wait for each other.
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        return engine
    is_libpq = url.drivername in ("postgresql+psycopg", "postgresql+psycopg2")
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=CONNECT_SECONDS,
        connect_args={"connect_timeout": CONNECT_SECONDS, **(_KEEPALIVE if is_libpq else {})},
    )


def make_tables(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Make what is missing, although other processes may do so at this moment. Raises sqlalchemy.exc.DBAPIError."""
    for attempt in range(1, OPENINGS + 1):
        try:
            metadata.create_all(engine)
        except sa.exc.DBAPIError:
            if attempt == OPENINGS:
                raise
            continue
        return
