"""A small captured model made by hand: y = (x · w)², and w tied to a second name."""

import numpy as np

from chainrule.core.capture import (
    Capture,
    Edge,
    Group,
    Histogram,
    Node,
    Output,
    Parameter,
    Source,
    Summary,
    Tile,
)


def summary(*elements: float) -> Summary:
    """Summarize a vector of different finite numbers."""
    values = np.array(elements)
    counts = (1,) if values.size == 1 else (1,) + (0,) * 18 + (values.size - 1,)
    return Summary(
        count=values.size,
        min=float(values.min()),
        max=float(values.max()),
        mean=float(values.mean()),
        norm=float(np.sqrt(np.sum(values**2))),
        zeros=int(np.sum(values == 0)),
        nan=0,
        infinite=0,
        histogram=Histogram(float(values.min()), float(values.max()), counts),
        tile=Tile(1, values.size, values.astype(np.float32).reshape(1, -1)),
    )


def output(value: tuple[float, ...], gradient: tuple[float, ...] | None, shape: tuple[int, ...]) -> Output:
    """Make a float32 output on the CPU."""
    return Output(
        shape,
        "float32",
        "cpu",
        gradient is not None,
        summary(*value),
        None if gradient is None else summary(*gradient),
    )


def sample() -> Capture:
    """Return the capture at x = (1, 2), w = (3, 4): y = 121, ∂y/∂w = 22x, ∂y/∂x = 22w."""
    line = Source("net.py", 7, "forward", "return (x @ self.inner.w) ** 2")
    return Capture(
        title="Net",
        nodes=(
            Node("x", "input", "input", "x", "", 0, (output((1, 2), (66, 88), (2,)),)),
            Node(
                "inner.w",
                "parameter",
                "parameter",
                "w",
                "inner",
                1,
                (output((3, 4), (22, 44), (2,)),),
                aliases=("tied.w",),
            ),
            Node(
                "inner.matmul",
                "op",
                "matmul",
                "matmul",
                "inner",
                1,
                (output((11,), (22,), ()),),
                source=line,
                autograd=("DotBackward0",),
                formula="matmul",
            ),
            Node(
                "pow",
                "loss",
                "pow",
                "pow",
                "",
                0,
                (output((121,), (1,), ()),),
                arguments=(("1", "2"),),
                source=line,
                autograd=("PowBackward0",),
                formula="pow",
            ),
        ),
        edges=(
            Edge(0, 0, 2, (0,), True, summary(66, 88), 1),
            Edge(1, 0, 2, (1,), True, summary(22, 44), 2),
            Edge(2, 0, 3, (0,), True, summary(22), 0),
        ),
        groups=(
            Group("/", "model", "", "Net", 1, -1),
            Group("inner", "module", "inner", "Inner", 1, 0, aliases=("tied",)),
        ),
        parameters=(
            Parameter("inner.w", 1, (2,), "float32"),
            Parameter("tied.w", 1, (2,), "float32"),
            Parameter("spare", -1, (5,), "float32", "unused"),
        ),
        loss=(3, 0),
        outputs=((3, 0),),
        loss_value=121.0,
        made_by="torch 2.13.0",
    )
