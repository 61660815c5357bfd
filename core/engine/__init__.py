"""The engine: a graph, the tape that runs it forward and backward, and the loops that do the work."""

from chainrule.core.engine.graph import Graph
from chainrule.core.engine.tape import Gradients, Tape, Values

__all__ = ["Gradients", "Graph", "Tape", "Values"]
