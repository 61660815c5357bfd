"""A text of another tool recognized, and written as a program, line by line."""

import ast
from collections.abc import Sequence

from chainrule.core.foreign.code import KINDS, Script, assigned
from chainrule.core.foreign.definitions import with_what_they_use
from chainrule.core.foreign.own import own_export
from chainrule.core.foreign.rewriting import Rewriting
from chainrule.core.foreign.translation import Line, Translation
from chainrule.core.language.pasted import tidied
from chainrule.core.python_tree import python_tree
from chainrule.core.text import Text

LONGEST = 100_000
"""Characters of a script up to which it is read."""

_BROUGHT = Text(
    "불러온 것을 프로그램의 말로 적었습니다.",
    "what was imported, written in the language of programs",
)
_OUTPUT = Text("역전파가 시작되는 곳이 출력입니다.", "where it goes backward from is the output")
_RANDOM = Text(
    "난수를 여기서 새로 뽑으므로 그 도구와 수가 다릅니다. 모양과 규칙은 같습니다.",
    "Random numbers are drawn anew and differ from that tool's; shapes and rules are the same.",
)


def translate(text: str) -> Translation | None:
    """The program that a text of another tool means; None for a text of no known tool.

    Nothing is executed. What has no counterpart stays in its line, and the parser says what to write instead.
    """
    own = own_export(text)
    if own is not None or len(text) > LONGEST:
        return own
    source = tidied(text).text
    try:
        body = python_tree(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    kind = next((kind for kind in KINDS if kind.fits(body)), None)
    return _translated(kind(body), source, body) if kind is not None else None


def _translated(script: Script, source: str, body: Sequence[ast.stmt]) -> Translation:
    rewriting = Rewriting(source, script.judge, script.ends)
    rewriting.run(body)
    program, lines = rewriting.program, rewriting.lines
    if brought := with_what_they_use(script.wanted, script.known):
        text = "\n\n".join(map(str.strip, brought))
        program = [text, "", *program]
        lines = [Line(1, "", text, _BROUGHT), *lines]
    output = ast.unparse(script.output) if script.output is not None else None
    if output is not None and _last_assigned(body) != output:
        program.append(output)
        lines.append(Line(len(source.split("\n")), "", output, _OUTPUT))
    return Translation(
        script.kind,
        script.name,
        "\n".join(program).strip() + "\n",
        tuple(lines),
        upstream=script.upstream,
        note=_RANDOM if script.random else None,
    )


def _last_assigned(body: Sequence[ast.stmt]) -> str | None:
    """The name that a script's last assignment gives a value."""
    return next((name for each in reversed(body) for name in assigned(each)), None)
