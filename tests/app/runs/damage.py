"""Ways in which a run's file is damaged."""

import io
import zipfile
from pathlib import Path

import numpy as np


def rewritten(file: Path, changes) -> None:
    """Write the archive again with some of its members changed."""
    with zipfile.ZipFile(file) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in inside.items():
            changed = changes.get(name, lambda text: text)(content)
            assert changed != content or name not in changes
            archive.writestr(name, changed)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def unnamed(file: Path) -> None:
    rewritten(file, {"run.json": lambda text: text.replace(b'"chainrule-run-1"', b'"another-1"')})


def of_another(file: Path) -> None:
    rewritten(file, {"run.json": lambda text: text.replace(file.stem.encode(), b"a" * 12)})


def without_sense(file: Path) -> None:
    rewritten(file, {"run.json": lambda text: text.replace(b'"batch_size":20', b'"batch_size":0')})


def foreign(file: Path) -> None:
    np.savez(file, W1=np.zeros(3))


def flipped(file: Path) -> None:
    """One byte of W1."""
    with zipfile.ZipFile(file) as archive:
        place = archive.getinfo("trainer.W1.npy").header_offset
    content = bytearray(file.read_bytes())
    content[place + 300] ^= 255
    file.write_bytes(content)


def pickled(file: Path) -> None:
    """A pickle in the place of W1."""
    array = io.BytesIO()
    np.save(array, np.array([Path("/")], dtype=object), allow_pickle=True)
    rewritten(file, {"trainer.W1.npy": lambda _: array.getvalue()})
