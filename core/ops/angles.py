"""Angles and other logarithms: ``tan``, ``arctan2``, ``log2``, ``log10``, ``log1p``."""

from chainrule.core.ops.kinks import INFINITE, Kink, Slopes, edge_of_logarithm
from chainrule.core.ops.op import Mistake, Op, Partial
from chainrule.core.text import Text

_POSITIVE = Text("로그는 양수에서만 정의됩니다.", "The logarithm is defined for positive numbers only.")
_NOT_INVERTED = Text("나누지 않고 곱함", "multiplied instead of divided")


def _logarithm(name: str, base: int, ln_of_base: str) -> Op:
    return Op(
        name=name,
        symbol=f"log{'₂' if base == 2 else '₁₀'}",
        value=f"{name}(a)",
        partials=(Partial(f"1 / (a * {ln_of_base})", rf"\frac{{1}}{{$a \ln {base}}}", f"1/($a·ln {base})"),),
        latex=rf"\log_{{{base}}} $a",
        operand_precedence=(9,),
        title=Text(f"밑이 {base}인 로그", f"logarithm to the base {base}"),
        forward=Text(
            f"입력의 밑이 {base}인 로그를 구합니다.", f"Takes the logarithm of its input to the base {base}."
        ),
        rule_text=Text(
            f"상류의 기울기를 입력과 ln {base}의 곱으로 나누어 흘려보냅니다.",
            f"Passes back the upstream gradient divided by its input times ln {base}.",
        ),
        defined="a > 0",
        undefined_note=_POSITIVE,
        kinks=edge_of_logarithm("a == 0", "$a = 0"),
        mistakes={
            "base_forgotten": Mistake(
                Text("밑을 빠뜨림", "base forgotten"),
                ("1 / a",),
                Text(
                    f"밑이 e가 아니므로 ln {base}로 한 번 더 나눕니다.",
                    f"The base is not e: divide by ln {base} as well.",
                ),
            )
        },
    )


ANGLES = (
    Op(
        name="tan",
        symbol="tan",
        value="tan(a)",
        partials=(Partial("1 + y * y", "1 + {$y}^2", "1+$y²"),),
        latex=r"\tan $a",
        operand_precedence=(9,),
        title=Text("탄젠트", "tangent"),
        forward=Text("입력(라디안)의 탄젠트를 구합니다.", "Takes the tangent of its input, in radians."),
        rule_text=Text(
            "tan 노드는 상류의 기울기에 1+y²을 곱해 흘려보냅니다.",
            "A tan node passes back the upstream gradient times 1+y².",
        ),
        mistakes={
            "sign_of_tanh": Mistake(
                Text("tanh와 헷갈림", "mistaken for tanh"),
                ("1 - y * y",),
                Text(
                    "1−y²은 tanh의 미분입니다. tan의 미분은 1+y²입니다.",
                    "1−y² is that of tanh; tan has 1+y².",
                ),
            )
        },
    ),
    Op(
        name="arctan2",
        symbol="arctan2",
        value="arctan2(a, b)",
        # At the origin, where there is no angle, nothing is passed back, as in PyTorch. No square is made: it would
        # overflow from 1e154, and vanish below 1e-162.
        partials=(
            Partial(
                "where((a == 0) & (b == 0), 0.0, b / hypot(a, b) / hypot(a, b))",
                r"\frac{$b}{{$a}^2 + {$b}^2}",
                "$b/($a²+$b²)",
            ),
            Partial(
                "where((a == 0) & (b == 0), 0.0, -a / hypot(a, b) / hypot(a, b))",
                r"-\frac{$a}{{$a}^2 + {$b}^2}",
                "−$a/($a²+$b²)",
            ),
        ),
        latex=r"\operatorname{arctan2}($a, $b)",
        title=Text("두 좌표의 각", "angle of two coordinates"),
        forward=Text(
            "점 (둘째 입력, 첫째 입력)의 방향각을 라디안으로 구합니다.",
            "Takes the angle of the point (second input, first input), in radians.",
        ),
        rule_text=Text(
            "arctan2 노드는 첫째 입력에는 b/(a²+b²)를, 둘째 입력에는 −a/(a²+b²)를 곱해 흘려보냅니다.",
            "An arctan2 node passes back the upstream gradient times b/(a²+b²) to a, and times −a/(a²+b²) to b.",
        ),
        mistakes={
            "sign_forgotten": Mistake(
                Text("부호를 빠뜨림", "sign forgotten"),
                ("b / (a * a + b * b)", "a / (a * a + b * b)"),
                Text("둘째 입력 쪽은 음수입니다.", "The way to the second input has a minus sign."),
            )
        },
        kinks={
            "origin": Kink(
                kind="step",
                at="(a == 0) & (b == 0)",
                latex="$a = $b = 0",
                text="$a = $b = 0",
                title=Text("원점", "the origin"),
                formula=("", ""),
                slopes=(Slopes(INFINITE, INFINITE), Slopes(f"-{INFINITE}", "0.0")),
                why=Text(
                    "원점에는 방향이 없어서 각이 뜁니다. PyTorch처럼 0을 보냅니다.",
                    "The origin has no direction, and the angle jumps there. 0 is passed, as in PyTorch.",
                ),
            ),
            "cut": Kink(
                kind="step",
                at="(a == 0) & (b < 0)",
                latex="$a = 0",
                text="$a = 0",
                title=Text("각이 한 바퀴 도는 자리", "where the angle turns round"),
                slopes=(
                    Slopes(f"where(y > 0, {INFINITE}, 1 / b)", f"where(y > 0, 1 / b, {INFINITE})"),
                    None,
                ),
                why=Text(
                    "각이 여기서 π와 −π 사이를 뜁니다. 뛰지 않는 쪽의 기울기를 보냅니다.",
                    "The angle jumps between π and −π here. The slope of the side without the jump is passed.",
                ),
            ),
        },
    ),
    _logarithm("log2", 2, "0.6931471805599453"),
    _logarithm("log10", 10, "2.302585092994046"),
)
"""In the order of their codes."""
