"""Behind a proxy the site stands below a path, stripped by the proxy or not: every address in it leads there."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from chainrule.app.main import create_app
from chainrule.app.settings import Settings
from chainrule.app.web.proxy import BehindProxy
from tests.conftest import FOR_TESTS
from tests.helpers.stripping import Stripping

ROOT = "/chainrule"
PROXY = ("127.0.0.1", 4000)
ADDRESSES = re.compile(r'(?<![-\w])(?:href|src|action)="([^"#][^"]*)"')


@pytest.fixture(scope="module", params=["kept", "stripped", "named"])
def below(request, tmp_path_factory):
    """A client of the site below /chainrule: the proxy keeps the path, strips it, or strips and names it."""
    folder = tmp_path_factory.mktemp("database")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'chainrule.sqlite3'}",
        root_path="" if request.param == "named" else ROOT,
        **FOR_TESTS,
    )
    app: ASGIApp = create_app(settings)
    if request.param != "kept":
        app = Stripping(app, ROOT)
    with TestClient(app, client=PROXY) as client:
        yield client


def kind(address: str) -> tuple[str, str, tuple[str, ...]]:
    """Give what addresses of one kind have in common: the folder, how the name ends, what is asked."""
    parts = urlsplit(address)
    return (
        parts.path.rpartition("/")[0],
        parts.path.rpartition(".")[2] if "." in parts.path else "",
        tuple(parse_qs(parts.query)),
    )


def test_every_address_on_every_page_leads_somewhere_below(below, request):
    seen: set[str] = set()
    pages = [
        "/",
        "/?example=branches",
        "/learn",
        "/learn/chain-rule",
        "/learn/03",
        "/mnist",
        "/api",
        "/about",
    ]
    for page in pages:
        answer = below.get(ROOT + page)
        assert answer.status_code == 200, page
        assert answer.url.path.startswith(f"{ROOT}/")
        for address in ADDRESSES.findall(answer.text):
            if address.startswith(("http:", "https:", "data:")):
                continue
            assert address.startswith(f"{ROOT}/"), (page, address)
            seen.add(address.split("#")[0].replace("&amp;", "&"))
    kinds = {address.rsplit(".", 1)[-1] for address in seen if "/static/" in address}
    assert {"js", "css", "svg"} <= kinds
    # Each proxy treats addresses of one kind alike: behind two of them, one of each kind is opened.
    if request.node.callspec.params["below"] != "kept":
        seen = set({kind(address): address for address in sorted(seen)}.values())
    for address in seen:
        assert below.get(address).status_code == 200, address
    for style in (address for address in seen if address.endswith(".css")):
        text = below.get(style).text
        assert not re.search(r"""url\(["']?/""", text), style
        for font in re.findall(r"""url\(["']?([^"')#]+\.woff2)""", text):
            assert below.get(f"{style.rsplit('/', 1)[0]}/{font}").status_code == 200, font


def test_redirects_and_addresses_in_answers_are_below(below):
    example = below.get(f"{ROOT}/?example=branches", follow_redirects=False)
    assert example.headers["location"].startswith(f"{ROOT}/?program=")
    assert (
        below.get(f"{ROOT}/learn/3", follow_redirects=False).headers["location"].startswith(f"{ROOT}/learn/")
    )
    run = below.post(f"{ROOT}/api/v1/runs", json={})
    assert run.headers["location"] == f"{ROOT}/api/v1/runs/{run.json()['id']}"
    assert f"Path={ROOT};" in run.headers["set-cookie"]
    assert below.get(run.headers["location"]).json()["own"]
    share = below.post(f"{ROOT}/api/v1/shares", json={"program": "x = 42"})
    assert share.json()["url"] == f"http://testserver{ROOT}/s/{share.json()['id']}"
    assert "x = 42" in below.get(share.json()["url"]).text
    document = below.get(f"{ROOT}/openapi.json").json()
    assert document["servers"] == [{"url": ROOT}]
    assert f"curl http://testserver{ROOT}/api/v1/graphs" in below.get(f"{ROOT}/api").text
    counted = below.get(f"{ROOT}/metrics").text
    assert 'route="/static"' in counted
    assert "/chainrule" not in counted
    missing = below.get(f"{ROOT}/nowhere")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_a_socket_opens_below(below):
    run = below.post(f"{ROOT}/api/v1/runs", json={}).json()["id"]
    with below.websocket_connect(f"{ROOT}/api/v1/runs/{run}/frames") as socket:
        assert socket.receive_bytes()
    assert below.delete(f"{ROOT}/api/v1/runs/{run}").status_code == 204


def test_without_a_slash_the_root_leads_to_the_page(tmp_path):
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'db.sqlite3'}", root_path=ROOT, **FOR_TESTS)
    with TestClient(create_app(settings)) as client:
        answer = client.get(f"{ROOT}?lang=en", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (308, f"{ROOT}/?lang=en")


async def told(client, headers, root=""):
    """Return client, scheme, root path and path that the application sees."""
    seen = {}

    async def app(scope, receive, send):
        seen.update(scope)

    scope = {
        "type": "http",
        "scheme": "http",
        "path": "/mnist",
        "raw_path": b"/mnist",
        "query_string": b"",
        "client": client,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await BehindProxy(app, "127.0.0.1,10.0.0.0/8", root)(scope, None, None)
    return seen["client"][0], seen["scheme"], seen.get("root_path", ""), seen["path"]


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_only_trusted_proxies_are_believed():
    headers = {
        "x-forwarded-for": "192.0.2.7",
        "x-forwarded-proto": "https",
        "x-forwarded-prefix": "/chainrule/",
    }
    assert await told(PROXY, headers) == ("192.0.2.7", "https", ROOT, "/chainrule/mnist")
    assert await told(("10.1.2.3", 1), headers) == ("192.0.2.7", "https", ROOT, "/chainrule/mnist")
    assert await told(("192.0.2.9", 1), headers) == ("192.0.2.9", "http", "", "/mnist")
    assert await told(("192.0.2.9", 1), headers, "/a/b") == ("192.0.2.9", "http", "/a/b", "/a/b/mnist")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "prefix", ["//evil.example", "/a/../b", "/.", "chainrule", "/a?b", '/"><script>', "/a//b", "/%2e"]
)
async def test_a_prefix_that_is_no_path_is_ignored(prefix):
    assert await told(PROXY, {"x-forwarded-prefix": prefix}) == ("127.0.0.1", "http", "", "/mnist")
