"""An evaluated graph as a reader sees it: open and closed groups, batch axis, summaries, single elements."""

from chainrule.core.view.evaluated import Evaluated
from chainrule.core.view.visible import Visible

__all__ = ["Evaluated", "Visible"]
