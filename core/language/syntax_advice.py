"""What to write instead of a line that is no Python: ``2x``, ``lambda = 3``, ``x²``, ``|x|``."""

import keyword
import re

from chainrule.core.text import Text

_KEYWORD = re.compile(rf"^\s*({'|'.join(keyword.kwlist)})\s*(?:[-+*/@]?=(?!=)|,)")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_FORMS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"√\s*\(?(\w+)"), "제곱근은 `sqrt({0})`로 적으세요.", "write a square root as `sqrt({0})`"),
    (
        re.compile(r"\|\s*(\w+)\s*\|"),
        "절댓값은 `abs({0})`로 적으세요.",
        "write an absolute value as `abs({0})`",
    ),
    (
        re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*([A-Za-z_]\w*)"),
        "곱셈 기호를 넣어 `{0} * {1}`처럼 적으세요.",
        "write the multiplication sign: `{0} * {1}`",
    ),
    (
        re.compile(r"\)\s*(\w+)"),
        "괄호 뒤에 `*`를 넣어 `(…) * {0}`처럼 적으세요.",
        "write `(…) * {0}` with the sign",
    ),
    (
        re.compile(r"\b(sin|cos|tan|tanh|exp|log|sqrt)\s+(\w+)"),
        "`{0}({1})`처럼 괄호를 쓰세요.",
        "write `{0}({1})`",
    ),
    (re.compile(r"(\w+)\s*(\+\+|--)\s*$"), "`{0} += 1`처럼 적으세요.", "write `{0} += 1`"),
    (re.compile(r"&&|\|\|"), "`and`와 `or`를 쓰세요.", "write `and` and `or`"),
    (re.compile(r"\belse if\b"), "`elif`로 적으세요.", "write `elif`"),
    (re.compile(r"[≤≥≠]"), "`<=`, `>=`, `!=`로 적으세요.", "write `<=`, `>=` and `!=`"),
    (re.compile(r"^\s*print\s+([^(\s].*)$"), "`print({0})`으로 적으세요.", "write `print({0})`"),
    (re.compile(r"^\s*(\w+)\s*:=\s"), "`{0} = …`로 적으세요.", "write `{0} = …`"),
)
"""By the form of a line: what it should have been."""


def syntax_advice(line: str) -> Text | None:
    """A way out for a line that Python cannot read, None if none is known."""
    word = _KEYWORD.match(line)
    if word:
        name = word[1]
        return Text(
            f"`{name}`은(는) 파이썬의 예약어입니다. `{name}_`처럼 다른 이름을 쓰세요.",
            f"`{name}` is a word of Python's own: use another name, such as `{name}_`",
        )
    power = re.search(r"([\w)\]]+)\s*([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", line)
    if power:
        written = f"{power[1]} ** {power[2].translate(_SUPERSCRIPTS)}"
        return Text(f"거듭제곱은 `{written}`처럼 적으세요.", f"write a power as `{written}`")
    for form, ko, en in _FORMS:
        found = form.search(line)
        if found:
            return Text(ko.format(*found.groups()), en.format(*found.groups()))
    return None
