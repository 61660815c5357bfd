"""Kinks by REST: met at these numbers, explained, checked, chosen, and the same kink in other engines."""

from typing import Any

import pytest

TIE = "a = 1\nb = 1\ny = maximum(a, b)"


def post(client, call: str, program: str, **fields: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/graphs{call}", json={"program": program, **fields})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def place(left: Any, right: Any, passed: Any, index: tuple[int, ...] = ()) -> dict[str, Any]:
    texts = [
        {None: "—", "Infinity": "∞"}.get(side, f"{side:g}" if not isinstance(side, str | None) else "")
        for side in (left, right, passed)
    ]
    return {
        "index": list(index),
        "left": left,
        "right": right,
        "passed": passed,
        "left_text": texts[0],
        "right_text": texts[1],
        "passed_text": texts[2],
    }


@pytest.mark.parametrize("call", ["", "/values"])
def test_the_kinks_met_are_told_by_edge(client, call):
    assert post(client, call, TIE)["kinks"] == [
        {"edge": edge, "node": "y", "kink": "maximum.tie", "count": 1, "places": [place(0, 1, 0.5)]}
        for edge in ("a->y.0", "b->y.1")
    ]
    assert post(client, call, TIE, inputs={"a": 2})["kinks"] == []
    assert post(client, call, "a = 0\ny = sqrt(a)")["kinks"][0]["places"] == [
        place(None, "Infinity", "Infinity")
    ]


def test_of_a_tensor_the_elements_at_a_kink_are_counted(client):
    (met,) = post(client, "/values", "x = [[0, 1], [0, 0]]\ny = sum(relu(x))")["kinks"]
    assert (met["edge"], met["count"]) == ("x->op_1.0", 3)
    assert met["places"] == [place(0, 1, 0, index) for index in ((0, 0), (1, 0), (1, 1))]


def test_a_closed_layer_tells_the_kink_inside_of_it_unless_it_is_smooth(client):
    edges = {met["edge"] for met in post(client, "/values", "x = 1\ny = clip(x, 0, 1)")["kinks"]}
    assert edges == {"clip_1.op_1->y.0", "x->clip_1"}
    edges = {met["edge"] for met in post(client, "/values", "x = [1, 1]\ny = sum(softmax(x) ** 2)")["kinks"]}
    assert edges == {"x->softmax_1.c.0"}
    nested = "def f(u):\n    return clip(u * 2, 0, 1) + 1\nx = 0.5\ny = f(x)"
    edges = {met["edge"] for met in post(client, "/values", nested)["kinks"]}
    assert "x->f_1" in edges


def test_an_explanation_tells_no_kink_inside_of_a_smooth_layer_unless_it_is_open(client):
    program = "def f(u):\n    return sum(softmax(u) ** 2)\nx = [1, 1]\ny = f(x)"
    for part in ("x", "f_1", "x->f_1"):
        assert post(client, "/explain", program, id=part)["kinks"] == []
    opened = ["f_1", "f_1.softmax_1"]
    assert post(client, "/explain", program, id="x", open=opened)["kinks"][0]["kink"] == "max.tie"


@pytest.mark.parametrize(
    ("program", "part", "place"),
    [
        ("x = 1\ny = clip(x, 0, 1)", "clip_1", "max(x, 0) = 1, the bound"),
        ("def f(u):\n    return relu(u - 1) * 2\nx = 1\ny = f(x)", "f_1", "x − 1 = 0, the corner"),
        ("x = [1, 1]\ny = sum(max(x * 2) ** 2)", "x", ""),
        ("x = [1, 1]\ny = max(x * 2 + 1)", "y", "(x × 2 + 1)[i] = (x × 2 + 1)[j] = y, a tie"),
    ],
)
def test_a_kink_is_placed_in_terms_of_what_the_program_names(client, program, part, place):
    told = post(client, "/explain", program, id=part, lang="en")["kinks"]
    assert [kink["sentence"].startswith(f"At {place}") for kink in told] == ([True] if place else [])
    assert not any("op_" in kink["sentence"] for kink in told)


def test_a_place_where_only_the_formula_fails_is_told_in_explanations_alone(client):
    program = "a = 0\nb = 2\ny = a ** b"
    assert post(client, "/values", program)["kinks"] == []
    (told,) = post(client, "/explain", program, id="y", lang="en")["kinks"]
    assert (told["kink"], told["kind"], told["edge"]) == ("pow.zero_base", "removable", "b->y.1")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        (
            "en",
            "At a = b, a tie: the slope by a is 0 from the left and 1 from the right; 1 is used. "
            "The convention chosen: all to the first.",
        ),
        (
            "ko",
            "a = b인 자리(동점)입니다. a 쪽 기울기: 왼쪽 0, 오른쪽 1. 여기서 쓰는 값: 1. 고른 규약: 첫째가 모두.",
        ),
    ],
)
def test_an_explanation_tells_the_kink_and_what_can_be_chosen(client, lang, sentence):
    for part in ("y", "a", "a->y.0"):
        answer = post(client, "/explain", TIE, id=part, lang=lang, conventions=["maximum.tie.first"])
        told = answer["kinks"][0]
        assert (told["place"]["latex"], told["sentence"]) == ("a = b", sentence)
        assert [(each["name"], each["default"], each["chosen"]) for each in told["choices"]] == [
            ("maximum.tie.half", True, False),
            ("maximum.tie.first", False, True),
            ("maximum.tie.second", False, False),
            ("maximum.tie.each", False, False),
        ]
        assert told["elsewhere"] == "maximum.tie"


def test_a_convention_is_in_every_answer_with_gradients(client):
    chosen = {"conventions": ["relu.zero.one"]}
    program = "x = 0\ny = 3 * relu(x)"
    assert post(client, "/values", program, **chosen)["grads"][0] == 3
    assert post(client, "", program, **chosen)["nodes"][0]["grad"] == 3
    assert post(client, "/explain", program, id="x", **chosen)["grad_text"] == "3"
    last = post(client, "/steps", program, lang="en", **chosen)["steps"][-1]["sentence"]
    assert last.endswith(
        "To x: 3 × 1 = 3. At x = 0, the corner: the slope by x is 0 from the left and 1 from the right; 1 is used. "
        "The convention chosen: 1."
    )
    for format in ("python", "pytorch", "json"):
        assert "relu.zero.one" in post(client, "/export", program, format=format, **chosen)["text"]
    assert post(client, "/gradcheck", program, **chosen)["inputs"][0]["backprop"] == 3
    assert post(client, "/tensor", program, id="x", of="grad", **chosen)["values"] == 3
    assert post(client, "/provenance", program, id="x", of="grad", **chosen)["id"] == "x"
    curve = post(client, "/curve", program, input="x", start=-1, stop=1, points=3, **chosen)
    assert curve["slopes"] == [0, 3, 3]
    differences = post(client, "/differences", program, input="x", epsilons=[0.1], **chosen)
    assert differences["backprop"] == 3
    for call in (
        client.post("/api/v1/graphs/picture", json={"program": program, **chosen}),
        client.get("/api/v1/graphs/picture.svg", params={"program": program, "conventions": "relu.zero.one"}),
    ):
        assert call.status_code == 200, call.text
        assert ">3<" in call.text


def test_gradients_that_differ_by_a_convention_are_not_called_wrong(client):
    assert post(client, "/values", TIE, conventions=["maximum.tie.first"])["wrong"] == []


@pytest.mark.parametrize(
    ("conventions", "detail"),
    [
        (["maximum.tie.frist"], "did you mean `maximum.tie.first`?"),
        (["relu.zero"], "There is no convention `relu.zero`"),
        (["maximum.tie.first", "maximum.tie.each"], "`maximum.tie` has two conventions here: choose one."),
    ],
)
def test_conventions_that_cannot_be_are_refused(client, conventions, detail):
    answer = client.post("/api/v1/graphs/values", json={"program": TIE, "conventions": conventions})
    assert answer.status_code == 422
    assert detail in answer.json()["detail"]


def test_the_numerical_check_compares_with_both_slopes(client):
    row = post(client, "/gradcheck", "x = 0\ny = relu(x)", lang="en")
    assert row["ok"] is True
    kink = row["inputs"][0]["kink"]
    assert kink.pop("sentence") == (
        "The derivative is 0 from the left and 1 from the right. There is no single one here; backpropagation's 0 "
        "lies between them."
    )
    assert kink.pop("kinks") == ["relu.zero"]
    assert kink | {"index": []} == place(0, 1, 0)
    assert post(client, "/gradcheck", "x = 1\ny = relu(x)")["inputs"][0]["kink"] is None
    assert post(client, "/explain", "x = 0\ny = relu(x)", id="x")["check"]["kink"]["right"] == 1


def test_the_split_among_engines_is_grouped_by_answer_with_our_own_first(client):
    tie = client.get("/api/v1/kinks/maximum.tie").json()
    assert tie["own"]["gradients"] == [0.5, 0.5]
    split = {
        answer["text"]: sorted(engine["id"] for engine in answer["engines"]) for answer in tie["answers"]
    }
    assert split == {
        "0.5, 0.5": ["autograd", "casadi", "jax", "paddle", "pytorch", "sympy", "tinygrad"],
        "1, 0": ["chainer", "mxnet", "pytensor", "tensorflow"],
        "0, 1": ["mlx"],
    }
    assert [answer["own"] for answer in tie["answers"]] == [True, False, False]
    assert [engine["id"] for engine in tie["missing"]] == ["dezero", "micrograd"]


def test_every_kink_of_every_op_and_every_measured_place_is_listed(client):
    found = {item["id"]: item for item in client.get("/api/v1/kinks").json()}
    ops = {kink for op in client.get("/api/v1/ops").json() for kink in op["kinks"]}
    assert ops == {name for name, item in found.items() if item["op"]}
    assert {"relu.nan", "prod.zero", "clip.bound"} <= found.keys() - ops
    for item in found.values():
        engines = [engine["id"] for answer in item["answers"] for engine in answer["engines"]]
        engines += [engine["id"] for engine in item["missing"]]
        assert len(engines) == len(set(engines)) == (14 if item["measured"] else 0)
    assert client.get("/api/v1/kinks/relu.nought").status_code == 404


@pytest.mark.parametrize(
    ("kink", "expected"),
    [
        ("max.tie", {"split": [0, 0.5, 0.5], "each": [0, 1, 1], "first": [0, 1, 0]}),
        ("clamp_max.bound", {"through": [1, 1], "half": [0.5, 0.5], "blocked": [0, 0]}),
        ("relu.zero", {"zero": 0, "half": 0.5, "one": 1}),
    ],
)
def test_every_convention_says_what_it_gives_where_the_engines_were_asked(client, kink, expected):
    item = client.get(f"/api/v1/kinks/{kink}").json()
    found = {choice["name"].rpartition(".")[2]: choice["gradients"] for choice in item["choices"]}
    assert found == {name: [passed] for name, passed in expected.items()}
    own = next(choice["gradients"] for choice in item["choices"] if choice["default"])
    assert own == item["own"]["gradients"]


def test_our_own_answer_is_that_of_pytorch_wherever_it_was_measured(client):
    differs = {
        item["id"]
        for item in client.get("/api/v1/kinks").json()
        if item["measured"] and "pytorch" not in [engine["id"] for engine in item["answers"][0]["engines"]]
    }
    assert differs <= {"relu.nan", "maximum.nan", "minimum.nan", "xlogy.zero", "sigmoid.far"}


def test_a_picture_marks_the_edges_at_a_kink(client):
    body = {"program": "x = 0\ny = relu(x)", "lang": "en", "standalone": True}
    drawn = client.post("/api/v1/graphs/picture", json=body).text
    assert "At a kink: the slope is 0 from the left, 1 from the right, 0 passed back" in drawn
    body["program"] = "x = 1\ny = relu(x)"
    assert "At a kink" not in client.post("/api/v1/graphs/picture", json=body).text
