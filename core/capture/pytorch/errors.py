"""What cannot be captured, and why."""

from chainrule.core.errors import ChainruleError


class CaptureError(ChainruleError):
    """A call that cannot be captured as it stands; the message says what to change."""
