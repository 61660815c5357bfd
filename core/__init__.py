"""The backpropagation engine: NumPy only; it knows no web and no files."""

from typing import TYPE_CHECKING

from chainrule.core.door import lazy

__all__ = ["Tape", "check", "parse"]

if TYPE_CHECKING:
    from chainrule.core.engine.tape import Tape
    from chainrule.core.gradcheck.gradcheck import check
    from chainrule.core.language.program import parse
else:
    # Not `explain`: that name is the room `chainrule.core.explain`.
    __getattr__ = lazy(
        __name__,
        {
            "Tape": "chainrule.core.engine.tape",
            "check": "chainrule.core.gradcheck.gradcheck",
            "parse": "chainrule.core.language.program",
        },
    )
