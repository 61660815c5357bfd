"""Saved links: a program and how it was shown, kept under a short hash of both."""

import base64
import hashlib
import threading
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

ID_LENGTH = 10
"""Letters of an id, 50 bits. A content whose id is taken by another gets a longer one."""

_metadata = sa.MetaData()

_shares = sa.Table(
    "shares",
    _metadata,
    sa.Column("id", sa.String(52), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
)


class ShareStore:
    """A database of saved links. Safe to use from many threads; every call may block.

    `url` is an SQLAlchemy URL: SQLite in a file by default, PostgreSQL for several machines. Nothing is opened before
    the first call.
    """

    def __init__(self, url: str, max_shares: int) -> None:
        self._url = sa.make_url(url)
        self._max_shares = max_shares
        self._engine: sa.Engine | None = None
        self._opening = threading.Lock()

    def save(self, content: Mapping[str, Any]) -> str:
        """Save `content` and return its id; equal contents share one. Raises ProblemError when full."""
        text = msgspec.json.encode(content, order="deterministic").decode()
        digest = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=").lower()
        for length in (ID_LENGTH, 2 * ID_LENGTH, len(digest)):
            share_id = digest[:length]
            if self._insert(share_id, text) == text:
                return share_id
        raise AssertionError("two contents have one SHA-256")

    def load(self, share_id: str) -> dict[str, Any]:
        """Return the content saved under an id. Raises ProblemError if there is none."""
        with self._connection().begin() as connection:
            text = connection.scalar(sa.select(_shares.c.content).where(_shares.c.id == share_id))
        if text is None:
            raise ProblemError(
                "share-missing",
                Text("이 id로 저장된 링크가 없습니다.", "No link is saved under this id."),
                name=share_id[:64],
            )
        content: dict[str, Any] = msgspec.json.decode(text)
        return content

    def check(self) -> None:
        """Raise sqlalchemy.exc.SQLAlchemyError if the database does not answer."""
        with self._connection().begin() as connection:
            connection.execute(sa.select(1))

    def close(self) -> None:
        """Close the database's connections; a later call opens new ones."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _insert(self, share_id: str, text: str) -> str:
        """Insert unless the id is taken; return the content that is saved there now."""
        find = sa.select(_shares.c.content).where(_shares.c.id == share_id)
        try:
            with self._connection().begin() as connection:
                found: str | None = connection.scalar(find)
                if found is not None:
                    return found
                if (
                    connection.scalar(sa.select(sa.func.count()).select_from(_shares)) or 0
                ) >= self._max_shares:
                    raise ProblemError(
                        "shares-full",
                        Text(
                            f"링크를 {self._max_shares:,}개까지 저장할 수 있는데 다 찼습니다.",
                            f"The service keeps {self._max_shares:,} links, and has them.",
                        ),
                    )
                connection.execute(_shares.insert().values(id=share_id, content=text))
                return text
        except sa.exc.IntegrityError:
            # Another request inserted the same id between our look and our write.
            with self._connection().begin() as connection:
                stands: str = connection.execute(find).scalar_one()
                return stands

    def _connection(self) -> sa.Engine:
        with self._opening:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    def _open(self) -> sa.Engine:
        if self._url.get_backend_name() == "sqlite":
            engine = sa.create_engine(self._url, poolclass=QueuePool, connect_args={"timeout": 10})
            with engine.connect() as connection:
                # Readers and the writer do not wait for each other.
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        else:
            engine = sa.create_engine(self._url, pool_pre_ping=True)
        _metadata.create_all(engine)
        return engine
