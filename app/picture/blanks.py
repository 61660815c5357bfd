"""Which numbers of a picture are left empty: a box stands in the place of each."""

import re
from collections.abc import Iterable

_ELEMENT = re.compile(r"(.+)\[(\d+)(?:,(\d+))?\]")

Cells = dict[str, str]
"""The boxes in a matrix: by row and column, ``0,1``, the blank's id."""


class BlankSet:
    """The blanks of one picture, by id: ``value:<node>``, ``grad:<edge>``, ``sum:<node>``, or an element of one."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._whole: set[str] = set()
        self._cells: dict[str, Cells] = {}
        for blank in ids:
            element = _ELEMENT.fullmatch(blank)
            if element is None:
                self._whole.add(blank)
            else:
                whole, first, second = element.groups()
                # A vector is one row.
                place = f"0,{first}" if second is None else f"{first},{second}"
                self._cells.setdefault(whole, {})[place] = blank
        self.forward = any(blank.startswith("value:") for blank in (*self._whole, *self._cells))
        """Whether a value is asked: gradients, which are found out later, are then not given."""

    def whole(self, blank: str) -> bool:
        """Whether this one is asked, as a whole."""
        return blank in self._whole

    def cells(self, blank: str) -> Cells | None:
        """Which elements of it are asked; None if it is given."""
        return self._cells.get(blank)
