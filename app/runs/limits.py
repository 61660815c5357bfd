"""Limits on runs, taken from the settings. Times are in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunLimits:
    """How many runs there may be, how long they may idle, and where they are saved."""

    at_once: int
    """Workers at the same time."""
    queued: int
    """Runs that wait for a worker."""
    kept: int
    """All runs, with or without a worker."""
    kept_per_owner: int
    """Runs of one owner."""
    looked_seconds: float
    """Time for which a run that somebody looked at keeps its room, whoever makes others."""
    keep_seconds: float
    """Time between two snapshots of a run that trains."""
    idle_pause: float
    """Time without a visitor after which a run pauses."""
    idle_park: float
    """Time without a visitor after which a run that does not train gives its worker back."""
    yield_after: float
    """Time without a call after which a watched run that does not train yields its worker to waiting runs."""
    frames_per_second: float
    """Most frames of one run per second."""
    send_seconds: float
    """Longest time that a watcher may take to receive one frame."""
    watchers: int
    """Watchers of all runs together."""
    datasets: Mapping[str, str | None]
    """Folder of each dataset by name; None for the one that comes with the package."""
    folder: Path | None
    """Folder where runs outlive the service; None keeps them in memory only, or in the database."""
    database: str | None
    """Address of the database where they do, if there is no folder."""
    save_seconds: float
    """Time between two writes of a run that trains."""
    folder_bytes: int
    """Most bytes of all files in the folder."""
