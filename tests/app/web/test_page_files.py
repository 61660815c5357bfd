"""A page names the build's bundles while they are made from the scripts and styles that stand, else the modules."""

import hashlib
import json
import os
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import bundle_pages
from chainrule.app.main import create_app
from chainrule.app.paths import STATIC
from chainrule.app.web.page_files import PageFiles

PAGES = ("/", "/learn", "/learn/1", "/mnist", "/api")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of static files with a page of two scripts, and a bundle of both."""
    (tmp_path / "js").mkdir()
    (tmp_path / "dist").mkdir()
    sources = {"js/a.js": 'import "./b.js";\n', "js/b.js": "export {};\n"}
    for name, source in sources.items():
        (tmp_path / name).write_text(source)
    made = {
        "sources": {name: hashlib.sha256(source.encode()).hexdigest() for name, source in sources.items()},
        "files": {"js/a.js": "dist/a-1.js"},
        "modules": {"js/a.js": ["dist/a-1.js"]},
    }
    (tmp_path / "dist" / "made.json").write_text(json.dumps(made))
    return tmp_path


BUNDLE = ("/static/dist/a-1.js", ["/static/dist/a-1.js"])
MODULES = ("/static/js/a.js", ["/static/js/a.js", "/static/js/b.js"])


def named(files: PageFiles) -> tuple[str, list[str]]:
    now = files.now()
    return now.file("js/a.js"), now.modules("js/a.js")


def test_a_bundle_is_named_until_a_source_changes(site):
    files = PageFiles(static=site)
    assert named(files) == BUNDLE
    (site / "js" / "b.js").write_text("export { };\n")
    assert named(files) == MODULES
    assert named(PageFiles(static=site)) == MODULES


def test_a_bundle_is_named_again_when_it_is_made_anew(site):
    files = PageFiles(static=site)
    changed = site / "js" / "b.js"
    changed.write_text("export { };\n")
    assert named(files) == MODULES
    listed = site / "dist" / "made.json"
    made = json.loads(listed.read_text())
    made["sources"]["js/b.js"] = hashlib.sha256(changed.read_bytes()).hexdigest()
    listed.write_text(json.dumps(made))
    os.utime(listed, ns=(1, 1))
    assert named(files) == BUNDLE


def test_a_source_that_is_gone_is_a_change(site):
    (site / "js" / "b.js").rename(site / "js" / "c.js")
    assert PageFiles(static=site).now().file("js/a.js") == "/static/js/a.js"


def test_there_need_be_no_bundles_and_they_can_be_turned_off(site):
    assert named(PageFiles(static=site, bundled=False)) == MODULES
    (site / "dist" / "made.json").unlink()
    assert named(PageFiles(static=site)) == MODULES


@pytest.mark.parametrize("page", PAGES)
def test_all_files_that_a_page_names_are_there(client, page):
    names = set(re.findall(r'"/static/([^"]+)"', client.get(page).text))
    assert len(names) >= 2
    assert all((STATIC / name).is_file() for name in names)
    assert all(name.startswith("dist/") for name in names), "python bundle_pages.py makes the bundles anew"
    assert "immutable" in client.get(f"/static/{min(names)}").headers["cache-control"]


def test_without_bundles_it_names_the_modules(settings):
    modules = TestClient(create_app(settings.model_copy(update={"bundles": False}))).get("/mnist").text
    names = set(re.findall(r'"/static/([^"]+)"', modules))
    assert {"js/mnist.js", "js/kit/store.js", "vendor/d3.js", "css/pages/mnist.css", "icon.svg"} <= names
    assert all((STATIC / name).is_file() for name in names)


def test_every_bundle_is_made_of_the_scripts_as_they_are():
    """As ./check.sh and an install leave them."""
    assert bundle_pages.fresh(STATIC.parent), "python bundle_pages.py makes them anew"
    made = json.loads((STATIC / "dist" / "made.json").read_text())
    scripts = {path.relative_to(STATIC).as_posix() for path in (STATIC / "js").rglob("*.js")}
    assert scripts - set(made["sources"]) == set()


def test_a_bundle_is_sent_as_it_was_compressed(client):
    made = json.loads((STATIC / "dist" / "made.json").read_text())
    address = f"/static/{made['files']['js/main.js']}"
    whole = client.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in whole.headers
    for coding, ending, most in (("br", ".br", 0.4), ("gzip", ".gz", 0.5)):
        packed = (STATIC / f"{made['files']['js/main.js']}{ending}").read_bytes()
        answer = client.get(address, headers={"Accept-Encoding": coding})
        assert answer.headers["content-encoding"] == coding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert int(answer.headers["content-length"]) == len(packed) < most * len(whole.content)
        assert answer.headers["etag"] != whole.headers["etag"]
        assert client.get(address, headers={"Accept-Encoding": f"{coding};q=1, x"}).content == whole.content


def test_the_list_of_bundles_is_not_kept(client):
    assert client.get("/static/dist/made.json").headers["cache-control"] == "no-cache"


def test_answers_are_compressed_but_those_of_a_drag(client):
    body = {"program": "x = 3\n" + "\n".join(f"y{k} = x * {k}" for k in range(200))}
    accepted = {"Accept-Encoding": "gzip"}
    graph = client.post("/api/v1/graphs", json=body, headers=accepted)
    assert graph.headers["content-encoding"] == "gzip"
    assert int(graph.headers["content-length"]) < len(graph.content) / 4
    values = client.post("/api/v1/graphs/values", json=body, headers=accepted)
    assert "content-encoding" not in values.headers
    assert int(values.headers["content-length"]) > 1_400
    assert client.get("/", headers=accepted).headers["content-encoding"] == "gzip"
