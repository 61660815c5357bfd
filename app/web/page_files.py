"""Addresses of scripts, styles and fonts: the build's bundles, or the modules where no bundle is made from them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from chainrule.app.paths import STATIC
from chainrule.app.web.page_modules import modules

BUNDLES = "dist"
"""The folder below `static` whose names have a hash of their content."""


class Made(TypedDict):
    """What the build says of its bundles, in `dist/made.json`; all paths are below `static`."""

    sources: dict[str, str]
    """The SHA-256 of each file that went in."""
    files: dict[str, str]
    """By the source of a script, style, font or icon: the bundle made of it."""
    modules: dict[str, list[str]]
    """By the source of a script that is loaded by itself: the bundles that it imports, itself included."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one page's files, which a template asks for by their paths below `static`."""

    static: Path
    made: Made | None
    root: str = ""
    """The path below which the site stands."""

    def file(self, source: str) -> str:
        """Return the address of a file."""
        return f"{self.root}/static/{self.made['files'][source] if self.made else source}"

    def modules(self, *scripts: str) -> list[str]:
        """Return the addresses of scripts and of all that they import, each once."""
        reached: dict[str, None] = {}
        for script in scripts:
            reached |= dict.fromkeys(
                self.made["modules"][script] if self.made else modules(script, self.static)
            )
        return [f"{self.root}/static/{name}" for name in reached]


class PageFiles:
    """The files of the pages. A bundle whose sources have changed is not used, so nobody sees old code."""

    def __init__(self, *, bundled: bool = True, static: Path = STATIC) -> None:
        self._bundled = bundled
        self._static = static
        self._made: Made | None = None
        self._looked: dict[str, tuple[int, int]] = {}

    def now(self, root: str = "") -> Addresses:
        """Return the addresses below a root path, as the files stand at this moment."""
        if not self._bundled:
            return Addresses(self._static, None, root)
        if self._times() != self._looked:
            self._made = self._fresh()
            self._looked = self._times()
        return Addresses(self._static, self._made, root)

    def _times(self) -> dict[str, tuple[int, int]]:
        """Time and size of the bundles' list, and of every source of bundles that are in use."""
        found = {}
        for name in (f"{BUNDLES}/made.json", *(self._made["sources"] if self._made else ())):
            try:
                about = (self._static / name).stat()
            except FileNotFoundError:
                continue
            found[name] = (about.st_mtime_ns, about.st_size)
        return found

    def _fresh(self) -> Made | None:
        """Return what the build says, if every source is still what it was made from."""
        try:
            made: Made = json.loads((self._static / BUNDLES / "made.json").read_bytes())
            for name, digest in made["sources"].items():
                if hashlib.sha256((self._static / name).read_bytes()).hexdigest() != digest:
                    return None
        except FileNotFoundError:
            return None
        return made
