"""The layout engine's process: ELK in an embedded V8, with requests on standard input, answers on standard output.

``engine`` runs it as ``python elk_worker.py ELK_BUNDLE MEMORY_MB``. Each message is four bytes of length and that many
bytes of UTF-8 JSON. The process ends with its input, so it never outlives the service.
"""

import contextlib
import json
import os
import struct
import sys
from pathlib import Path
from typing import BinaryIO

from py_mini_racer import JSEvalException, JSOOMException, MiniRacer

# Run at once what ELK defers, so that the whole layout happens inside one call, where V8's limits can end it.
# (In a promise's continuation, hitting the memory limit goes unnoticed.)
_SHIM = """
var self = globalThis, module = {exports: {}}, exports = module.exports;
setTimeout = (run) => { run(); };
"""
_LAYOUT = """
var elk = new module.exports(), answer = "";
function layout(text) {
  answer = "";
  elk.layout(JSON.parse(text)).then(
    (placed) => { answer = JSON.stringify(placed); },
    (error) => { answer = JSON.stringify({error: String(error.message ?? error)}); },
  );
  return 0;
}
"""
_SAMPLE = {
    "id": "root",
    "layoutOptions": {"algorithm": "layered"},
    "children": [{"id": "a", "width": 9, "height": 9}, {"id": "b", "width": 9, "height": 9}],
    "edges": [{"id": "e", "sources": ["a"], "targets": ["b"]}],
}
"""Laid out at the start, so that the first request need not wait for ELK's initialization."""


def read(stream: BinaryIO) -> bytes | None:
    """Read one message; None at the end of the stream."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    body = stream.read(length)
    return body if len(body) == length else None


def write(stream: BinaryIO, body: bytes) -> None:
    """Send one message."""
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


def main(bundle: str, memory_mb: str) -> None:
    """Load ELK, report that it is ready, then answer until the input ends."""
    if hasattr(os, "nice"):
        os.nice(5)  # a large graph must not slow the service down
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what V8 prints must not be taken for an answer
    engine = MiniRacer()
    engine.eval(_SHIM)
    engine.eval(Path(bundle).read_text(encoding="utf-8"))
    engine.eval(_LAYOUT)
    engine.eval(f"layout({json.dumps(json.dumps(_SAMPLE))})")
    engine.set_hard_memory_limit(int(memory_mb) * 1024 * 1024)
    write(answers, b'{"ready":true}')
    while (request := read(requests)) is not None:
        try:
            engine.eval(f"layout({json.dumps(request.decode())})")
            answer = engine.eval("answer")
        except JSOOMException:
            answer = '{"error":"memory"}'
        except JSEvalException as error:
            answer = json.dumps({"error": str(error)})
        write(answers, str(answer or '{"error":"no answer"}').encode())
        if answer == '{"error":"memory"}':
            os._exit(3)  # the isolate is unusable, and closing it may hang


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main(*sys.argv[1:])
