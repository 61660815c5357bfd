"""A saved page: all within it, packed, under its budget, with nothing to load."""

import base64
import gzip
import json
import re

import pytest

import chainrule
from chainrule.app.saved.views import Images, views
from chainrule.app.view.captured import CaptureView
from tests.helpers.captured_sample import sample


def data_of(page):
    packed = re.search(r'<script type="text/plain" id="data">([^<]+)<', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = CaptureView(sample()).save(tmp_path_factory.mktemp("saved") / "net.html")
    return path.read_text()


def test_all_views_of_a_small_graph_are_there(saved):
    data = data_of(saved)
    assert data["views"][0]["open"] == ["/", "inner"]
    assert {tuple(view["open"]) for view in data["views"]} == {(), ("/",), ("/", "inner")}
    assert data["loss"] == 3
    assert {node["id"] for node in data["nodes"]} < set(data["parts"])


def test_nothing_is_loaded_from_anywhere(saved):
    assert re.findall(r'(?:src|href)="(?!data:)', re.sub(r"<script.*?</script>", "", saved, flags=re.S)) == []
    assert "default-src 'none'" in saved
    assert "url(" not in re.search(r"<style>(.*?)</style>", saved, re.S)[1]


def test_names_of_a_model_are_no_markup():
    page = CaptureView(sample().__class__(**{**vars(sample()), "title": "</script><b>Net"})).page()
    assert "<b>Net" not in page


def test_a_program_s_page_says_that_its_numbers_stand_still():
    data = data_of(chainrule.graph("x = 3\ny = sigmoid(x)").page())
    assert len(data["views"]) == 2
    assert "sliders" in data["findings"][-1]["lines"][0]["text"]
    assert data["parts"]["x"]["formulas"]


def test_the_budget_and_the_time_bound_the_views():
    parents = {f"g{at}": None for at in range(40)}
    drawn, all_fit = views(parents, frozenset(), lambda open, form: "x" * 10, Images(), 100)
    assert not all_fit
    assert 0 < len(drawn) < 10
    drawn, all_fit = views(parents, frozenset(), lambda open, form: "x", Images(), 10**6)
    assert all_fit
    assert len(drawn) == 41
    assert len(views(parents, frozenset(), lambda open, form: "x", Images(), 10**6, -1.0)[0]) == 1
    drawn, _ = views(parents, frozenset(), lambda open, form: form, Images(), 10**6, None, ("a", "b"))
    assert [(view["form"], view["open"]) for view in drawn[:3]] == [("a", []), ("b", []), ("a", ["g0"])]
    assert len(drawn) == 82


def test_images_stand_once():
    images = Images()
    svg = '<image href="data:image/png;base64,AA=="/>'
    assert images.taken_out(svg + svg) == '<image href="#0"/><image href="#0"/>'
    assert images.all == ["data:image/png;base64,AA=="]


def test_a_notebook_gets_the_living_picture_and_a_still_one():
    bundle = CaptureView(sample())._repr_mimebundle_()
    assert bundle["text/html"].startswith("<iframe")
    assert bundle["image/svg+xml"].startswith("<svg")
    assert bundle["text/plain"] == "<capture of Net: 4 nodes, 3 edges, loss 121>"
