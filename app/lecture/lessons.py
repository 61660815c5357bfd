"""The parts of the lecture in both languages, read from app/lessons, with figures and numbers."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from chainrule.app.lecture import text
from chainrule.app.lecture.fields import Figure, FrontMatter, LessonError, Predict, Source, read_source
from chainrule.app.lecture.figures import Prediction, ShownFigure, check_numbers, prediction, shown_figure
from chainrule.app.lecture.text import Block
from chainrule.app.web.i18n import LANGUAGES, Language

FOLDER = Path(__file__).parents[1] / "lessons"

OF_THE_SLIDES = 22
"""Parts that follow the slides; those behind go beyond them."""


class Heading(NamedTuple):
    """A part in the table of contents."""

    part: int
    slug: str
    title: str
    summary: str
    """Without markup."""
    predictions: tuple[str, ...]
    """Ids of its predictions."""


class Lesson(NamedTuple):
    """One part in one language."""

    heading: Heading
    lang: Language
    summary: str
    """HTML with formulas."""
    blocks: list[Block]
    questions: Mapping[str, str]
    """The question of each prediction, as HTML."""
    figures: Mapping[str, ShownFigure]
    predictions: Mapping[str, Prediction]

    def data(self) -> dict[str, Any]:
        """The data for the page's scripts."""
        return {
            "part": self.heading.part,
            "slug": self.heading.slug,
            "lang": self.lang,
            "title": self.heading.title,
            "figures": [msgspec.to_builtins(figure) for figure in self.figures.values()],
            "predictions": [msgspec.to_builtins(item) for item in self.predictions.values()],
        }


class Lessons:
    """The parts in a folder. Reads all front matter at once, and each text when first needed."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the front matter. Raises LessonError for errors in it, and for a part in one language only."""
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
        """List all parts in order."""
        return [_heading(source.head) for source in self._sources[language].values()]

    def source(self, slug: str, language: Language) -> Source:
        """The file of a part. Raises KeyError."""
        return self._sources[language][slug]

    def lesson(self, slug: str, language: Language) -> Lesson:
        """A part, ready for the page. Raises KeyError for an unknown part, LessonError for errors in it."""
        key = (slug, language)
        if key not in self._read:
            self._read[key] = _lesson(self._sources[language][slug], language)
        return self._read[key]


@cache
def lessons() -> Lessons:
    """The parts of the lecture. Raises LessonError."""
    return Lessons()


def _heading(head: FrontMatter) -> Heading:
    asked = tuple(item.id for item in head.predict)
    return Heading(head.part, head.slug, text.plain(head.title), text.plain(head.summary), asked)


def _same(pair: Mapping[Language, Source]) -> None:
    """Check that a part has both languages, with equal figures and predictions. Raises LessonError."""
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
    blocks = text.blocks(source.path, source.body, source.body_line)
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
        figure = shown_figure(item, source, at, language)
        figures[figure.id] = figure
        check_numbers(item, figure, source, at)
    predictions = {
        item.id: prediction(item, figures[item.figure], source, at, language)
        for at, item in enumerate(head.predict)
    }
    return Lesson(
        _heading(head),
        language,
        text.inline(head.summary),
        blocks,
        {item.id: text.inline(item.question) for item in head.predict},
        figures,
        predictions,
    )


def _unknown(source: Source, name: str, id: str, known: list[str]) -> LessonError:
    lines = source.body.splitlines()
    at = next(k for k, line in enumerate(lines) if line.split() == [":::", name, id])
    message = f"there is no {name} {id!r}; there are {', '.join(known) or 'none'}"
    return LessonError(source.path, source.body_line + at, message)
