"""From what the recorder noted to a capture: pruned, numbered anew, grouped, summarized."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import torch

from chainrule.core.capture.pytorch import names, sources
from chainrule.core.capture.pytorch.events import EdgeEvent, GroupEvent, NodeEvent, OutputEvent, Place
from chainrule.core.capture.pytorch.recorder import Recorder
from chainrule.core.capture.pytorch.recording import Recording, Records
from chainrule.core.capture.pytorch.summaries import Entry, Store
from chainrule.core.capture.records import (
    Capture,
    Edge,
    Group,
    Kind,
    Node,
    NoGradient,
    Output,
    Parameter,
    Summary,
)

_LEAVES = ("parameter", "buffer", "constant")
_TEXT = 60
"""Characters of an argument's text."""


def draft(
    recorder: Recorder,
    title: str,
    loss: Any,
    outputs: list[Any],
    parameters: Mapping[str, Any],
    notes: list[str],
    output: Any = None,
) -> Recording:
    """Take what was noted out of the recorder; the records are made when they are first read.

    ``parameters`` are all of ``named_parameters``.
    """
    at_loss = None if loss is None else recorder.place(loss)
    results = [recorder.place(tensor) for tensor in outputs]
    noted = _Noted(
        recorder.store,
        recorder.nodes,
        list(recorder.edges.values()),
        recorder.groups,
        recorder.calls,
        {key: paths[1:33] for key, paths in recorder.paths.items()},
        {name: other for name, _, other in recorder.known.values()},
        _clean(title),
        at_loss,
        None if loss is None else _real(loss),
        results,
        _parameters(recorder, parameters),
        tuple(notes),
    )
    return Recording(lambda: _records(noted), output)


@dataclass(slots=True)
class _Noted:
    """All that the records are made of; no autograd node, and no tensor but those that wait for a summary."""

    store: Store
    nodes: list[NodeEvent]
    edges: list[EdgeEvent]
    groups: list[GroupEvent]
    calls: dict[int, int]
    paths: dict[int, list[str]]
    aliases: dict[str, tuple[str, ...]]
    title: str
    loss: Place | None
    loss_value: float | None
    results: list[Place]
    parameters: list[Parameter]
    notes: tuple[str, ...]


def _records(noted: _Noted) -> Records:
    """Make the records: nodes pruned and numbered anew."""
    noted.store.flush()
    edges = sorted(noted.edges, key=lambda edge: (edge.target, min(edge.slots)))
    kept = _kept(noted.nodes, edges, [*noted.results, *([noted.loss] if noted.loss else [])])
    number = {old: new for new, old in enumerate(kept)}
    edges = [edge for edge in edges if edge.target in number]
    home = _homes(noted, edges, kept)
    groups, group_number = _groups(noted, [home[old] for old in kept], number)
    nodes = tuple(_node(noted, old, home[old], group_number) for old in kept)
    blocks = _blocks(groups, nodes)
    capture = Capture(
        title=noted.title,
        nodes=nodes,
        edges=tuple(_edge(noted, edge, number) for edge in edges),
        groups=tuple(
            group if block < 0 else replace(group, block=block)
            for group, block in zip(groups, blocks, strict=True)
        ),
        parameters=tuple(
            replace(parameter, node=number.get(parameter.node, -1)) for parameter in noted.parameters
        ),
        loss=None if noted.loss is None else (number[noted.loss[0]], noted.loss[1]),
        outputs=tuple(dict.fromkeys((number[node], at) for node, at in noted.results)),
        loss_value=noted.loss_value,
        made_by=f"torch {torch.__version__.partition('+')[0]}",
        notes=noted.notes,
    )
    events = [(number[old], noted.nodes[old]) for old in kept]
    return Records(
        capture,
        _entries(events, "value"),
        _entries(events, "gradient"),
        {at: edge.contribution for at, edge in enumerate(edges) if edge.contribution is not None},
    )


def _node(noted: _Noted, old: int, home: int, group_number: dict[int, int]) -> Node:
    event = noted.nodes[old]
    kind: Kind = event.kind
    if noted.loss is not None and old == noted.loss[0] and kind == "op":
        kind = "loss"
    aliases = noted.aliases.get(event.id, ()) if event.kind == "parameter" else ()
    return Node(
        id=_clean(event.id),
        kind=kind,
        op=_clean(event.op),
        name=_clean(event.name),
        path=_clean(noted.groups[home].path) if home >= 0 else "",
        group=group_number[home] if home >= 0 else -1,
        outputs=tuple(map(_output, event.outputs)),
        arguments=tuple((key, _clean(str(value), _TEXT)) for key, value in event.arguments[:32]),
        source=None if event.source is None else _source(event.source),
        autograd=tuple(map(_clean, event.autograd[:32])),
        formula=names.formula(event.op, event.arguments) if event.kind == "op" else None,
        relabels=event.op.removesuffix("_") in names.RELABELS and event.kind == "op",
        in_place=event.in_place,
        reason=event.reason,
        aliases=tuple(map(_clean, aliases)),
    )


def _edge(noted: _Noted, edge: EdgeEvent, number: dict[int, int]) -> Edge:
    hidden = edge.hidden and noted.nodes[edge.source].outputs[edge.output].gradient is not None
    return Edge(
        number[edge.source],
        edge.output,
        number[edge.target],
        tuple(edge.slots[:256]),
        edge.contribution is not None or hidden,
        _summary(edge.contribution),
        edge.order,
    )


def _entries(events: list[tuple[int, NodeEvent]], side: str) -> dict[Place, Entry]:
    return {
        (node, at): entry
        for node, event in events
        for at, output in enumerate(event.outputs)
        if (entry := getattr(output, side)) is not None
    }


def _real(loss: Any) -> float:
    value = loss.detach().reshape(-1)[0]
    return float(value.abs() if value.is_complex() else value)


@lru_cache(maxsize=1 << 13)
def _clean(text: str, most: int = 400) -> str:
    """Return a text that a file may hold: printable, not too long."""
    if text.isascii() and text.isprintable() and len(text) <= most:
        return text
    text = "".join(
        letter if letter.isprintable() and letter not in "\u2028\u2029" else " " for letter in text
    )
    return text if len(text) <= most else text[: most - 1] + "…"


def _source(at: Any) -> Any:
    found = sources.source(at)
    return type(found)(_clean(found.file), found.line, _clean(found.function), _clean(found.text, 200))


def _summary(entry: Entry | None) -> Summary | None:
    return None if entry is None else entry.summary


def _output(event: OutputEvent) -> Output:
    counted = None if event.value is None or isinstance(event.value.dead, bool) else event.value.dead
    return Output(
        event.shape,
        event.dtype,
        event.device,
        event.requires_grad,
        _summary(event.value),
        _summary(event.gradient),
        *(counted or (None, None)),
    )


def _kept(nodes: list[NodeEvent], edges: list[EdgeEvent], roots: list[Place]) -> list[int]:
    """Return the nodes that a reader wants: all but those whose result nobody uses and that have no gradient."""
    wanted = {node for node, _ in roots}
    for at, event in enumerate(nodes):
        if event.kind in ("input", "target") or (
            event.kind not in _LEAVES and any(output.requires_grad for output in event.outputs)
        ):
            wanted.add(at)
    into: dict[int, list[int]] = {}
    for edge in edges:
        into.setdefault(edge.target, []).append(edge.source)
    stack = list(wanted)
    while stack:
        for source in into.get(stack.pop(), ()):
            if source not in wanted:
                wanted.add(source)
                stack.append(source)
    return sorted(wanted)


def _homes(noted: _Noted, edges: list[EdgeEvent], kept: list[int]) -> dict[int, int]:
    """Return the group of each node; a leaf stands in the innermost group common to its readers."""
    groups = noted.groups
    home = {old: noted.nodes[old].group for old in kept}
    readers: dict[int, list[int]] = {}
    for edge in edges:
        readers.setdefault(edge.source, []).append(edge.target)
    # Casts of parameters first, then what they read.
    for old in reversed(kept):
        event = noted.nodes[old]
        if event.kind in ("input", "target"):
            home[old] = -1
        elif (event.kind in _LEAVES or event.op == "autocast") and old in readers:
            home[old] = _common(groups, [home[reader] for reader in readers[old]])
    return home


def _common(groups: list[GroupEvent], homes: list[int]) -> int:
    chains = [_chain(groups, home) for home in dict.fromkeys(homes)]
    common = -1
    for level in zip(*chains, strict=False):
        if len(set(level)) > 1:
            break
        common = level[0]
    return common


def _chain(groups: list[GroupEvent], at: int) -> list[int]:
    """Return the groups around a group and itself, outermost first."""
    chain = []
    while at >= 0:
        chain.append(at)
        at = groups[at].parent
    return chain[::-1]


def _groups(noted: _Noted, homes: list[int], number: dict[int, int]) -> tuple[list[Group], dict[int, int]]:
    """Return the groups that hold a node, and their new numbers."""
    used = {group for home in set(homes) for group in _chain(noted.groups, home)}
    order = sorted(used)
    new = {old: at for at, old in enumerate(order)}
    taken: Counter[str] = Counter()
    groups = []
    for old in order:
        event = noted.groups[old]
        base = {"model": "/", "loss": "/loss"}.get(event.kind, _clean(event.path) or "/")
        taken[base] += 1
        name = base if taken[base] == 1 else f"{base}#{taken[base]}"
        while taken[name] and name != base:
            taken[base] += 1
            name = f"{base}#{taken[base]}"
        if name != base:
            taken[name] += 1
        groups.append(
            Group(
                id=name,
                kind=event.kind,
                path=_clean(event.path),
                module=_clean(event.module),
                call=event.call,
                parent=new[event.parent] if event.parent >= 0 else -1,
                calls=noted.calls[event.key],
                aliases=tuple(map(_clean, noted.paths.get(event.key, ()))),
                outputs=tuple(
                    dict.fromkeys((number[node], at) for node, at in event.outputs if node in number)
                ),
            )
        )
    return groups, new


def _blocks(groups: list[Group], nodes: tuple[Node, ...]) -> list[int]:
    """Number the runs of neighbouring groups with the same ops and shapes; -1 for a group that stands alone."""
    own: list[list[Any]] = [[] for _ in groups]
    for node in nodes:
        if node.group >= 0:
            own[node.group].append((node.op, node.kind, tuple(output.shape for output in node.outputs)))
    known: dict[Any, int] = {}
    signature = [-1] * len(groups)
    children: list[list[int]] = [[] for _ in groups]
    for at in reversed(range(len(groups))):
        below = tuple(signature[child] for child in reversed(children[at]))
        signature[at] = known.setdefault((groups[at].module, tuple(own[at]), below), len(known))
        if groups[at].parent >= 0:
            children[groups[at].parent].append(at)
    blocks = [-1] * len(groups)
    following = 0
    roots = [at for at, group in enumerate(groups) if group.parent < 0]
    for family in (roots, *(row[::-1] for row in children)):
        for before, at in pairwise(family):
            if signature[before] == signature[at]:
                if blocks[before] < 0:
                    blocks[before], following = following, following + 1
                blocks[at] = blocks[before]
    return blocks


def _parameters(recorder: Recorder, parameters: Mapping[str, Any]) -> list[Parameter]:
    """Describe all parameters; ``node`` is the recorder's number."""
    found = []
    for name, tensor in parameters.items():
        if torch.nn.parameter.is_lazy(tensor):
            found.append(Parameter(_clean(name), -1, (), str(tensor.dtype)[6:], "unused"))
            continue
        node = recorder.leaf_of(tensor)
        why: NoGradient | None = None
        if not (tensor.is_floating_point() or tensor.is_complex()):
            why = "integer"
        elif not tensor.requires_grad:
            why = "frozen"
        elif node < 0:
            why = "unused"
        elif recorder.nodes[node].outputs[0].gradient is None:
            why = "detached"
        found.append(Parameter(_clean(name), node, tuple(tensor.shape), str(tensor.dtype)[6:], why))
    return found
