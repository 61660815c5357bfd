"""The answers in which one input moves, as bytes."""

from typing import Any

from chainrule.app.encoding.encode import encode, number, numbers
from chainrule.core.gradcheck.sweep import Curve, Differences
from chainrule.core.number_text import text


def curve_json(name: str, found: Curve) -> bytes:
    """What `CurveAnswer` describes."""
    return encode(
        {
            "input": name,
            "at": found.at,
            "values": numbers(found.values),
            "slopes": numbers(found.slopes),
        }
    )


def differences_json(name: str, found: Differences) -> bytes:
    """What `DifferencesAnswer` describes."""
    answer: dict[str, Any] = {
        "input": name,
        "backprop": number(found.backprop),
        "backprop_text": text(found.backprop),
        "epsilons": found.epsilons,
    }
    for scheme, slopes in (("forward", found.forward), ("central", found.central)):
        errors = [abs(slope - found.backprop) for slope in slopes]
        answer |= {
            scheme: numbers(slopes),
            f"{scheme}_errors": numbers(errors),
            f"{scheme}_texts": [text(slope) for slope in slopes],
            f"{scheme}_error_texts": [text(error) for error in errors],
        }
    return encode(answer)
