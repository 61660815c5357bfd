"""The recorder of PyTorch models: one pass forward under a function mode, one backward under node hooks.

Nothing here is imported before somebody records: PyTorch is an optional extra.
"""

from typing import TYPE_CHECKING

from chainrule.core.door import lazy

__all__ = ["CaptureError", "Recording", "record"]

if TYPE_CHECKING:
    from chainrule.core.capture.pytorch.errors import CaptureError
    from chainrule.core.capture.pytorch.recording import Recording
    from chainrule.core.capture.pytorch.run import record
else:
    __getattr__ = lazy(
        __name__,
        {
            "CaptureError": "chainrule.core.capture.pytorch.errors",
            "Recording": "chainrule.core.capture.pytorch.recording",
            "record": "chainrule.core.capture.pytorch.run",
        },
    )
