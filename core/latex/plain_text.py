"""Formulas in plain text, for sentences: ``1.1 × 2 = 2.2`` from its LaTeX."""

import re
from collections.abc import Mapping
from functools import lru_cache

_EXPONENT = re.compile(r" \\times 10\^\{(-?\d+)\}")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_MATRIX = re.compile(r"\\begin\{pmatrix\} (.*?) \\end\{pmatrix\}")
_PRODUCT = re.compile(r"\\prod(?:_\{([\d,]+)\}|_\{\\text\{others\}\})? ?")
_SUM = re.compile(r"\\sum(?:_\{([\d,]+)\})? ?")
_ALONG = re.compile(r"(\\max|\\min|\\operatorname\{(?:mean|var|std|cumsum)\})_\{([\d,]+)\}")
_ELEMENT = re.compile(r"\{([^{}]*)\}_\{([\d,]+)\}|_\{(\d+(?:,\d+)+)\}")
_ATOM = re.compile(r"√?[\w.,∂∞]+(e-\d+|\[[\d,]+\])?")
_NAME = re.compile(r"(?<![\w.])[^\W\d][^\Wᵀ]*(?:\.[^\Wᵀ]+)*")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SHORT = 200
"""Letters of a formula whose text is remembered."""
_WORDS = {
    r"\times": "×",
    r"\odot": "⊙",
    r"^{\mathsf{T}}": "ᵀ",
    r"\leftarrow": "←",
    r"\,": "",
    r"\cdots": "⋯",
    r"\cdot": "·",
    r"\partial ": "∂",
    r"\infty": "∞",
    r"\neq": "≠",
    r"\ne ": "≠ ",
    r"\le ": "≤ ",
    r"\ge ": "≥ ",
    r"\pi": "π",
    r"\Phi": "Φ",
    r"\varphi": "φ",
    r"\left|": "|",
    r"\right|": "|",
    r"\left": "",
    r"\right": "",
    r"\_": "_",
}


def plain_text(latex: str, written: Mapping[str, str] | None = None) -> str:
    """Rewrite a formula in plain text; only the LaTeX that ``core.latex`` writes is understood.

    ``written`` maps names as this text would have them, ``x_1``, to what the program writes: ``x1``.
    """
    # A graph has the same short pieces many times.
    text = _read(latex) if len(latex) <= _SHORT else _read.__wrapped__(latex)
    if written:
        text = _NAME.sub(lambda found: written.get(found[0], found[0]), text)
    return re.sub(r"(?<!e)-", "−", text)


@lru_cache(maxsize=4096)
def _read(latex: str) -> str:
    text = _EXPONENT.sub(r"e\1", latex.replace("{,}", ",").replace("{.}", "."))
    text = _MATRIX.sub(lambda found: _matrix(found[1]), text)
    text = _SUM.sub(lambda found: f"Σ{(found[1] or '').translate(_SUBSCRIPTS).replace(',', '')} ", text)
    text = _PRODUCT.sub(lambda found: f"Π{(found[1] or '').translate(_SUBSCRIPTS).replace(',', '')} ", text)
    text = _ALONG.sub(lambda found: found[1] + found[2].translate(_SUBSCRIPTS).replace(",", ""), text)
    for command, sign in _WORDS.items():
        text = text.replace(command, sign)
    while True:  # from the innermost braces outward
        reduced = _FRACTION.sub(lambda found: f"{_atom(found[1])}/{_atom(found[2])}", text)
        reduced = re.sub(r"\\(mathit|mathrm|text|operatorname)\{([^{}]*)\}", r"\2", reduced)
        reduced = re.sub(r"\\sqrt\{([^{}]*)\}", lambda found: f"√{_atom(found[1])}", reduced)
        reduced = re.sub(r"_\{(\d+)\}", r"_\1", reduced)
        reduced = _ELEMENT.sub(lambda found: f"{found[1] or ''}[{found[2] or found[3]}]", reduced)
        reduced = re.sub(r"_\{(\([\d, ]*\))\}", r"\1", reduced)
        reduced = re.sub(r"\^\{([^{}]*)\}", lambda found: f"^{_atom(found[1])}", reduced)
        if reduced == text:
            reduced = re.sub(r"(?<![\w\\}])\{([^{}]*)\}", r"\1", text)
        if reduced == text:
            break
        text = reduced
    return re.sub(r"\\(log|ln|sin|cos|tanh|tan|arctan|max|min)(?![a-z])", r"\1", text)


def _matrix(cells: str) -> str:
    """Write rows in brackets, as a program does; a vector is one row."""
    rows = [f"[{', '.join(row.split(' & '))}]" for row in cells.split(r" \\ ")]
    return rows[0] if len(rows) == 1 else f"[{', '.join(rows)}]"


def _atom(text: str) -> str:
    return text if _ATOM.fullmatch(text) or _is_derivative(text) else f"({text})"


def _is_derivative(text: str) -> bool:
    """Whether a text is one ∂(…), as below a stroke."""
    if not text.startswith("∂("):
        return False
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and at > 0:
            return at == len(text) - 1
    return False
