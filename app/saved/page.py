"""The page itself: bundles of script and style within it, and its data packed."""

import base64
import gzip
import html
import json
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from chainrule.app.paths import STATIC, TEMPLATES

TEXTS = {
    "en": {
        "search": "Search by name, op or module",
        "findings": "Overview",
        "path": "Way to the loss",
        "closed": "The file has no such view: it was saved under a limit of bytes. view.serve() opens every group.",
        "back": "A step back",
        "on": "A step on",
        "end": "End the walk",
        "output": "To the result",
    },
    "ko": {
        "search": "이름, 연산, 모듈로 찾기",
        "findings": "개요",
        "path": "손실까지의 경로",
        "closed": "파일 크기 제한 때문에 이 화면은 파일에 없습니다. view.serve()는 모든 그룹을 펼칩니다.",
        "back": "한 단계 뒤로",
        "on": "한 단계 앞으로",
        "end": "걷기 끝내기",
        "output": "결과로",
    },
}


class NotBuilt(RuntimeError):
    """The bundles of script and style are missing: ``python bundle_pages.py`` makes them in a checkout."""


def page(data: dict[str, Any]) -> str:
    """Return the text of the page that shows this data."""
    packed = gzip.compress(
        json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), 9, mtime=0
    )
    return _template().render(
        lang=data["lang"],
        title=data["title"],
        live=data["live"],
        style=Markup(_bundle("css/pages/saved.css")),
        script=Markup(_bundle("js/saved.js").replace("</script", "<\\/script")),
        data=Markup(base64.b64encode(packed).decode()),
    )


def framed(page: str, title: str, height: int = 560) -> str:
    """Return the page in a frame of its own, as a notebook shows it beside others."""
    source = html.escape(page, quote=True)
    name = html.escape(title, quote=True)
    return (
        f'<iframe title="{name}" srcdoc="{source}" width="100%" height="{height}" '
        'style="border:1px solid #dcd8ce;border-radius:4px" sandbox="allow-scripts"></iframe>'
    )


@cache
def _bundle(source: str) -> str:
    """Return the bundle made of a script or a style. Raises NotBuilt."""
    try:
        made = json.loads((STATIC / "dist" / "made.json").read_bytes())
        return (STATIC / str(made["files"][source])).read_text(encoding="utf-8")
    except (FileNotFoundError, KeyError):
        raise NotBuilt(f"{source} is not bundled: run python bundle_pages.py in the checkout") from None


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("saved.html")
