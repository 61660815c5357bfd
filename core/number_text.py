"""Numbers as texts for readers; the only place where they are made.

Six significant digits, no trailing zeros, grouped thousands: 2.2, 4,620, 1.3e-7, −0.25, ∞. A text has at most
``WIDTH`` characters, so a picture can reserve room before it knows the number. In a matrix cell it has
``SHORT_WIDTH``: −0.123, 1,234, 1.2e4.
"""

import math
from functools import lru_cache

WIDTH = 10
"""Largest number of characters in a text."""

SHORT_WIDTH = 6
"""Largest number of characters in a cell."""

_MINUS = "\N{MINUS SIGN}"


@lru_cache(maxsize=1 << 14)
def text(value: float) -> str:
    """Write a number: ``text(2.2000000000000002) == "2.2"``."""
    size = abs(value)
    # The same as `_general` for nearly all numbers, in a third of its time.
    if 0.1 <= size < 999_999:
        digits = f"{size:,.6g}"
    elif 0.001 <= size < 0.1:
        digits = f"{size:.6f}".rstrip("0")
    elif 1e-99 < size < 9.99e-4 or 1.1e7 < size < 1e99:
        digits = f"{size:.3e}"  # d.ddde±dd
        digits = f"{digits[:5].rstrip('0').rstrip('.')}e{int(digits[6:])}"
    else:
        return _general(value)
    return digits if value > 0 else _MINUS + digits


def signed(value: float) -> str:
    """Write a difference with its sign: ``signed(42) == "+42"``."""
    return f"+{text(value)}" if value > 0 else text(value)


def signed_short(value: float) -> str:
    """Write a difference with its sign for a small place, in at most ``SHORT_WIDTH`` characters behind the sign."""
    return f"+{short(value)}" if value > 0 else short(value)


def _general(value: float) -> str:
    sign, mantissa, exponent = _parts(float(value))
    return sign + mantissa + (f"e{exponent}" if exponent else "")


@lru_cache(maxsize=1 << 14)
def short(value: float) -> str:
    """Write a number for a cell, in at most ``SHORT_WIDTH`` characters.

    Three significant digits, fewer if room ends, at most two in front of a power of ten. A negative number nearer to
    0 than 1e-99 has no room for its exponent and is ``−0``.
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
            written = sign + _without_zeros(f"{size:.{max(0, digits - 1 - power)}f}")
            if len(written) <= SHORT_WIDTH:
                return written
        written = f"{sign}{_without_zeros(mantissa)}e{power}"
        if digits < 3 and len(written) <= SHORT_WIDTH:
            return written
    return f"{_MINUS}0"


def short_latex(value: float) -> str:
    r"""Write a cell's number in LaTeX: ``short_latex(-1.23e-7) == r"-1 \times 10^{-7}"``."""
    mantissa, _, exponent = short(value).replace(_MINUS, "-").partition("e")
    mantissa = {"∞": r"\infty", "-∞": r"-\infty", "NaN": r"\text{NaN}"}.get(
        mantissa, mantissa.replace(",", "{,}")
    )
    return mantissa + (rf" \times 10^{{{exponent}}}" if exponent else "")


def latex(value: float) -> str:
    r"""Write a number in LaTeX: ``latex(1.3e-7) == r"1.3 \times 10^{-7}"``."""
    sign, mantissa, exponent = _parts(float(value))
    mantissa = {"∞": r"\infty", "NaN": r"\text{NaN}"}.get(mantissa, mantissa.replace(",", "{,}"))
    return sign.replace(_MINUS, "-") + mantissa + (rf" \times 10^{{{exponent}}}" if exponent else "")


def _without_zeros(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _parts(value: float) -> tuple[str, str, int]:
    """Return sign, mantissa and power of ten (0 for none) of a number's text."""
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
