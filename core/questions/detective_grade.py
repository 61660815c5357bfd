"""Points of the gradient detective: the place, the mistake, and how few checks it took."""

NAMED_FROM = 3
"""The first level at which the mistake is to be named too."""
FULL, LEAST = 10, 5
"""Points for a rule found within par, and at least so many however many checks it took."""


def named(level: int) -> bool:
    """Say whether the mistake is to be named at this level, not only its place."""
    return level >= NAMED_FROM


def points(place: bool, kind: bool, checks: int, par: int) -> float:
    """Grade an accusation: a point less for each check beyond par, half for the right place with a wrong mistake."""
    if not place:
        return 0.0
    whole = max(LEAST, FULL - max(0, checks - par))
    return float(whole) if kind else whole / 2
