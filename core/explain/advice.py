"""Advice at a node: a stable form of what it computes, and a loss whose operands broadcast against each other."""

from collections.abc import Iterator

from chainrule.core.engine.graph import Graph, Group, Node
from chainrule.core.ops import shapes
from chainrule.core.ops.composites import COMPOSITES
from chainrule.core.text import Text

_LOG_SOFTMAX = Text(
    "`log_softmax`는 둘을 한 번에 구하므로 늘 정확합니다. 따로 구하면, 훨씬 작은 점수의 소프트맥스가 0이 되어 "
    "그 로그가 −∞가 됩니다.",
    "`log_softmax` takes both in one step and stays exact. Apart, the softmax of a much smaller score becomes 0, and "
    "its log −∞.",
)
_SOFTMAX_WITH_LOSS = Text(
    "`softmax_with_loss`는 점수에서 손실을 한 번에 구하므로 늘 정확합니다. 따로 구하면, 훨씬 작은 점수의 소프트맥스가 "
    "0이 되어 손실이 ∞가 됩니다.",
    "`softmax_with_loss` takes the loss from the scores in one step and stays exact. Apart, the softmax of a much "
    "smaller score becomes 0, and the loss ∞.",
)
_LOGSUMEXP = Text(
    "`logsumexp`는 가장 큰 값을 먼저 빼므로 늘 정확합니다. 이대로는 입력이 709를 넘으면 exp가 ∞가 되고, 모두 −745보다 "
    "작으면 합이 0이 됩니다.",
    "`logsumexp` takes the largest out first and stays exact. As it stands, exp becomes ∞ above 709, and the sum 0 "
    "where all are below −745.",
)
_SOFTPLUS_OF_MINUS = Text(
    "`-softplus(-x)`는 같은 값을 늘 정확히 구합니다. 이대로는 시그모이드가 x < −745에서 0으로, x > 37에서 1로 "
    "반올림됩니다.",
    "`-softplus(-x)` is the same and stays exact. As it stands, the sigmoid is rounded to 0 below x = −745 and to 1 "
    "above x = 37.",
)
_SOFTPLUS = Text(
    "`softplus(x)`는 같은 값을 늘 정확히 구합니다. 이대로는 x > 709에서 exp가 ∞가 되고, x < −37에서 1에 더한 것이 "
    "반올림으로 사라집니다.",
    "`softplus(x)` is the same and stays exact. As it stands, exp becomes ∞ above x = 709, and below x = −37 what is "
    "added to 1 is lost in rounding.",
)

_OF_LOG = {"softmax": _LOG_SOFTMAX, "sigmoid": _SOFTPLUS_OF_MINUS}


def stable_forms(graph: Graph) -> dict[int, Text]:
    """Find nodes that compute what another function computes exactly; say which and why, by node index."""
    return {index: said for index in range(len(graph)) if (said := stable_form(graph, index)) is not None}


def stable_form(graph: Graph, index: int) -> Text | None:
    """Say which function computes exactly what a node computes, and why; asks its neighbours alone."""
    node = graph.nodes[index]
    op = _op(node)
    if op in ("log", "log1p") and not _in_composite(graph, node):
        inner = graph.nodes[node.inputs[0]]
        if op == "log1p":
            return _SOFTPLUS if _op(inner) == "exp" else None
        made = _made_by(graph, inner)
        if made in _OF_LOG:
            return _OF_LOG[made]
        if _op(inner) == "sum" and _exponential(graph, inner.inputs[0]):
            return _LOGSUMEXP
        return _SOFTPLUS if _one_and_exponential(graph, inner) else None
    for group in _results(graph, node):
        if group.name == "cross_entropy" and _made_by(graph, graph.nodes[group.inputs[0]]) == "softmax":
            return _SOFTMAX_WITH_LOSS
    return None


def broadcast_losses(graph: Graph) -> dict[int, Text]:
    """Find subtractions of (N, 1) and (N,) on the way to a loss, and say what comes of them, by node index."""
    return {index: said for index in range(len(graph)) if (said := broadcast_loss(graph, index)) is not None}


def broadcast_loss(graph: Graph, index: int) -> Text | None:
    """Say what comes of a subtraction of (N, 1) and (N,) on the way to a loss.

    The result of a closed layer with such a subtraction inside is told of too.
    """
    if graph.shapes.get(graph.output):
        return None
    node = graph.nodes[index]
    said = _met(graph, node)
    for group in _results(graph, node):
        for inner in group.nodes:
            said = _met(graph, graph.nodes[inner]) or said
    return said


def _met(graph: Graph, node: Node) -> Text | None:
    """What to say of a subtraction whose operands meet as a row and a column."""
    if _op(node) != "sub":
        return None
    column, row = sorted((graph.shapes.get(i, ()) for i in node.inputs), key=len, reverse=True)
    if len(column) != 2 or column[1] != 1 or row != column[:1] or row == (1,):
        return None
    # An axis put in on the spot is meant: `x[:, None] - x`.
    if any(_op(graph.nodes[i]) == "reshape" and graph.nodes[i].name is None for i in node.inputs):
        return None
    return _broadcast(*(shapes.shown(each) for each in (column, row, node.shape)))


def _results(graph: Graph, node: Node) -> Iterator[Group]:
    """The groups whose result a node is, the innermost first."""
    at = node.group
    while at is not None and graph.groups[at].output == node.index:
        yield graph.groups[at]
        at = graph.groups[at].parent


def _made_by(graph: Graph, node: Node) -> str:
    """The name of the function whose result a node is, "" if of none."""
    return next((group.name for group in _results(graph, node)), "")


def _broadcast(column: str, row: str, whole: str) -> Text:
    return Text(
        f"{column} 모양과 {row} 모양을 빼면 모든 원소끼리 짝지어져 {whole} 모양이 됩니다. 손실에서는 보통 실수이니, "
        "`y[:, 0]`처럼 두 모양을 같게 하세요.",
        f"The shapes {column} and {row} meet as {whole}: every element of one with every element of the other. In a "
        "loss that is rarely meant; give both the same shape, as by `y[:, 0]`.",
    )


def _op(node: Node) -> str:
    return node.op.name if node.op is not None else ""


def _in_composite(graph: Graph, node: Node) -> bool:
    return node.group is not None and graph.groups[node.group].name in COMPOSITES


def _exponential(graph: Graph, index: int) -> bool:
    """Whether a node is an exponential of what has not been lowered by its maximum."""
    node = graph.nodes[index]
    if _op(node) != "exp":
        return False
    inner = graph.nodes[node.inputs[0]]
    return not (_op(inner) == "sub" and _op(graph.nodes[inner.inputs[1]]) == "max")


def _one_and_exponential(graph: Graph, node: Node) -> bool:
    """Whether a node is 1 + e^x, in either order."""
    if _op(node) != "add":
        return False
    operands = [graph.nodes[i] for i in node.inputs]
    ones = [each for each in operands if each.kind == "constant" and not each.shape and each.value == 1.0]
    return len(ones) == 1 and any(_op(each) == "exp" for each in operands)
