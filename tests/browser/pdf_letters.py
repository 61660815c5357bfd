"""The letters of a PDF that Chromium printed: how large each text really is on the paper, in points."""

import math
import re
import zlib
from typing import NamedTuple

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_TOKEN = re.compile(rb"/[^\s/<>\[\]()]+|\((?:\\.|[^\\)])*\)|<<|>>|<[0-9A-Fa-f]*>|\[|\]|[^\s/<>\[\]()]+")
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, ...]


class Letters(NamedTuple):
    """A text on a page."""

    page: int
    """From 1."""
    points: float
    x: float
    """From the left, in points."""
    y: float
    """From the foot, in points."""
    glyphs: int


def letters_of(pdf: bytes) -> list[Letters]:
    """List every text of a PDF, in the order in which it is drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b(?!s)", body)]
    found: list[Letters] = []
    for number, page in enumerate(pages, 1):
        (contents,) = re.findall(rb"/Contents (\d+) 0 R", page)
        _read(objects, page, _stream(objects[int(contents)]), _IDENTITY, number, found)
    return found


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream")
    data = rest.lstrip(b"\r").removeprefix(b"\n")
    return zlib.decompressobj().decompress(data) if b"FlateDecode" in head else data


def _times(a: Matrix, b: Matrix) -> Matrix:
    """Apply ``a``, then ``b``."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def _read(
    objects: dict[int, bytes], owner: bytes, content: bytes, at: Matrix, page: int, found: list[Letters]
) -> None:
    """Follow the drawing of a page, or of a form on it."""
    # Emoji are pictures in a font of type 3, whose size says nothing.
    pictures = {
        name
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", owner)
        if b"/Subtype /Type3" in objects[int(number)]
    }
    forms = {name: int(number) for name, number in re.findall(rb"/(X\d+) (\d+) 0 R", owner)}
    stack: list[Matrix] = []
    text, size, font = _IDENTITY, 0.0, b""
    operands: list[bytes] = []
    nothing = False  # within a space of no width
    for token in _TOKEN.findall(content):
        if not token[:1].isalpha() and token not in (b"'", b'"'):
            operands.append(token)
            continue
        numbers = [float(each) for each in operands if re.fullmatch(rb"[-+.\d]+", each)]
        if token == b"q":
            stack.append(at)
        elif token == b"Q":
            at = stack.pop()
        elif token == b"cm":
            at = _times(tuple(numbers[-6:]), at)
        elif token == b"BDC":
            nothing = b"<FEFF200B>" in operands
        elif token == b"EMC":
            nothing = False
        elif token == b"BT":
            text = _IDENTITY
        elif token == b"Tf":
            size, font = numbers[-1], operands[-2].lstrip(b"/")
        elif token == b"Tm":
            text = tuple(numbers[-6:])
        elif token == b"Td":
            text = _times((1, 0, 0, 1, *numbers[-2:]), text)
        elif token in (b"Tj", b"TJ") and not nothing and font not in pictures:
            whole = _times(text, at)
            points = size * math.sqrt(abs(whole[0] * whole[3] - whole[1] * whole[2]))
            glyphs = sum(len(each) // 4 for each in operands if each.startswith(b"<"))
            found.append(Letters(page, points, whole[4], whole[5], glyphs))
        elif token == b"Do" and operands and (form := forms.get(operands[-1].lstrip(b"/"))) is not None:
            body = objects[form]
            if b"/Subtype /Form" in body.partition(b"stream")[0]:
                _read(objects, body.partition(b"stream")[0], _stream(body), at, page, found)
        operands = []
