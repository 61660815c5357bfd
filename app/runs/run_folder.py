"""The folder of kept runs: one file a run, and a lock, so that it is one service's at a time."""

import logging
import re
import sys
from pathlib import Path
from typing import IO, NamedTuple

import sqlalchemy as sa

from chainrule.app.runs.run_file import SUFFIX, TEMPORARY, FileDamaged, Header, read_header

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCK = "lock"
_ID = re.compile(r"[0-9a-f]{12}")

logger = logging.getLogger(__name__)


class Found(NamedTuple):
    """A file in the folder; without a header it is damaged."""

    id: str
    size: int
    written: float
    """Seconds since 1970."""
    header: Header | None


def folder_beside(database_url: str) -> Path | None:
    """Where runs are kept if nobody says where: beside the file of an SQLite database, else nowhere."""
    url = sa.make_url(database_url)
    file = url.database
    if url.get_backend_name() != "sqlite" or not file or file == ":memory:" or file.startswith("file:"):
        return None
    return Path(file).with_name(f"{Path(file).stem}-runs")


class RunFolder:
    """Files by the ids of runs. Every call may block; one that writes wants ``take`` to have given True."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: IO[str] | None = None

    def take(self) -> bool:
        """Make the folder, not those above it, and lock it; False where another service has it. Raises OSError.

        The system opens the lock when its holder ends, however it does.
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
        """Let another service have it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def path(self, run_id: str) -> Path:
        """The file of a run. Raises ValueError for what is no id: no other name ever becomes a path."""
        if not _ID.fullmatch(run_id):
            raise ValueError(f"{run_id!r:.60} is no id of a run")
        return self.folder / f"{run_id}{SUFFIX}"

    def found(self) -> list[Found]:
        """The files of runs, the newest first; what is damaged is logged and left. Raises OSError.

        What a service left half written is removed; other files are not looked at.
        """
        found = []
        for path in self.folder.iterdir():
            if not _ID.fullmatch(path.stem) or not path.is_file():
                continue
            if path.suffix == TEMPORARY:
                path.unlink(missing_ok=True)
            elif path.suffix == SUFFIX:
                stat = path.stat()
                found.append(Found(path.stem, stat.st_size, stat.st_mtime, _header(path)))
        return sorted(found, key=lambda file: -file.written)

    def remove(self, run_id: str) -> None:
        """Remove a run's file; nothing happens where there is none. Raises OSError."""
        self.path(run_id).unlink(missing_ok=True)


def _header(path: Path) -> Header | None:
    try:
        return read_header(path)
    except FileDamaged as damage:
        logger.warning("%s is no sound file of a run and is passed over: %s", path, damage)
        return None
