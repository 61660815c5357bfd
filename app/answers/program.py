"""The answers about one program beyond those about every graph: checks, changes, pushes, exports, sweeps."""

from typing import TYPE_CHECKING

from chainrule.app.answers.asked import evaluate, known
from chainrule.app.encoding.encode import encode
from chainrule.app.graphs import cost
from chainrule.app.graphs.changes_json import changes_json
from chainrule.app.graphs.compiled import Compiled
from chainrule.app.graphs.explanation_json import curve_json, differences_json, gradcheck_json, surface_json
from chainrule.app.graphs.nudge_json import nudge_json
from chainrule.app.graphs.order_json import order_json
from chainrule.app.graphs.race_json import passes_in_time, race_json
from chainrule.app.heavy.job import stage
from chainrule.core.export import export
from chainrule.core.export.origin import Origin
from chainrule.core.gradcheck import surface as surfaces
from chainrule.core.gradcheck import sweep
from chainrule.core.gradcheck.races import Race

if TYPE_CHECKING:
    from chainrule.app.schemas.requests import (
        ChangesRequest,
        ExportRequest,
        GradcheckRequest,
        NudgeRequest,
        OrderRequest,
        RaceRequest,
    )
    from chainrule.app.schemas.sweeps import CurveRequest, DifferencesRequest, SurfaceRequest


def gradcheck(compiled: Compiled, body: "GradcheckRequest") -> bytes:
    """Encode the numerical check of every input as `GradcheckAnswer` describes it."""
    compiled.refuse_memory(2, cost.CHECKED_AT_ONCE)
    stage("check")
    checks = compiled.check_inputs(body.inputs, body.epsilon, body.mistakes, body.upstream, body.conventions)
    return gradcheck_json(checks, body.epsilon, compiled.tensors, body.lang)


def changes(compiled: Compiled, body: "ChangesRequest") -> bytes:
    """Encode what changed as `ChangesAnswer` describes it."""
    before = evaluate(compiled, body.before, body, 2)
    after = evaluate(compiled, body.inputs, body, 2)
    return changes_json(before, after, body.open, body.about)


def pushed(compiled: Compiled, body: "NudgeRequest") -> bytes:
    """Encode a push as `NudgeAnswer` describes it. Raises ProblemError for an unknown id."""
    evaluation = evaluate(compiled, body.inputs, body, 3)
    node = known(body.id, lambda: compiled.graph.index(body.id))
    return nudge_json(evaluation, node, body.delta, body.index)


def ordered(compiled: Compiled, body: "OrderRequest") -> bytes:
    """Encode a backward pass in a given order as `OrderAnswer` describes it."""
    return order_json(evaluate(compiled, body.inputs, body, 2), body.order)


def raced(compiled: Compiled, body: "RaceRequest") -> bytes:
    """Do passes of a race, as `RaceAnswer` describes them. Raises EvaluationError for an unknown input."""
    compiled.refuse_memory(3)
    stage("passes")
    graph, count = compiled.graph, passes_in_time(compiled, body.count)
    return race_json(graph, Race(graph, body.inputs, body.moved), body.way, body.first, count)


def exported(compiled: Compiled, body: "ExportRequest", origin: Origin) -> bytes:
    """Encode an export as `ExportAnswer` describes it."""
    if body.format == "json":
        cost.refuse_many_elements(compiled.graph)
    compiled.refuse_memory(1, cost.WRITTEN * cost.own_elements(compiled.graph))
    found = evaluate(compiled, body.inputs, body)
    written = export(compiled.graph, found.values, found.gradients, body.format, body.lang, origin)
    return encode(written._asdict())


def curve(compiled: Compiled, body: "CurveRequest") -> bytes:
    """Encode a curve as `CurveAnswer` describes it. Raises ProblemError for an unknown id."""
    compiled.refuse_memory(2)
    stage("passes")
    at, graph = sweep.evenly(body.start, body.stop, body.points), compiled.graph
    if body.input is not None:
        return curve_json(body.input, sweep.curve(graph, body.inputs, body.input, at, body.conventions))
    part = body.node or ""
    node = known(part, lambda: graph.index(part))
    return curve_json(part, sweep.curve_over(graph, body.inputs, node, at, body.conventions, body.index))


def surface(compiled: Compiled, body: "SurfaceRequest") -> bytes:
    """Encode a surface as `SurfaceAnswer` describes it."""
    cost.refuse_many_points(compiled.graph, body.points**2)
    compiled.refuse_memory(1, cost.CHECKED_AT_ONCE)
    stage("passes")
    x, y = body.x, body.y
    at_x, at_y = (sweep.evenly(axis.start, axis.stop, body.points) for axis in (x, y))
    values = surfaces.surface(compiled.graph, body.inputs, (x.input, y.input), at_x, at_y, (x.index, y.index))
    return surface_json(at_x, at_y, values)


def differences(compiled: Compiled, body: "DifferencesRequest") -> bytes:
    """Encode ever smaller differences as `DifferencesAnswer` describes them."""
    compiled.refuse_memory(2)
    stage("passes")
    made = sweep.differences(compiled.graph, body.inputs, body.input, body.epsilons, body.conventions)
    return differences_json(body.input, made)
