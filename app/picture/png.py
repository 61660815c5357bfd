"""A standalone picture as PNG at twice its size, for programs that cannot show SVG."""

import re

import resvg_py

SCALE = 2.0
MOST_PIXELS = 40_000_000
"""Larger pictures are scaled down: an image of this size takes 160 MB to draw."""

_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')


def png(svg: str) -> bytes:
    """Render an SVG made by ``app.picture.svg.draw`` with ``standalone``. Raises ValueError for any other.

    Uses the fonts of this machine, so Korean and emoji need fonts that have them. Takes 50 to 150 ms for a graph of
    the lecture, and holds the interpreter meanwhile: call it in another process.
    """
    size = _SIZE.match(svg)
    if size is None:
        raise ValueError("not a picture of this project")
    area = float(size[1]) * float(size[2])
    scale = min(SCALE, (MOST_PIXELS / area) ** 0.5)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=scale, sans_serif_family="Noto Sans CJK KR"))
