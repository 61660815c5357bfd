"""Host names that the service answers to: by default those of this machine and its network, and the public one."""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit


class Hosts:
    """Allowed host names; `*.example.org` stands for every name below."""

    def __init__(self, allowed: Sequence[str] | None, public_url: str | None = None) -> None:
        """Without `allowed`, local names and local addresses hold, and the name in `public_url`.

        Another site's name may lead to this machine (DNS rebinding); an address cannot.
        """
        self._local_addresses = allowed is None
        self._names = frozenset(_local_names(public_url) if allowed is None else map(str.lower, allowed))

    def answers(self, header: str) -> bool:
        """Tell whether the service answers to a `Host` header."""
        name = (header.rsplit(":", 1)[0] if not header.endswith("]") else header).lower()
        return (
            "*" in self._names
            or name in self._names
            or any(each.startswith("*.") and name.endswith(each[1:]) for each in self._names)
            or (self._local_addresses and _is_local_address(name))
        )


def _local_names(public_url: str | None) -> set[str]:
    own = socket.gethostname().lower()
    public = urlsplit(public_url or "").hostname
    return {"localhost", "*.localhost", own, f"{own.partition('.')[0]}.local"} | (
        {public} if public else set()
    )


def _is_local_address(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return address.is_private
