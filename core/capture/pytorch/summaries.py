"""Tensors as summaries: small ones all together at the end, large ones at once on their device."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from chainrule.core.capture.records import BINS, SIDE, Histogram, Summary, Tile
from chainrule.core.view.summary import extremes

SMALL = 1 << 14
"""Elements up to which a tensor is copied and summarized later."""
SAMPLE = 1 << 13
"""Elements that the histogram of a large tensor counts at least, evenly spaced."""
_CHUNK = 1 << 18
"""Elements that are reduced at once on a CPU: they stay in its cache from one statistic to the next."""
_AT_ONCE = 1 << 15
"""Elements of small tensors that are summarized together: what is made on the way stays in the cache."""
_FEW = 16
"""Elements of a block up to which it is quicker to add whole columns than to reduce each block."""
_PENDING = 1 << 22
"""Elements that wait for their summary at most."""

Floats = NDArray[np.float64]


class Entry:
    """One tensor seen: its summary, and itself if it is kept."""

    __slots__ = ("dead", "keep", "summary", "tensor")

    def __init__(self, tensor: Any, keep: bool) -> None:
        self.tensor = tensor
        self.summary: Summary | None = None
        self.keep = keep
        self.dead: tuple[int, int] | bool = False
        """Units that are 0 for every row, and all units; True if they are to be counted."""


class Store:
    """All tensors of a capture; those kept have at most ``budget`` bytes beside those asked for by name."""

    def __init__(self, budget: int) -> None:
        self.left = budget
        self._pending: list[Entry] = []
        self._elements = 0

    def add(self, tensor: Any, *, copy: bool, keep: bool, spare: bool = False, units: bool = False) -> Entry:
        """Take a tensor in.

        With ``copy`` it may be written afterwards. With ``spare`` it is kept if there is room: somebody holds it
        anyway. With ``units`` its dead units are counted.
        """
        tensor = tensor.detach()
        if tensor.device.type == "meta":
            return Entry(None, keep)
        if _dense(tensor) and tensor.numel() <= SMALL and not tensor.is_quantized:
            if copy:
                tensor = tensor.clone()
            entry = Entry(tensor, keep)
            entry.dead = units and tensor.dim() > 1 and tensor.numel() > 0
            self._pending.append(entry)
            self._elements += tensor.numel()
            if self._elements > _PENDING:
                self.flush()
            return entry
        entry = Entry(None, keep)
        with torch.no_grad():
            entry.summary = large(tensor)
            if units and _dense(tensor) and tensor.dim() > 1:
                alive = (tensor != 0).sum(_other_axes(tensor.dim()))
                entry.dead = int((alive == 0).sum()), alive.numel()
            if keep:
                entry.tensor = tensor.clone() if copy else tensor
            elif spare and self._room(tensor):
                entry.tensor = tensor
        return entry

    def retain(self, entry: Entry, tensor: Any) -> None:
        """Keep the tensor of an entry, if there is room."""
        if entry.tensor is None and (entry.keep or self._room(tensor)):
            entry.tensor = tensor

    def _room(self, tensor: Any) -> bool:
        size = tensor.numel() * tensor.element_size()
        if size > self.left:
            return False
        self.left -= size
        return True

    def flush(self) -> None:
        """Summarize what waits."""
        groups: dict[Any, list[Entry]] = {}
        for entry in self._pending:
            groups.setdefault((entry.tensor.device, entry.tensor.dtype), []).append(entry)
        self._pending, self._elements = [], 0
        for entries in groups.values():
            with torch.no_grad():
                _summarize(entries)
            for entry in entries:
                if entry.dead is True:
                    alive = (entry.tensor != 0).sum(_other_axes(entry.tensor.dim()))
                    entry.dead = int((alive == 0).sum()), alive.numel()
                if not entry.keep and not self._room(entry.tensor):
                    entry.tensor = None


def _dense(tensor: Any) -> bool:
    return tensor.layout is torch.strided and not tensor.is_nested


def _other_axes(axes: int) -> list[int]:
    """Return all axes but that of the units: the last one, of four or more the second."""
    units = axes - 1 if axes < 4 else 1
    return [axis for axis in range(axes) if axis != units]


def _numbers(tensor: Any) -> Any:
    """Return real floating numbers: magnitudes of complex ones, values of quantized ones."""
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    if tensor.is_conj() or tensor.is_neg():
        tensor = tensor.resolve_conj().resolve_neg()
    if tensor.is_complex():
        tensor = tensor.abs()
    return tensor


def _summarize(entries: list[Entry]) -> None:
    """Summarize small tensors of one type, as many together as stay in a processor's cache."""
    waiting: list[tuple[Entry, Floats, Any]] = []
    batch: list[Entry] = []
    elements = 0
    for entry in entries:
        count = entry.tensor.numel()
        if batch and elements + count > _AT_ONCE:
            waiting += _measured(batch)
            batch, elements = [], 0
        batch.append(entry)
        elements += count
    waiting += _measured(batch)
    with np.errstate(all="ignore"):
        tiles = _tiles([array for _, array, _ in waiting])
    for (entry, array, (low, high, mean, norm, zeros, histogram)), tile in zip(waiting, tiles, strict=True):
        spread = Histogram(low, high, histogram)
        entry.summary = Summary(array.size, low, high, mean, norm, zeros, 0, 0, spread, tile)


def _measured(entries: list[Entry]) -> Iterable[tuple[Entry, Floats, Any]]:
    """Measure small tensors of one type, each statistic in one pass over all of them.

    Return what a summary is made of. Those without elements are summarized at once, and all if any element is NaN or
    infinite.
    """
    shapes = [tuple(entry.tensor.shape) for entry in entries]
    sizes = np.array([math.prod(shape) for shape in shapes])
    flat: Floats = (
        torch.cat([_numbers(entry.tensor).reshape(-1) for entry in entries]).to(torch.float64).cpu().numpy()
    )
    stops = np.cumsum(sizes)
    arrays = [
        flat[stop - size : stop].reshape(shape)
        for stop, size, shape in zip(stops.tolist(), sizes.tolist(), shapes, strict=True)
    ]
    some = np.flatnonzero(sizes)
    begins, counts = (stops - sizes)[some], sizes[some]
    lows, highs = (end.reduceat(flat, begins) if some.size else flat for end in (np.minimum, np.maximum))
    odd = not (np.isfinite(lows).all() and np.isfinite(highs).all())
    for entry, array in zip(entries, arrays, strict=True):
        if odd or not array.size:
            entry.summary = of_array(array)
    if odd or not some.size:
        return ()
    with np.errstate(all="ignore"):
        zeros = np.searchsorted(begins, np.flatnonzero(flat == 0), "right")
        measured = zip(
            lows.tolist(),
            highs.tolist(),
            (np.add.reduceat(flat, begins) / counts).tolist(),
            np.sqrt(np.add.reduceat(np.square(flat), begins)).tolist(),
            np.bincount(zeros, minlength=some.size + 1)[1:].tolist(),
            _histograms(flat, counts, lows, highs),
            strict=True,
        )
    return zip((entries[at] for at in some), (arrays[at] for at in some), measured, strict=True)


def _histograms(flat: Floats, counts: Any, lows: Floats, highs: Floats) -> list[tuple[int, ...]]:
    """Count the elements of each tensor in its own intervals."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scales = BINS / (highs - lows)
        usable = np.isfinite(scales) & (scales > 0)
        bins = flat - np.repeat(lows, counts)
        bins *= np.repeat(np.where(usable, scales, 0.0), counts)
    # The largest element is counted behind the last interval, to which it belongs.
    places = bins.astype(np.intp)
    places += np.repeat(np.arange(len(counts)) * (BINS + 1), counts)
    table = np.bincount(places, minlength=len(counts) * (BINS + 1)).reshape(-1, BINS + 1)
    table[:, BINS - 1] += table[:, BINS]
    table = table[:, :BINS]
    return [
        tuple(row) if whole else (int(count),)
        for row, whole, count in zip(table.tolist(), usable.tolist(), counts.tolist(), strict=True)
    ]


def of_array(array: Floats) -> Summary:
    """Summarize an array of any numbers."""
    known = array[~np.isnan(array)]
    finite = known[np.isfinite(known)]
    return Summary(
        array.size,
        *extremes(known),
        int(np.count_nonzero(array == 0)),
        array.size - known.size,
        known.size - finite.size,
        _histogram(finite),
        tile(array),
    )


def _histogram(finite: Floats) -> Histogram | None:
    if not finite.size:
        return None
    low, high = finite.min(), finite.max()
    (counts,) = _histograms(finite, np.array([finite.size]), np.array([low]), np.array([high]))
    return Histogram(float(low), float(high), counts)


def tile(array: Floats) -> Tile | None:
    """Reduce the matrix of the last two axes, of the first item of the others; None without elements."""
    with np.errstate(all="ignore"):
        return _tiles([array])[0]


def _tiles(arrays: list[Floats]) -> list[Tile | None]:
    """The same of several arrays, those of one shape together; where NumPy is silent already."""
    found: list[Tile | None] = [None] * len(arrays)
    alike: dict[tuple[int, ...], list[int]] = {}
    for at, array in enumerate(arrays):
        if array.size:
            alike.setdefault((1, 1, *array.shape)[-2:], []).append(at)
    for (rows, columns), places in alike.items():
        size = rows * columns
        stack = np.concatenate([arrays[at].reshape(-1)[:size] for at in places]).reshape(-1, rows, columns)
        if rows > SIDE:
            stack = _pooled(stack.swapaxes(1, 2)).swapaxes(1, 2)
        if columns > SIDE:
            stack = _pooled(stack)
        for at, values in zip(places, stack.astype(np.float32), strict=True):
            found[at] = Tile(rows, columns, values)
    return found


def _pooled(stack: Floats) -> Floats:
    """Reduce the last axis to means of at most ``SIDE`` equal blocks; the last block may be shorter."""
    size = stack.shape[-1]
    block = math.ceil(size / SIDE)
    if block > _FEW:
        starts = np.arange(0, size, block)
        return np.add.reduceat(stack, starts, axis=-1) / np.diff(starts, append=size)
    sums = stack[..., ::block].copy()
    for at in range(1, block):
        part = stack[..., at::block]
        sums[..., : part.shape[-1]] += part
    sums[..., : size // block] /= block
    if size % block:
        sums[..., -1] /= size % block
    return sums


def large(tensor: Any) -> Summary:
    """Summarize a tensor on its device, in few passes and without a copy of it."""
    count = tensor.numel()
    if not _dense(tensor):
        return _sparse(tensor, count)
    tensor = _numbers(tensor)
    # The same memory as one dense row, so that no reduction copies it.
    order = sorted(range(tensor.dim()), key=lambda axis: -tensor.stride(axis))
    row = tensor.permute(order).reshape(-1)
    parts = row.split(_CHUNK) if row.device.type == "cpu" and count > _CHUNK else (row,)
    table = torch.stack([_statistics(part) for part in parts])
    low, high = float(table[:, 0].min()), float(table[:, 1].max())
    total, squares, others = table[:, 2:].sum(0).tolist()
    if not all(map(math.isfinite, (low, high, total, squares))):
        return _odd(tensor)
    sample = row[:: max(1, count // SAMPLE)]
    return Summary(
        count,
        low,
        high,
        total / count,
        math.sqrt(squares),
        count - int(others),
        0,
        0,
        _counted(sample.double().cpu().numpy(), low, high),
        _large_tile(tensor),
    )


def _statistics(part: Any) -> Any:
    """Return minimum, maximum, sum, sum of squares and number of elements that are not 0, as float64."""
    if not part.is_floating_point():
        part = part.double()
    elif part.element_size() < 4:
        part = part.float()
    low, high = torch.aminmax(part)
    return torch.stack([low, high, part.sum(), torch.dot(part, part), torch.count_nonzero(part)]).double()


def _counted(sample: Floats, low: float, high: float) -> Histogram:
    (counts,) = _histograms(sample, np.array([sample.size]), np.array([low]), np.array([high]))
    return Histogram(low, high, counts)


def _odd(tensor: Any) -> Summary:
    """Summarize a tensor with NaN, infinities, or a sum beyond its type's range."""
    nan, infinite = tensor.isnan(), tensor.isinf()
    known = tensor[~nan].double()
    finite = known[known.isfinite()]
    histogram = None
    if finite.numel():
        low, high = (float(end) for end in torch.aminmax(finite))
        sample = finite[:: max(1, math.ceil(finite.numel() / SAMPLE))]
        histogram = _counted(sample.cpu().numpy(), low, high)
    some = known.numel() > 0
    return Summary(
        tensor.numel(),
        float(known.min()) if some else math.nan,
        float(known.max()) if some else math.nan,
        float(known.mean()) if some else math.nan,
        float(torch.linalg.vector_norm(known)),
        tensor.numel() - int(torch.count_nonzero(tensor)),
        int(nan.sum()),
        int(infinite.sum()),
        histogram,
        _large_tile(tensor),
    )


def _large_tile(tensor: Any) -> Tile:
    matrix = tensor
    while matrix.dim() > 2:
        matrix = matrix[0]
    if matrix.dim() < 2:
        matrix = matrix.reshape(1, -1)
    rows, columns = matrix.shape
    for axis in (0, 1):
        size = matrix.shape[axis]
        if size > SIDE:
            block = math.ceil(size / SIDE)
            whole = size // block
            parts = matrix.narrow(axis, 0, whole * block).unflatten(axis, (whole, block)).mean(axis + 1)
            if whole * block < size:
                rest = matrix.narrow(axis, whole * block, size - whole * block).mean(axis, keepdim=True)
                parts = torch.cat([parts, rest], axis)
            matrix = parts
    return Tile(rows, columns, matrix.float().cpu().numpy().copy())


def _sparse(tensor: Any, count: int) -> Summary:
    """Summarize a sparse tensor; what is not stored is 0."""
    if tensor.is_nested:
        stored = torch.cat([part.reshape(-1) for part in tensor.unbind()])
        count = stored.numel()
    elif tensor.layout is torch.sparse_coo:
        stored = tensor.coalesce().values()
    else:
        stored = tensor.to_sparse_coo().coalesce().values()
    values: Floats = _numbers(stored).double().reshape(-1).cpu().numpy()
    summary = of_array(values)
    zeros = count - values.size
    if not zeros:
        return replace(summary, tile=None)
    known = values.size - summary.nan
    return Summary(
        count,
        min(summary.min, 0.0) if known else 0.0,
        max(summary.max, 0.0) if known else 0.0,
        summary.mean * known / (known + zeros) if known else 0.0,
        summary.norm,
        summary.zeros + zeros,
        summary.nan,
        summary.infinite,
        None,
        None,
    )
