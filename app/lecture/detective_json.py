"""Cases of the gradient detective as JSON; what is broken stays out until somebody is accused."""

import time
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from chainrule.app.encoding.encode import encode
from chainrule.app.graphs.compiled import Compiled, Evaluation
from chainrule.app.graphs.graph_json import graph_json
from chainrule.app.lecture.examples import line_in
from chainrule.app.web.i18n import Language
from chainrule.app.web.problem_errors import ProblemError
from chainrule.app.web.seal import Seal
from chainrule.core.engine.tape import Gradients
from chainrule.core.language.program import parse
from chainrule.core.ops import mistake_told
from chainrule.core.ops.rules import RIGHT
from chainrule.core.questions.detective import Case, Suspect, case
from chainrule.core.questions.detective_grade import named, points
from chainrule.core.questions.detective_nets import LEVEL_TITLES
from chainrule.core.text import Text


class State(msgspec.Struct, frozen=True, rename={"seed": "s", "level": "l", "index": "i"}):
    """What a token holds: a case, what was checked in it, and whom it ended with."""

    seed: int
    level: int
    index: int
    id: str
    """Random: two results with the same one are one result."""
    began: int
    """Seconds since 1970."""
    checks: tuple[str, ...] = ()
    accused: str | None = None
    kind: str | None = None
    ended: int | None = None

    @property
    def case(self) -> Case:
        """The case itself."""
        return case(self.seed, self.level, self.index)


def read_state(seal: Seal, token: str) -> State:
    """Read a token. Raises ProblemError if this service did not sign it."""
    return msgspec.convert(seal.read(token), State)


def opened(seal: Seal, state: State, language: Language) -> bytes:
    """Encode a case that begins, as `CaseAnswer` describes it."""
    found = state.case
    return encode(
        {
            "token": _signed(seal, state),
            "seed": state.seed,
            "level": state.level,
            "index": state.index,
            "levels": [
                {"level": at, "title": text._asdict()} for at, text in enumerate(LEVEL_TITLES, start=1)
            ],
            "program": _program(found, language),
            "par": found.par,
            "named": named(found.level),
            "nodes": list(found.nodes),
            "suspects": [_suspect(found, suspect) for suspect in found.suspects],
        }
    )


def checked(seal: Seal, state: State, node: str) -> bytes:
    """Check one node, and encode what it tells, as `CheckedNode` describes it.

    Raises ProblemError for a node without a gradient, and for a case that is closed.
    """
    _refuse_closed(state)
    try:
        finding = state.case.check(node)
    except KeyError:
        raise _unknown(node) from None
    if node not in state.checks:
        state = msgspec.structs.replace(state, checks=(*state.checks, node))
    return encode(
        {
            "token": _signed(seal, state),
            "node": node,
            "checks": len(state.checks),
            "agrees": finding.agrees,
            "shown": np.round(finding.shown, 6).tolist(),
            "numerical": np.round(finding.numerical, 6).tolist(),
            "where": finding.where,
        }
    )


def accused(seal: Seal, state: State, node: str, kind: str | None) -> bytes:
    """Close a case, and encode the verdict as `VerdictAnswer` describes it.

    Raises ProblemError for a node that is no suspect, and for a case that is closed.
    """
    _refuse_closed(state)
    found = state.case
    if node not in [suspect.id for suspect in found.suspects]:
        raise _unknown(node)
    ended = msgspec.structs.replace(state, accused=node, kind=kind, ended=int(time.time()))
    title, advice = mistake_told(found.truth.mistake)
    return encode(
        _result(ended)
        | {
            "token": _signed(seal, ended),
            "truth": {
                "node": found.truth.suspect,
                "name": found.truth.mistake,
                "title": title._asdict(),
                "advice": advice._asdict(),
            },
            "differing": sorted(found.differing),
        }
    )


def results(seal: Seal, tokens: list[str]) -> bytes:
    """Encode the results in these tokens, as `ResultsAnswer` describes them; None for one that is not genuine."""
    told: list[dict[str, Any] | None] = []
    for token in tokens:
        try:
            state = read_state(seal, token)
        except ProblemError:
            told.append(None)
            continue
        told.append(_result(state) | {"id": state.id} if state.ended is not None else None)
    return encode({"results": told})


def evaluation(found: Case, seed: int, language: Language) -> Evaluation:
    """Return the case's graph with its wrong gradients, and nothing that marks them."""
    compiled = _compiled(seed, found.level, found.index, language)
    edges = len(found.graph.edges)
    # A local derivative beside the gradients would tell the broken op without a check.
    shown = Gradients(
        lambda: found.gradients.nodes, lambda: found.gradients.edges, lambda: [None] * edges, RIGHT
    )
    return Evaluation(compiled, {}, 1.0, (), (), found.values, shown, ())


def whole_graph(found: Case, seed: int, language: Language) -> bytes:
    """Encode the case's graph with its wrong gradients, as `GraphAnswer` describes it."""
    return graph_json(evaluation(found, seed, language))


@lru_cache(maxsize=64)
def _compiled(seed: int, level: int, index: int, language: Language) -> Compiled:
    return Compiled(parse(_program(case(seed, level, index), language)))


def _program(found: Case, language: Language) -> str:
    return "\n".join(line_in(line, language) for line in found.program.split("\n"))


def _suspect(found: Case, suspect: Suspect) -> dict[str, Any]:
    layer = next((group for group in found.graph.groups if group.id == suspect.id), None)
    node = found.graph.nodes[found.nodes[suspect.id]]
    word = layer.name if layer is not None else node.op.symbol if node.op is not None else ""
    return {
        "id": suspect.id,
        "word": word,
        "kinds": [
            {"name": name, "title": (_inside(name) if layer else mistake_told(name)[0])._asdict()}
            for name in suspect.kinds
        ],
    }


def _inside(name: str) -> Text:
    """What a mistake inside of a closed layer is called: with the op that makes it."""
    title, op = mistake_told(name)[0], name.partition(".")[0]
    return title if op == "fan_out" else Text(f"{op}: {title.ko}", f"{op}: {title.en}")


def _result(state: State) -> dict[str, Any]:
    found = state.case
    place = state.accused == found.truth.suspect
    kind = not named(found.level) or state.kind == found.truth.mistake
    return {
        "seed": state.seed,
        "level": state.level,
        "index": state.index,
        "accused": state.accused,
        "kind": state.kind,
        "verdict": "found" if place and kind else "place" if place else "wrong",
        "checks": len(state.checks),
        "par": found.par,
        "points": points(place, kind, len(state.checks), found.par),
        "began": state.began,
        "seconds": (state.ended or state.began) - state.began,
    }


def _signed(seal: Seal, state: State) -> str:
    return seal.sign(msgspec.to_builtins(state))


def _refuse_closed(state: State) -> None:
    if state.ended is not None:
        raise ProblemError(
            "case-closed",
            Text("이미 한 곳을 지목한 사건입니다.", "One op has been accused in this case."),
        )


def _unknown(node: str) -> ProblemError:
    return ProblemError(
        "unknown-id",
        Text(
            f"이 사건에는 `{node[:80]}`라는 노드가 없습니다.",
            f"This case has no node `{node[:80]}` to ask about.",
        ),
        name=node[:80],
    )
