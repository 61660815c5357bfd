"""The structures that questions are made from, at four levels.

A structure throws its numbers with the dice it is given. ``questions`` throws again until they suit: results that
end soon, and another wrong number for each known mistake.
"""

from chainrule.core.questions import layers, mixed, nodes, shopping
from chainrule.core.questions.draft import Structure
from chainrule.core.text import Text

LEVELS: tuple[tuple[Structure, ...], ...] = (
    nodes.STRUCTURES,
    shopping.STRUCTURES,
    mixed.STRUCTURES,
    layers.STRUCTURES,
)
"""The structures of each level: one node; shopping; mixed ops with fan-out; layers with shapes."""

LEVEL_TITLES = (
    Text("노드 하나", "One node"),
    Text("장보기", "Shopping"),
    Text("갈라지는 계산", "Mixed ops, with fan-out"),
    Text("계층과 모양", "Layers and shapes"),
)
