"""A saved run as a file: a zip archive of JSON and NumPy arrays that `numpy.load` opens; nothing is unpickled."""

import io
import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from chainrule.app.runs.protocol.curves import Curves
from chainrule.app.runs.protocol.wire import Snapshot, Status
from chainrule.core.training.options import Options

FORMAT = "chainrule-run-1"
SUFFIX = ".npz"
TEMPORARY = ".tmp"
_HEADER, _MARKS = "run.json", "marks.json"
_TRAINER, _CURVES = "trainer.", "curves."

State = Literal["ready", "running", "paused", "finished", "failed"]


class FileDamaged(Exception):
    """The file is incomplete or not a run's; the message says what is wrong."""


class _Text(msgspec.Struct, forbid_unknown_fields=True):
    ko: str
    en: str


class _Problem(msgspec.Struct, forbid_unknown_fields=True):
    detail: _Text
    hint: _Text | None
    step: int | None
    node: str | None
    of: Literal["value", "grad"] | None


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    id: int
    kind: str
    step: int
    text: _Text
    at: str


class Header(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Everything about a run except its arrays."""

    format: Literal["chainrule-run-1"]
    id: str
    created: str
    dataset: str
    options: Options
    """The initial options."""
    now: Options
    """The current options."""
    state: State
    step: int
    steps: int
    epoch: int
    loss: float | str | None
    accuracy: float | None
    test_step: int | None
    test_accuracy: float | None
    most_speed: float
    problem: _Problem | None
    seq: int
    """Number of its last frame."""
    events: list[_Event]
    opened: bool
    """Whether it ever had a worker. Without one there are no arrays."""
    owner: str | None = None
    """The hash of its owner's token; files of earlier versions name none."""

    def status(self) -> Status:
        """Return the status as `Session.status` does, for a run without a worker."""
        names = ("step", "steps", "epoch", "loss", "accuracy", "test_step", "test_accuracy", "most_speed")
        now = asdict(self.now)
        return {
            "state": _resting(self.state),
            **{name: getattr(self, name) for name in names},
            "steps_per_second": 0.0,
            "seconds_left": None,
            "options": {**now, "hidden": list(self.now.hidden), "dataset": self.dataset},
            "problem": msgspec.to_builtins(self.problem),
        }


def _resting(state: str) -> str:
    """Return the state of a run without a worker."""
    return "paused" if state == "running" else state


def save(path: Path, header: Header, snapshot: Snapshot | None) -> int:
    """Write the file atomically and return its size in bytes. Raises OSError."""
    temporary = path.with_suffix(TEMPORARY)
    try:
        with temporary.open("wb") as file:
            write(file, header, snapshot)
            file.flush()
            # A power cut after the renaming must not leave an empty file.
            os.fsync(file.fileno())
            size = file.tell()
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return size


def write(file: IO[bytes], header: Header, snapshot: Snapshot | None) -> None:
    """Write the archive. Raises OSError."""
    texts = {_HEADER: msgspec.json.encode(header)}
    arrays: dict[str, NDArray[Any]] = {}
    if snapshot is not None:
        curves = Curves(**snapshot["curves"])
        texts[_MARKS] = msgspec.json.encode(curves.marks)
        arrays |= {_CURVES + name: array for name, array in curves.arrays().items()}
        arrays |= {_TRAINER + name: array for name, array in snapshot["trainer"].items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                _write(member, np.asarray(array, order="C"))


def _write(file: IO[bytes], array: NDArray[Any]) -> None:
    """Write as `numpy.save` does, without its copy: copying holds the interpreter, which the event loop needs."""
    head = np.lib.format.header_data_from_array_1_0(array)
    np.lib.format.write_array_header_1_0(file, head)
    file.write(array.reshape(-1).view(np.uint8).data)


def read_header(path: Path) -> Header:
    """Read everything but the arrays. Raises FileDamaged, also for another run's file."""
    with _Opened(path) as archive:
        header: Header = archive.json(_HEADER, Header)
        if header.id != path.stem:
            raise ValueError(f"it belongs to run {header.id!r:.40}")
        return header


def read_curves(path: Path | IO[bytes]) -> Curves:
    """Read the curves alone. Raises FileDamaged."""
    with _Opened(path) as archive:
        return archive.curves() if archive.json(_HEADER, Header).opened else Curves()


def read_snapshot(path: Path | IO[bytes]) -> Snapshot | None:
    """Read the snapshot, paused if the run trained; None if it never had a worker. Raises FileDamaged."""
    with _Opened(path) as archive:
        header = archive.json(_HEADER, Header)
        if not header.opened:
            return None
        return {
            "trainer": archive.arrays(_TRAINER),
            "curves": vars(archive.curves()),
            "state": _resting(header.state),
            "stop_at": None,
            "steps": header.steps,
            "most_speed": header.most_speed,
            "problem": msgspec.to_builtins(header.problem),
        }


class _Opened:
    """An open file. Whatever goes wrong while reading is reported as FileDamaged."""

    def __init__(self, path: Path | IO[bytes]) -> None:
        self._path = path

    def __enter__(self) -> "_Opened":
        try:
            self._archive = zipfile.ZipFile(self._path)
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise FileDamaged(str(error)) from error
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._archive.close()
        # A damaged file fails in more ways than its readers list.
        if isinstance(error, Exception):
            raise FileDamaged(f"{type(error).__name__}: {error}") from error

    def _read(self, name: str) -> bytes:
        item = self._archive.getinfo(name)
        if item.compress_type != zipfile.ZIP_STORED:  # what is stored cannot be larger than the file
            raise ValueError(f"{name} is compressed")
        return self._archive.read(item)

    def json(self, name: str, kind: Any) -> Any:
        return msgspec.json.decode(self._read(name), type=kind)

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Read the arrays whose names start with `prefix`, keyed by the rest of their names."""
        names = [name for name in self._archive.namelist() if name.startswith(prefix)]
        return {
            name.removeprefix(prefix).removesuffix(".npy"): np.lib.format.read_array(
                io.BytesIO(self._read(name)), allow_pickle=False
            )
            for name in names
        }

    def curves(self) -> Curves:
        return Curves.of_arrays(self.arrays(_CURVES), self.json(_MARKS, list[dict[str, Any]]))
