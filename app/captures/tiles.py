"""The heat map of a summary's tile, drawn once however many views and panels show it."""

from functools import lru_cache

from chainrule.app.encoding.heat_map import HeatMap, heat_map
from chainrule.core.capture import Tile

KEPT = 2_048
"""Heat maps kept, some 5 kB each."""


@lru_cache(maxsize=KEPT)
def heat_map_of(tile: Tile) -> HeatMap | None:
    """Return the heat map of a tile; None for one without elements. Tiles are told apart by identity."""
    return heat_map(tile.values.astype(float)) if tile.values.size else None
