"""What the view of a program and that of a captured model have in common: files, notebooks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from chainrule.app.picture.png import png
from chainrule.app.picture.style import Theme
from chainrule.app.saved.page import framed

Lang = Literal["en", "ko"]


NOTEBOOK_SECONDS = 1.0
"""Time in which a notebook's page is made; its first view is there whatever it takes."""


class View(ABC):
    """A graph with its values and gradients, as a person looks at it."""

    endings: Mapping[str, str]
    """The formats of text, by the ending of a file's name."""

    def __init__(self, title: str, lang: Lang) -> None:
        self.title = title
        self.lang: Lang = lang

    @abstractmethod
    def svg(
        self,
        open: Collection[str] | None = None,
        *,
        zoom: float | None = None,
        theme: Theme = "light",
        lang: Lang | None = None,
    ) -> str:
        """Draw the graph as the text of an SVG with its own styles.

        ``open`` are the ids of the groups drawn open; those around them open too. ``zoom`` is the scale at which the
        picture is seen: letters grow from afar. Raises KeyError for a group that there is none of.
        """

    @abstractmethod
    def to_json(self) -> str:
        """Write nodes, edges, groups, values and gradients as JSON."""

    @property
    @abstractmethod
    def groups(self) -> tuple[str, ...]:
        """The ids of all groups, outer before inner."""

    @abstractmethod
    def export(self, format: str) -> str:
        """Write the graph for another program. Raises KeyError for an unknown format."""

    @abstractmethod
    def table(self) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
        """Return heads and rows of a table of all nodes, as texts."""

    @abstractmethod
    def serve(self, port: int = 0, *, browser: bool = True, wait: bool | None = None) -> str:
        """Open the full page on this machine and return its address.

        ``port`` 0 is any free one. ``wait`` keeps a script waiting until Ctrl+C: by default it does unless Python is
        interactive. ``browser`` opens the address.
        """

    def still(self) -> str:
        """Draw the default view for tools without scripts."""
        return self.svg()

    def png(
        self, open: Collection[str] | None = None, *, theme: Theme = "light", lang: Lang | None = None
    ) -> bytes:
        """Draw the graph as a PNG at twice its size."""
        return png(self.svg(open, theme=theme, lang=lang))

    @abstractmethod
    def page(self, *, lang: Lang | None = None, budget: int = 2_000_000, seconds: float | None = None) -> str:
        """Return the text of the page that ``save`` writes; views are drawn for at most ``seconds``."""

    def save(self, path: str | Path, *, lang: Lang | None = None, budget: int = 2_000_000) -> Path:
        """Write one page that opens from disk, without a server and without a network; return its path.

        Views are drawn beforehand, the first one and those that open or close one group, while they fit into
        ``budget`` bytes.
        """
        path = Path(path)
        path.write_text(self.page(lang=lang, budget=budget), encoding="utf-8")
        return path

    def write(self, path: str | Path) -> Path:
        """Write a file in the format that its name ends in. Raises ValueError for an unknown ending."""
        path = Path(path)
        ending = path.suffix.lower().removeprefix(".")
        if ending in ("html", "htm"):
            return self.save(path)
        if ending == "png":
            path.write_bytes(self.png())
        elif ending == "svg":
            path.write_text(self.svg(), encoding="utf-8")
        elif ending in self.endings:
            path.write_text(self.export(self.endings[ending]), encoding="utf-8")
        else:
            known = ", ".join(f".{name}" for name in ("html", "svg", "png", *self.endings))
            raise ValueError(f"{path.name} must end in one of {known}")
        return path

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Show the living picture in a notebook, and a still one in tools without scripts."""
        makers: dict[str, Callable[[], str]] = {
            "text/html": lambda: framed(self.page(seconds=NOTEBOOK_SECONDS), self.title),
            "image/svg+xml": self.still,
            "text/plain": lambda: repr(self),
        }
        wanted = [kind for kind in makers if (not include or kind in include) and kind not in (exclude or ())]
        return {kind: makers[kind]() for kind in wanted}
