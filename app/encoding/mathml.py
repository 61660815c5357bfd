"""LaTeX converted to MathML, which browsers show without a script."""

from functools import cache, lru_cache

from math_core import LatexError, LatexToMathML


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML()


MOST_KEPT = 1_000
"""Characters of a formula whose conversion is cached: together at most some 40 MB."""


def mathml(latex: str, *, display: bool = True) -> str:
    """Convert a formula to one `<math>` element, displayed or inline; unreadable LaTeX becomes its text."""
    return (_cached if len(latex) <= MOST_KEPT else _converted)(latex, display)


@lru_cache(maxsize=4096)
def _cached(latex: str, display: bool) -> str:
    return _converted(latex, display)


def _converted(latex: str, display: bool) -> str:
    try:
        return _converter().convert_with_local_state(latex, displaystyle=display)
    except LatexError:
        escaped = latex.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f"<math{' display=' + repr('block') if display else ''}><mtext>{escaped}</mtext></math>"


def formula(latex: str) -> dict[str, str]:
    """A formula in an answer: LaTeX and MathML."""
    return {"latex": latex, "mathml": mathml(latex) if latex else ""}
