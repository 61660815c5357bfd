"""Whose something is: a secret token for each visitor, of which only the hash is kept."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from fastapi.requests import HTTPConnection
from starlette.responses import Response

from chainrule.app.web.proxy import root_of

HEADER = "Chainrule-Owner"
"""Where a program sends its token, and finds a new one."""
COOKIE = "chainrule-owner"
"""Where a browser keeps it; scripts of the page cannot read it."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 random bytes in base64."""
_COOKIE_SECONDS = 400 * 24 * 3600
"""The longest life that browsers give a cookie; each visit begins it anew."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever makes a request, by the token sent along, or by a new one."""

    token: str
    new: bool

    @property
    def owner(self) -> str:
        """The hash by which things made now belong to this visitor."""
        return owner_of(self.token)

    def remember(self, connection: HTTPConnection, response: Response) -> None:
        """Have a browser keep the token in a cookie."""
        if HEADER in connection.headers and not self.new:
            return
        response.set_cookie(
            COOKIE,
            self.token,
            max_age=_COOKIE_SECONDS,
            path=root_of(connection.scope) or "/",
            secure=connection.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )

    def tell(self, connection: HTTPConnection, response: Response) -> None:
        """Tell the token to whoever has just made something: a browser in a cookie, a program also in a header."""
        self.remember(connection, response)
        # Browsers send Sec-Fetch-Site with every request; their scripts must not learn the token.
        if self.new and "sec-fetch-site" not in connection.headers:
            response.headers[HEADER] = self.token


def visitor_of(connection: HTTPConnection) -> Visitor:
    """Return the visitor of a request; one without a valid token gets a new one."""
    token = _token(connection)
    return Visitor(secrets.token_urlsafe(32), new=True) if token is None else Visitor(token, new=False)


def owner_in(connection: HTTPConnection) -> str | None:
    """Return the hash of a request's token, if it has a valid one."""
    token = _token(connection)
    return None if token is None else owner_of(token)


def owner_of(token: str) -> str:
    """Return the hash of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_owner(asking: str | None, owner: str | None) -> bool:
    """Compare two hashes in constant time; None owns nothing."""
    return asking is not None and owner is not None and hmac.compare_digest(asking, owner)


def _token(connection: HTTPConnection) -> str | None:
    sent = connection.headers.get(HEADER)
    token = connection.cookies.get(COOKIE) if sent is None else sent
    return token if token is not None and _TOKEN.fullmatch(token) else None
