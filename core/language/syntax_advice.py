"""What to write instead of a line that is no Python: ``2x``, ``lambda = 3``, ``x²``, ``|x|``."""

import keyword
import re

from chainrule.core.text import Text

_KEYWORD = re.compile(rf"^\s*({'|'.join(keyword.kwlist)})\s*(?:[-+*/@]?=(?!=)|,)")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_FORMS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"^\s*d\w*\s*/\s*d\w*\s*="),
        "도함수의 이름은 `dL_dx`처럼 적으세요.",
        "name a derivative without the stroke: `dL_dx`",
    ),
    (
        re.compile(r"\\(frac|cdot|times|partial|sum|alpha|beta)"),
        "LaTeX가 아니라 `a / b`, `a * b`처럼 적으세요.",
        "write `a / b` or `a * b` and no LaTeX",
    ),
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
    (re.compile(r"\belse if\b"), "`else if`는 `elif`로 적으세요.", "write `elif` for `else if`"),
    (re.compile(r"[≤≥≠]"), "`<=`, `>=`, `!=`로 적으세요.", "write `<=`, `>=` and `!=`"),
    (re.compile(r"^\s*print\s+([^(\s].*)$"), "`print({0})`으로 적으세요.", "write `print({0})`"),
    (re.compile(r"^\s*(\w+)\s*:=\s"), "`{0} = …`로 적으세요.", "write `{0} = …`"),
)
"""By the form of a line: what it should have been."""


_KOREAN: tuple[tuple[str, str], ...] = (
    (r"invalid syntax", "파이썬의 문법이 아닙니다"),
    (r"a number of too many digits", "자릿수가 너무 많은 수입니다"),
    (r"'(.)' was never closed", "`{0}`가 닫히지 않았습니다"),
    (r"unmatched '(.)'", "`{0}`와 짝이 되는 괄호가 없습니다"),
    (r"closing parenthesis '(.)' does not match opening parenthesis '(.)'", "`{1}`를 `{0}`로 닫았습니다"),
    (r"unexpected indent", "들여쓰기가 필요 없는 줄입니다"),
    (r"expected an indented block after (.+) on line (\d+)", "{1}번째 줄 다음은 들여 써야 합니다"),
    (r"unindent does not match any outer indentation level", "들여쓰기가 위의 어느 줄과도 맞지 않습니다"),
    (r"inconsistent use of tabs and spaces in indentation", "들여쓰기에 탭과 빈칸이 섞여 있습니다"),
    (r"expected '(.+)'", "`{0}`가 있어야 합니다"),
    (r"unterminated (?:triple-quoted )?string literal", "따옴표가 닫히지 않았습니다"),
    (r"(?:invalid|leading zeros in) (?:decimal|hexadecimal|octal|binary)", "수를 이렇게 적을 수 없습니다"),
    (r"invalid (?:non-printable )?character '?(.+)", "쓸 수 없는 글자입니다: `{0}`"),
    (r"cannot assign to (\w+)", "`=`의 왼쪽은 이름이어야 합니다"),
    (r"cannot delete", "지울 수 없는 것입니다"),
    (r"Missing parentheses in call to '(.+)'", "`{0}` 뒤에 괄호가 없습니다"),
    (r"unexpected character after line continuation character", "`\\` 뒤에 글자가 있습니다"),
    (r"unexpected EOF while parsing", "프로그램이 도중에 끝났습니다"),
    (r"positional argument follows keyword argument", "이름 있는 인수 뒤에 이름 없는 인수가 있습니다"),
    (r"keyword argument repeated: (.+)", "인수 `{0}`을(를) 두 번 적었습니다"),
    (r"duplicate argument '(.+)' in function definition", "매개변수 `{0}`을(를) 두 번 적었습니다"),
    (r"Exceeds the limit", "수가 너무 깁니다"),
    (r"too many nested parentheses", "괄호가 너무 많이 겹쳐 있습니다"),
    (r"'(.+)' outside", "`{0}`이(가) 있을 자리가 아닙니다"),
    (r"Generator expression must be parenthesized", "반복하는 식에 괄호가 필요합니다"),
    (r"f-string", "`f'…'`를 읽을 수 없습니다"),
    (r"expression cannot contain assignment", "식 안에 `=`를 쓸 수 없습니다"),
)
"""What Python's parser says, by pattern, in Korean."""

LOOKED_AT = 300
"""Characters of a line in which its fault is sought: on a run of equal letters the search takes the square of them."""


def korean(reason: str) -> str:
    """The reason that Python gives for an error of syntax, in Korean; as it is where it is not known."""
    for pattern, said in _KOREAN:
        found = re.match(pattern, reason)
        if found:
            return said.format(*(part.rstrip("'") for part in found.groups()))
    return f"({reason})"


def keyword_as_name(line: str) -> str | None:
    """The word of Python's own that a line takes for a name, None if there is none."""
    word = _KEYWORD.match(line[:LOOKED_AT])
    return word[1] if word else None


def syntax_advice(line: str) -> Text | None:
    """A way out for a line that Python cannot read, None if none is known; its beginning is looked at."""
    line = line[:LOOKED_AT]
    name = keyword_as_name(line)
    if name is not None:
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
