"""The numerical check: derivatives by finite differences beside those by backpropagation."""

from chainrule.core.gradcheck.gradcheck import check
from chainrule.core.gradcheck.numerical import numerical
from chainrule.core.gradcheck.sweep import curve, differences

__all__ = ["check", "curve", "differences", "numerical"]
