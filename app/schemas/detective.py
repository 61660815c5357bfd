"""Models of the calls about the gradient detective."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chainrule.app.schemas.answer import Answer, Text
from chainrule.app.schemas.questions import LevelItem, Seed
from chainrule.app.schemas.requests import Direction, Id, Language, Wrap
from chainrule.app.web.seal import LONGEST
from chainrule.core.questions.detective import MOST
from chainrule.core.questions.detective_nets import LEVELS

Level = Annotated[int, Field(ge=1, le=len(LEVELS))]
Place = Annotated[int, Field(ge=0, lt=MOST)]
Token = Annotated[str, Field(max_length=LONGEST)]


def _example(**fields: Any) -> ConfigDict:
    examples: list[Any] = [fields]
    return ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": examples})


class CaseRequest(BaseModel):
    """Which case."""

    model_config = _example(seed=7, level=1, index=0)

    seed: Seed = Field(description="The set's seed: the same seed gives the same cases.")
    level: Level = Field(description="1: a small graph, 2: branches, 3: a chain of layers, 4: a deep net.")
    index: Place = Field(description="The case's place in the set, from 0.")


class CaseGraphRequest(CaseRequest):
    """Whose graph, in which language."""

    model_config = _example(seed=7, level=1, index=0, lang="en")

    lang: Language = "ko"


class CasePictureRequest(CaseGraphRequest):
    """Whose picture, and which way it runs."""

    direction: Direction = Field("right", description="Where the picture runs: `down` for a narrow view.")
    wrap: Wrap = None


class CheckNodeRequest(BaseModel):
    """Which node to check."""

    model_config = _example(token="eyJzIjo3fQ.c2lnbmVk", node="h1")

    token: Token = Field(description="The newest token of this case.")
    node: Id = Field(description="One of the case's `nodes`.")


class AccuseRequest(CheckNodeRequest):
    """Whose backward rule is broken."""

    model_config = _example(token="eyJzIjo3fQ.c2lnbmVk", node="h1", kind="mul.not_swapped")

    node: Id = Field(description="One of the case's `suspects`.")
    kind: str | None = Field(None, max_length=100, description="Which mistake, where the level asks for it.")


class ResultsRequest(BaseModel):
    """Results to verify."""

    model_config = _example(tokens=["eyJzIjo3fQ.c2lnbmVk"])

    tokens: list[Token] = Field(max_length=200, description="The tokens of closed cases.")


class KindItem(Answer):
    """A mistake that can be made at a place."""

    name: str = Field(description="Its name, as `GET /api/v1/ops` lists it.", examples=["mul.not_swapped"])
    title: Text = Field(description="What is done wrong.")


class SuspectItem(Answer):
    """A place where the rule may be broken."""

    id: str = Field(description="Id of a node, or of a closed layer.")
    word: str = Field(
        description="The sign of its op, or the layer's name; empty for an input with branches."
    )
    kinds: list[KindItem] = Field(description="The mistakes that can be made there and would show.")


class CaseAnswer(Answer):
    """A case that begins; nothing in it tells what is broken."""

    token: str = Field(description="To be sent with the first check, or with the accusation.")
    seed: int = Field(description="The set's seed.")
    level: int = Field(description="The set's level.")
    index: int = Field(description="The case's place in the set, from 0.")
    levels: list[LevelItem] = Field(description="All levels there are.")
    program: str = Field(description="The program, its comments in the request's language.")
    par: int = Field(
        description="Checks that bisection needs at most in this graph, whichever rule is broken."
    )
    named: bool = Field(description="Whether the mistake is to be named too.")
    nodes: list[str] = Field(
        description="What can be checked: ids of nodes and closed layers, in forward order."
    )
    suspects: list[SuspectItem] = Field(description="Who can be accused.")


class CheckedNode(Answer):
    """What a numerical check tells of one node."""

    token: str = Field(description="In place of the one that was sent.")
    node: str = Field(description="The node.")
    checks: int = Field(description="Nodes checked so far; the same node again costs nothing.")
    agrees: bool = Field(description="Whether both gradients agree.")
    shown: float | list[Any] = Field(description="The gradient that the picture shows.")
    numerical: float | list[Any] = Field(description="The same by central differences.")
    where: list[int] = Field(description="The element that differs most; empty for a number.")


class ResultItem(Answer):
    """How a case ended."""

    seed: int = Field(description="The set's seed.")
    level: int = Field(description="The set's level.")
    index: int = Field(description="The case's place in the set, from 0.")
    accused: str | None = Field(description="The accused node.")
    kind: str | None = Field(description="The mistake that was named.")
    verdict: Literal["found", "place", "wrong"] = Field(
        description="`place`: the right node, but another mistake than was named."
    )
    checks: int = Field(description="Nodes checked.")
    par: int = Field(description="Checks that bisection needs at most.")
    points: float = Field(description="Of 10: one less for each check beyond par, half for the place alone.")
    began: int = Field(description="When the case was opened, in seconds since 1970.")
    seconds: int = Field(description="How long it took.")


class TruthItem(Answer):
    """What was broken."""

    node: str = Field(description="Where.")
    name: str = Field(description="The mistake by its name.")
    title: Text = Field(description="What was done wrong.")
    advice: Text = Field(description="What is right.")


class VerdictAnswer(ResultItem):
    """The end of a case."""

    token: str = Field(description="The signed result.")
    truth: TruthItem = Field(description="The broken rule, and where it stands.")
    differing: list[str] = Field(description="The nodes with a wrong gradient.")


class VerifiedResult(ResultItem):
    """A result that this service has signed."""

    id: str = Field(
        description="Of the case as it was opened: the same result handed in twice has the same one."
    )


class ResultsAnswer(Answer):
    """Verified results."""

    results: list[VerifiedResult | None] = Field(
        description="In the order of the tokens; null for a token that is not genuine, or of an open case."
    )
