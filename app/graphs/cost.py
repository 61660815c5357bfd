"""The cost of a graph's tensors, and refusals of requests that would take too long."""

import math
from collections.abc import Sequence

from chainrule.app.web.problems import ProblemError
from chainrule.core.engine.graph import Graph
from chainrule.core.gradcheck import work as checks
from chainrule.core.ops import CODES
from chainrule.core.ops.product import PRODUCT_NAMES
from chainrule.core.text import Text

MOST_CHECKED = 2_000_000_000
"""Limit of a numerical check: its work, as ``core.gradcheck.work`` estimates it, about five seconds."""
MOST_CHECKED_AT_A_CLICK = 100_000_000
"""The same limit when one node is explained."""
MOST_TOLD = 300_000
"""Largest graph, in elements, in which one element is traced and all are exported."""

MOST_TRACED_IN_A_NET = 10_000_000
"""The same limit for the net of a run, which has few nodes for its size."""

MOST_HELD = 20_000_000
"""Numbers held at once while two inputs move."""

_TENSOR_NODE, _ELEMENT, _MULTIPLIED = 25.0, 0.02, 2e-4
"""The cost of a tensor node, of an element and of a multiplication, in scalar nodes."""
_PRODUCTS = frozenset(CODES[name] for name in PRODUCT_NAMES)


def of(graph: Graph) -> float:
    """The time of both passes, in scalar nodes."""
    if not graph.has_tensors:
        return len(graph)
    multiplied = sum(
        math.prod(graph.shapes[graph.a[node]]) * math.prod(graph.shapes[graph.b[node]][1:][-1:])
        for node, code in enumerate(graph.codes)
        if code in _PRODUCTS
    )
    return _TENSOR_NODE * len(graph) + _ELEMENT * elements(graph) + _MULTIPLIED * multiplied


def elements(graph: Graph) -> int:
    """The number of elements of all nodes."""
    return sum(map(math.prod, graph.shapes.values())) + len(graph) - len(graph.shapes)


def is_long_check(graph: Graph, nodes: Sequence[int], most: float = MOST_CHECKED) -> bool:
    """Whether the numerical check of every element of these nodes is more work than ``most``."""
    return graph.has_tensors and checks.of(graph, nodes, most) > most


def refuse_endless_check(graph: Graph) -> None:
    """Raise ProblemError if the numerical check of every input's elements would take too long."""
    if is_long_check(graph, [node.index for node in graph.inputs]):
        raise ProblemError(
            "too-large",
            Text(
                "텐서가 커서 모든 원소의 수치 미분을 구하려면 너무 오래 걸립니다. 더 작은 텐서로 확인해 보세요.",
                "With tensors this large, the numerical derivative of every element would take too long. "
                "Try smaller tensors.",
            ),
        )


def refuse_many_elements(graph: Graph, most: int = MOST_TOLD) -> None:
    """Raise ProblemError for a graph with more than `most` elements."""
    if graph.has_tensors and (count := elements(graph)) > most:
        raise ProblemError(
            "too-large",
            Text(
                f"텐서의 원소가 모두 {count:,}개입니다. 이 호출은 {most:,}개까지 답합니다.",
                f"The tensors have {count:,} elements; this call answers up to {most:,}.",
            ),
        )


def refuse_many_points(graph: Graph, points: int) -> None:
    """Raise ProblemError if a graph at so many points at once would hold too many numbers."""
    if elements(graph) * points > MOST_HELD:
        raise ProblemError(
            "too-large",
            Text(
                f"그래프가 커서 {points:,}곳의 값을 한 번에 구할 수 없습니다. points를 줄여 보세요.",
                f"The graph is too large for its values at {points:,} places at once. Ask for fewer `points`.",
            ),
        )
