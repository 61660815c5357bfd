"""An address shown in a browser, while a script waits."""

import contextlib
import sys
import threading
import webbrowser


def shown(url: str, *, browser: bool, wait: bool | None) -> str:
    """Open an address in a browser, and wait until Ctrl+C if asked; return the address."""
    print(f"Chainrule shows it at {url}", flush=True)
    if browser:
        webbrowser.open(url)
    if not _interactive() if wait is None else wait:
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return url


def _interactive() -> bool:
    return hasattr(sys, "ps1") or "IPython" in sys.modules or bool(sys.flags.interactive)
