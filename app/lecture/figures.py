"""The figures and predictions of a lesson, looked up and worked out, ready for the page."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chainrule.app.encoding import encode
from chainrule.app.lecture import numbers as lesson_numbers
from chainrule.app.lecture.examples import examples, line_in
from chainrule.app.lecture.fields import Figure, Predict, Source
from chainrule.app.web.i18n import Language
from chainrule.core.errors import ChainruleError, ProgramError


class ShownFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as the page gets it (static/js/lecture/types.d.ts)."""

    id: str
    kind: str
    example: str | None
    program: str
    inputs: Mapping[str, Any]
    upstream: float = msgspec.field(name="seed")
    labels: str
    open: tuple[str, ...]
    step: int | None
    forward: bool
    op: str | None
    figure: str | None
    script: str | None


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its answer, which the engine has worked out."""

    id: str
    figure: str
    change: Mapping[str, Any]
    answer: str
    right: float | str
    text: str


def shown_figure(item: Figure, source: Source, at: int, language: Language) -> ShownFigure:
    """The figure with its example's fields where it has none of its own."""
    program, inputs, upstream, labels, open_ = "", dict[str, Any](), 1.0, "numbers", tuple[str, ...]()
    if item.example is not None:
        example = examples().get(item.example)
        if example is None:
            raise source.error(f"there is no example {item.example!r}", "figure", at, "example")
        program, inputs = example.program_in(language), dict(example.inputs)
        upstream, labels, open_ = example.upstream, example.labels, example.open
    elif item.program is not None:
        program = _in_language(item.program, language)
    return ShownFigure(
        id=item.id,
        kind=item.kind,
        example=item.example,
        program=program,
        inputs=inputs | item.inputs,
        upstream=item.upstream if item.upstream is not None else upstream,
        labels=item.labels or labels,
        open=item.open if item.open is not None else open_,
        step=item.step,
        forward=item.forward,
        op=item.op,
        figure=item.figure,
        script=None if item.script is None else _in_language(item.script, language),
    )


def _in_language(text: str, language: Language) -> str:
    return "\n".join(line_in(line, language) for line in text.strip("\n").split("\n"))


def check_numbers(item: Figure, figure: ShownFigure, source: Source, at: int) -> None:
    """The program can be read, takes the inputs, has the groups, and the numbers that the text speaks of."""
    if not figure.program:
        return
    try:
        graph = lesson_numbers.compiled(figure.program, figure.inputs)
        numbers = graph.evaluate(figure.inputs, figure.upstream)
    except ProgramError as error:
        raise source.error(
            f"line {error.line} of the program: {error.message.en}", "figure", at, "program"
        ) from None
    except ChainruleError as error:
        raise source.error(error.message.en, "figure", at, "inputs") from None
    groups = {group.id for group in graph.graph.groups}
    for group in figure.open:
        if group not in groups:
            raise source.error(f"{group!r} is no group; there are {', '.join(groups)}", "figure", at, "open")
    for asked in item.says:
        try:
            lesson_numbers.number(graph, numbers, asked)
        except KeyError:
            raise source.error(f"the graph has no {asked!r}", "figure", at, "says") from None


def prediction(item: Predict, figure: ShownFigure, source: Source, at: int) -> Prediction:
    inputs = {**figure.inputs, **item.change}
    try:
        graph = lesson_numbers.compiled(figure.program, inputs)
        right = lesson_numbers.number(graph, graph.evaluate(inputs, figure.upstream), item.answer)
    except ChainruleError as error:
        raise source.error(error.message.en, "predict", at, "change") from None
    except KeyError:
        raise source.error(f"the graph has no {item.answer!r}", "predict", at, "answer") from None
    if not isinstance(right, float):
        raise source.error(f"{item.answer!r} is no single number", "predict", at, "answer")
    return Prediction(
        id=item.id,
        figure=item.figure,
        change=item.change,
        answer=item.answer,
        right=encode.number(right),
        text=lesson_numbers.as_read(right),
    )
