"""The lecture: its parts in Korean and English, read from app/lessons, their figures and numbers worked out."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app import encode, lesson_numbers, lesson_text
from app.examples import examples, line_in
from app.i18n import LANGUAGES, Language
from app.lesson_fields import Figure, FrontMatter, LessonError, Predict, Source, read_source
from app.lesson_text import Block
from core.errors import ChainruleError, ProgramError

FOLDER = Path(__file__).with_name("lessons")


class ShownFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as the page gets it (static/js/lesson-types.d.ts)."""

    id: str
    kind: str
    example: str | None
    program: str
    inputs: Mapping[str, Any]
    seed: float
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


class Heading(NamedTuple):
    """A part in the table of contents."""

    part: int
    slug: str
    title: str
    summary: str
    """In mere words."""


class Lesson(NamedTuple):
    """One part in one language."""

    heading: Heading
    lang: Language
    summary: str
    """With its formulas, as HTML."""
    blocks: list[Block]
    questions: Mapping[str, str]
    """What each prediction asks, as HTML."""
    figures: Mapping[str, ShownFigure]
    predictions: Mapping[str, Prediction]

    def data(self) -> dict[str, Any]:
        """What the page's scripts are told."""
        return {
            "part": self.heading.part,
            "slug": self.heading.slug,
            "lang": self.lang,
            "title": self.heading.title,
            "figures": [msgspec.to_builtins(figure) for figure in self.figures.values()],
            "predictions": [msgspec.to_builtins(item) for item in self.predictions.values()],
        }


class Lessons:
    """The parts of a folder. Front matter is read at once, a part's text when it is asked for, each only once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises LessonError for front matter that is wrong, and for a part that only one language has."""
        self._sources: dict[Language, dict[str, Source]] = {language: {} for language in LANGUAGES}
        pairs: dict[str, dict[Language, Source]] = {}
        for path in sorted(folder.glob("*.md")):
            name = re.fullmatch(r"(\d\d)-([a-z0-9-]+)\.(ko|en)", path.stem)
            if name is None:
                raise LessonError(path, 1, "a lesson's file is called NN-slug.ko.md or NN-slug.en.md")
            source = read_source(path)
            if (source.head.part, source.head.slug) != (int(name[1]), name[2]):
                raise source.error(
                    f"part and slug are not those of the file's name, {name[1]}-{name[2]}", "part"
                )
            language: Language = "ko" if name[3] == "ko" else "en"
            pairs.setdefault(source.head.slug, {})[language] = source
        for slug, pair in sorted(pairs.items(), key=lambda item: next(iter(item[1].values())).head.part):
            _same(pair)
            for language, source in pair.items():
                self._sources[language][slug] = source
        self._read: dict[tuple[str, Language], Lesson] = {}

    def contents(self, language: Language) -> list[Heading]:
        """All parts in order."""
        return [_heading(source.head) for source in self._sources[language].values()]

    def source(self, slug: str, language: Language) -> Source:
        """A part as its file has it. Raises KeyError."""
        return self._sources[language][slug]

    def lesson(self, slug: str, language: Language) -> Lesson:
        """A part, ready to be shown. Raises KeyError for one there is not, LessonError for one that is wrong."""
        key = (slug, language)
        if key not in self._read:
            self._read[key] = _lesson(self._sources[language][slug], language)
        return self._read[key]


@cache
def lessons() -> Lessons:
    """The lecture. Raises LessonError."""
    return Lessons()


def _heading(head: FrontMatter) -> Heading:
    return Heading(head.part, head.slug, lesson_text.plain(head.title), lesson_text.plain(head.summary))


def _same(pair: Mapping[Language, Source]) -> None:
    """Both languages have the part, and the same figures and predictions in it."""
    first = next(iter(pair.values()))
    if missing := [language for language in LANGUAGES if language not in pair]:
        raise LessonError(first.path, 1, f"the same part in {missing[0]!r} is missing")
    other = pair[LANGUAGES[1]]
    first = pair[LANGUAGES[0]]
    if first.head.part != other.head.part:
        raise other.error(f"part {other.head.part} here, {first.head.part} in {first.path.name}", "part")
    for name in ("figure", "predict"):
        ours, theirs = getattr(other.head, name), getattr(first.head, name)
        for at in range(max(len(ours), len(theirs))):
            a, b = (list_[at] if at < len(list_) else None for list_ in (ours, theirs))
            if a is None or b is None or _language_free(a) != _language_free(b):
                raise other.error(f"this {name} is not the same as in {first.path.name}", name, at)


def _language_free(item: Figure | Predict) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(item)
    fields.pop("question", None)
    return fields


def _lesson(source: Source, language: Language) -> Lesson:
    head = source.head
    blocks = lesson_text.blocks(source.path, source.body, source.body_line)
    lists = (("figure", [item.id for item in head.figure]), ("predict", [item.id for item in head.predict]))
    for name, known in lists:
        placed = [block.id for block in blocks if block.kind == name]
        for at, one in enumerate(known):
            if placed.count(one) != 1:
                raise source.error(f"::: {name} {one} stands {placed.count(one)} times in the text", name, at)
        for stranger in placed:
            if stranger not in known:
                raise _unknown(source, name, str(stranger), known)
    figures = {}
    for at, item in enumerate(head.figure):
        figure = _figure(item, source, at, language)
        figures[figure.id] = figure
        _check_numbers(item, figure, source, at)
    predictions = {
        item.id: _prediction(item, figures[item.figure], source, at) for at, item in enumerate(head.predict)
    }
    return Lesson(
        _heading(head),
        language,
        lesson_text.inline(head.summary),
        blocks,
        {item.id: lesson_text.inline(item.question) for item in head.predict},
        figures,
        predictions,
    )


def _unknown(source: Source, name: str, id: str, known: list[str]) -> LessonError:
    lines = source.body.splitlines()
    at = next(k for k, line in enumerate(lines) if line.split() == [":::", name, id])
    message = f"there is no {name} {id!r}; there are {', '.join(known) or 'none'}"
    return LessonError(source.path, source.body_line + at, message)


def _figure(item: Figure, source: Source, at: int, language: Language) -> ShownFigure:
    """The figure with its example's fields where it has none of its own."""
    program, inputs, seed, labels, open_ = "", dict[str, Any](), 1.0, "numbers", tuple[str, ...]()
    if item.example is not None:
        example = examples().get(item.example)
        if example is None:
            raise source.error(f"there is no example {item.example!r}", "figure", at, "example")
        program, inputs = example.program_in(language), dict(example.inputs)
        seed, labels, open_ = example.seed, example.labels, example.open
    elif item.program is not None:
        program = _in_language(item.program, language)
    return ShownFigure(
        id=item.id,
        kind=item.kind,
        example=item.example,
        program=program,
        inputs=inputs | item.inputs,
        seed=item.seed if item.seed is not None else seed,
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


def _check_numbers(item: Figure, figure: ShownFigure, source: Source, at: int) -> None:
    """The program can be read, takes the inputs, has the groups, and the numbers that the text speaks of."""
    if not figure.program:
        return
    try:
        graph = lesson_numbers.compiled(figure.program, figure.inputs)
        numbers = graph.evaluate(figure.inputs, figure.seed)
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


def _prediction(item: Predict, figure: ShownFigure, source: Source, at: int) -> Prediction:
    inputs = {**figure.inputs, **item.change}
    try:
        graph = lesson_numbers.compiled(figure.program, inputs)
        right = lesson_numbers.number(graph, graph.evaluate(inputs, figure.seed), item.answer)
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
