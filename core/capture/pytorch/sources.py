"""The line of a person's code that called an op: the innermost frame outside of PyTorch and this recorder."""

import linecache
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import torch

from chainrule.core.capture.records import Source

_OWN = (
    str(Path(torch.__file__).parent),
    str(Path(__file__).parent),
    "<frozen",
)
_APPLY: CodeType = torch.autograd.Function.apply.__func__.__code__
_skipped: dict[CodeType, bool] = {}


def _skip(code: CodeType) -> bool:
    known = _skipped.get(code)
    if known is None:
        file = code.co_filename
        known = file.startswith(_OWN) or file.endswith(("/contextlib.py", "/functools.py"))
        _skipped[code] = known
    return known


def calling_frame(depth: int = 1) -> FrameType | None:
    """Return the frame of the person's code that is being run."""
    frame: FrameType | None = sys._getframe(depth)
    while frame is not None and _skip(frame.f_code):
        frame = frame.f_back
    return frame


def place(frame: FrameType | None) -> tuple[CodeType, int] | None:
    """Return code and line of a frame; the text is read later."""
    return None if frame is None else (frame.f_code, frame.f_lineno)


def source(at: tuple[CodeType, int]) -> Source:
    """Return the source line at a code's line."""
    code, line = at
    text = linecache.getline(code.co_filename, line).strip()
    return Source(code.co_filename, line or 0, code.co_qualname, text)


def custom_function() -> Any:
    """Return the outermost custom Function whose forward runs, as its backward node; None outside of one.

    ``True`` stands for a Function whose node its forward does not get.
    """
    frame: FrameType | None = sys._getframe(1)
    below: FrameType | None = None
    found: Any = None
    while frame is not None:
        if frame.f_code is _APPLY:
            found = True
            if below is not None and below.f_code.co_argcount:
                first = below.f_locals.get(below.f_code.co_varnames[0])
                if isinstance(first, torch.autograd.function.BackwardCFunction):
                    found = first
        below, frame = frame, frame.f_back
    return found
