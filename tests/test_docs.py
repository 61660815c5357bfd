"""Every op, setting and route is documented, and the pages made from them are fresh."""

import json
import re
from pathlib import Path

import pytest

from chainrule.app.main import app
from chainrule.app.settings import Settings
from chainrule.core.language.calls import KNOWN, SPELLINGS
from chainrule.core.language.program import parse
from chainrule.core.ops import OPS
from chainrule.core.ops.composites import COMPOSITES
from docs.generate import pages, routes

ROOT = Path(__file__).resolve().parents[1]


def test_generated_pages_are_fresh():
    for path, text in pages(app).items():
        assert path.read_text() == text, f"{path.name} is stale: python -m docs.generate"


@pytest.mark.parametrize("name", OPS)
def test_op_is_documented_in_both_languages(name):
    op = OPS[name]
    assert f"\n## {name}\n" in (ROOT / "docs" / "ops.md").read_text()
    for text in (op.title, op.forward, op.rule_text):
        assert text.ko.strip()
        assert text.en.strip()
    assert re.search("[가-힣]", op.rule_text.ko)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_is_documented(name):
    description = Settings.model_fields[name].description
    assert description
    assert description.endswith(".")
    assert f"`CHAINRULE_{name.upper()}`" in (ROOT / "docs" / "reference.md").read_text()


def test_every_route_is_documented():
    reference = (ROOT / "docs" / "reference.md").read_text()
    documented = list(routes(app))
    assert ("POST", "/api/v1/graphs") in {(method, path) for method, path, _ in documented}
    for method, path, summary in documented:
        assert summary, f"{method} {path} says nothing of itself"
        assert f"`{method} {path}`" in reference


def test_links_between_documents_lead_somewhere():
    pages_with_links = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    for page in pages_with_links:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_programs_and_functions_of_the_language_s_page_are_known():
    page = (ROOT / "docs" / "language.md").read_text()
    programs = re.findall(r"```python\n(.+?)```", page, re.S)
    assert programs
    for program in programs:
        assert parse(program).output is not None
    text = re.sub(r"```.+?```", "", page, flags=re.S)
    listed = {name for code in re.findall(r"`([^`]+)`", text) for name in re.findall(r"\w+", code)}
    unsaid = {*KNOWN} - listed - {*OPS} - {*COMPOSITES} - {*SPELLINGS}
    # Other spellings of what is listed.
    assert unsaid <= {"Variable", "ascontiguousarray", "shape", "size", "ndim", "copy"}


def test_first_call_in_the_readme_gives_the_answer_it_shows(client):
    text = (ROOT / "README.md").read_text().split("## The first call")[1]
    body = re.search(r"-d '(.+?)'\n", text)[1]
    path = re.search(r"curl -s http://127\.0\.0\.1:8000(\S+)", text)[1]
    shown = re.search(r"```json\n(.+?)```", text, re.S)[1]
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.json() == json.loads(shown)
    picture = re.search(r"`(/api/v1/graphs/picture\.svg\S+)`", text)[1]
    assert client.get(picture).text.startswith("<svg")


def test_readme_names_the_commands():
    readme = (ROOT / "README.md").read_text()
    for command in ("chainrule serve", "./check.sh", "docker compose up"):
        assert command in readme
