"""Data signed by this service: whoever carries it can read it, and cannot change it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Any

import msgspec

from chainrule.app.web.problem_errors import ProblemError
from chainrule.core.text import Text

LONGEST = 4_000
"""Largest number of characters in sealed data."""


class Seal:
    """Signs with HMAC-SHA-256 under one key."""

    def __init__(self, key: str | None = None) -> None:
        """Take the key; without one, a random key that ends with this process."""
        self._key = (key or secrets.token_urlsafe(32)).encode()

    def sign(self, data: Any) -> str:
        """Write JSON data and its signature as one word."""
        body = base64.urlsafe_b64encode(msgspec.json.encode(data)).rstrip(b"=")
        return f"{body.decode()}.{self._signature(body)}"

    def read(self, word: str) -> Any:
        """Return what was signed. Raises ProblemError if it was not signed with this key."""
        body, _, signature = word.partition(".")
        try:
            if len(word) > LONGEST or not hmac.compare_digest(signature.encode(), self._signed(body)):
                raise ValueError
            return msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, binascii.Error, msgspec.DecodeError):
            raise ProblemError(
                "seal",
                Text(
                    "이 서버가 서명한 것이 아니거나, 서버가 다시 시작되었거나, 누군가 고쳤습니다.",
                    "It was not signed by this server, or the server has started anew since, or it was changed.",
                ),
            ) from None

    def _signed(self, body: str) -> bytes:
        return self._signature(body.encode()).encode()

    def _signature(self, body: bytes) -> str:
        digest = hmac.new(self._key, body, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
