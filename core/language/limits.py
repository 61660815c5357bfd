"""How large a program may be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a program may be; each limit ends in a ``ProgramError`` that names it."""

    source_length: int = 20_000
    """Characters of the program."""
    nodes: int = 5_000
    """Nodes of the graph, after loops are unrolled."""
    steps: int = 100_000
    """Statements carried out and functions called, after loops are unrolled."""
    tensor_elements: int = 1_000_000
    """Elements of one tensor."""
    elements: int = 10_000_000
    """Elements of all tensors together."""
    call_depth: int = 50
    """Functions called inside one another."""
