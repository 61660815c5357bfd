"""The lecture's pages as the server sends them."""

import asyncio
import json
import re

import pytest

from chainrule.app.lecture.lessons import lessons
from chainrule.app.routes import learn
from chainrule.app.web.leaving import unless_gone

SLUGS = [heading.slug for heading in lessons().contents("en")]


def test_the_contents_name_every_part_in_order(client):
    page = client.get("/learn", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert 'lang="en"' in page.text
    assert re.findall(r'<li [^>]*data-slug="([a-z0-9-]+)">', page.text) == SLUGS
    for heading in lessons().contents("en"):
        assert heading.title in page.text.replace("&#39;", "'")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("slug", SLUGS)
def test_a_part_comes_with_its_text_and_its_first_pictures(client, slug, language):
    lesson = lessons().lesson(slug, language)
    graphs = sum(figure.kind == "graph" for figure in lesson.figures.values())
    # A first answer may be too early for a picture that has never been laid out; a later one has it.
    for _ in range(20):
        page = client.get(f"/learn/{slug}?lang={language}")
        if page.text.count("<svg xmlns=") == graphs:
            break
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-cache"
    assert f'<html lang="{language}"' in page.text
    data = json.loads(
        re.search(r'<script type="application/json" id="lesson-data">(.+?)</script>', page.text)[1]
    )
    assert (data["slug"], data["lang"]) == (slug, language)
    assert [figure["id"] for figure in data["figures"]] == list(lesson.figures)
    assert page.text.count("data-figure=") == len(lesson.figures)
    assert page.text.count("<svg xmlns=") == graphs
    assert page.text.count("data-predict=") == len(lesson.predictions)
    assert ' style="' not in page.text


def test_a_number_leads_to_the_part_of_that_number(client):
    for number in ("3", "03"):
        answer = client.get(f"/learn/{number}?lang=en", follow_redirects=False)
        assert answer.status_code == 308
        assert answer.headers["location"] == "/learn/forward-apples?lang=en"


def test_a_part_that_is_not_there_leads_to_the_contents(client):
    answer = client.get("/learn/nothing<b>", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "There is no such part: nothing&lt;b&gt;" in answer.text
    assert 'href="/learn/chain-rule"' in answer.text


def test_parts_name_their_neighbours(client):
    first, middle, last = (client.get(f"/learn/{SLUGS[k]}").text for k in (0, 1, -1))
    assert 'rel="prev"' not in first and f'rel="next" href="/learn/{SLUGS[1]}"' in first
    assert f'rel="prev" href="/learn/{SLUGS[0]}"' in middle
    assert 'rel="next"' not in last and f'rel="prev" href="/learn/{SLUGS[-2]}"' in last


def test_the_front_page_leads_to_the_lecture_and_offers_the_tour_once(client):
    page = client.get("/").text
    assert 'href="/learn"' in page and 'href="/mnist"' in page
    assert 'id="tour-offer"' in page
    assert 'id="tour-offer"' not in client.get("/", headers={"cookie": "tour=offered"}).text


def test_the_next_part_is_laid_out_though_its_reader_has_this_one_by_now(client, monkeypatch):
    done = []

    async def layout(*_: object) -> None:
        done.append(await unless_gone(asyncio.sleep(0.01, "laid out")))

    monkeypatch.setattr(learn, "begin_layout", layout)
    assert client.get("/learn/multiplication-node").status_code == 200
    assert done and set(done) == {"laid out"}


@pytest.mark.parametrize("slug", ["relu", "affine-batch", "vanishing-gradient"])
def test_the_first_graph_of_a_part_comes_with_its_answers(client, slug):
    """They are what its script would ask for: of a graph, of explained formulas, of a walk that has begun."""
    path = f"/learn/{slug}?lang=en"
    client.get(path)  # a first answer may be too early for a picture that has never been laid out
    text = client.get(path).text
    found = re.search(r'id="first-answers" data-about="([a-z-]+)">(.+?)</script>', text)
    figure, answers = found[1], json.loads(found[2])
    lesson = lessons().lesson(slug, "en")
    assert figure == next(iter(lesson.figures))
    picture = answers.pop("picture")
    beside = re.search(r'id="first-picture-text">(.+?)</script>', text)
    drawn = client.post("/api/v1/graphs/picture", json=picture["request"]).text
    if lesson.figures[figure].kind == "graph" and lesson.figures[figure].step is None:
        assert beside is None
        assert drawn in text
    else:
        assert json.loads(beside[1]) == drawn
    assert {"graphs", "steps"} <= answers.keys()
    for call, answer in answers.items():
        path = {"graphs": "", "steps": "/steps"}.get(call, "/explain")
        assert client.post(f"/api/v1/graphs{path}", json=answer["request"]).json() == answer["answer"], call
    assert ("explain X" in answers) is (slug == "affine-batch")


def test_a_part_fetched_ahead_may_be_kept_by_the_browser(client):
    ahead = client.get("/learn/relu", headers={"sec-purpose": "prefetch"})
    assert ahead.headers["cache-control"] == "private, max-age=600"
    # Another language or theme is another cookie.
    assert "Cookie" in ahead.headers["vary"]
    assert client.get("/learn/relu").headers["cache-control"] == "no-cache"
