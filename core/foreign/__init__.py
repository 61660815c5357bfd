"""Text of other tools rewritten line by line as a program: PyTorch, micrograd, the book, our own exports."""

from chainrule.core.foreign.own import from_origin
from chainrule.core.foreign.translate import translate
from chainrule.core.foreign.translation import Line, Translation

__all__ = ["Line", "Translation", "from_origin", "translate"]
