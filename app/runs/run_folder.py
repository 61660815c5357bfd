"""The folder of saved runs: one file per run, and a lock that only one service holds at a time."""

import logging
import re
import sys
from pathlib import Path
from typing import IO, NamedTuple, Protocol

import sqlalchemy as sa

from chainrule.app.runs import run_file
from chainrule.app.runs.protocol.curves import Curves
from chainrule.app.runs.protocol.wire import Snapshot
from chainrule.app.runs.run_file import SUFFIX, TEMPORARY, FileDamaged, Header, read_header

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCK = "lock"
_ID = re.compile(r"[0-9a-f]{12}")

logger = logging.getLogger(__name__)


class RunFile(NamedTuple):
    """A file in the folder; one without a header is damaged."""

    id: str
    size: int
    written: float
    """Seconds since 1970."""
    header: Header | None


class StoreTaken(OSError):
    """Another service has the runs by now: this one must not go on with them."""


class RunStore(Protocol):
    """Where runs outlive the service, one service's at a time. Every call may block and raise OSError."""

    @property
    def comes_back(self) -> bool:
        """Whether an error is likely to pass: then nothing is said to be made before it is kept."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def take(self) -> bool:
        """Have the runs for this service alone; False if another one has them. Must be called before all others."""

    def renew(self) -> None:
        """Say that this service still has them; called twice a second. Raises StoreTaken once another has."""

    def release(self) -> None:
        """Leave the runs to another service."""

    def files(self) -> list[RunFile]:
        """List the runs, newest first."""

    def write(self, header: Header, snapshot: Snapshot | None) -> int:
        """Keep a run in place of what was kept of it; return the bytes."""

    def snapshot(self, run_id: str) -> Snapshot | None:
        """Read a run's snapshot, None if it never had a worker. Raises FileDamaged."""

    def curves(self, run_id: str) -> Curves:
        """Read a run's curves. Raises FileDamaged."""

    def remove(self, run_id: str) -> None:
        """Remove a run, if there is one."""


def folder_beside(database_url: str) -> Path | None:
    """Return the default folder of runs: beside the file of an SQLite database, else None."""
    url = sa.make_url(database_url)
    file = url.database
    if url.get_backend_name() != "sqlite" or not file or file == ":memory:" or file.startswith("file:"):
        return None
    return Path(file).with_name(f"{Path(file).stem}-runs")


class RunFolder:
    """Run files by id; see `RunStore`. Every call may block; writing requires that `take` returned True."""

    comes_back = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: IO[str] | None = None

    def take(self) -> bool:
        """Create the folder, but not its parents, and lock it; False if another service holds it. Raises OSError.

        The operating system releases the lock when its holder ends, even by a crash.
        """
        self.folder.mkdir(exist_ok=True)
        lock = (self.folder / _LOCK).open("a")
        try:
            if sys.platform == "win32":
                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            lock.close()
            return False
        except OSError:
            lock.close()
            raise
        self._lock = lock
        return True

    def release(self) -> None:
        """Release the lock for another service."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def path(self, run_id: str) -> Path:
        """Return the file of a run. Raises ValueError for anything but an id: nothing else becomes a path."""
        if not _ID.fullmatch(run_id):
            raise ValueError(f"{run_id!r:.60} is not the id of a run")
        return self.folder / f"{run_id}{SUFFIX}"

    def files(self) -> list[RunFile]:
        """List the files of runs, newest first. Raises OSError.

        Damaged files are logged and left; half-written ones are removed; other files are ignored.
        """
        files = []
        for path in self.folder.iterdir():
            if not _ID.fullmatch(path.stem) or not path.is_file():
                continue
            if path.suffix == TEMPORARY:
                path.unlink(missing_ok=True)
            elif path.suffix == SUFFIX:
                stat = path.stat()
                files.append(RunFile(path.stem, stat.st_size, stat.st_mtime, _header(path)))
        return sorted(files, key=lambda file: -file.written)

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self.folder)

    def renew(self) -> None:
        """Do nothing: the operating system holds the lock."""

    def write(self, header: Header, snapshot: Snapshot | None) -> int:
        """Write a run's file and return its size. Raises OSError."""
        return run_file.save(self.path(header.id), header, snapshot)

    def snapshot(self, run_id: str) -> Snapshot | None:
        """Read a run's snapshot. Raises FileDamaged."""
        return run_file.read_snapshot(self.path(run_id))

    def curves(self, run_id: str) -> Curves:
        """Read a run's curves. Raises FileDamaged."""
        return run_file.read_curves(self.path(run_id))

    def remove(self, run_id: str) -> None:
        """Remove a run's file, if there is one. Raises OSError."""
        self.path(run_id).unlink(missing_ok=True)


def _header(path: Path) -> Header | None:
    try:
        return read_header(path)
    except FileDamaged as damage:
        logger.warning("%s is damaged or not the file of a run, and is skipped: %s", path, damage)
        return None
