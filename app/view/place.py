"""The layouts of this process: one engine, started by the first picture and ended with the interpreter."""

import atexit
from functools import cache
from typing import NamedTuple

from chainrule.app.picture.layout import Layouts


class Limits(NamedTuple):
    """What one picture may take, on a person's own machine; the defaults are the site's."""

    layout_seconds: float = 10.0
    layout_memory_mb: int = 1024
    layout_max_nodes: int = 1_000
    layout_elk_work: int = 250
    layout_cache_size: int = 256


@cache
def layouts() -> Layouts:
    """Return the layouts of this process."""
    made = Layouts(Limits())
    atexit.register(made.close)
    return made
