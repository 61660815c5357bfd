"""Models of the calls about runs."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chainrule.app.schemas.answer import Answer, Text
from chainrule.app.schemas.numbers import OptionalNumber

Activation = Literal["relu", "sigmoid", "tanh"]
OptimizerName = Literal["sgd", "momentum", "adagrad", "rmsprop", "adam"]
State = Literal["queued", "ready", "running", "paused", "finished", "failed"]
Hidden = Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=100)]
Init = Literal["he", "xavier"] | Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
_COUNT = Annotated[int, Field(ge=1, le=1_000_000_000)]


def example(**fields: Any) -> ConfigDict:
    """Model settings: no unknown fields, no guessing of types, one example."""
    return ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [fields]})


class RunRequest(BaseModel):
    """A net to train; every field has a value to begin with."""

    model_config = example(hidden=[50], activation="relu", optimizer="sgd", learning_rate=0.1, seed=0)

    hidden: Hidden = Field(
        [50], description="Units of each hidden layer; none gives a net of one affine layer."
    )
    activation: Activation = Field("relu", description="What stands between two affine layers.")
    init: Init = Field(
        "he", description="Standard deviation of the first weights: `he`, `xavier` or a number."
    )
    optimizer: OptimizerName = Field("sgd", description="How parameters follow their gradients.")
    learning_rate: Rate | None = Field(
        None, description="The learning rate; without it the optimizer's usual one."
    )
    batch_size: _COUNT = Field(100, description="Images in a batch.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Same seed, same numbers.")
    dataset: str = Field(
        "mnist", max_length=100, description="`mnist`, or a name from the setting `datasets`."
    )
    steps: _COUNT = Field(10_000, description="Steps after which the run is finished.")


class RunChanges(BaseModel):
    """What to change. `hidden`, `activation`, `init` and `seed` need another net, which begins at step 0."""

    model_config = example(learning_rate=0.01)

    learning_rate: Rate | None = Field(None, description="Another learning rate.")
    batch_size: _COUNT | None = Field(None, description="Images in a batch from now on.")
    optimizer: OptimizerName | None = Field(None, description="Another optimizer; it remembers nothing yet.")
    steps: _COUNT | None = Field(None, description="Steps after which the run is finished.")
    most_speed: float | None = Field(
        None,
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="Most steps a second, to watch each; 0 for as many as it can.",
    )
    hidden: Hidden | None = Field(None, description="Units of each hidden layer.")
    activation: Activation | None = Field(None, description="What stands between two affine layers.")
    init: Init | None = Field(None, description="Standard deviation of the first weights.")
    seed: int | None = Field(None, ge=0, le=2**31 - 1, description="Another seed.")


class RunAction(BaseModel):
    """What a run should do."""

    model_config = example(action="step", steps=1)

    action: Literal["start", "pause", "step", "reset"] = Field(
        description="`start` trains until `steps` are done, `step` takes a few and pauses, `reset` goes back to the "
        "first weights with the options as they are now. Where all places are taken, `start` waits in the queue."
    )
    steps: int = Field(1, ge=1, le=10_000, description="How many steps, for `step`.")


class RunOptions(Answer):
    """The options that a run is made with."""

    hidden: list[int] = Field(description="Units of each hidden layer.", examples=[[50]])
    activation: Activation = Field(description="What stands between two affine layers.")
    init: Init = Field(description="Standard deviation of the first weights.")
    optimizer: OptimizerName = Field(description="How parameters follow their gradients.")
    learning_rate: float = Field(description="The learning rate.", examples=[0.1])
    batch_size: int = Field(description="Images in a batch.", examples=[100])
    seed: int = Field(description="Where its random numbers begin.")
    dataset: str = Field(description="What it learns from.", examples=["mnist"])


class RunProblem(Answer):
    """Why a run failed."""

    detail: Text = Field(description="What happened.")
    hint: Text | None = Field(description="Advice.")
    step: int | None = Field(description="The step that was not taken.")
    node: str | None = Field(description="Id of the node where it began.")
    of: Literal["value", "grad"] | None = Field(
        description="Whether it began in its value or in its gradient."
    )


class RunEvent(Answer):
    """An event in a run that no request caused."""

    id: int = Field(description="Its number, rising.")
    kind: str = Field(
        description="`restarted` (its worker was killed), `lost`, `idle`, `parked`, `interrupted` (by a restart of "
        "the service), `resumed`.",
        examples=["restarted"],
    )
    step: int = Field(description="The step that the run stands at after it.")
    at: str = Field(description="When, in UTC.")
    text: Text = Field(description="The same in a sentence.")


class RunAnswer(Answer):
    """Where a run stands. While it trains, the numbers are at most a second old; frames are newer."""

    id: str = Field(description="Its id.", examples=["3f9c02ab71de"])
    own: bool = Field(
        description="Whether it belongs to the asking visitor, who alone may change it; others watch or copy it."
    )
    state: State = Field(description="What it does.")
    live: bool = Field(description="Whether it has a worker now; without one all of it is kept.")
    position: int | None = Field(description="Its place in the queue, from 1.")
    watchers: int = Field(description="How many watch it.")
    created: str = Field(description="When it was made, in UTC.")
    step: int = Field(description="Steps taken.")
    steps: int = Field(description="Steps after which it is finished.")
    epoch: int = Field(description="How often all data have been seen, from 0.")
    loss: OptionalNumber = Field(description="Mean loss of the batch seen last.")
    accuracy: float | None = Field(description="Share of that batch that was right.")
    test_step: int | None = Field(description="The step of the last test.")
    test_accuracy: float | None = Field(description="Share of the test set that was right then.")
    steps_per_second: float = Field(description="How fast it trains.")
    seconds_left: float | None = Field(description="Time until it is finished, if it goes on so.")
    most_speed: float = Field(description="Most steps a second; 0 for as many as it can.")
    options: RunOptions = Field(description="What makes it.")
    problem: RunProblem | None = Field(description="Why it failed.")
    events: list[RunEvent] = Field(description="What happened to it, the newest last.")


class RunLimitsAnswer(Answer):
    """What this server allows."""

    at_once: int = Field(description="Runs that have a worker at the same time.")
    hidden_layers: int = Field(description="Hidden layers.")
    hidden_units: int = Field(description="Units of one.")
    batch_size: int = Field(description="Images in a batch.")
    steps: int = Field(description="Steps.")
    params_bytes: int = Field(description="Bytes of an .npz of parameters.")
    datasets: list[str] = Field(description="Names of what can be learned from.")
    learning_rates: dict[str, float] = Field(description="Each optimizer's usual learning rate.")


class RunList(Answer):
    """Runs, and what this server allows."""

    runs: list[RunAnswer] = Field(description="In the order they were made.")
    limits: RunLimitsAnswer = Field(description="The limits here, and the names to choose from.")
