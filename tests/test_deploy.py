"""The proxies' configurations in docs/deploy.md, started as they stand there, but for ports and files."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.conftest import served

TEXT = (Path(__file__).parents[1] / "docs" / "deploy.md").read_text()
ROOT = "/chainrule"


def example(language: str) -> str:
    (text,) = re.findall(rf"```{language}\n(.+?)```", TEXT, re.S)
    return text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_the_examples_name_the_path_and_pass_sockets_on():
    for language in ("nginx", "caddy"):
        assert f"X-Forwarded-Prefix {ROOT}" in example(language)
        assert "127.0.0.1:8000" in example(language)
    assert "proxy_set_header Upgrade $http_upgrade" in example("nginx")


@pytest.fixture(params=["nginx", "caddy"])
def proxied(request, settings, tmp_path) -> Iterator[str]:
    """Start the service and the proxy before it; give the proxy's address."""
    port = free_port()
    with served(settings) as address:
        service = address.removeprefix("http://")
        text = example(request.param).replace("127.0.0.1:8000", service)
        config = tmp_path / request.param
        if request.param == "nginx":
            text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
            folders = "".join(
                f"{kind}_temp_path {tmp_path}/{kind};"
                for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            config.write_text(
                f"pid {tmp_path}/pid; error_log stderr; daemon off; events {{}} "
                f"http {{ access_log off; {folders}\n{text} }}"
            )
            command = ["nginx", "-c", str(config)]
        else:
            text = text.replace(":80 {", f"http://127.0.0.1:{port} {{", 1)
            config.write_text(text.replace("{\n", "{\n    admin off\n", 1))
            command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
        program = shutil.which(command[0], path="/usr/sbin:/usr/bin:/usr/local/bin")
        assert program, f"{command[0]} is needed: apt-get install {command[0]}"
        with subprocess.Popen([program, *command[1:]], cwd=tmp_path, env={"HOME": str(tmp_path)}) as proxy:
            deadline = time.monotonic() + 30
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    assert proxy.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
            proxy.terminate()


@pytest.mark.soak
def test_the_site_works_through_the_proxy_of_the_example(proxied):
    with httpx.Client(base_url=proxied, follow_redirects=True, timeout=60) as client:
        for path in (ROOT, f"{ROOT}/", f"{ROOT}/learn/1", f"{ROOT}/mnist", f"{ROOT}/api"):
            page = client.get(path)
            assert page.status_code == 200, path
            addresses = re.findall(r'(?<![-\w])(?:href|src)="([^"#]+)"', page.text)
            inside = [each for each in addresses if not each.startswith(("http", "data:"))]
            assert all(each.startswith(f"{ROOT}/") for each in inside)
            assert all(client.get(each.replace("&amp;", "&")).status_code == 200 for each in inside[:12])
        run = client.post(f"{ROOT}/api/v1/runs", json={})
        assert run.headers["location"] == f"{ROOT}/api/v1/runs/{run.json()['id']}"
        assert f"Path={ROOT};" in run.headers["set-cookie"]
        sockets = f"{proxied.replace('http', 'ws', 1)}{run.headers['location']}/frames"
        with connect(sockets, origin=proxied) as frames:
            assert isinstance(frames.recv(timeout=60), bytes)
        share = client.post(f"{ROOT}/api/v1/shares", json={"program": "x = 42"}).json()
        assert share["url"] == f"{proxied}{ROOT}/s/{share['id']}"
        assert "x = 42" in client.get(share["url"]).text
        assert client.get(f"{ROOT}/openapi.json").json()["servers"] == [{"url": ROOT}]
        assert client.get("/").status_code in (200, 404)
        assert client.delete(run.headers["location"]).status_code == 204
