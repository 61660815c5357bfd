"""What ``import chainrule`` names of this room: light functions that load the rest when they are called."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from chainrule.app.view.program import ProgramView


def graph(
    source: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    output: str | None = None,
    upstream: Any = 1.0,
    title: str = "",
    lang: Literal["en", "ko"] = "en",
) -> "ProgramView":
    """Read a program, run both passes, and return the view of its graph.

        view = chainrule.graph("x = 3\\ny = x * x")
        view.node("x").grad  # 6.0
        view.svg()           # the picture; in a notebook, `view` alone shows it

    ``inputs`` are values that replace the program's, by name. ``output`` is the id of the node to differentiate, by
    default the last one; ``upstream`` is the gradient that arrives there. ``lang`` is the language of pictures and
    explanations. Raises ProgramError and EvaluationError.
    """
    from chainrule.app.view.program import ProgramView

    return ProgramView(source, inputs, output=output, upstream=upstream, title=title, lang=lang)
