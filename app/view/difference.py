"""Two captures of one model as a view: what ``chainrule.diff`` returns."""

import json
from collections.abc import Collection, Iterator, Mapping

from chainrule.app.captures.change_data import change_data
from chainrule.app.captures.change_picture import ChangeScene, change_scene, draw_changes
from chainrule.app.captures.changes import Changes, changes
from chainrule.app.captures.picture import LINE, groups_open
from chainrule.app.picture.scene import Direction
from chainrule.app.picture.style import Theme
from chainrule.app.saved.page import page
from chainrule.app.view.captured import CaptureView
from chainrule.app.view.place import layouts
from chainrule.app.view.view import Lang, View
from chainrule.core.capture import Difference


class DifferenceView(View):
    """What changed from one capture of a model to another, on the graph of both."""

    endings: Mapping[str, str] = {"json": "json"}

    def __init__(self, first: CaptureView, second: CaptureView, lang: Lang = "en") -> None:
        super().__init__(second.title, lang)
        self.first, self.second = first, second
        self.difference: Difference = first.difference(second)
        """How far each tensor and each contribution has changed, and what only one of the captures has."""
        self._changes = Changes(first.capture, second.capture, self.difference)

    def __repr__(self) -> str:
        found = self.difference
        return (
            f"<difference of two captures of {self.title}: {len(found.nodes)} tensors in both, "
            f"{len(found.only_first)} nodes only before, {len(found.only_second)} only after>"
        )

    @property
    def groups(self) -> tuple[str, ...]:
        """The ids of all modules' calls of both, outer before inner."""
        return tuple(group.id for group in self._changes.union.after.groups)

    def svg(
        self,
        open: Collection[str] | None = None,
        *,
        zoom: float | None = None,
        theme: Theme = "light",
        lang: Lang | None = None,
        direction: Direction = "right",
        wrap: float | None = None,
        relabels: bool = True,
    ) -> str:
        """Draw the changes with a legend; arguments as for a capture."""
        chosen = groups_open(self._changes.union.after, open, relabels)
        scene = ChangeScene(self._changes, chosen, lang or self.lang, direction, wrap, relabels)
        return draw_changes(scene, layouts().place_now(scene), theme=theme, standalone=True, zoom=zoom)

    def still(self) -> str:
        """Draw the default view as a page shows it, for tools without scripts."""
        return self.svg(wrap=LINE)

    def page(self, *, lang: Lang | None = None, budget: int = 2_000_000, seconds: float | None = None) -> str:
        """Return the text of the page that ``save`` writes; views are drawn for at most ``seconds``."""
        return page(change_data(self._changes, layouts(), lang or self.lang, budget, seconds))

    def export(self, format: str) -> str:
        """Write the changes as ``json``. Raises KeyError for another format."""
        return {"json": self.to_json}[format]()

    def to_json(self) -> str:
        """Write loss, relative changes and what only one capture has as JSON; null for what is unknown or NaN."""
        first, second, found = self.first.capture, self.second.capture, self.difference

        def size(change: object) -> float | None:
            relative = getattr(change, "relative", None)
            return relative if relative is not None and relative == relative else None

        return json.dumps(
            {
                "loss": [
                    loss if loss is not None and abs(loss) < float("inf") else None for loss in found.loss
                ],
                "nodes": [
                    {
                        "id": first.nodes[node.first].id,
                        "output": node.output,
                        "value": size(node.value),
                        "gradient": size(node.gradient),
                        "gradient_in": node.gradient_in,
                    }
                    for node in found.nodes
                ],
                "edges": [
                    {
                        "source": first.nodes[first.edges[edge.first].source].id,
                        "target": first.nodes[first.edges[edge.first].target].id,
                        "contribution": size(edge.contribution),
                    }
                    for edge in found.edges
                ],
                "only_first": [first.nodes[at].id for at in found.only_first],
                "only_second": [second.nodes[at].id for at in found.only_second],
            },
            ensure_ascii=False,
        )

    def table(self) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
        """Return heads and rows of a table of all tensors of both, the most changed first."""
        return ("name", "value", "gradient"), iter(changes(self.first.capture, self.difference))

    def serve(self, port: int = 0, *, browser: bool = True, wait: bool | None = None) -> str:
        """Open the page on this machine and return its address; arguments as for a capture."""
        from chainrule.app.view.browser import shown
        from chainrule.app.view.local import serve

        data = change_data(self._changes, layouts(), self.lang, budget=0, live=True)
        return shown(serve(port, page(data), self._drawn), browser=browser, wait=wait)

    def _drawn(self, open: list[str], form: str) -> str:
        chosen = groups_open(self._changes.union.after, open)
        scene = change_scene(self._changes, chosen, self.lang, form)
        return draw_changes(scene, layouts().place_now(scene))
