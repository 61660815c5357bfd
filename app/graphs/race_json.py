"""Passes of a race to all slopes as JSON, with what they cost."""

from itertools import islice
from typing import Any

from chainrule.app.encoding.encode import encode, number
from chainrule.app.graphs.compiled import Compiled
from chainrule.core.engine.graph import Graph
from chainrule.core.gradcheck.races import Element, Pass, Race, Way
from chainrule.core.number_text import text

MOST_TOLD = 100
"""Passes of one answer that are told one by one: the last ones."""
LONGEST = 120_000
"""Microseconds that one answer may take, unless a single pass takes longer."""
_NODE, _COST = 10, 0.15
"""Microseconds of a pass: for each node, and for each unit of the graph's cost."""


def passes_in_time(compiled: Compiled, count: int) -> int:
    """Tell how many passes one answer does."""
    return max(1, min(count, int(LONGEST / _pass_time(compiled))))


def race_time(compiled: Compiled, count: int) -> float:
    """Estimate an answer of at most so many passes, in microseconds."""
    return 500 + (passes_in_time(compiled, count) + 2) * _pass_time(compiled)


def _pass_time(compiled: Compiled) -> float:
    return _NODE * len(compiled.graph) + _COST * compiled.cost


def race_json(graph: Graph, race: Race, way: Way, first: int, count: int) -> bytes:
    """Do passes of a race and encode them as `RaceAnswer` describes it."""
    done = multiplications = known = 0
    told: list[Pass] = []
    for each in islice(race.run(way, first, count), count):
        done += 1
        multiplications += each.multiplications
        known += each.known
        told.append(each)
        if len(told) > MOST_TOLD:
            del told[0]
    return encode(
        {
            "way": way,
            "passes": race.passes(way),
            "slopes": race.slopes,
            "first": first,
            "next": first + done,
            "multiplications": multiplications,
            "known": known,
            "told": [_pass(graph, each) for each in told],
        }
    )


def _pass(graph: Graph, each: Pass) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "about": None if each.about is None else _element(graph, each.about),
        "sign": each.sign,
        "multiplications": each.multiplications,
        "known": each.known,
        "slopes": [
            {
                "input": _element(graph, slope.input),
                "output": _element(graph, slope.output),
                "slope": number(slope.value),
                "slope_text": text(slope.value),
            }
            for slope in each.slopes
        ],
    }


def _element(graph: Graph, element: Element) -> dict[str, Any]:
    return {"id": graph.ids[element.node], "index": element.where}
