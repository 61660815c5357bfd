"""Typed answers parsed: numbers as people write them, fractions, shapes."""

import math
import re
import unicodedata

from chainrule.core.errors import AnswerError
from chainrule.core.text import Text

LONGEST = 100
"""Largest number of characters in an answer."""

Axis = int | str
"""An axis by its size, or by its name ``"N"``."""

_MARKS = str.maketrans(
    {**dict.fromkeys("−–—‐‑‒﹣－", "-"), **dict.fromkeys("×✕*·∙⋅", "x"), "\N{FRACTION SLASH}": "/"}
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUPER = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_WON = re.compile(r"^([+-]?)₩|(?:원|won)$")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
_POWER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))x10\^?\(?([+-]?\d+)\)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
_SHAPE = re.compile(r"(?:n|\d+)(?:(?:,|x|;)(?:n|\d+))*,?")

_NUMBER = Text(
    "수로 읽을 수 없습니다. 2.2, −3, 4,620, 1/3, 1e-3처럼 적어 주세요.",
    "That cannot be read as a number. Write it like 2.2, −3, 4,620, 1/3 or 1e-3.",
)
_COMMA = Text(
    "쉼표는 천 단위에만 씁니다. 소수는 점으로 적어 주세요: 2.2.",
    "A comma groups thousands only. Write decimals with a point: 2.2.",
)
_ZERO = Text("0으로 나눌 수 없습니다.", "A fraction cannot have 0 as its denominator.")
_LONG = Text(f"답은 {LONGEST}자까지 적을 수 있습니다.", f"An answer has at most {LONGEST} characters.")
_EMPTY = Text("아직 아무것도 적지 않았습니다.", "Nothing is written there yet.")
_NO_SHAPE = Text(
    "모양으로 읽을 수 없습니다. (3, 2), (N, 2), (3,), 3x2처럼 적어 주세요.",
    "That cannot be read as a shape. Write it like (3, 2), (N, 2), (3,) or 3x2.",
)


def read_number(text: str) -> float:
    """Parse a number: ``read_number("−1/4") == -0.25``.

    Accepts grouped thousands (``4,620``), any minus sign, powers of ten (``1e-3``, ``1.3×10⁻⁷``), one fraction, a
    percentage, a won sign and ``∞``. Raises AnswerError, which says what can be written.
    """
    return _number(_plain(text))


def read_shape(text: str) -> tuple[Axis, ...]:
    """Parse a shape: ``read_shape("3 x 2") == (3, 2)``, ``read_shape("(N, 2)") == ("N", 2)``.

    ``()`` is the shape of a number. Raises AnswerError.
    """
    plain = _plain(text)
    for opening, closing in ("()", "[]"):
        if plain.startswith(opening) and plain.endswith(closing):
            plain = plain[1:-1]
            break
    if not plain:
        return ()
    if not _SHAPE.fullmatch(plain):
        raise AnswerError(_NO_SHAPE)
    sizes = [part for part in re.split("[,x;]", plain) if part]
    return tuple("N" if part == "n" else int(part) for part in sizes)


def _plain(text: str) -> str:
    """Normalize an answer: no spaces, no capitals, ASCII signs."""
    if len(text) > LONGEST:
        raise AnswerError(_LONG)
    text = _SUPER.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFKC", text).translate(_MARKS).casefold()
    text = "".join(text.split())
    if not text:
        raise AnswerError(_EMPTY)
    return text


def _number(plain: str) -> float:
    plain = _WON.sub(r"\1", plain) if _WON.search(plain) else plain
    top, line, bottom = plain.partition("/")
    if line:
        below = _decimal(bottom)
        if below == 0:
            raise AnswerError(_ZERO)
        return _decimal(top) / below
    if plain.endswith("%"):
        return _decimal(plain[:-1]) / 100
    if plain.lstrip("+-") in ("∞", "inf", "infinity") and len(plain) - len(plain.lstrip("+-")) <= 1:
        return -math.inf if plain.startswith("-") else math.inf
    return _decimal(plain)


def _decimal(plain: str) -> float:
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(plain):
        raise AnswerError(_COMMA)
    power = _POWER.fullmatch(plain)
    if power:
        plain = f"{power[1]}e{power[2]}"
    if not _PLAIN.fullmatch(plain):
        raise AnswerError(_NUMBER)
    return float(plain)
