"""The call that reads what people paste: scripts, exports of this site, links that were saved here."""

import json
from typing import Any

import pytest

API = "/api/v1"
BODY: dict[str, Any] = {
    "program": "a = 2  # 사과\nb = 2\ny = maximum(a, b) * a",
    "inputs": {"a": 3, "b": 3},
    "upstream": 1.3,
    "conventions": ["maximum.tie.first"],
}


def translated(client: Any, text: str, lang: str = "en") -> dict[str, Any]:
    answer = client.post(f"{API}/graphs/translate", json={"text": text, "lang": lang})
    assert answer.status_code == 200, answer.text
    return answer.json()


def values(client: Any, found: dict[str, Any]) -> dict[str, Any]:
    body = {
        key: found[key]
        for key in ("program", "inputs", "upstream", "mistakes", "conventions")
        if key in found
    }
    answer = client.post(f"{API}/graphs/values", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pasted(client: Any, form: str) -> str:
    """The text of an export, as the page's menu gives it."""
    if form == "svg":
        return client.post(f"{API}/graphs/picture", json={**BODY, "standalone": True}).text
    if form == "link":
        share = {"program": BODY["program"], "inputs": BODY["inputs"]}
        view = {"seed": BODY["upstream"], "conventions": BODY["conventions"]}
        return client.post(f"{API}/shares", json={**share, "view": view}).json()["url"]
    if form == "address":
        return (
            "http://testserver/?program=a+%3D+2++%23+%EC%82%AC%EA%B3%BC%0Ab+%3D+2%0Ay+%3D+maximum%28a%2C+b%29+*+a"
            "&inputs=a%3A3%2Cb%3A3&seed=1.3&conventions=maximum.tie.first"
        )
    return client.post(f"{API}/graphs/export", json={**BODY, "format": form}).json()["text"]


@pytest.mark.parametrize("form", ["svg", "python", "pytorch", "dot", "mermaid", "json", "link", "address"])
def test_an_export_pasted_back_gives_the_same_numbers(client: Any, form: str) -> None:
    found = translated(client, pasted(client, form))
    assert (found["kind"], found["program"]) == ("chainrule", BODY["program"])
    assert values(client, found) == values(client, BODY)


def test_a_script_is_told_line_by_line_in_both_languages(client: Any) -> None:
    text = "import torch\nx = torch.tensor(2.0, requires_grad=True)\ny = x ** 2\ny.backward()"
    korean, english = translated(client, text, "ko"), translated(client, text)
    assert english["program"] == korean["program"] == "x = 2.0\ny = x ** 2\n"
    assert english["name"] == "a PyTorch script"
    assert [line["why"] for line in english["lines"]] == [
        "nothing has to be imported",
        "the same computation by its name here",
        None,
        "the page goes backward itself",
    ]
    assert korean["lines"][3]["why"] == "역전파는 이 페이지가 합니다."


@pytest.mark.parametrize("text", ["x = 3", "", "http://testserver/s/aaaaaaaaaa", "(" * 9000, "\ud800"])
def test_a_text_of_no_known_tool_has_no_kind(client: Any, text: str) -> None:
    answer = client.post(
        f"{API}/graphs/translate",
        content=json.dumps({"text": text}),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code in (200, 400, 422)
    if answer.status_code == 200:
        assert answer.json()["kind"] is None
