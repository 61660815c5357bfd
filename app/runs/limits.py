"""What runs may take, from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunLimits:
    """Times are in seconds."""

    at_once: int
    """Workers at the same time."""
    queued: int
    """Runs that wait for a place."""
    kept: int
    """Runs known at all, those without a worker too."""
    keep_seconds: float
    """So often a worker that trains hands over what it could go on from."""
    idle_pause: float
    """A run that nobody watches pauses after so long."""
    idle_park: float
    """A run that does not train gives its worker back after so long."""
    yield_after: float
    """A watched run that does not train gives its worker to others that wait when nothing is asked of it so long."""
    frames_per_second: float
    send_seconds: float
    """So long a watcher may take for one frame."""
    watchers: int
    """Watchers of all runs together."""
    datasets: Mapping[str, str | None]
    """By name the folder with its files; None for what comes with the package."""
    folder: Path | None
    """Where runs outlive the service; None for nowhere."""
    save_seconds: float
    """So often a run that trains is written there."""
    folder_bytes: int
    """Of all files there."""
