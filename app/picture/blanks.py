"""The numbers of a picture that are left empty, with a box instead of each."""

import re
from collections.abc import Iterable

_ELEMENT = re.compile(r"(.+)\[(\d+)(?:,(\d+))?\]")

Cells = dict[str, str]
"""The boxes in a matrix: row and column (``0,1``) → id of the blank."""


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
        """Whether any value is blank; gradients, which depend on values, are then hidden."""

    def whole(self, blank: str) -> bool:
        """Whether a number or a shape is blank."""
        return blank in self._whole

    def cells(self, blank: str) -> Cells | None:
        """The blank elements of a tensor; None if it has none."""
        return self._cells.get(blank)
