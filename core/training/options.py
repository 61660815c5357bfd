"""What makes a run of training: the net, where it begins, and how it learns."""

from dataclasses import dataclass

from chainrule.core.initial_weights import standard_deviation
from chainrule.core.nets import ACTIVATIONS
from chainrule.core.training.optimizers import OPTIMIZERS


@dataclass(frozen=True, slots=True)
class Options:
    """What makes a run. The last three may change while it trains."""

    hidden: tuple[int, ...] = (50,)
    """Units of each hidden layer."""
    activation: str = "relu"
    init: float | str = "he"
    """The weights' standard deviation, ``"he"`` or ``"xavier"``."""
    seed: int = 0
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    batch_size: int = 100

    def __post_init__(self) -> None:
        """Raises ValueError for what no run can be made of."""
        for name, known in (("activation", ACTIVATIONS), ("optimizer", OPTIMIZERS)):
            if (value := getattr(self, name)) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}")
        standard_deviation(self.init, 1)
        if not all(units >= 1 for units in (*self.hidden, self.batch_size)):
            raise ValueError("layers and batches need at least one unit and one row")
        if not 0 < self.learning_rate < float("inf"):
            raise ValueError(f"the learning rate must be above 0, not {self.learning_rate}")
        if self.seed < 0:
            raise ValueError(f"the seed must be 0 or above, not {self.seed}")
