"""Quotas: what one visitor does holds up nobody else, a class behind one address included."""

import asyncio

import pytest
from starlette.requests import HTTPConnection

from chainrule.app.web.owners import owner_of
from chainrule.app.web.problems import ProblemError
from chainrule.app.web.quotas import (
    CountingHere,
    QuestionLimit,
    Quotas,
    Rate,
    TokenBuckets,
    address_of,
    per_minute,
    visitor,
)


class Clock:
    def __init__(self):
        self.seconds = 50.0

    def now(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


def connection(token=None, address="192.0.2.7"):
    headers = [] if token is None else [(b"chainrule-owner", token.encode())]
    return HTTPConnection({"type": "http", "headers": headers, "client": (address, 1234)})


def quotas(clock, **rates):
    usual = {"visitors": Rate(30, 1), "questions": Rate(3, 1)}
    return Quotas({**usual, **rates}, clock.now)


def test_a_bucket_gives_its_burst_and_then_as_fast_as_it_fills(clock):
    bucket = TokenBuckets(per_minute(6), clock.now)
    assert [bucket.take("a") for _ in range(6)] == [0.0] * 6
    assert bucket.take("a") == pytest.approx(10)
    assert bucket.take("b") == 0.0
    clock.seconds += 9
    assert bucket.take("a") == pytest.approx(1)
    clock.seconds += 1
    assert bucket.take("a") == 0.0
    clock.seconds += 1e6
    assert [bucket.take("a") for _ in range(7)][-1] > 0, "it holds no more than its burst"


def test_a_class_behind_one_address_is_not_one_client(clock):
    limits = quotas(clock)
    tokens = [f"{pupil:02}" + "t" * 41 for pupil in range(30)]
    for _ in range(3):
        for token in tokens:
            limits.charge("questions", connection(token))
    with pytest.raises(ProblemError) as refusal:
        limits.charge("questions", connection(tokens[0]))
    assert (refusal.value.kind, refusal.value.headers) == ("too-many", {"Retry-After": "1"})


def test_new_tokens_give_no_new_quota_past_what_the_address_may_bring(clock):
    limits = quotas(clock)
    # Thirty new visitors, and then what the address itself may do.
    for count in range(30 + 30):
        limits.charge("questions", connection(f"{count:03}" + "t" * 40))
    with pytest.raises(ProblemError):
        limits.charge("questions", connection("n" * 43))
    limits.charge("questions", connection("q" * 43, "192.0.2.8"))
    limits.charge("questions", connection("000" + "t" * 40))  # whoever was there before goes on
    with pytest.raises(ProblemError):
        limits.admit(connection(), "0" * 64)
    clock.seconds += 1
    limits.admit(connection(), "0" * 64)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "from 192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "from 2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "from 2001:db8:1:2::/64"),
        ("testclient", "from testclient"),
    ],
)
def test_an_address_is_a_machine(address, counted):
    assert address_of(connection(address=address)) == counted


def test_a_page_counts_for_its_address_and_a_call_for_its_token(clock):
    seen = []

    async def app(scope, receive, send):
        seen.append(visitor.get())

    limited = QuestionLimit(app, CountingHere(quotas(clock)))
    for path in ("/learn/1", "/api/v1/ops"):
        asked = connection("t" * 43).scope | {"path": path, "method": "GET", "query_string": b""}
        asyncio.run(limited(asked, None, None))
    page, call = seen
    assert page == address_of(connection())
    assert call == owner_of("t" * 43)
