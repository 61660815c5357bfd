"""How many examples Hypothesis draws where one takes longer than others."""

from hypothesis import settings


def draws(count: int) -> settings:
    """So many percent of the profile's examples: it has 50 in the check and 2,000 in the long run."""
    return settings(max_examples=settings().max_examples * count // 100)


def in_the_long_run() -> bool:
    """Tell whether this is ``./check.sh --long``."""
    return settings.get_current_profile_name() == "long"
