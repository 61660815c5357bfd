"""A script rewritten statement by statement: what stays keeps its spelling and its comments."""

import ast
import io
import tokenize
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chainrule.core.foreign.translation import Line
from chainrule.core.text import Text


class Dropped(NamedTuple):
    """A statement that has no place in the program, and why."""

    why: Text


class Written(NamedTuple):
    """A statement that is written otherwise; a compound one has this head and keeps its body."""

    statement: ast.stmt
    why: Text


Verdict = Dropped | Written | None
"""What is to become of a statement; None leaves it as it stands."""


@dataclass
class Rewriting:
    """One script on its way to a program."""

    source: str
    judge: Callable[[ast.stmt], Verdict]
    ends: Collection[ast.stmt] = ()
    """Statements of loops with which the one pass that is drawn ends."""
    lines: list[Line] = field(default_factory=list)
    program: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._source = self.source.split("\n")
        self._comments = _comments(self.source)

    def run(self, body: Sequence[ast.stmt]) -> None:
        """Rewrite a module."""
        after = self._block(body, 1, in_loop=False)
        self._between(after, len(self._source) + 1)

    def _block(self, body: Sequence[ast.stmt], start: int, in_loop: bool) -> int:
        """Rewrite a block whose lines begin at ``start``; return the first line behind it."""
        ended: Text | None = None
        indent = " " * (body[0].col_offset if body else 0)
        taken = [line for each in body for line in {_first_line(each), each.end_lineno}]
        for statement in body:
            first = _first_line(statement)
            last = statement.end_lineno or first
            self._between(start, first)
            start = last + 1
            verdict: Verdict = Dropped(ended) if ended is not None else self.judge(statement)
            if statement in self.ends and ended is None:
                ended = ONE_PASS
                self._add(first, last, f"{indent}break", ONE_PASS)
            elif isinstance(verdict, Dropped):
                self._add(first, last, None, verdict.why)
            elif is_compound(statement):
                self._compound(statement, verdict)
            elif isinstance(verdict, Written):
                text = "\n".join(indent + line for line in ast.unparse(verdict.statement).split("\n"))
                self._add(first, last, text + self._comments.get(last, ""), verdict.why)
            elif taken.count(first) > 1 or taken.count(last) > 1:  # several statements on one line
                self._add(first, last, indent + ast.unparse(statement), None)
            else:
                self._add(first, last, "\n".join(self._source[first - 1 : last]), None)
            if in_loop and ended is None and holds_end(statement, self.ends):
                ended = ONE_PASS
                self._program_line(indent + "break")
        return start

    def _compound(self, statement: ast.stmt, verdict: Verdict) -> None:
        inner = _blocks(statement)
        first = _first_line(statement)
        head_end = _first_line(inner[0][0])
        if isinstance(verdict, Written):
            head = ast.unparse(verdict.statement).rsplit("\n", 1)[0]
            indent = " " * statement.col_offset
            text = "\n".join(indent + line for line in head.split("\n"))
            if self._source[first - 1].lstrip().startswith("elif"):
                text = text.replace("if", "elif", 1)
            self._add(first, head_end - 1, text, verdict.why)
        else:
            self._add(first, head_end - 1, "\n".join(self._source[first - 1 : head_end - 1]), None)
        start = head_end
        for block in inner:
            between = _first_line(block[0])
            if between > start:  # `else:` and its kind
                self._between(start, between)
            before = len(self.program)
            start = self._block(block, between, isinstance(statement, ast.For | ast.While))
            if not any(line.strip() and not line.strip().startswith("#") for line in self.program[before:]):
                self._program_line(" " * block[0].col_offset + "pass")

    def _between(self, start: int, stop: int) -> None:
        """Lines that belong to no statement: comments, blank lines, ``else:``."""
        for number in range(start, stop):
            line = self._source[number - 1]
            self._program_line(line)
            if line.strip():
                self.lines.append(Line(number, line, line))

    def _add(self, first: int, last: int, text: str | None, why: Text | None) -> None:
        stood = "\n".join(self._source[first - 1 : last])
        self.lines.append(Line(first, stood, text, why))
        if text is not None:
            self.program += text.split("\n")

    def _program_line(self, line: str) -> None:
        if line.strip() or (self.program and self.program[-1].strip()):
            self.program.append(line.rstrip())


ONE_PASS = Text(
    "그래프는 순전파와 역전파를 한 번 그립니다. 반복은 첫 번째에서 끝납니다.",
    "the graph shows one pass: the loop ends after its first round",
)


def holds_end(statement: ast.stmt, ends: Collection[ast.stmt]) -> bool:
    """Whether a loop, or one inside it, ends with one pass."""
    return isinstance(statement, ast.For | ast.While) and any(each in ends for each in ast.walk(statement))


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks of a compound statement, in their order."""
    handled = [each.body for each in getattr(statement, "handlers", ())]
    body, *others = (getattr(statement, name, None) for name in ("body", "orelse", "finalbody"))
    return [block for block in (body, *handled, *others) if block]


def is_compound(statement: ast.stmt) -> bool:
    """Whether a statement has a block of its own lines."""
    blocks = _blocks(statement)
    return bool(blocks) and _first_line(statement) < _first_line(blocks[0][0])


def headed(statement: ast.stmt) -> ast.stmt:
    """A compound statement with an empty body: its head."""
    empty: dict[str, list[ast.AST]] = {
        name: [] for name in ("orelse", "handlers", "finalbody") if hasattr(statement, name)
    }
    fields = {**dict(ast.iter_fields(statement)), **empty, "body": [ast.Pass()]}
    return ast.copy_location(type(statement)(**fields), statement)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _comments(source: str) -> dict[int, str]:
    """The comment behind the code of a line, by line."""
    found: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
                found[token.start[0]] = f"  {token.string}"
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def names_in(nodes: Iterable[ast.AST]) -> set[str]:
    """Every name and attribute that some code reads."""
    return {
        part.id if isinstance(part, ast.Name) else part.attr
        for node in nodes
        for part in ast.walk(node)
        if isinstance(part, ast.Name | ast.Attribute)
    }
