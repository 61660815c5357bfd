"""What the call about a backward pass in an order of one's own answers."""

from pydantic import Field

from chainrule.app.schemas.answer import Answer
from chainrule.app.schemas.numbers import OptionalNumber


class OrderedEdge(Answer):
    """What one edge brought."""

    id: str = Field(description="Id of the edge.")
    contribution_text: str = Field(description="What it brought in this order; of a tensor its shape.")
    right_text: str = Field(description="What it brings in a right order.")


class OrderedTurn(Answer):
    """One node's turn: it passes back what has arrived at it so far."""

    id: str = Field(description="Id of the node.")
    waiting: int = Field(description="Edges that had brought it nothing yet; 0 in a right order.")
    gradient_text: str = Field(description="What it passed back; of a tensor its shape.")
    edges: list[OrderedEdge] = Field(description="What it brought to its operands.")
    late: list[str] = Field(
        description="Edges whose source had had its turn: what they bring is lost behind it."
    )


class OrderedNode(Answer):
    """What has arrived at a node."""

    id: str = Field(description="Id of the node.")
    waiting: int = Field(description="Edges that have brought it nothing yet.")
    gradient: OptionalNumber = Field(description="What has arrived; null before the first, and for a tensor.")
    gradient_text: str | None = Field(description="The same as text; of a tensor its shape.")
    right_text: str = Field(description="The right gradient.")
    equal: bool = Field(description="Whether what has arrived is the right gradient.")


class OrderAnswer(Answer):
    """A backward pass as far as it has come."""

    structure: str = Field(description="Hash of the graph's structure.")
    turns: list[OrderedTurn] = Field(description="The turns so far.")
    left: list[str] = Field(
        description="Nodes that have not had their turn; it is the pass's end when none is left."
    )
    ready: list[str] = Field(description="Those of them that wait for nothing more.")
    nodes: list[OrderedNode] = Field(description="All nodes that gradients reach.")
    lost: list[str] = Field(description="Edges that came too late for what stands behind their source.")
