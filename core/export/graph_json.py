"""The graph as JSON with the REST answer's field names: nodes, edges, groups, values, gradients."""

import json

from chainrule.core.export.origin import plain
from chainrule.core.view.evaluated import Evaluated


def write(evaluated: Evaluated, lang: str = "en") -> str:
    """Write the JSON text: tensors as nested lists; "NaN", "Infinity" and "-Infinity" as strings."""
    graph = evaluated.graph
    group_ids = [group.id for group in graph.groups]
    whole = {
        "output": graph.ids[graph.output],
        "seed": plain(evaluated.given_upstream) if evaluated.requires_grad[graph.output] else None,
        "conventions": sorted(evaluated.rules.conventions),
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                "op": node.op.name if node.op else None,
                "name": node.name,
                "label": node.label,
                "inputs": [graph.ids[source] for source in node.inputs],
                "group": group_ids[node.group] if node.group is not None else None,
                "shape": list(node.shape),
                "value": plain(evaluated.value(node.index)),
                "grad": plain(evaluated.gradient(node.index)),
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "id": edge.id,
                "source": graph.ids[edge.source],
                "target": graph.ids[edge.target],
                "slot": edge.slot,
                "value": plain(evaluated.value(edge.source)),
                "grad": plain(evaluated.edge_gradient(edge)),
                "local": plain(evaluated.local(edge)) if evaluated.requires_grad[edge.source] else None,
            }
            for edge in graph.edges
        ],
        "groups": [
            {
                "id": group.id,
                "name": group.name,
                "parent": group_ids[group.parent] if group.parent is not None else None,
                "inputs": [graph.ids[node] for node in group.inputs],
                "output": graph.ids[group.output],
            }
            for group in graph.groups
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
