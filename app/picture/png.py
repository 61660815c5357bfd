"""A standalone picture as PNG, at twice its size, for programs that take no SVG."""

import re

import resvg_py

SCALE = 2.0
MOST_PIXELS = 40_000_000
"""A larger picture is drawn at a smaller scale: an image of this size takes 160 MB while it is made."""

_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')


def png(svg: str) -> bytes:
    """The PNG of an SVG made by ``app.picture.svg.draw`` with ``standalone``.

    Text is set in the fonts of this machine: Korean needs one that has it, emoji another. Takes 50 to 150 ms for a
    graph of the lecture, so call it in a thread. Raises ValueError for what is no such SVG.
    """
    size = _SIZE.match(svg)
    if size is None:
        raise ValueError("not a picture of this project")
    area = float(size[1]) * float(size[2])
    scale = min(SCALE, (MOST_PIXELS / area) ** 0.5)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=scale, sans_serif_family="Noto Sans CJK KR"))
