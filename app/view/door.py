"""What ``import chainrule`` names of this room: light functions that load the rest when they are called."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from chainrule.app.view.captured import CaptureView
    from chainrule.app.view.difference import DifferenceView
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


def capture(
    model: Any,
    *inputs: Any,
    target: Any = None,
    loss: Any = None,
    keep: bool | str | Iterable[str] = (),
    lang: Literal["en", "ko"] = "en",
    **named_inputs: Any,
) -> "CaptureView":
    """Run a PyTorch model and its backward pass once, and return the view of its graph.

        view = chainrule.capture(model, x, target, loss=nn.CrossEntropyLoss())
        view.node("fc1.weight").grad  # the tensor itself
        view.save("net.html")         # one file, opens anywhere; in a notebook, `view` alone shows it

    ``loss`` is called with the model's output, and with the target if one is given; a model that returns its loss
    needs none. ``model`` may be a closure, or a loss tensor. Nothing of the model is changed. ``keep`` names nodes
    whose tensors are kept whatever their size: ids with ``*``, or True for all. Needs
    ``pip install 'chainrule[torch]'``. Raises CaptureError.
    """
    try:
        from chainrule.core.capture.pytorch import record
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ModuleNotFoundError(
            "chainrule.capture needs PyTorch: pip install 'chainrule[torch]'", name="torch"
        ) from None
    from chainrule.app.view.captured import CaptureView

    recording = record(model, *inputs, target=target, loss=loss, keep=keep, **named_inputs)
    return CaptureView(recording.capture, recording, lang)


def diff(
    first: "CaptureView", second: "CaptureView", *, lang: Literal["en", "ko"] = "en"
) -> "DifferenceView":
    """Compare two captures of one model, and return the view of what changed from the first to the second.

        before = chainrule.capture(model, x, target, loss=loss)
        optimizer.step()
        chainrule.diff(before, chainrule.capture(model, x, target, loss=loss)).save("step.html")

    Before and after a step, two seeds, two types of numbers, two versions of the code: nodes are the same by name, op
    and shape; those of one capture alone are drawn beside. Captures read from files are compared by their summaries.
    """
    from chainrule.app.view.difference import DifferenceView

    return DifferenceView(first, second, lang)
