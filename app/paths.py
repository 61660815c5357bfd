"""Where the files that are not Python lie: beside `app` in a checkout, inside it in an installed wheel."""

from pathlib import Path

_APP = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """The folder `name` as the wheel packs it (`app/_static`), else as the checkout has it (`static`)."""
    packed = _APP / f"_{name}"
    return packed if packed.is_dir() else _APP.parent / name


STATIC = _folder("static")
TEMPLATES = _folder("templates")
TRANSLATIONS = _APP / "translations"
