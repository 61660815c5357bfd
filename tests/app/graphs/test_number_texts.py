"""The page writes numbers as core/number_text.py does: both read tests/goldens/number-texts.json.

Run as a program, this file writes it anew.
"""

import json
import math
import random
from pathlib import Path
from typing import Any

from chainrule.core.number_text import short, text

GOLDEN = Path(__file__).parents[2] / "goldens" / "number-texts.json"


def _numbers() -> list[float]:
    chance = random.Random(3)
    known = [
        0.0,
        1.0,
        2.2,
        -3.0,
        0.1,
        1 / 3,
        999.4,
        999.6,
        1234.4,
        9999.4,
        9999.6,
        12_300,
        4620,
        999_999,
        1e6,
        9_999_999,
        1e7,
    ]
    known += [
        1e-3,
        9.9999e-4,
        1.3e-7,
        -0.123456,
        1e100,
        -1e-100,
        5e-324,
        1.7e308,
        math.inf,
        -math.inf,
        math.nan,
    ]
    made = [
        chance.choice((-1, 1)) * chance.uniform(1, 10) * 10.0 ** chance.randint(-12, 12) for _ in range(300)
    ]
    return known + made


def written() -> list[dict[str, Any]]:
    return [
        {
            "number": value if math.isfinite(value) else _name(value),
            "text": text(value),
            "short": short(value),
        }
        for value in _numbers()
    ]


def _name(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def test_the_golden_is_what_the_service_writes() -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == written()


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(line, ensure_ascii=False) for line in written())
    GOLDEN.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
