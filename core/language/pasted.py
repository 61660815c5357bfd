"""What stands around pasted code, and characters that only look like code: read for what they mean.

Each line stays one line, so that errors point at the text as it was typed.
"""

import re
from typing import NamedTuple

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""The full-width forms of ASCII."""

_MEANT: dict[int, int | str] = {
    **_WIDE,
    **{
        ord(typed): meant
        for several, meant in (
            ("×∗⋅∙", "*"),
            ("÷∕", "/"),
            ("−–—", "-"),
            ("‘’‚′", "'"),
            ("“”„″", '"'),
            ("，、", ","),
            ("。", "."),
            ("【", "["),
            ("】", "]"),
            ("\u00a0\u2002\u2003\u2009\u202f\u3000\u200b\u200c\u200d\ufeff", " "),
        )
        for typed in several
    },
}

_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.|In ?\[\d*\]:) ?")
_FIRST_PROMPT = re.compile(r"^[^\S\n]*(?:>>>|In ?\[\d*\]:) ?", re.M)
_NO_CODE = re.compile(r"\s*(?:```|~~~|[%!][A-Za-z])")
"""Lines of a notebook or of Markdown around the code."""


_END_OF_LINE = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """The lines of a text as Python counts them: a form feed or a line separator ends none."""
    return _END_OF_LINE.split(text)


class Tidied(NamedTuple):
    """Code without what stands around it."""

    text: str
    shifts: dict[int, int]
    """By line: how many characters were taken away in front."""
    prompts: bool
    """Whether it is a dialogue with the interpreter, which shows the value of each bare expression."""


def tidied(text: str) -> Tidied:
    """The code that a pasted text means, with as many lines."""
    lines = lines_of(text.translate(_MEANT))
    shifts: dict[int, int] = {}
    prompts = _FIRST_PROMPT.search("\n".join(lines)) is not None
    for number, line in enumerate(lines, start=1):
        prompt = _PROMPT.match(line) if prompts else None
        if prompt:
            shifts[number] = prompt.end()
            lines[number - 1] = line[prompt.end() :]
        elif prompts or _NO_CODE.match(line):
            lines[number - 1] = ""
    common = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    if common:
        for number, line in enumerate(lines, start=1):
            shifts[number] = shifts.get(number, 0) + common
            lines[number - 1] = line[common:]
    return Tidied("\n".join(lines), shifts, prompts)
