"""Exported scripts run as a person would run them."""

from contextlib import redirect_stdout
from io import StringIO

import torch


def output_of(script: str) -> str:
    """Run a script in a namespace of its own and return what it prints; PyTorch keeps its default type."""
    default, out = torch.get_default_dtype(), StringIO()
    try:
        with redirect_stdout(out):
            exec(compile(script, "export.py", "exec"), {"__name__": "__main__"})
    finally:
        torch.set_default_dtype(default)
    return out.getvalue()
