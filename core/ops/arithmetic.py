"""Arithmetic: + − × ÷, sign, power, inverse. One entry an op: value, local derivatives, and what is said of it.

Source: Saito Goki, *Deep Learning from Scratch*, sections 5.4 (addition, multiplication) and 5.5.2 (inverse).
"""

from chainrule.core.ops.kinks import INFINITE, Kink, Slopes, pole
from chainrule.core.ops.op import Mistake, Op, Partial
from chainrule.core.text import Text

SIGN = Text("부호를 빠뜨림", "sign forgotten")
SIGN_ADVICE = Text("이 노드에서는 기울기의 부호가 바뀝니다.", "At this node the gradient changes its sign.")

ARITHMETIC = (
    Op(
        name="add",
        symbol="+",
        infix="+",
        value="a + b",
        partials=(Partial("1.0", "1", "1"), Partial("1.0", "1", "1")),
        latex="$a + $b",
        precedence=1,
        operand_precedence=(1, 1),
        title=Text("덧셈", "addition"),
        forward=Text("두 입력을 더합니다.", "Adds its two inputs."),
        rule_text=Text(
            "덧셈 노드는 상류의 기울기를 그대로 흘려보냅니다.",
            "An addition node passes the upstream gradient on unchanged.",
        ),
        mistakes={
            "halved": Mistake(
                Text("상류를 반씩 나눔", "upstream split in halves"),
                ("0.5", "0.5"),
                Text(
                    "덧셈은 상류를 나누지 않습니다. 두 입력 모두 상류를 그대로 받습니다.",
                    "An addition divides nothing: each input gets the whole upstream gradient.",
                ),
            )
        },
    ),
    Op(
        name="sub",
        symbol="−",
        infix="-",
        value="a - b",
        partials=(Partial("1.0", "1", "1"), Partial("-1.0", "-1", "−1")),
        latex="$a - $b",
        precedence=1,
        operand_precedence=(1, 2),
        title=Text("뺄셈", "subtraction"),
        forward=Text("첫째 입력에서 둘째 입력을 뺍니다.", "Subtracts the second input from the first."),
        rule_text=Text(
            "뺄셈 노드는 상류의 기울기를 첫째 입력에는 그대로, 둘째 입력에는 부호를 바꿔 흘려보냅니다.",
            "A subtraction node passes the upstream gradient on to its first input and its negative to the second.",
        ),
        mistakes={"sign_forgotten": Mistake(SIGN, ("1.0", "1.0"), SIGN_ADVICE)},
    ),
    Op(
        name="mul",
        symbol="×",
        infix="*",
        value="a * b",
        partials=(Partial("b", "$b", "$b"), Partial("a", "$a", "$a")),
        latex=r"$a \times $b",
        precedence=2,
        operand_precedence=(2, 2),
        why=Text(
            "×는 두 입력을 맞바꿉니다. $s 쪽이 받는 것은 반대편이 나르는 값입니다",
            "× swaps: $s receives what the other arm carries",
        ),
        title=Text("곱셈", "multiplication"),
        forward=Text("두 입력을 곱합니다.", "Multiplies its two inputs."),
        rule_text=Text(
            "곱셈 노드는 상류의 기울기에 반대편 입력을 곱해 흘려보냅니다.",
            "A multiplication node passes back the upstream gradient times the other input.",
        ),
        mistakes={
            "not_swapped": Mistake(
                Text("두 입력을 맞바꾸지 않음", "inputs not swapped"),
                ("a", "b"),
                Text(
                    "상류의 기울기에 이 에지 자신의 값을 곱했습니다. 곱셈은 반대편 값을 곱합니다.",
                    "That is the upstream gradient times this edge's own value. A multiplication takes the other one.",
                ),
            )
        },
    ),
    Op(
        name="div",
        symbol="÷",
        infix="/",
        value="a / b",
        partials=(Partial("1 / b", r"\frac{1}{$b}", "1/$b"), Partial("-y / b", r"-\frac{$y}{$b}", "−$y/$b")),
        latex=r"\frac{$a}{$b}",
        title=Text("나눗셈", "division"),
        forward=Text("첫째 입력을 둘째 입력으로 나눕니다.", "Divides the first input by the second."),
        rule_text=Text(
            "나눗셈 노드는 상류의 기울기에 분자 쪽으로는 1/b를, 분모 쪽으로는 −y/b를 곱해 흘려보냅니다.",
            "A division node passes back the upstream gradient times 1/b to the numerator a and times −y/b to the "
            "denominator b.",
        ),
        defined="b != 0",
        undefined_note=Text("0으로 나눌 수 없습니다.", "Division by zero has no value."),
        mistakes={"sign_forgotten": Mistake(SIGN, ("1 / b", "y / b"), SIGN_ADVICE)},
        kinks={"zero": pole(at="b == 0", where="$b = 0", operands=2, measured_as="div.itself")},
    ),
    Op(
        name="neg",
        symbol="−",
        infix="-",
        value="-a",
        partials=(Partial("-1.0", "-1", "−1"),),
        latex="-$a",
        precedence=3,
        operand_precedence=(3,),
        title=Text("부호 바꿈", "negation"),
        forward=Text("입력의 부호를 바꿉니다.", "Changes the sign of its input."),
        rule_text=Text(
            "부호를 바꾸는 노드는 상류의 기울기도 부호를 바꿔 흘려보냅니다.",
            "A negation node passes back the negative of the upstream gradient.",
        ),
        mistakes={"sign_forgotten": Mistake(SIGN, ("1.0",), SIGN_ADVICE)},
    ),
    Op(
        name="pow",
        symbol="**",
        infix="**",
        value="power(a, b)",
        partials=(
            Partial("where(b == 0, 0.0, b * power(a, b - 1))", r"$b \cdot {$a}^{$b - 1}", "$b·$a^($b−1)"),
            Partial("where((a == 0) & (b >= 0), 0.0, y * log(a))", r"$y \cdot \ln $a", "$y·ln $a"),
        ),
        latex="{$a}^{$b}",
        precedence=4,
        operand_precedence=(9, 0),
        title=Text("거듭제곱", "power"),
        forward=Text(
            "첫째 입력을 둘째 입력만큼 거듭제곱합니다.", "Raises the first input to the power of the second."
        ),
        rule_text=Text(
            "거듭제곱 노드는 상류의 기울기에 밑 쪽으로는 b·a^(b−1)을, 지수 쪽으로는 y·ln a를 곱해 흘려보냅니다.",
            "A power node passes back the upstream gradient times b·a^(b−1) to the base a and times y·ln a to the "
            "exponent b.",
        ),
        defined="(a > 0) | ((a == 0) & (b >= 0)) | ((a < 0) & (b % 1 == 0))",
        undefined_note=Text(
            "0의 음수 거듭제곱이나 음수의 정수가 아닌 거듭제곱은 실수가 아닙니다.",
            "A negative power of 0, or a fractional power of a negative number, is not a real number.",
        ),
        mistakes={
            "exponent_kept": Mistake(
                Text("지수를 1 줄이지 않음", "exponent not lowered by one"),
                ("b * y", "y * log(a)"),
                Text(
                    "거듭제곱을 미분하면 지수가 1 줄어듭니다.",
                    "The derivative of a power has an exponent that is one lower.",
                ),
            )
        },
        kinks={
            "zero_to_zero": Kink(
                kind="step",
                at="(a == 0) & (b == 0)",
                latex="$a = $b = 0",
                text="$a = $b = 0",
                title=Text("0의 0제곱", "zero to the zeroth power"),
                bracket="$a = 0",
                narrow=r"$a = 0, $b \ge 0",
                formula=("0.0", ""),
                slopes=(None, Slopes("", f"-{INFINITE}")),
                why=Text(
                    "0의 거듭제곱은 지수가 0일 때만 1이고 그보다 크면 0이므로, 지수 쪽으로는 값이 뜁니다. PyTorch처럼 "
                    "0을 보냅니다.",
                    "A power of 0 is 1 for the exponent 0 alone and 0 above it, so by the exponent the value jumps. "
                    "0 is passed, as in PyTorch.",
                ),
            ),
            "zero_exponent": Kink(
                kind="removable",
                at="(a == 0) & (b == 0)",
                latex="$a = $b = 0",
                text="$a = $b = 0",
                title=Text("지수가 0", "exponent zero"),
                formula=("", ""),
                slopes=(Slopes("0.0", "0.0"), None),
                why=Text(
                    "a의 0제곱은 늘 1이므로 밑 쪽의 기울기는 0입니다. 공식 b·a^(b−1)은 여기서 0·∞ 꼴이라 값이 "
                    "없습니다.",
                    "a to the zeroth power is always 1, so the slope is 0. The formula b·a^(b−1) has no value here: "
                    "it is of the form 0·∞.",
                ),
                measured_as="pow.zero_to_zero",
            ),
            "zero_base": Kink(
                kind="removable",
                at="(a == 0) & (b > 0)",
                latex="$a = 0",
                text="$a = 0",
                title=Text("밑이 0", "base zero"),
                narrow=r"$a = 0, $b \ge 0",
                formula=("b * power(a, b - 1)", ""),
                slopes=(None, Slopes("0.0", "0.0")),
                why=Text(
                    "0의 거듭제곱은 지수를 조금 바꾸어도 0이므로 기울기는 0입니다. 공식 y·ln a는 여기서 0·(−∞) 꼴이라 "
                    "값이 없습니다.",
                    "A power of 0 stays 0 when the exponent changes a little, so the slope is 0. The formula y·ln a "
                    "has no value here: it is of the form 0·(−∞).",
                ),
            ),
            "root": Kink(
                kind="edge",
                at="(a == 0) & (b > 0) & (b < 1)",
                latex="$a = 0",
                text="$a = 0",
                title=Text("정의역의 끝", "the edge of the domain"),
                slopes=(Slopes("", INFINITE), None),
                why=Text(
                    "1보다 작은 거듭제곱은 0에서 수직으로 출발합니다. 오른쪽에서 온 기울기 ∞를 그대로 보냅니다.",
                    "A power below 1 starts vertically at 0. The slope from the right, ∞, is passed.",
                ),
                measured_as="sqrt.zero",
            ),
            "negative_power": pole(at="(a == 0) & (b < 0)", where="$a = 0", operands=2),
            "negative_base": Kink(
                kind="edge",
                at="(a < 0) & (b % 1 == 0)",
                latex="$a < 0",
                text="$a < 0",
                title=Text("음수인 밑", "a negative base"),
                slopes=(None, Slopes("", "")),
                why=Text(
                    "음수의 거듭제곱은 지수가 정수일 때만 실수이므로 지수를 조금도 바꿀 수 없습니다. 지수 쪽의 "
                    "기울기는 NaN입니다.",
                    "A power of a negative number is real for whole exponents only, so the exponent cannot move at "
                    "all. Its slope is NaN.",
                ),
            ),
        },
    ),
    Op(
        name="inv",
        symbol="/",
        value="1 / a",
        partials=(Partial("-y * y", "-{$y}^2", "−$y²"),),
        latex=r"\frac{1}{$a}",
        title=Text("역수", "inverse"),
        forward=Text("입력의 역수를 구합니다.", "Takes the inverse of its input."),
        rule_text=Text(
            "역수 노드는 상류의 기울기에 −y²(순전파 출력의 제곱에 음의 부호)을 곱해 흘려보냅니다.",
            "An inverse node passes back the upstream gradient times −y², the negative square of its output.",
        ),
        defined="a != 0",
        undefined_note=Text("0의 역수는 없습니다.", "Zero has no inverse."),
        mistakes={"sign_forgotten": Mistake(SIGN, ("y * y",), SIGN_ADVICE)},
        kinks={"zero": pole(at="a == 0", where="$a = 0")},
    ),
)
"""In the order of their codes."""
