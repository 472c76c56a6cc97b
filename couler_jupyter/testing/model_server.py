"""A web server that speaks OpenAI's chat completions: as well, or as badly, as planned."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Literal

Break = Literal["", "lost", "garbled", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer, or a refusal.

    Attributes:
        pieces: of the text, as they are sent.
        status: of HTTP.
        error: what is wrong, as OpenAI tells it: `message`, `code`, `param`.
        usage: tokens of question and answer; None where the endpoint does not count.
        finish: why it ends.
        breaks: how the stream ends before its time.
        headers: besides the usual ones.
        body: sent as it is, in place of all that.
        stall: whether to wait for the end of the test before the first piece.
    """

    pieces: Sequence[str] = ("hello",)
    status: int = 200
    error: dict[str, Any] = field(default_factory=dict[str, Any])
    usage: tuple[int, int] | None = (7, 3)
    finish: str = "stop"
    refusal: str = ""
    breaks: Break = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    stall: bool = False


@dataclass(slots=True)
class ModelServer:
    """Answers questions from a queue, and keeps them.

    Attributes:
        answers: what it will say, the next first; the last is said again and again.
        refuses: names of parameters that it does not take.
        asked: bodies of the questions, the oldest first.
        keys: what each came with as its key.
        paths: where each went.
    """

    answers: Iterable[Said] = ()
    refuses: frozenset[str] = frozenset()
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys: list[str] = field(default_factory=list[str])
    paths: list[str] = field(default_factory=list[str])
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    _queue: deque[Said] = field(default_factory=deque, repr=False)

    def __post_init__(self) -> None:
        """Line the answers up."""
        self._queue = deque(self.answers or [Said()])

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def plan(self, *answers: Said) -> None:
        """Say these from now on."""
        self._queue = deque(answers)

    def next(self, body: dict[str, Any]) -> Said:
        """Return what comes of one question."""
        for name in sorted(self.refuses):
            kind = body.get("response_format", {}).get("type", "")
            if name in body or name == kind:
                param = "response_format" if name == kind else name
                message = f"Unsupported parameter: {name!r} is not supported"
                return Said(status=400, error={"message": message, "param": param})
        return self._queue[0] if len(self._queue) == 1 else self._queue.popleft()


@contextmanager
def serving_model(server: ModelServer) -> Generator[ModelServer]:
    """Serve on this machine alone, at a port that is free."""
    handler = type("Handler", (_Handler,), {"server_": server})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    server.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_: ClassVar[ModelServer]
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked has gone

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        body = json.loads(self.rfile.read(size))
        server = self.server_
        server.asked.append(body)
        server.paths.append(self.path)
        said_key = (
            self.headers.get("Authorization") or self.headers.get("api-key") or ""
        )
        server.keys.append(said_key.removeprefix("Bearer "))
        said = server.next(body)
        if said.stall:
            server.over.wait(120)
        self._say(said, body)

    def _say(self, said: Said, body: dict[str, Any]) -> None:
        if said.body is not None:
            self._send(said, said.body, "text/html")
        elif said.status != 200:
            self._send(said, json.dumps({"error": said.error}).encode())
        elif body.get("stream"):
            counts = bool(body.get("stream_options"))
            self._stream(said, _chunks(said, counts=counts))
        else:
            self._send(said, json.dumps(_completion(said)).encode())

    def _send(self, said: Said, data: bytes, kind: str = "application/json") -> None:
        self.send_response(said.status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, said: Said, chunks: Iterable[dict[str, Any]]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            self._event(json.dumps(chunk))
        if said.breaks == "lost":
            self.close_connection = True
            self.connection.close()
            return
        if said.breaks == "garbled":
            self._event("{not json")
        if said.breaks == "error":
            self._event(json.dumps({"error": said.error}))
        self._event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, text: str) -> None:
        data = f"data: {text}\n\n".encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


def _chunks(said: Said, *, counts: bool) -> list[dict[str, Any]]:
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": piece} for piece in said.pieces]
    if said.refusal:
        deltas.append({"refusal": said.refusal})
    chunks = [_chunk([{"index": 0, "delta": one}]) for one in deltas]
    if not said.breaks:
        end = {"index": 0, "delta": {}, "finish_reason": said.finish}
        chunks.append(_chunk([end]))
        if counts and said.usage is not None:
            chunks.append(_chunk([]) | {"usage": _usage(said.usage)})
    return chunks


def _chunk(choices: list[dict[str, Any]]) -> dict[str, Any]:
    kind = {"id": "1", "object": "chat.completion.chunk", "created": 0}
    return {**kind, "model": "served-model", "choices": choices}


def _completion(said: Said) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(said.pieces)}
    if said.refusal:
        message |= {"refusal": said.refusal}
    choice = {"index": 0, "message": message, "finish_reason": said.finish}
    kind = {"id": "1", "object": "chat.completion", "created": 0}
    found: dict[str, Any] = {**kind, "model": "served-model", "choices": [choice]}
    return found | ({} if said.usage is None else {"usage": _usage(said.usage)})


def _usage(usage: tuple[int, int]) -> dict[str, int]:
    asked, said = usage
    return {
        "prompt_tokens": asked,
        "completion_tokens": said,
        "total_tokens": asked + said,
    }
