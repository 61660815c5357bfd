"""The body of a lesson: Markdown converted to the blocks of a page, with formulas."""

import html
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from chainrule.app.encoding.mathml import mathml
from chainrule.app.lecture.fields import LessonError

NAMED = ("figure", "predict")
"""Blocks that name a figure or prediction of the front matter."""
PLAIN = ("rule", "try")

_JOINER = "\N{WORD JOINER}"


class Block(NamedTuple):
    """A block of a lesson: of kind `text`, or one of `NAMED` and `PLAIN`."""

    kind: str
    id: str | None
    html: str


def blocks(path: Path, body: str, first_line: int) -> list[Block]:
    """Convert a body to blocks. Raises LessonError for a block unknown, without name, nested or left open."""
    markdown = _markdown()
    environment: dict[str, Any] = {}
    tokens = [_aligned(token) for token in markdown.parse(body, environment)]
    lines = body.splitlines()

    def error(token: Token, message: str) -> LessonError:
        return LessonError(path, first_line + (token.map[0] if token.map else 0), message)

    def html_of(some: Sequence[Token]) -> str:
        rendered: str = markdown.renderer.render(some, markdown.options, environment)
        return rendered

    converted: list[Block] = []
    text: list[Token] = []

    def flush() -> None:
        if text:
            converted.append(Block("text", None, html_of(text)))
            text.clear()

    at = 0
    while at < len(tokens):
        token = tokens[at]
        name = _container(token)
        if name is None:
            if token.type == "inline" and (stray := _stray(token)):
                known = ", ".join(NAMED + PLAIN)
                raise LessonError(
                    path,
                    first_line + (token.map[0] if token.map else 0) + stray[0],
                    f"{stray[1]!r} opens or ends no block; there are {known}",
                )
            text.append(token)
            at += 1
            continue
        flush()
        end = next(k for k in range(at, len(tokens)) if tokens[k].type == f"container_{name}_close")
        inner = tokens[at + 1 : end]
        if nested := next((other for other in inner if _container(other)), None):
            raise error(nested, "a block cannot stand in another")
        last = lines[token.map[1]] if token.map and token.map[1] < len(lines) else ""
        if last.strip() != ":::":
            raise error(token, f"this ::: {name} is not ended by a line :::")
        words = token.info.split()
        if len(words) != (2 if name in NAMED else 1):
            raise error(token, f"write ::: {name} {'ID' if name in NAMED else ''}".rstrip())
        converted.append(Block(name, words[1] if name in NAMED else None, html_of(inner)))
        at = end + 1
    flush()
    return converted


def inline(text: str) -> str:
    """Convert one line of Markdown, such as a title or a question."""
    rendered: str = _markdown().renderInline(text)
    return rendered


def plain(text: str) -> str:
    """Strip one line of Markdown: no emphasis, formulas as TeX."""
    return re.sub(r"[$*`]", "", text)


def formulas(body: str) -> list[str]:
    """List the TeX of every formula, in order."""
    tex: list[str] = []
    pending = list(_markdown().parse(body))
    while pending:
        token = pending.pop(0)
        if token.type.startswith("math_"):
            tex.append(" ".join(token.content.split()))
        pending[:0] = token.children or []
    return tex


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    dollarmath_plugin(markdown, allow_labels=False, double_inline=True)
    for name in ("math_inline", "math_inline_double", "math_block"):
        markdown.add_render_rule(name, _math)
    markdown.add_render_rule("text", _words)
    for name in NAMED + PLAIN:
        container_plugin(markdown, name)
    return markdown


def _words(_: Any, tokens: Sequence[Token], at: int, options: Any, environment: Any) -> str:
    """Render text, joining Korean particles to a bracket or a percent sign before them."""
    return re.sub(r"(?<=[)\]%])(?=[가-힣])", _JOINER, html.escape(tokens[at].content, quote=False))


def _math(_: Any, tokens: Sequence[Token], at: int, options: Any, environment: Any) -> str:
    """Render a formula as TeX for KaTeX, with MathML inside until KaTeX has run."""
    tex, display = " ".join(tokens[at].content.split()), tokens[at].type != "math_inline"
    # The page's policy forbids style attributes.
    fallback = re.sub(r' style="[^"]*"', "", mathml(tex, display=display))
    shown = (
        f'<span class="math{" display" if display else ""}" data-tex="{html.escape(tex)}">{fallback}</span>'
    )
    return shown + (_JOINER if _joined(tokens, at) else "")


def _joined(tokens: Sequence[Token], at: int) -> bool:
    """Whether a comma or a Korean particle follows directly, which must not begin the next line."""
    after = tokens[at + 1] if tokens[at].type == "math_inline" and at + 1 < len(tokens) else None
    return (
        after is not None and after.type == "text" and not after.content[:1].isspace() and after.content != ""
    )


def _aligned(token: Token) -> Token:
    """Turn the alignment of a table's cell into a class."""
    if token.type in ("th_open", "td_open") and (style := str(token.attrs.pop("style", ""))):
        token.attrs["class"] = style.replace("text-align:", "align-").strip()
    return token


def _container(token: Token) -> str | None:
    match = re.fullmatch(r"container_(\w+)_open", token.type)
    return match[1] if match else None


def _stray(token: Token) -> tuple[int, str] | None:
    """Find a line that looks like the start or end of a block but is neither: its number and text."""
    for k, line in enumerate(token.content.splitlines()):
        if line.lstrip().startswith(":::"):
            return k, line.strip()
    return None
