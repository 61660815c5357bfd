"""A formula of this package in plain text, for sentences: ``1.1 × 2 = 2.2`` from its LaTeX."""

import re

_EXPONENT = re.compile(r" \\times 10\^\{(-?\d+)\}")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_ATOM = re.compile(r"√?[\w.,∂∞]+(e-\d+)?")
_WORDS = {
    r"\times": "×",
    r"\cdots": "⋯",
    r"\cdot": "·",
    r"\partial ": "∂",
    r"\infty": "∞",
    r"\neq": "≠",
    r"\left|": "|",
    r"\right|": "|",
    r"\left": "",
    r"\right": "",
    r"\_": "_",
}


def plain(latex: str) -> str:
    """The formula in plain text. Understands the LaTeX that ``core.notation`` writes, and no other."""
    text = _EXPONENT.sub(r"e\1", latex.replace("{,}", ",").replace("{.}", "."))
    for command, sign in _WORDS.items():
        text = text.replace(command, sign)
    while True:  # from the innermost braces outward
        reduced = _FRACTION.sub(lambda found: f"{_atom(found[1])}/{_atom(found[2])}", text)
        reduced = re.sub(r"\\(mathit|mathrm|text|operatorname)\{([^{}]*)\}", r"\2", reduced)
        reduced = re.sub(r"\\sqrt\{([^{}]*)\}", lambda found: f"√{_atom(found[1])}", reduced)
        reduced = re.sub(r"_\{(\d+)\}", r"_\1", reduced)
        reduced = re.sub(r"\^\{([^{}]*)\}", lambda found: f"^{_atom(found[1])}", reduced)
        if reduced == text:
            reduced = re.sub(r"(?<![\w\\}])\{([^{}]*)\}", r"\1", text)
        if reduced == text:
            break
        text = reduced
    text = re.sub(r"\\(log|ln|sin|cos|tanh|max|min)\b", r"\1", text)
    return re.sub(r"(?<!e)-", "−", text)


def _atom(text: str) -> str:
    return text if _ATOM.fullmatch(text) else f"({text})"
