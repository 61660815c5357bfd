"""Options of training: the net, its initial weights, and how it learns."""

from dataclasses import dataclass

from chainrule.core.nets import ACTIVATIONS, standard_deviation
from chainrule.core.training.optimizers import OPTIMIZERS


@dataclass(frozen=True, slots=True)
class Options:
    """The last three may change during training; the others need another net."""

    hidden: tuple[int, ...] = (50,)
    """Units of each hidden layer, first layer first."""
    activation: str = "relu"
    init: float | str = "he"
    """Standard deviation of the initial weights, ``"he"`` or ``"xavier"``."""
    seed: int = 0
    """Random seed of the weights and of the order of the images."""
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    batch_size: int = 100
    """Images per step."""

    def __post_init__(self) -> None:
        """Raise ValueError for options that make no net or no step."""
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
