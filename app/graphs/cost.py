"""The cost of a graph's tensors, and refusals of requests that would take too long."""

import math
from collections.abc import Sequence

from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.engine.graph import Graph
from chainrule.core.engine.memory import NUMBER, Need
from chainrule.core.gradcheck import work as checks
from chainrule.core.gradcheck.perturbed import MOST_HELD
from chainrule.core.ops import CODES
from chainrule.core.ops.product import PRODUCT_NAMES
from chainrule.core.ops.shapes import shown
from chainrule.core.text import Text

MOST_CHECKED = 2_000_000_000
"""Limit of a numerical check: its work, as ``core.gradcheck.work`` estimates it, about five seconds."""
MOST_CHECKED_AT_A_CLICK = 100_000_000
"""The same limit when one node is explained."""
_CHECK_UNIT = 2.5e-3
"""Microseconds of a unit of that work."""
MOST_TOLD = 300_000
"""Largest graph, in elements, in which one element is traced and all are exported."""

MOST_TRACED_IN_A_NET = 10_000_000
"""The same limit for the net of a run, which has few nodes for its size."""

MOST_MOVED = 20_000_000
"""Numbers computed while two inputs move."""

WRITTEN = 100
"""Bytes of an element while a tensor is written out in an answer."""

CHECKED_AT_ONCE = 2 * NUMBER * MOST_HELD
"""Bytes of the moves of a numerical check that are made at once, and of what an op makes on its way."""

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


def check_time(graph: Graph) -> float:
    """The time of the numerical check of every input's elements, in microseconds."""
    return _CHECK_UNIT * checks.of(graph, [node.index for node in graph.inputs], MOST_CHECKED)


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


def refuse_memory(graph: Graph, need: Need, most: int, passes: int, more: int) -> None:
    """Raise ProblemError if so many passes, and more bytes besides, need more than ``most`` bytes."""
    if (whole := passes * need.bytes + more) <= most:
        return
    name, shape = graph.ids[need.node], shown(graph.shapes.get(need.node, ()))
    whole_mb, most_mb, gradients_mb = (math.ceil(size / 1e6) for size in (whole, most, need.gradients))
    fan_out = need.readers > 1 and 2 * passes * need.gradients > whole
    why = (
        Text(
            f"{shape} 모양의 `{name}`을(를) {need.readers:,}곳에서 읽어 기울기만 {gradients_mb:,} MB입니다. "
            f"`{name}`을(를) 줄이거나 덜 읽어 보세요.",
            f"`{name}` of shape {shape} is read {need.readers:,} times, and these gradients alone take "
            f"{gradients_mb:,} MB. Make `{name}` smaller, or read it less often.",
        )
        if fan_out
        else Text(
            f"텐서를 더 작게 만들거나 줄여 보세요. 가장 큰 것은 {shape} 모양의 `{name}`입니다.",
            f"Use smaller tensors, or fewer; the largest is `{name}` of shape {shape}.",
        )
    )
    raise ProblemError(
        "memory",
        Text(
            f"이 프로그램을 계산하려면 메모리가 {whole_mb:,} MB 필요합니다. {most_mb:,} MB까지 쓸 수 있습니다. "
            f"{why.ko}",
            f"This program needs {whole_mb:,} MB of memory; at most {most_mb:,} MB are allowed. {why.en}",
        ),
        name=name,
    )


def own_elements(graph: Graph) -> int:
    """The number of elements of the graph's inputs and constants."""
    return sum(math.prod(graph.shapes.get(leaf, ())) for leaf in graph.leaves)


def refuse_many_points(graph: Graph, points: int) -> None:
    """Raise ProblemError if a graph at so many points would take too many numbers."""
    if elements(graph) * points > MOST_MOVED:
        raise ProblemError(
            "too-large",
            Text(
                f"그래프가 커서 {points:,}곳의 값을 한 번에 구할 수 없습니다. points를 줄여 보세요.",
                f"The graph is too large for its values at {points:,} places at once. Ask for fewer `points`.",
            ),
        )
