"""Training: a net compiled for many passes, its data, its optimizers, and the loop that steps."""

from chainrule.core.training.options import Options
from chainrule.core.training.plan import Plan
from chainrule.core.training.trainer import Trainer

__all__ = ["Options", "Plan", "Trainer"]
