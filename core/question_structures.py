"""The structures that questions are made from, at four levels.

A structure throws its numbers with the dice it is given. ``core.questions`` throws again until they suit: results that
end soon, and another wrong number for each known mistake.
"""

from core import question_layers, question_mixed, question_nodes, question_shopping
from core.op import Text
from core.question_draft import Structure

LEVELS: tuple[tuple[Structure, ...], ...] = (
    question_nodes.STRUCTURES,
    question_shopping.STRUCTURES,
    question_mixed.STRUCTURES,
    question_layers.STRUCTURES,
)
"""The structures of each level: one node; shopping; mixed ops with fan-out; layers with shapes."""

LEVEL_TITLES = (
    Text("노드 하나", "One node"),
    Text("장보기", "Shopping"),
    Text("갈라지는 계산", "Mixed ops, with fan-out"),
    Text("계층과 모양", "Layers and shapes"),
)
