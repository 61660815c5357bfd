"""Every example of the lecture means a graph, in both languages, with the lecture's own numbers."""

import re

import pytest

from app.compiled import Compiled
from app.examples import DEFAULT, examples
from app.schemas.catalogue import ExampleItem
from core.number_text import text
from core.program import parse

SLUGS = list(examples())
NUMBERS = {
    "chain-rule": ("w", {"x": "−10.9336"}),
    "square-of-a-sum": ("z", {"x": "10", "y": "10"}),
    "apples-forward": ("220", {"apple": "2.2", "apple_num": "110", "tax": "200"}),
    "apples-and-oranges": (
        "715",
        {"apple": "2.2", "apple_num": "110", "orange": "3.3", "orange_num": "165", "tax": "650"},
    ),
    "multiplication-node": ("50", {"x": "6.5", "y": "13"}),
    "addition-node": ("15", {"x": "1.3", "y": "1.3"}),
    "apples-backward": ("220", {"x": "2.2", "m": "110", "t": "200"}),
    "apples-and-oranges-blanks": ("715", {"apple": "2.2", "tax": "650"}),
    "apples-and-oranges-backward": ("715", {"x": "2.2", "m": "110", "y": "3.3", "n": "165", "t": "650"}),
    "layers-in-code": ("715", {"apple_num": "110", "apple": "2.2", "orange": "3.3", "orange_num": "165"}),
    "inverse": ("0.5", {"x": "−0.25"}),
    "exponential": ("2.71828", {"x": "2.71828"}),
    "logarithm": ("0.693147", {"x": "0.5"}),
    "branches": ("18", {"x": "9"}),
    "relu": ("6", {"x": "3"}),
    "relu-blocked": ("0", {"x": "0"}),
    "sigmoid-open": ("0.731059", {"x": "0.196612"}),
    "sigmoid": ("0.731059", {"x": "0.196612"}),
    "relu-chain": ("1", {"x": "1"}),
}


def test_every_part_of_the_lecture_that_is_scalar_has_an_example():
    parts = [example.part for example in examples().values()]
    assert parts == sorted(parts)
    assert set(range(1, 12)) | {13, 14, 15} <= set(parts)
    assert DEFAULT in examples()


@pytest.mark.parametrize("slug", SLUGS)
def test_an_example_is_whole_in_both_languages(slug):
    example = examples()[slug]
    assert re.fullmatch(r"[a-z0-9-]+", slug)
    for language, letters in (("ko", "[가-힣]"), ("en", "[A-Za-z]")):
        assert re.search(letters, example.title[language])
        assert re.search(letters, example.summary[language])
    korean, english = (parse(example.program_in(language)) for language in ("ko", "en"))
    assert Compiled(korean).structure == Compiled(english).structure
    assert set(example.open) <= {group.id for group in korean.groups}
    code = [
        [line.partition("#")[0] for line in example.program_in(lang).splitlines()] for lang in ("ko", "en")
    ]
    assert code[0] == code[1]
    assert not re.search("[가-힣]", example.program_in("en"))
    assert " | " not in example.program_in("ko")


@pytest.mark.parametrize("slug", NUMBERS)
def test_an_example_gives_the_lectures_numbers(slug):
    example = examples()[slug]
    compiled = Compiled(parse(example.program_in("ko")))
    found = compiled.evaluate(example.inputs, example.seed)
    value, gradients = NUMBERS[slug]
    if value[0].isdigit():
        assert text(found.values[compiled.graph.output]) == value
    for name, gradient in gradients.items():
        assert text(found.gradients.nodes[compiled.graph.index(name)]) == gradient


def test_the_numerical_slope_is_near_the_chain_rules():
    example = examples()["numerical-differentiation"]
    compiled = Compiled(parse(example.program_in("en")))
    slope = compiled.evaluate({}).values[compiled.graph.output]
    assert slope == pytest.approx(-10.9336, abs=2e-2)


def test_ten_sigmoids_leave_less_than_a_millionth():
    compiled = Compiled(parse(examples()["vanishing-gradient"].program_in("en")))
    assert 0 < compiled.evaluate({}).gradients.nodes[compiled.graph.index("x")] < 1e-6


def test_the_calls_answer_in_the_language_asked_for(client):
    korean = client.get("/api/v1/examples", params={"lang": "ko"}).json()
    english = client.get("/api/v1/examples", headers={"Accept-Language": "en-GB,en;q=0.9"}).json()
    assert [item["slug"] for item in korean] == [item["slug"] for item in english] == SLUGS
    for item in (*korean, *english):
        ExampleItem.model_validate(item)
    one = client.get(f"/api/v1/examples/{DEFAULT}", params={"lang": "en"}).json()
    assert "🍎 apple price" in one["program"]
    assert one in english


def test_an_unknown_example_is_a_problem(client):
    response = client.get("/api/v1/examples/nothing")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


def test_the_catalogue_names_every_mistake_that_a_request_may_make(client):
    from app.schemas.catalogue import OpItem
    from app.schemas.requests import MISTAKES
    from core.ops import OPS

    entries = client.get("/api/v1/ops").json()
    for entry in entries:
        OpItem.model_validate(entry)
    assert {mistake["name"] for entry in entries for mistake in entry["mistakes"]} == set(MISTAKES)
    assert [entry["name"] for entry in entries if entry["kind"] == "primitive"] == list(OPS)
    assert next(entry for entry in entries if entry["name"] == "mul")["written"] == "a * b"
