"""The page about the libraries: each that is shipped, with its licence."""

import json
import re

import pytest

from chainrule.app.paths import STATIC
from chainrule.app.web.licences import of_pages, of_service

LOCK = STATIC.parent / "package-lock.json"


def test_every_library_of_the_pages_is_listed_with_the_version_of_the_lock_file() -> None:
    locked = json.loads(LOCK.read_text())["packages"]
    found = {each.name: each for each in of_pages(STATIC)}
    assert {"d3-zoom", "elkjs", "katex", "uplot", "@codemirror/view", "@fontsource/stix-two-math"} <= set(
        found
    )
    for name, library in found.items():
        assert library.version == locked[f"node_modules/{name}"]["version"]
        assert library.licence == locked[f"node_modules/{name}"]["license"]
        assert library.text is not None
        assert (STATIC / library.text).stat().st_size > 300


def test_every_package_that_the_service_needs_is_listed_with_a_licence() -> None:
    found = {each.name.lower(): each for each in of_service()}
    assert {"fastapi", "starlette", "numpy", "uvicorn", "jinja2", "markupsafe", "sqlalchemy"} <= set(found)
    assert not {"pytest", "mypy"} & set(found)
    assert [name for name, each in found.items() if not each.licence] == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_names_them_in_both_languages(client, language: str) -> None:
    text = client.get(f"/about?lang={language}").text
    assert f'<html lang="{language}"' in text
    assert ("서버에 쓴 라이브러리" if language == "ko" else "Libraries on the server") in text
    for library in (*of_pages(STATIC), *of_service()):
        assert f"{library.name} <span" in text
    licence = re.search(r'href="([^"]*katex\.txt[^"]*)"', text)
    assert licence is not None
    assert client.get(licence[1]).text.startswith("katex ")


@pytest.mark.parametrize("page", ["/", "/mnist", "/learn/1", "/api"])
def test_every_page_leads_there(client, page: str) -> None:
    assert 'href="/about"' in client.get(page).text
