"""The figures and predictions of a lesson, complete with programs and numbers, ready for the page."""

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
    """A figure as the page's scripts receive it (static/js/lecture/types.d.ts)."""

    id: str
    kind: str
    example: str | None
    program: str
    inputs: Mapping[str, Any]
    upstream: float | list[Any] = msgspec.field(name="seed")
    labels: str
    open: tuple[str, ...]
    step: int | None
    forward: bool
    op: str | None
    also: str | None
    figure: str | None
    moved: tuple[str, ...] | None
    script: str | None


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its answer, computed by the engine."""

    id: str
    figure: str
    change: Mapping[str, Any]
    order: tuple[str, ...]
    answer: str
    right: float | str
    text: str
    mistakes: tuple[tuple[float, str], ...]
    """Numbers that known mistakes lead to, each with what is wrong and what to do instead."""


def shown_figure(item: Figure, source: Source, at: int, language: Language) -> ShownFigure:
    """Complete a figure with the fields of its example."""
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
        also=item.also,
        figure=item.figure,
        moved=item.moved,
        script=None if item.script is None else _in_language(item.script, language),
    )


def _in_language(text: str, language: Language) -> str:
    return "\n".join(line_in(line, language) for line in text.strip("\n").split("\n"))


def check_numbers(item: Figure, figure: ShownFigure, source: Source, at: int) -> None:
    """Check that a figure's program is valid and has the inputs, groups and numbers named. Raises LessonError."""
    if not figure.program:
        return
    try:
        compiled = lesson_numbers.compiled(figure.program, figure.inputs)
        numbers = compiled.evaluate(figure.inputs, figure.upstream)
    except ProgramError as error:
        raise source.error(
            f"line {error.line} of the program: {error.message.en}", "figure", at, "program"
        ) from None
    except ChainruleError as error:
        raise source.error(error.message.en, "figure", at, "inputs") from None
    groups = {group.id for group in compiled.graph.groups}
    for group in figure.open:
        if group not in groups:
            raise source.error(f"{group!r} is no group; there are {', '.join(groups)}", "figure", at, "open")
    for name in item.says:
        try:
            lesson_numbers.number(numbers, name)
        except KeyError:
            raise source.error(f"the graph has no {name!r}", "figure", at, "says") from None


def prediction(item: Predict, figure: ShownFigure, source: Source, at: int, language: Language) -> Prediction:
    """Compute the answer of a prediction. Raises LessonError."""
    inputs = {**figure.inputs, **item.change}
    try:
        compiled = lesson_numbers.compiled(figure.program, inputs)
        evaluation = compiled.evaluate(inputs, figure.upstream)
        right = (
            lesson_numbers.in_order(evaluation, item.answer, item.order)
            if item.order
            else lesson_numbers.number(evaluation, item.answer)
        )
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
        order=item.order,
        answer=item.answer,
        right=encode.number(right),
        text=lesson_numbers.as_read(right),
        mistakes=tuple(
            (number, told[language == "en"])
            for number, told in (
                lesson_numbers.in_a_right_order(evaluation, item.answer, right)
                if item.order
                else lesson_numbers.mistaken(compiled.graph, inputs, figure.upstream, item.answer)
            )
        ),
    )
