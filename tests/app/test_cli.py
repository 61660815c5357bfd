"""`chainrule serve` prints its address and answers there; its errors say what to do."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from importlib.metadata import version

import pytest

from chainrule.app.cli import main
from chainrule.app.server import address, listen

COMMAND = [sys.executable, "-m", "chainrule"]


def test_serve_names_an_address_that_answers(tmp_path):
    environment = {**os.environ, "CHAINRULE_DATABASE_URL": f"sqlite:///{tmp_path / 'shares.sqlite3'}"}
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as server:
        try:
            line = server.stdout.readline()
            found = re.fullmatch(r"Chainrule is at (http://127\.0\.0\.1:\d+/)  \(Ctrl\+C stops it\)\n", line)
            assert found, line
            with urllib.request.urlopen(found[1] + "health/live", timeout=20) as answer:
                assert answer.status == 200
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0


def test_a_port_in_use_is_said(capsys):
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    message = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1 port {port}" in message
    assert f"chainrule serve --port {port % 65535 + 1}" in message


def test_a_wrong_setting_is_named_with_its_value(monkeypatch, capsys):
    monkeypatch.setenv("CHAINRULE_MAX_NODES", "many")
    assert main(["serve"]) == 1
    message = capsys.readouterr().err
    assert "CHAINRULE_MAX_NODES" in message
    assert "'many'" in message


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"chainrule {version('chainrule')}\n"


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:")],
)
def test_address_is_one_a_browser_opens(host, shown):
    try:
        listener = listen(host, 0)
    except OSError:
        assert host == "::1"
        pytest.skip("this machine has no IPv6")
    with listener:
        assert address(listener).startswith(shown)
