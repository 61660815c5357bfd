"""The front matter of a lesson: its fields, checked, with errors by file and line."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

Labels = Literal["numbers", "symbols", "shapes", "none", "blanks"]

FENCE = "+++"
NUMBER_NAME = re.compile(
    r"^(?:(?P<what>value|grad|local) )?(?P<name>[^\[\] ]+)(?:\[(?P<index>\d+(?:, ?\d+)*)\])?$"
)
"""The name of a number in a graph: `price`, `value price`, `grad X[0,1]`, `local x->y`."""


class LessonError(Exception):
    """An error in a lesson's file, with its line."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path.name}, line {line}: {message}")
        self.path, self.line, self.message = path, line, message


class Kind(NamedTuple):
    """The fields a kind of figure takes besides those of every figure."""

    program: bool = True
    """Whether it must have a program."""
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "graph": Kind(),
    "slopes": Kind(takes=("figure",)),
    "epsilon": Kind(takes=("figure",)),
    "code": Kind(needs=("script",), takes=("figure",)),
    "curve": Kind(program=False, needs=("op",), takes=("figure", "also")),
    "simplify": Kind(program=False, takes=("op", "figure")),
    "depth": Kind(program=False, takes=("op", "figure")),
    "deep-run": Kind(program=False),
    "linked": Kind(takes=("figure",)),
    "opened": Kind(takes=("figure",)),
    "net-table": Kind(program=False, takes=("figure",)),
    "run": Kind(program=False),
    "race": Kind(takes=("moved",)),
    "order": Kind(),
    "quiz": Kind(program=False),
    "detective": Kind(program=False),
}
"""The kinds of figures; static/js/lecture/figures.js draws all but `graph`."""

_SPECIAL = ("op", "also", "figure", "script", "moved")


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure in the front matter; None stands for the example's value, or for the default."""

    id: str
    kind: str
    example: str | None = None
    program: str | None = None
    inputs: dict[str, Any] = {}
    upstream: float | list[Any] | None = None
    labels: Labels | None = None
    open: tuple[str, ...] | None = None
    step: int | None = None
    forward: bool = False
    """Whether gradients appear only during the backward pass of the walk."""
    says: dict[str, Any] = {}
    op: str | None = None
    also: str | None = None
    """Another op, whose curve is drawn on the same axes."""
    figure: str | None = None
    moved: tuple[str, ...] | None = None
    """Inputs whose slopes a race seeks."""
    script: str | None = None
    """Python code of layers, with comments in both languages."""


class Predict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to the reader, answered before seeing the number."""

    id: str
    figure: str
    question: str
    answer: str
    change: dict[str, Any] = {}
    order: tuple[str, ...] = ()
    """Nodes in whose order gradients are passed back; empty for a right one."""


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The front matter of a lesson's file."""

    part: int
    slug: str
    title: str
    summary: str
    figure: tuple[Figure, ...] = ()
    predict: tuple[Predict, ...] = ()


class Source(NamedTuple):
    """A lesson's file: front matter and body."""

    path: Path
    head: FrontMatter
    lines: list[str]
    """The lines of the front matter, from the file's second line on."""
    body: str
    body_line: int
    """The line of the file, from 1, where the body begins."""

    def error(self, message: str, *keys: str | int) -> LessonError:
        """Make an error at a field, as in `("figure", 2, "labels")`, or at the nearest line."""
        return LessonError(self.path, _line_of(self.lines, keys), message)


def read_source(path: Path) -> Source:
    """Read a lesson's file. Raises LessonError for a field missing, unknown or of the wrong type."""
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
        # The message names an unknown field, the place what contains it.
        unknown = re.search(r"unknown field `([^`]+)`", message)
        keys += [unknown[1]] if unknown else []
        raise LessonError(path, _line_of(head, keys), message) from None
    source = Source(path, front, head, "\n".join(lines[end + 1 :]) + "\n", end + 2)
    _check(source)
    return source


def _line_of(lines: list[str], keys: Any) -> int:
    """The line of the file with a field of the front matter."""
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
    """Check what types cannot: ids, kinds, references between fields. Raises LessonError."""
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
            if getattr(figure, field) is not None and field not in kind.needs + kind.takes:
                raise source.error(f"a figure of kind {figure.kind} takes no {field}", "figure", at, field)
            if getattr(figure, field) is None and field in kind.needs:
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
        for name in figure.says:
            if not NUMBER_NAME.match(name):
                raise source.error(f"{name!r} names no number", "figure", at, "says")
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
        if not (match := NUMBER_NAME.match(predict.answer)) or not match["what"]:
            raise source.error(
                f"{predict.answer!r} asks nothing; write `value NAME` or `grad NAME`", "predict", at, "answer"
            )
