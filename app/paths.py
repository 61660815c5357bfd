"""Folders of the files that are not Python: beside `app` in a checkout, inside it in a wheel."""

from pathlib import Path

_APP = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """Return a folder as the wheel packs it (`app/_static`), else the checkout's (`static`)."""
    packed = _APP / f"_{name}"
    return packed if packed.is_dir() else _APP.parent / name


STATIC = _folder("static")
TEMPLATES = _folder("templates")
TRANSLATIONS = _APP / "translations"
