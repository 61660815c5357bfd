"""The lecture is whole: both languages say the same of the same figures, every number is the engine's and REST's."""

import math
import re
import shutil
from pathlib import Path

import pytest

from chainrule.app.lecture import numbers
from chainrule.app.lecture.fields import KINDS, NUMBER_NAME, LessonError
from chainrule.app.lecture.lessons import FOLDER, Lessons, lessons
from chainrule.app.lecture.text import blocks, formulas
from chainrule.app.web.i18n import LANGUAGES
from chainrule.core.number_text import text

ALL = lessons()
SLUGS = [heading.slug for heading in ALL.contents("en")]
BOTH = [(slug, language) for slug in SLUGS for language in LANGUAGES]
SAYINGS = [
    (slug, figure.id, asked)
    for slug in SLUGS
    for figure in ALL.source(slug, "en").head.figure
    for asked in figure.says
]
PREDICTIONS = [(slug, item.id) for slug in SLUGS for item in ALL.source(slug, "en").head.predict]


def words_left_out(tex: str) -> str:
    return re.sub(r"\\text\{[^}]*\}", r"\\text{}", tex)


def test_there_are_25_parts_in_order():
    for language in LANGUAGES:
        assert [heading.part for heading in ALL.contents(language)] == list(range(1, 26))
    assert [heading.slug for heading in ALL.contents("ko")] == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_have_the_same_blocks_and_formulas(slug):
    korean, english = (ALL.lesson(slug, language) for language in ("ko", "en"))
    assert [(block.kind, block.id) for block in korean.blocks] == [
        (block.kind, block.id) for block in english.blocks
    ]
    sources = [ALL.source(slug, language) for language in ("ko", "en")]
    ours, theirs = ([words_left_out(tex) for tex in formulas(source.body)] for source in sources)
    assert ours == theirs
    for a, b in zip(sources[0].head.predict, sources[1].head.predict, strict=True):
        assert [words_left_out(tex) for tex in formulas(a.question)] == [
            words_left_out(tex) for tex in formulas(b.question)
        ]


@pytest.mark.parametrize(("slug", "language"), BOTH)
def test_every_part_has_an_idea_a_graph_and_a_rule(slug, language):
    lesson = ALL.lesson(slug, language)
    kinds = [block.kind for block in lesson.blocks]
    assert kinds[0] == "text", "a part begins with the question that it answers"
    assert "figure" in kinds
    assert lesson.heading.summary.endswith((".", "?")), lesson.heading.summary
    if slug != "questions":
        assert "rule" in kinds and "try" in kinds and "predict" in kinds


@pytest.mark.parametrize("slug", SLUGS)
def test_each_language_is_written_in_its_letters(slug):
    for language in LANGUAGES:
        lesson = ALL.lesson(slug, language)
        prose = re.sub(
            r"<[^>]+>", "", " ".join(block.html for block in lesson.blocks if block.kind == "text")
        )
        korean = len(re.findall(r"[가-힣]", prose))
        assert (korean > 40) if language == "ko" else korean == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_the_page_can_draw_every_kind(slug):
    table = (Path(__file__).parents[3] / "static/js/lecture/figures.js").read_text()
    known = set(re.findall(r'^  "?([a-z-]+)"?(?:: \w+)?,$', table, re.M)) | {"graph"}
    assert known == KINDS.keys()
    assert {figure.kind for figure in ALL.lesson(slug, "en").figures.values()} <= known


def figure_of(slug, figure_id):
    return ALL.lesson(slug, "en").figures[figure_id]


def said_of(slug, figure_id):
    (item,) = [item for item in ALL.source(slug, "en").head.figure if item.id == figure_id]
    return item.says


@pytest.mark.parametrize(("slug", "figure_id", "asked"), SAYINGS)
def test_what_the_text_says_is_what_the_engine_finds(slug, figure_id, asked):
    figure = figure_of(slug, figure_id)
    graph = numbers.compiled(figure.program, figure.inputs)
    found = numbers.number(graph.evaluate(figure.inputs, figure.upstream), asked)
    assert numbers.as_read(found) == numbers.as_read(said_of(slug, figure_id)[asked])


def test_the_books_numbers_are_among_them():
    def said(slug, *asked):
        (first, *_) = [
            item.says for item in ALL.source(slug, "en").head.figure if set(asked) <= item.says.keys()
        ]
        return [first[name] for name in asked]

    assert said("forward-apples", "price") == [220]
    assert said("forward-apples-and-oranges", "price") == [715]
    assert said("backward-apples", "grad x", "grad m", "grad t") == [2.2, 110, 200]
    assert said("multiplication-node", "grad x", "grad y") == [6.5, 13]
    assert said("addition-node", "grad x", "grad y") == [1.3, 1.3]


def ask_rest(client, figure, inputs, asked):
    """Ask the REST API for the same number."""
    body = {"program": figure.program, "inputs": dict(inputs), "seed": figure.upstream}
    match = NUMBER_NAME.match(asked)
    what, name = match["what"] or "value", match["name"]
    answer = client.post("/api/v1/graphs", json=body)
    assert answer.status_code == 200, answer.json()
    graph = answer.json()
    if "->" in name:
        edge = next(edge for edge in graph["edges"] if edge["id"] in (name, f"{name}.0", f"{name}.1"))
        return edge["local_text" if what == "local" else "grad_text"]
    node = next(node for node in graph["nodes"] if node["id"] == name)
    if not node["shape"]:
        return node[f"{what}_text"]
    tensor = client.post("/api/v1/graphs/tensor", json=body | {"id": name, "of": what}).json()["values"]
    for at in [int(k) for k in (match["index"] or "").split(",") if k.strip()]:
        tensor = tensor[at]
    return as_read(tensor)


def as_read(value):
    return [as_read(part) for part in value] if isinstance(value, list) else text(float(value))


@pytest.mark.parametrize(("slug", "figure_id"), sorted({(slug, figure) for slug, figure, _ in SAYINGS}))
def test_the_rest_interface_says_the_same(client, slug, figure_id):
    figure = figure_of(slug, figure_id)
    for asked, said in said_of(slug, figure_id).items():
        assert ask_rest(client, figure, figure.inputs, asked) == numbers.as_read(said), asked


@pytest.mark.parametrize(("slug", "prediction_id"), PREDICTIONS)
def test_predictions_have_the_answer_that_the_rest_interface_gives(client, slug, prediction_id):
    lesson = ALL.lesson(slug, "en")
    prediction = lesson.predictions[prediction_id]
    figure = lesson.figures[prediction.figure]
    inputs = {**figure.inputs, **prediction.change}
    if prediction.order:
        body = {"program": figure.program, "inputs": inputs, "order": prediction.order}
        nodes = client.post("/api/v1/graphs/order", json=body).json()["nodes"]
        name = prediction.answer.removeprefix("grad ")
        assert [node["gradient_text"] for node in nodes if node["id"] == name] == [prediction.text]
        return
    assert ask_rest(client, figure, inputs, prediction.answer) == prediction.text
    assert math.isfinite(float(prediction.right))
    korean = ALL.lesson(slug, "ko").predictions[prediction_id]
    assert (korean.right, korean.text) == (prediction.right, prediction.text)


# ---- what is wrong with a lesson is told by file and line ----

HEAD = """+++
part = 1
slug = "one"
title = "{title}"
summary = "A sentence."

[[figure]]
id = "apples"
kind = "graph"
example = "apples-forward"
inputs = {{ apple = 130 }}
says = {{ price = 286 }}

[[predict]]
id = "more"
figure = "apples"
question = "{question}"
change = {{ apple = 200 }}
answer = "grad apple"
+++
"""
BODY = """Text with $x^2$.

::: figure apples
A caption.
:::

::: predict more
Look at this.
:::
"""


@pytest.fixture
def folder(tmp_path):
    for language in LANGUAGES:
        head = HEAD.format(title=f"One {language}", question=f"Which {language}?")
        (tmp_path / f"01-one.{language}.md").write_text(head + BODY)
    return tmp_path


def test_a_small_lesson_is_read(folder):
    lesson = Lessons(folder).lesson("one", "en")
    assert lesson.heading.title == "One en"
    assert [block.kind for block in lesson.blocks] == ["text", "figure", "predict"]
    assert lesson.figures["apples"].inputs == {"apple": 130}
    assert lesson.figures["apples"].program.startswith("apple = 100  # 🍎 apple price\n")
    assert lesson.predictions["more"].text == "2.2"
    assert lesson.questions["more"] == "Which en?"


CHANGES = [
    ("+++\npart", "part", 1, "begins with a line +++"),
    ('answer = "grad apple"\n+++\n', 'answer = "grad apple"\n', 28, "ends with a line +++"),
    ("part = 1", "part = ", 2, "no TOML"),
    ("part = 1", 'part = "1"', 2, "int"),
    ("part = 1", "part = 2", 2, "file's name"),
    ("summary", "sumary", 5, "unknown field"),
    ('summary = "A sentence."\n', "", 2, "summary"),
    ('kind = "graph"', 'kind = "graphs"', 9, "no kind 'graphs'; there are graph, slopes"),
    ('kind = "graph"', 'kind = "curve"', 7, "needs op"),
    ('kind = "graph"\n', 'kind = "graph"\nop = "inv"\n', 10, "takes no op"),
    ('example = "apples-forward"', 'example = "apples-forwards"', 10, "no example"),
    ('example = "apples-forward"', 'program = "price = appel * 2"', 10, "appel"),
    ('example = "apples-forward"', 'example = "apples-forward"\nprogram = "x = 1"', 11, "not both"),
    ('example = "apples-forward"\n', "", 7, "needs an example or a program"),
    (
        'example = "apples-forward"\n',
        'example = "apples-forward"\nlabels = "words"\n',
        11,
        "Invalid enum value",
    ),
    ('example = "apples-forward"\n', 'example = "apples-forward"\nopen = ["sigmoid"]\n', 11, "no group"),
    ('example = "apples-forward"\n', 'example = "apples-forward"\nstep = -1\n', 11, "0 or more"),
    ('example = "apples-forward"\n', 'example = "apples-forward"\ncolour = "red"\n', 11, "unknown field"),
    ("inputs = { apple = 130 }", "inputs = { pear = 130 }", 11, "pear"),
    ("says = { price = 286 }", "says = { prize = 286 }", 12, "'prize'"),
    ("says = { price = 286 }", 'says = { "of price" = 286 }', 12, "names no number"),
    ('id = "more"', 'id = "More"', 15, "kebab-case"),
    ('figure = "apples"', 'figure = "pears"', 16, "no figure with a program; there are apples"),
    ("change = { apple = 200 }", "change = { pear = 200 }", 18, "pear"),
    ('answer = "grad apple"', 'answer = "apple"', 19, "write `value NAME`"),
    ('answer = "grad apple"', 'answer = "grad pear"', 19, "no 'grad pear'"),
    ("::: figure apples", "::: figure pears", 7, "stands 0 times"),
    (
        "::: figure apples",
        "::: figur apples",
        23,
        "opens or ends no block; there are figure, predict, rule, try",
    ),
    ("::: figure apples", "::: figure", 23, "write ::: figure ID"),
    ("A caption.\n:::", "A caption.\n\n::: rule\nNo.\n:::\n:::", 26, "cannot stand in another"),
    ("Look at this.\n:::\n", "Look at this.\n", 27, "is not ended by a line :::"),
    ("::: predict more", "::: predict mere\nNo.\n:::\n\n::: predict more", 27, "there is no predict 'mere'"),
    ("Look at this.\n:::\n", "Look at this.\n:::\n\n::: figure apples\nTwice.\n:::\n", 7, "stands 2 times"),
]


@pytest.mark.parametrize(("was", "now", "line", "message"), CHANGES)
def test_a_mistake_is_told_with_its_line(folder, was, now, line, message):
    for language in LANGUAGES:
        path = folder / f"01-one.{language}.md"
        source = path.read_text()
        assert was in source
        path.write_text(source.replace(was, now, 1))
    with pytest.raises(LessonError) as caught:
        Lessons(folder).lesson("one", "en")
    assert caught.value.line == line, str(caught.value)
    assert message in caught.value.message
    assert str(caught.value).startswith(f"01-one.{caught.value.path.stem[-2:]}.md, line {line}: ")


def test_a_part_in_one_language_alone_is_told(folder):
    (folder / "01-one.ko.md").unlink()
    with pytest.raises(LessonError, match=r"01-one\.en\.md, line 1: the same part in 'ko' is missing"):
        Lessons(folder)


@pytest.mark.parametrize(
    ("was", "now", "line", "message"),
    [
        ("apple = 130", "apple = 140", 7, "this figure is not the same"),
        ("apple = 200", "apple = 300", 14, "this predict is not the same"),
    ],
)
def test_languages_that_differ_are_told(folder, was, now, line, message):
    path = folder / "01-one.en.md"
    path.write_text(path.read_text().replace(was, now))
    with pytest.raises(LessonError) as caught:
        Lessons(folder)
    assert (caught.value.line, caught.value.path.name) == (line, "01-one.en.md")
    assert message in caught.value.message


def test_a_file_that_is_named_otherwise_is_told(folder):
    shutil.copy(folder / "01-one.en.md", folder / "one.en.md")
    with pytest.raises(LessonError, match=r"one\.en\.md, line 1: a lesson's file is called"):
        Lessons(folder)


def test_formulas_keep_their_tex_and_have_mathml_until_it_is_set():
    (block,) = blocks(Path("x.md"), "Then $a < b$ and\n\n$$\\frac{a}{b}$$\n", 1)
    assert '<span class="math" data-tex="a &lt; b"><math>' in block.html
    assert '<span class="math display" data-tex="\\frac{a}{b}"><math' in block.html


def test_a_lesson_has_no_styles_of_its_own():
    """The page's policy allows none: classes style tables and formulas."""
    for slug, language in BOTH:
        for block in ALL.lesson(slug, language).blocks:
            assert not re.search(r"\sstyle=", block.html), (slug, block)
    (table,) = blocks(Path("x.md"), "| a | b |\n| :- | -: |\n| 1 | 2 |\n", 1)
    assert '<td class="align-right">2</td>' in table.html


def test_what_a_lesson_writes_is_never_markup():
    (block,) = blocks(Path("x.md"), "<script>alert(1)</script> and $<b>$\n", 1)
    assert "<script>" not in block.html
    assert 'data-tex="&lt;b&gt;"' in block.html


def test_the_folder_holds_nothing_but_lessons():
    assert len(list(FOLDER.iterdir())) == 50
