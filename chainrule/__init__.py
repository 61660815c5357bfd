"""Chainrule: computational graphs with every forward value and every backward gradient.

    tape = Tape(parse("x = 3\\ny = x * x"))
    tape.forward().values  # [3.0, 9.0]
    tape.backward().nodes  # [6.0, 1.0]

Each name is imported when it is first read: ``import chainrule`` alone loads no NumPy and no web server.
"""

from typing import TYPE_CHECKING

from chainrule.core.door import lazy

__all__ = [
    "AddLayer",
    "Affine",
    "ChainruleError",
    "DeepNet",
    "Graph",
    "MulLayer",
    "Relu",
    "Sigmoid",
    "SoftmaxWithLoss",
    "Tanh",
    "Tape",
    "TwoLayerNet",
    "__version__",
    "capture",
    "check",
    "diff",
    "explain",
    "export",
    "graph",
    "mnist",
    "numerical",
    "parse",
]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from chainrule.app.view.door import capture, diff, graph
    from chainrule.core.engine.graph import Graph
    from chainrule.core.engine.tape import Tape
    from chainrule.core.errors import ChainruleError
    from chainrule.core.explain.explain import explain
    from chainrule.core.export import export
    from chainrule.core.gradcheck.gradcheck import check
    from chainrule.core.gradcheck.numerical import numerical
    from chainrule.core.language.program import parse
    from chainrule.core.layers import AddLayer, Affine, MulLayer, Relu, Sigmoid, SoftmaxWithLoss, Tanh
    from chainrule.core.nets import DeepNet, TwoLayerNet
    from chainrule.core.training.datasets import mnist
else:
    _HOMES = {
        "chainrule.app.view.door": ("capture", "diff", "graph"),
        "chainrule.core.engine": ("Graph", "Tape"),
        "chainrule.core.errors": ("ChainruleError",),
        "chainrule.core.explain": ("explain",),
        "chainrule.core.export": ("export",),
        "chainrule.core.gradcheck": ("check", "numerical"),
        "chainrule.core.language": ("parse",),
        "chainrule.core.layers": (
            "AddLayer",
            "Affine",
            "MulLayer",
            "Relu",
            "Sigmoid",
            "SoftmaxWithLoss",
            "Tanh",
        ),
        "chainrule.core.nets": ("DeepNet", "TwoLayerNet"),
        "chainrule.core.training.datasets": ("mnist",),
    }
    __getattr__ = lazy(__name__, {name: home for home, names in _HOMES.items() for name in names})
