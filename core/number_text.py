"""Numbers as a person reads them; made here and nowhere else.

Six significant digits, no trailing zeros, thousands grouped: 2.2, 4,620, 1.3e-7, −0.25, ∞. Never longer than
``WIDTH`` characters, so that a picture can keep room for a number it has not seen yet. In the cells of a matrix a
number has half of that room: −0.123, 1,234, 1.2e4.
"""

import math
from functools import lru_cache

WIDTH = 10
"""The longest text of a number, in characters."""

SHORT_WIDTH = 6
"""The longest text of a number in a cell."""

_MINUS = "\N{MINUS SIGN}"


@lru_cache(maxsize=1 << 14)
def text(value: float) -> str:
    """The number in plain text: ``text(2.2000000000000002) == "2.2"``."""
    size = abs(value)
    # What the general way at the end comes to for nearly all numbers, in a third of its time.
    if 0.1 <= size < 999_999:
        shown = f"{size:,.6g}"
    elif 0.001 <= size < 0.1:
        shown = f"{size:.6f}".rstrip("0")
    elif 1e-99 < size < 9.99e-4 or 1.1e7 < size < 1e99:
        shown = f"{size:.3e}"  # d.ddde±dd
        shown = f"{shown[:5].rstrip('0').rstrip('.')}e{int(shown[6:])}"
    else:
        return _general(value)
    return shown if value > 0 else _MINUS + shown


def _general(value: float) -> str:
    sign, mantissa, exponent = _parts(float(value))
    return sign + mantissa + (f"e{exponent}" if exponent else "")


@lru_cache(maxsize=1 << 14)
def short(value: float) -> str:
    """The number in a cell, in at most ``SHORT_WIDTH`` characters: three significant digits, fewer where
    room ends, two at most in front of a power of ten.

    A negative number nearer to 0 than 1e-99 has no room for its exponent and is ``−0``.
    """
    value = float(value)
    if not math.isfinite(value):
        return text(value)
    sign, size = (_MINUS if value < 0 else ""), abs(value)
    if size == 0:
        return "0"
    if 999.5 <= size < 9_999.5:
        return f"{sign}{size:,.0f}"
    for digits in (3, 2, 1):
        mantissa, _, exponent = f"{size:.{digits - 1}e}".partition("e")
        power = int(exponent)
        if -4 < power < 3:
            shown = sign + _without_zeros(f"{size:.{max(0, digits - 1 - power)}f}")
            if len(shown) <= SHORT_WIDTH:
                return shown
        shown = f"{sign}{_without_zeros(mantissa)}e{power}"
        if digits < 3 and len(shown) <= SHORT_WIDTH:
            return shown
    return f"{_MINUS}0"


def short_latex(value: float) -> str:
    r"""The number of a cell in LaTeX: ``short_latex(-1.23e-7) == r"-1 \times 10^{-7}"``."""
    mantissa, _, exponent = short(value).replace(_MINUS, "-").partition("e")
    mantissa = {"∞": r"\infty", "-∞": r"-\infty", "NaN": r"\text{NaN}"}.get(
        mantissa, mantissa.replace(",", "{,}")
    )
    return mantissa + (rf" \times 10^{{{exponent}}}" if exponent else "")


def latex(value: float) -> str:
    r"""The number in LaTeX: ``latex(1.3e-7) == r"1.3 \times 10^{-7}"``."""
    sign, mantissa, exponent = _parts(float(value))
    mantissa = {"∞": r"\infty", "NaN": r"\text{NaN}"}.get(mantissa, mantissa.replace(",", "{,}"))
    return sign.replace(_MINUS, "-") + mantissa + (rf" \times 10^{{{exponent}}}" if exponent else "")


def _without_zeros(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _parts(value: float) -> tuple[str, str, int]:
    """Sign, mantissa and power of ten (0 for none) of the text."""
    if math.isnan(value):
        return "", "NaN", 0
    sign, size = (_MINUS if value < 0 else ""), abs(value)
    if math.isinf(size):
        return sign, "∞", 0
    rounded = float(f"{size:.6g}")
    if rounded == 0:
        return "", "0", 0
    if rounded >= 1e-3 and size < 9_999_999.5:
        decimals = min(6, max(0, 5 - math.floor(math.log10(rounded))))
        mantissa = f"{size:,.{decimals}f}"
        return sign, mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa, 0
    mantissa, _, exponent = f"{size:.3e}".partition("e")
    if abs(int(exponent)) >= 100:
        mantissa, _, exponent = f"{size:.2e}".partition("e")
    return sign, mantissa.rstrip("0").rstrip("."), int(exponent)
