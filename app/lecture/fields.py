"""The front matter of a lesson: its fields, and what is wrong with them by file and line."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

Labels = Literal["numbers", "symbols", "shapes", "none", "blanks"]

FENCE = "+++"
ASKED = re.compile(r"^(?:(?P<what>value|grad|local) )?(?P<name>[^\[\] ]+)(?:\[(?P<index>\d+(?:, ?\d+)*)\])?$")
"""What a number is asked by: `price`, `value price`, `grad X[0,1]`, `local x->y`."""


class LessonError(Exception):
    """A lesson that cannot be read: what is wrong, and where."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path.name}, line {line}: {message}")
        self.path, self.line, self.message = path, line, message


class Kind(NamedTuple):
    """What a kind of figure takes beside what every figure may have."""

    program: bool = True
    """Whether it needs a program; else it may have one."""
    requires_grad: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "graph": Kind(),
    "slopes": Kind(takes=("figure",)),
    "epsilon": Kind(takes=("figure",)),
    "code": Kind(requires_grad=("script",), takes=("figure",)),
    "curve": Kind(program=False, requires_grad=("op",), takes=("figure",)),
    "simplify": Kind(program=False, takes=("op", "figure")),
    "depth": Kind(program=False, takes=("op", "figure")),
    "deep-run": Kind(program=False),
    "linked": Kind(takes=("figure",)),
    "opened": Kind(takes=("figure",)),
    "net-table": Kind(program=False, takes=("figure",)),
    "run": Kind(program=False),
    "quiz": Kind(program=False),
}
"""The kinds of figures; static/js/lecture/figures.js draws all but `graph`."""

_SPECIAL = ("op", "figure", "script")


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure of a lesson, as its front matter has it; None is what the example says, or what is usual."""

    id: str
    kind: str
    example: str | None = None
    program: str | None = None
    inputs: dict[str, Any] = {}
    upstream: float | None = None
    labels: Labels | None = None
    open: tuple[str, ...] | None = None
    step: int | None = None
    forward: bool = False
    """Whether gradients are seen only while the backward pass is walked."""
    says: dict[str, Any] = {}
    op: str | None = None
    figure: str | None = None
    script: str | None = None
    """Of the layers, its comments in both languages as in a program."""


class Predict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to be answered before looking."""

    id: str
    figure: str
    question: str
    answer: str
    change: dict[str, Any] = {}


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a lesson's file begins with."""

    part: int
    slug: str
    title: str
    summary: str
    figure: tuple[Figure, ...] = ()
    predict: tuple[Predict, ...] = ()


class Source(NamedTuple):
    """A lesson's file, taken apart."""

    path: Path
    head: FrontMatter
    lines: list[str]
    """Those of the front matter, for errors; the file's second line is the first."""
    body: str
    body_line: int
    """The file's line, from 1, at which the body begins."""

    def error(self, message: str, *keys: str | int) -> LessonError:
        """An error at a field, `("figure", 2, "labels")`, or as near to it as can be told."""
        return LessonError(self.path, _line_of(self.lines, keys), message)


def read_source(path: Path) -> Source:
    """Raises LessonError for what is missing, unknown or of the wrong kind."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].strip() != FENCE:
        raise LessonError(path, 1, f"a lesson begins with a line {FENCE}")
    end = next((k for k, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        raise LessonError(path, len(lines), f"the front matter ends with a line {FENCE}")
    head = lines[1:end]
    try:
        table = tomllib.loads("\n".join(head) + "\n")
    except tomllib.TOMLDecodeError as error:
        said = re.search(r"at line (\d+)", str(error))
        raise LessonError(path, int(said[1]) + 1 if said else end, f"no TOML: {error}") from None
    try:
        front = msgspec.convert(table, FrontMatter)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        keys = [int(key) if key.isdigit() else key for key in re.findall(r"\w+", place)]
        # An unknown field is named in the message, and what it stands in by the place.
        unknown = re.search(r"unknown field `([^`]+)`", message)
        keys += [unknown[1]] if unknown else []
        raise LessonError(path, _line_of(head, keys), message) from None
    source = Source(path, front, head, "\n".join(lines[end + 1 :]) + "\n", end + 2)
    _check(source)
    return source


def _line_of(lines: list[str], keys: Any) -> int:
    """The file's line of a field of the front matter."""
    at, keys = 0, list(keys)
    while len(keys) > 1 and isinstance(keys[1], int):
        heads = [k for k, line in enumerate(lines) if line.strip() == f"[[{keys[0]}]]"]
        if keys[1] >= len(heads):
            break
        at, keys = heads[keys[1]], keys[2:]
    for key in keys:
        for k in range(at, len(lines)):
            if k > at and lines[k].startswith("[[") and at:
                break
            if re.match(rf'\s*"?{re.escape(str(key))}"?\s*=', lines[k]):
                at = k
                break
    return at + 2


def _check(source: Source) -> None:
    """What a table of fields cannot say of them."""
    head = source.head
    figures = {figure.id: figure for figure in head.figure}
    lists = (("figure", [item.id for item in head.figure]), ("predict", [item.id for item in head.predict]))
    for name, ids in lists:
        for at, one in enumerate(ids):
            if one in ids[:at] or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one):
                raise source.error(f"the id {one!r} is taken or not in kebab-case", name, at, "id")
    for at, figure in enumerate(head.figure):
        kind = KINDS.get(figure.kind)
        if kind is None:
            raise source.error(f"no kind {figure.kind!r}; there are {', '.join(KINDS)}", "figure", at, "kind")
        for field in _SPECIAL:
            if getattr(figure, field) is not None and field not in kind.requires_grad + kind.takes:
                raise source.error(f"a figure of kind {figure.kind} takes no {field}", "figure", at, field)
            if getattr(figure, field) is None and field in kind.requires_grad:
                raise source.error(f"a figure of kind {figure.kind} needs {field}", "figure", at)
        if figure.example is not None and figure.program is not None:
            raise source.error("a figure has an example or a program, not both", "figure", at, "program")
        given = figure.example is not None or figure.program is not None
        if kind.program and not given:
            raise source.error(f"a figure of kind {figure.kind} needs an example or a program", "figure", at)
        if not given and (figure.says or figure.inputs):
            raise source.error("without a program there are no numbers to speak of", "figure", at)
        tied = figures.get(figure.figure) if figure.figure is not None else None
        if figure.figure is not None and (tied is None or tied.kind != "graph"):
            raise source.error(f"{figure.figure!r} is no graph of this part", "figure", at, "figure")
        if figure.step is not None and figure.step < 0:
            raise source.error("a step is 0 or more", "figure", at, "step")
        for asked in figure.says:
            if not ASKED.match(asked):
                raise source.error(f"{asked!r} names no number", "figure", at, "says")
    for at, predict in enumerate(head.predict):
        about = figures.get(predict.figure)
        if about is None or (about.example is None and about.program is None):
            known = ", ".join(key for key, item in figures.items() if item.example or item.program)
            raise source.error(
                f"{predict.figure!r} is no figure with a program; there are {known or 'none'}",
                "predict",
                at,
                "figure",
            )
        if not (match := ASKED.match(predict.answer)) or not match["what"]:
            raise source.error(
                f"{predict.answer!r} asks nothing; write `value NAME` or `grad NAME`", "predict", at, "answer"
            )
