"""A TCP proxy between a site and its engine that can spoil what goes through in eight ways."""

import socket
import struct
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from processes import free_port

MODES = ("refused", "hang", "slow", "reset", "429", "503", "cut JSON", "HTML")
FINE = "fine"
SLOWNESS = 5.0  # seconds for each answer
JSON = b"application/json"
SPEECHES = {
    "429": (
        b"429 Too Many Requests",
        JSON,
        b'{"error": {"type": "es_rejected_execution_exception"}, "status": 429}',
    ),
    "503": (
        b"503 Service Unavailable",
        JSON,
        b'{"error": {"type": "master_not_discovered_exception"}, "status": 503}',
    ),
    "HTML": (b"200 OK", b"text/html", b"<!doctype html><title>Welkom</title><p>Log in op het netwerk."),
}
LINGER_NOT = struct.pack("ii", 1, 0)  # a close sends RST instead of FIN


class Proxy:
    """Passes bytes on to the engine, or does what its mode says; a new mode ends all connections."""

    def __init__(self, engine: str) -> None:
        """Begin to listen."""
        parts = urlsplit(engine.partition(",")[0])
        self.engine, self.mode = (parts.hostname, parts.port), FINE
        self.open: set[socket.socket] = set()
        self.port = free_port()
        self.server = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    @property
    def url(self) -> str:
        """Return the address that the site is given."""
        return f"http://127.0.0.1:{self.port}"

    def turn(self, mode: str) -> None:
        """Behave in another way from now on."""
        if self.mode == "refused":
            self.server = socket.create_server(("127.0.0.1", self.port))
            self._listen()
        self.mode = mode
        if mode == "refused":
            with suppress(OSError):
                self.server.shutdown(socket.SHUT_RDWR)
            self.server.close()
        for each in list(self.open):
            _end(each)

    def close(self) -> None:
        """Stop."""
        self.turn("refused")

    def _listen(self) -> None:
        """Take connections until the server is closed."""
        threading.Thread(target=self._accept, args=(self.server,), daemon=True).start()

    def _accept(self, server: socket.socket) -> None:
        """Serve each connection in a thread of its own."""
        with suppress(OSError):
            while True:
                visitor, _ = server.accept()
                self.open.add(visitor)
                threading.Thread(target=self._serve, args=(visitor, self.mode), daemon=True).start()

    def _serve(self, visitor: socket.socket, mode: str) -> None:
        """Do what the mode was when the connection came."""
        with suppress(OSError, ValueError):
            if mode in SPEECHES:
                while _read_message(visitor):
                    visitor.sendall(_speak(*SPEECHES[mode]))
            elif mode == "reset":
                _read_message(visitor)
                visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            elif mode == "hang":
                while visitor.recv(1 << 16):
                    pass
            else:
                self._pass_on(visitor, mode)
        self.open.discard(visitor)
        visitor.close()

    def _pass_on(self, visitor: socket.socket, mode: str) -> None:
        """Ask the engine, and give its answer as it is, late, or only half of it."""
        with socket.create_connection(self.engine) as engine:
            self.open.add(engine)
            while question := _read_message(visitor):
                engine.sendall(question)
                answer = _read_message(engine, is_head=question.startswith(b"HEAD"))
                if mode == "slow":
                    time.sleep(SLOWNESS)
                visitor.sendall(_cut(answer) if mode == "cut JSON" else answer)
            self.open.discard(engine)


def _end(connection: socket.socket) -> None:
    """End a connection that another thread may be reading."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _read_message(connection: socket.socket, *, is_head: bool = False) -> bytes:
    """Return one HTTP message, or nothing if the other side is gone; both sides always send its length."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(1 << 16)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0 if is_head else _length(head)
    if length is None:
        return _read_chunks(connection, data)
    while len(body) < length:
        part = connection.recv(1 << 16)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def _length(head: bytes) -> int | None:
    """Return the length of a body; nothing when it comes in chunks."""
    headers = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    if b"chunked" in headers.get(b"transfer-encoding", b""):
        return None
    return int(headers.get(b"content-length", b"0"))


def _read_chunks(connection: socket.socket, data: bytes) -> bytes:
    """Return a message of which the body comes in chunks."""
    while not data.endswith(b"0\r\n\r\n"):
        part = connection.recv(1 << 16)
        if not part:
            return b""
        data += part
    return data


def _speak(status: bytes, kind: bytes, body: bytes) -> bytes:
    """Return an answer that the engine never gave."""
    lines = [b"HTTP/1.1 " + status, b"Content-Type: " + kind, b"X-Elastic-Product: Elasticsearch"]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])


def _cut(answer: bytes) -> bytes:
    """Return an answer with half of its body, of which the length is told as if that were all."""
    head, _, body = answer.partition(b"\r\n\r\n")
    half = body[: len(body) // 2]
    kept = [
        line
        for line in head.split(b"\r\n")
        if not line.lower().startswith((b"content-length", b"transfer-encoding"))
    ]
    return b"\r\n".join([*kept, b"Content-Length: %d" % len(half), b"", half])
