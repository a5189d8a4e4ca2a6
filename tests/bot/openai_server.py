"""An OpenAI-compatible server on loopback that fails in the ways that real ones do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD_KEY = "sk-test-abcdefghijklmnopqrstuv"


class Server(ThreadingHTTPServer):
    """Answers with `text`, after `failures`: (status, headers) each, taken from the front."""

    text = "Lindqvist says she went to sea at 17. [1]"
    drop_after: int | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.failures: list[tuple[int, dict[str, str]]] = []
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.server.failures:
            self._fail(*self.server.failures.pop(0))
        elif key.startswith("sk-wrong"):
            self._fail(401, {}, f"Incorrect API key provided: {key}.")
        elif body["model"] == "unknown":
            self._fail(404, {}, "The model does not exist")
        else:
            self._stream(self.server.text)

    def _fail(self, status: int, headers: dict[str, str], message: str = "no") -> None:
        content = json.dumps({"error": {"message": message, "type": "x", "code": None}}).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pieces = [text[i : i + 9] for i in range(0, len(text), 9)]
        for number, piece in enumerate(pieces):
            if number == self.server.drop_after:
                self.close_connection = True
                return
            self._event({"content": piece}, None)
        self._event({}, "stop")
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, delta: dict[str, str], reason: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        event = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        self._chunk(b"data: " + json.dumps({**event, "choices": [choice]}).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    """A server that runs within the block."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
