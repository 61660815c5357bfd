"""Fixes: whole edits of a program that take an error away, made from the remedy that the error names."""

import ast
import io
import keyword
import tokenize
from collections.abc import Iterable, Sequence

from chainrule.core.errors import Edit, Fix, ProgramError, Remedy
from chainrule.core.language.builder import last_word
from chainrule.core.language.pasted import lines_of
from chainrule.core.language.source import Source

_OPERATORS = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "for", "as", "from", "import", "elif", "except"}
)
"""Keywords that also stand inside lines: one used as a name cannot be told from one that is meant."""


def fix_of(
    source: Source, body: Sequence[ast.stmt], error: ProgramError, remedy: Remedy | None
) -> Fix | None:
    """Return the edits that carry out a remedy of an error; None for none."""
    if remedy is None:
        return None
    edits = {"replace": _replaced, "define": _defined, "rename": _renamed}[remedy.kind](
        source, body, error, remedy
    )
    return Fix(remedy.kind, edits[0].text.strip(), tuple(edits)) if edits else None


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return a program after some edits, which do not overlap."""
    lines = lines_of(text)
    for edit in sorted(edits, key=lambda each: (each.line, each.column), reverse=True):
        line = lines[edit.line - 1]
        lines[edit.line - 1] = line[: edit.column - 1] + edit.text + line[edit.end_column - 1 :]
    return "\n".join(lines)


def _replaced(source: Source, body: Sequence[ast.stmt], error: ProgramError, remedy: Remedy) -> list[Edit]:
    """Put other words in the place of the name at fault: everywhere it is read, if the program never binds it."""
    here = Edit(error.line, error.column, error.end_column, remedy.code)
    wrong = _text_at(source, here)
    within = _scope_at(source, body, error, remedy.code)
    if wrong not in _bound(body):
        names: list[ast.AST] = [node for node in within if isinstance(node, ast.Name) and node.id == wrong]
        members = [node for node in within if isinstance(node, ast.Attribute) and node.attr == wrong]
        for reads in (names, *_by_owner(members)):
            edits = [edit for node in reads if (edit := _edit(source, node, remedy.code))]
            if here in edits:
                return edits
    return [here]


def _defined(source: Source, body: Sequence[ast.stmt], error: ProgramError, remedy: Remedy) -> list[Edit]:
    """Give a name a number on a line of its own, above the statement that reads it."""
    for statement in body:
        if statement.lineno <= error.line <= (statement.end_lineno or statement.lineno):
            return [Edit(statement.lineno, 1, 1, f"{remedy.code} = 1\n")]
    return []


def _renamed(source: Source, body: Sequence[ast.stmt], error: ProgramError, remedy: Remedy) -> list[Edit]:
    """Give a value another name wherever it has the one at fault."""
    old = remedy.code
    if keyword.iskeyword(old):
        places = _keyword_as_name(source.lines, old)
        new = _free(f"{old}_", source.text)
        return [Edit(line, column, column + len(old), new) for line, column in places]
    nodes = [node for statement in body for node in ast.walk(statement)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    values = [
        node for node in nodes if isinstance(node, ast.Name) and node.id == old and id(node) not in called
    ]
    new = _free(f"{old}_1", source.text)
    return [edit for node in values if (edit := _edit(source, node, new))]


def _by_owner(members: Sequence[ast.Attribute]) -> list[list[ast.AST]]:
    """Return the last words of paths such as ``np.exp``, grouped by what stands before them."""
    found: dict[str, list[ast.AST]] = {}
    for node in members:
        if isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, []).append(last_word(node))
    return list(found.values())


def _edit(source: Source, node: ast.AST, text: str) -> Edit | None:
    line, column, end = source.span(node)
    return None if end is None else Edit(line, column, end, text)


def _text_at(source: Source, place: Edit) -> str:
    lines = source.lines
    return lines[place.line - 1][place.column - 1 : place.end_column - 1] if place.line <= len(lines) else ""


def _scope_at(source: Source, body: Sequence[ast.stmt], error: ProgramError, code: str) -> list[ast.AST]:
    """Return what is read where the better word means the same: one function, for a name that is local to it."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    around = [
        node
        for node in nodes
        if isinstance(node, ast.FunctionDef)
        and node.lineno <= error.line <= (node.end_lineno or node.lineno)
        and code in _bound([node])
    ]
    return list(ast.walk(around[-1])) if around else nodes


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Return every name that is given a value: assigned, defined, imported, or a parameter."""
    found: set[str] = set()
    for top in nodes:
        for node in ast.walk(top):
            match node:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                    found.add(name)
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.alias(name=name, asname=other):
                    found.add(other or name)
    return found


def _keyword_as_name(lines: Sequence[str], word: str) -> list[tuple[int, int]]:
    """Return where a keyword stands as if it were a name, by line and column; none where that cannot be told."""
    if word in _OPERATORS:
        return []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    places = []
    begins = True
    for at, token in enumerate(tokens):
        if token.type == tokenize.NAME and token.string == word:
            after = tokens[at + 1]
            if word == "lambda":
                own = after.type == tokenize.NAME or after.string in (":", "*", "**")
            else:
                own = begins and not (
                    after.type == tokenize.OP and after.string not in ("(", "[", "{", "-", "~", ":", "*")
                )
            if not own:
                places.append((token.start[0], token.start[1] + 1))
        begins = (
            token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT)
            or token.string == ";"
        )
    return places


def _free(name: str, text: str) -> str:
    """Return a name that the program does not have."""
    while name in text:
        stem, _, number = name.rpartition("_")
        name = f"{stem}_{int(number or 0) + 1}"
    return name
