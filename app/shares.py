"""Saved links: a program and how it was shown, kept under a short hash of both, and whose they are."""

import base64
import contextlib
import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from chainrule.app.web import database
from chainrule.app.web.problems import ProblemError
from chainrule.core.text import Text

ID_LENGTH = 10
"""Letters of an id, 50 bits. A content whose id is taken by another gets a longer one."""
_ATTEMPTS = 3
_OPENED_EVERY = timedelta(days=1)
"""How exactly it is known when a link was last opened."""
_EXPIRED_EVERY = timedelta(hours=1)
_TRIED_EVERY = timedelta(seconds=5)
_TRIAL_BYTES = 16_384
"""More than one page of any database."""

logger = logging.getLogger(__name__)

_metadata = sa.MetaData()

_shares = sa.Table(
    "shares",
    _metadata,
    sa.Column("id", sa.String(52), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    # Links of earlier versions have no owners: nobody may remove them.
    sa.Column("owned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("opened_at", sa.DateTime(timezone=True)),
)

_owners = sa.Table(
    "share_owners",
    _metadata,
    sa.Column("share_id", sa.String(52), primary_key=True),
    sa.Column("owner", sa.String(64), primary_key=True, index=True),
)
"""Everybody who saved a link, by the hash of their token: equal contents are one link of several owners."""


_trial = sa.Table(
    "share_trials",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("filling", sa.Text, nullable=False),
)
"""What is written, and removed again, to see whether there is room."""


class FileGone(sa.exc.SQLAlchemyError):
    """The file of an open SQLite database was removed: what is written now would be lost."""


class ShareStore:
    """A database of saved links. Safe to use from many threads; every call may block.

    `url` is an SQLAlchemy URL: SQLite in a file by default, PostgreSQL for several machines. Nothing is opened before
    the first call.
    """

    def __init__(
        self,
        url: str,
        max_shares: int,
        max_per_owner: int | None = None,
        unopened_days: int | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Links that nobody opened for `unopened_days` go, if that is given."""
        self._url = database.parsed(url)
        self._max_shares, self._max_per_owner, self._now = max_shares, max_per_owner, now
        self._unopened = None if unopened_days is None else timedelta(days=unopened_days)
        self._expired_at = datetime.min.replace(tzinfo=UTC)
        """When unopened links were last looked for."""
        self._saved_at = self._expired_at
        """When something was last saved on trial."""
        self._file: tuple[int, int] | None = None
        """Device and number of the SQLite file that is open."""
        self._engine: sa.Engine | None = None
        self._opening = threading.Lock()

    def save(self, content: Mapping[str, Any], owner: str) -> str:
        """Save `content` for an owner and return its id; equal contents share one. Raises ProblemError when full."""
        self._remove_unopened()
        text = msgspec.json.encode(content, order="deterministic").decode()
        digest = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=").lower()
        for length in (ID_LENGTH, 2 * ID_LENGTH, len(digest)):
            share_id = digest[:length]
            if self._insert(share_id, text, owner) == text:
                return share_id
        raise AssertionError("two contents have one SHA-256")

    def load(self, share_id: str) -> dict[str, Any]:
        """Return the content saved under an id. Raises ProblemError if there is none."""
        with self._connection().begin() as connection:
            find = sa.select(_shares.c.content, _shares.c.opened_at).where(_shares.c.id == share_id)
            found = connection.execute(find).one_or_none()
        if found is None:
            raise _missing(share_id)
        self._record_opening(share_id, found.opened_at)
        content: dict[str, Any] = msgspec.json.decode(found.content)
        return content

    def remove(self, share_id: str, owner: str | None) -> None:
        """Take a link from one of its owners; its content goes with the last. Raises ProblemError for others."""
        find = sa.select(_shares.c.id).where(_shares.c.id == share_id).with_for_update()
        with self._connection().begin() as connection:
            removed = connection.execute(_owners.delete().where(_held_by(share_id, owner or ""))).rowcount
            if connection.scalar(find) is None:
                raise _missing(share_id)
            if removed:
                others = sa.exists().where(_owners.c.share_id == share_id)
                connection.execute(
                    _shares.delete().where(_shares.c.id == share_id, _shares.c.owned, sa.not_(others))
                )
                return
        raise ProblemError(
            "not-owner",
            Text(
                "다른 사람이 저장한 링크라서 지울 수 없습니다. 열어 보고 자신의 링크로 저장할 수는 있습니다.",
                "This link was saved by somebody else. You can open it, and save it as a link of your own.",
            ),
            name=share_id[:64],
        )

    def check(self) -> None:
        """Raise sqlalchemy.exc.SQLAlchemyError if the database does not answer."""
        with self._connection().begin() as connection:
            connection.execute(sa.select(1))

    def can_save(self) -> bool:
        """Tell whether the database takes something new, by writing some pages; known for a few seconds."""
        now = self._now()
        if now - self._saved_at < _TRIED_EVERY:
            return True
        try:
            with self._connection().begin() as connection:
                connection.execute(_trial.insert().values(filling="." * _TRIAL_BYTES))
                connection.execute(_trial.delete())
        except sa.exc.SQLAlchemyError as error:
            logger.warning("Nothing can be saved in the database of links: %s", error)
            return False
        self._saved_at = now
        return True

    def close(self) -> None:
        """Close the database's connections; a later call opens new ones."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _insert(self, share_id: str, text: str, owner: str) -> str:
        """Insert unless the id is taken; return the content saved there now, which is the owner's too if equal."""
        for _ in range(_ATTEMPTS):
            try:
                return self._insert_once(share_id, text, owner)
            except sa.exc.IntegrityError as error:
                # Another request saved the same between our look and our write.
                last = error
        raise last

    def _insert_once(self, share_id: str, text: str, owner: str) -> str:
        with self._connection().connect() as connection, connection.begin() as transaction:
            # A write comes first and the row is locked, so that no removal of the same link comes between.
            connection.execute(_owners.delete().where(_held_by(share_id, owner)))
            connection.execute(_owners.insert().values(share_id=share_id, owner=owner))
            found: str | None = connection.scalar(
                sa.select(_shares.c.content).where(_shares.c.id == share_id).with_for_update()
            )
            if found is None:
                self._refuse_beyond_limits(connection, owner)
                connection.execute(
                    _shares.insert().values(id=share_id, content=text, owned=True, opened_at=self._now())
                )
                return text
            if found != text:
                transaction.rollback()
            return found

    def _refuse_beyond_limits(self, connection: sa.Connection, owner: str) -> None:
        own = sa.select(sa.func.count()).select_from(_owners).where(_owners.c.owner == owner)
        if self._max_per_owner is not None and (connection.scalar(own) or 0) > self._max_per_owner:
            raise ProblemError(
                "shares-full",
                Text(
                    f"한 사람이 링크를 {self._max_per_owner:,}개까지 저장할 수 있는데 다 찼습니다. "
                    "쓰지 않는 것을 지우세요.",
                    f"You have {self._max_per_owner:,} links here, the most that one visitor can. Remove some first.",
                ),
            )
        if (connection.scalar(sa.select(sa.func.count()).select_from(_shares)) or 0) >= self._max_shares:
            raise ProblemError(
                "shares-full",
                Text(
                    f"링크를 {self._max_shares:,}개까지 저장할 수 있는데 다 찼습니다.",
                    f"The service keeps {self._max_shares:,} links, and has them.",
                ),
            )

    def _remove_unopened(self) -> None:
        """Remove links that nobody opened for long, at most once an hour."""
        now = self._now()
        if self._unopened is None or now - self._expired_at < _EXPIRED_EVERY:
            return
        self._expired_at = now
        gone = _shares.c.opened_at < now - self._unopened
        with self._connection().begin() as connection:
            connection.execute(
                _owners.delete().where(_owners.c.share_id.in_(sa.select(_shares.c.id).where(gone)))
            )
            connection.execute(_shares.delete().where(gone))

    def _record_opening(self, share_id: str, before: datetime | None) -> None:
        """Record that a link was opened, at most once a day; where nothing can be written, it opens all the same."""
        now = self._now()
        if before is not None and now - before.replace(tzinfo=UTC) < _OPENED_EVERY:
            return
        with contextlib.suppress(sa.exc.SQLAlchemyError), self._connection().begin() as connection:
            connection.execute(_shares.update().where(_shares.c.id == share_id).values(opened_at=now))

    def _connection(self) -> sa.Engine:
        with self._opening:
            if (
                self._engine is not None
                and self._file is not None
                and (now := self._file_now()) != self._file
            ):
                if now is None:
                    raise FileGone(
                        f"{self._url.database} was removed; put it back, or restart the service to begin a new one"
                    )
                logger.warning("%s is another file now and is opened anew.", self._url.database)
                self._engine.dispose()
                self._engine = None
            if self._engine is None:
                self._engine = self._open()
                self._file = self._file_now()
            return self._engine

    def _file_now(self) -> tuple[int, int] | None:
        """Return device and number of the database's file; None if there is none."""
        file = self._url.database
        if (
            self._url.get_backend_name() != "sqlite"
            or not file
            or file == ":memory:"
            or file.startswith("file:")
        ):
            return None
        try:
            about = Path(file).stat()
        except FileNotFoundError:
            return None
        return about.st_dev, about.st_ino

    def _open(self) -> sa.Engine:
        engine = database.opened(self._url)
        for attempt in range(1, database.OPENINGS + 1):
            try:
                _metadata.create_all(engine)
                self._add_columns(engine)
            except sa.exc.DBAPIError:
                if attempt == database.OPENINGS:
                    engine.dispose()
                    raise
                # Another process makes the same tables at this moment.
                continue
            break
        return engine

    def _add_columns(self, engine: sa.Engine) -> None:
        """Give the table of an earlier version the columns that it lacks; its links count as opened now."""
        for column in (_shares.c.owned, _shares.c.opened_at):
            if _has_column(engine, column):
                continue
            definition = sa.schema.CreateColumn(column).compile(engine)
            with engine.begin() as connection:
                connection.exec_driver_sql(f"ALTER TABLE {_shares.name} ADD COLUMN {definition}")
        with engine.begin() as connection:
            undated = _shares.c.opened_at.is_(None)
            if connection.scalar(sa.select(sa.exists().where(undated))):
                connection.execute(_shares.update().where(undated).values(opened_at=self._now()))


def _has_column(engine: sa.Engine, column: sa.Column[Any]) -> bool:
    return column.name in {known["name"] for known in sa.inspect(engine).get_columns(_shares.name)}


def _held_by(share_id: str, owner: str) -> sa.ColumnElement[bool]:
    return (_owners.c.share_id == share_id) & (_owners.c.owner == owner)


def _missing(share_id: str) -> ProblemError:
    return ProblemError(
        "share-missing",
        Text("이 id로 저장된 링크가 없습니다.", "No link is saved under this id."),
        name=share_id[:64],
    )
