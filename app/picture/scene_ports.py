"""Where edges meet a shape: offsets at which operands arrive, and results leave."""

WEST_PITCH, EAST_PITCH = 21.0, 22.0
"""Distance between two edges that arrive at, or leave, the same shape: room for two pairs of arrows."""
BESIDE = 15.0
"""How far from the middle a lone number or name enters, when the other operand comes straight."""


def arrivals(depths: list[int]) -> tuple[float, ...]:
    """Offsets from the middle at which operands of these depths arrive.

    The deeper of two comes straight, so that a chain is a line; a lone number or name comes from beside it.
    """
    if len(depths) == 2:
        first, second = depths
        if first > second and (second <= 0 or first > second + 1):
            return 0.0, BESIDE
        if second > first and (first <= 0 or second > first + 1):
            return -BESIDE, 0.0
    return ports(len(depths), 0.0, WEST_PITCH)


def ports(count: int, middle: float, pitch: float) -> tuple[float, ...]:
    """Places for so many edges about the middle, from top to bottom."""
    return tuple(middle + (k - (count - 1) / 2) * pitch for k in range(count))


def needed(leaving: int) -> float:
    """The height that so many leaving edges ask for."""
    return leaving * EAST_PITCH
