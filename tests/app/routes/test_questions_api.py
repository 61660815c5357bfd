"""The calls of the questions: a set by its seed without its answers, a check, hints, the answer."""

import json
import re

import pytest

from chainrule.core.questions.generator import MOST, question


def get(client, **query):
    response = client.get("/api/v1/questions", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def post(client, call, **body):
    return client.post(f"/api/v1/questions/{call}", json=body)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_set_lists_questions_without_their_answers(client, level):
    found = get(client, seed=4821, level=level, count=20, lang="en")
    assert [item["index"] for item in found["questions"]] == list(range(20))
    assert (found["seed"], found["level"], found["tolerance"], found["stages"]) == (4821, level, 0.005, 3)
    for item in found["questions"]:
        asked = question(4821, level, item["index"])
        assert item["upstream"] == asked.upstream
        assert [blank["id"] for blank in item["blanks"]] == [blank.id for blank in asked.blanks]
        for told, blank in zip(item["blanks"], asked.blanks, strict=True):
            assert told.keys() == {"id", "kind", "asks", "part", "name"}
            if blank.asks == "number" and len(blank.answer_text) > 3:
                # An answer may well be an input too, but the set alone says it nowhere else.
                assert blank.answer_text not in json.dumps(told, ensure_ascii=False)


def test_the_same_seed_is_the_same_set_and_is_kept_by_the_browser(client):
    assert get(client, seed=7, level=3) == get(client, seed=7, level=3)
    assert get(client, seed=7, level=3)["questions"] != get(client, seed=8, level=3)["questions"]
    assert get(client, seed=7, level=3, count=2)["questions"] == get(client, seed=7, level=3)["questions"][:2]
    first = client.get("/api/v1/questions", params={"seed": 7})
    again = client.get(
        "/api/v1/questions", params={"seed": 7}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304


def test_programs_speak_the_language_asked_for(client):
    korean, english = (
        "\n".join(item["program"] for item in get(client, seed=4821, level=2, lang=lang)["questions"])
        for lang in ("ko", "en")
    )
    assert "가격" in korean
    assert " price" in english
    assert not re.search("[가-힣]", english)
    assert "|" not in korean + english


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_every_program_is_a_graph_and_every_blank_a_box_of_its_picture(client, level):
    for item in get(client, seed=31, level=level, count=8)["questions"]:
        ids = [blank["id"] for blank in item["blanks"]]
        body = {"program": item["program"], "seed": item["upstream"]}
        assert client.post("/api/v1/graphs", json=body).status_code == 200
        picture = client.post(
            "/api/v1/graphs/picture", json=body | {"labels": item["labels"], "blanks": ids, "lang": "en"}
        )
        assert picture.status_code == 200
        drawn = re.findall(r'data-blank="([^"]+)"', picture.text)
        assert {box.replace("&gt;", ">") for box in drawn} == set(ids)
        # What is asked is neither to be seen nor to be heard.
        edges = re.findall(
            r'<g class="edge[^"]*" data-id="([^"]+)".*?aria-label="([^"]*)"(.*?)</g>\n', picture.text, re.S
        )
        drawn_edges = {part.replace("&gt;", ">"): (heard, inside) for part, heard, inside in edges}
        for blank in question(31, level, item["index"]).blanks:
            if blank.kind == "grad":
                heard, inside = drawn_edges[blank.part]
                assert "gradient" not in heard
                assert re.findall(r'<text class="grad"[^>]*>([^<]+)<', inside) == []
                cells = inside.partition('class="cells grad"')[2]
                assert set(re.findall(r'<text class="cell"[^>]*>([^<]*)<', cells)) <= {"", "·"}
            elif blank.kind == "value":
                for part, (heard, inside) in drawn_edges.items():
                    if part.startswith(f"{blank.part}->"):
                        assert "value" not in heard
                        assert re.findall(r'<text class="value"[^>]*>([^<]+)<', inside) == []


PLACE = {"seed": 7, "level": 1, "index": 1, "blank": "value:z"}


def test_an_answer_is_checked(client):
    asked = question(7, 1, 1)
    right = asked.blank("value:z").answer_text
    answer = post(client, "check", **PLACE, answer=right).json()
    assert (answer["verdict"], answer["text"], answer["mistake"]) == ("right", right, None)
    answer = post(client, "check", **PLACE, answer="77,777").json()
    assert (answer["verdict"], answer["text"], answer["mistake"]) == ("wrong", None, None)
    answer = post(client, "check", **PLACE, answer="two").json()
    assert answer["verdict"] == "unreadable"
    assert "2.2" in answer["said"]["ko"]


def test_a_known_mistake_is_told_by_name(client):
    level, index = next(
        (2, k) for k in range(6) if question(7, 2, k).title.en == "Buying two things, backward"
    )
    asked = question(7, level, index)
    way = next(blank for blank in asked.blanks if blank.part.split("->")[0].endswith("_num"))
    own = asked.solved.values[asked.solved.graph.index(way.part.split("->")[0])]
    upstream = asked.solved.gradients.nodes[
        asked.solved.graph.index(way.part.split("->")[1].partition(".")[0])
    ]
    body = {"seed": 7, "level": level, "index": index, "blank": way.id}
    answer = post(client, "check", **body, answer=repr(own * upstream)).json()
    assert answer["verdict"] == "mistake"
    assert answer["mistake"] == {
        "name": "mul.not_swapped",
        "title": {"ko": "두 입력을 맞바꾸지 않음", "en": "inputs not swapped"},
    }
    assert answer["said"]["en"].startswith("Inputs not swapped. ")
    assert answer["text"] is None


def test_hints_and_the_answer(client):
    stages = [post(client, "hint", **PLACE, stage=stage).json() for stage in (1, 2, 3)]
    assert [found["stage"] for found in stages] == [1, 2, 3]
    assert stages[0]["formula"] is None
    assert stages[1]["formula"]["mathml"].startswith("<math")
    assert post(client, "answer", **PLACE).json() == {"text": question(7, 1, 1).blank("value:z").answer_text}


@pytest.mark.parametrize("call", ["check", "hint", "answer"])
def test_a_blank_that_is_none_is_told_with_those_there_are(client, call):
    more = {"check": {"answer": "1"}, "hint": {"stage": 1}, "answer": {}}[call]
    response = post(client, call, **PLACE | {"blank": "value:q"}, **more)
    assert response.status_code == 404
    problem = response.json()
    assert problem["type"] == "/api#unknown-id"
    assert problem["name"] == "value:q"
    assert "value:z" in problem["allowed"]


@pytest.mark.parametrize(
    "query",
    [
        {"level": 0},
        {"level": 5},
        {"seed": -1},
        {"seed": 1_000_000_000},
        {"seed": "x"},
        {"count": 0},
        {"count": MOST + 1},
    ],
)
def test_what_is_no_set_is_refused_with_its_place(client, query):
    response = client.get("/api/v1/questions", params=query)
    assert response.status_code == 422
    [name] = query
    assert response.json()["errors"][0]["pointer"] == f"/query/{name}"


@pytest.mark.parametrize(
    ("call", "change", "pointer"),
    [
        ("check", {"answer": 5}, "/body/answer"),
        ("check", {}, "/body/answer"),
        ("check", {"answer": "1", "index": MOST}, "/body/index"),
        ("hint", {"stage": 4}, "/body/stage"),
        ("hint", {"stage": 0}, "/body/stage"),
        ("answer", {"level": 9}, "/body/level"),
        ("answer", {"more": 1}, "/body/more"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_its_place(client, call, change, pointer):
    response = post(client, call, **PLACE | change)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == pointer
