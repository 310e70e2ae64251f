"""A mail server that keeps what it accepts, and can be told to hesitate or refuse."""

from __future__ import annotations

import email
import socketserver
import threading
from contextlib import suppress
from email.message import Message
from types import TracebackType


class SmtpSink:
    """Listens while its block runs.

    A message counts as accepted once the client goes on after the answer: a client that dies before it read the answer
    must send again, and no protocol can tell the two apart (RFC 1047). `tried` has the Message-IDs of all that came.
    `hold` makes the server wait, after a message arrived and before its answer, until `release`; `refusals` are
    given to the next messages instead of the answer.
    """

    def __init__(self) -> None:
        self.accepted: list[Message] = []
        self.tried: list[str] = []
        self.received = threading.Semaphore(0)
        self.refusals: list[str] = []
        self._open = threading.Event()
        self._open.set()
        handler = type("Handler", (_Conversation,), {"sink": self})
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    def __enter__(self) -> SmtpSink:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The SMTP_URL."""
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def hold(self) -> None:
        """Messages get no answer from now on."""
        self._open.clear()

    def release(self) -> None:
        """Those that wait get theirs."""
        self._open.set()

    def answer(self, message: Message) -> tuple[str, bool]:
        """What a message is answered, when it is time, and whether that accepts it."""
        self.tried.append(message["Message-ID"])
        self.received.release()
        self._open.wait()
        if self.refusals:
            return self.refusals.pop(0), False
        return "250 accepted", True


class _Conversation(socketserver.StreamRequestHandler):
    """One client's commands; only what smtplib sends."""

    sink: SmtpSink

    def handle(self) -> None:
        with suppress(OSError):  # the client was killed
            self._converse()

    def _converse(self) -> None:
        self._say("220 sink")
        answered: Message | None = None
        while line := self.rfile.readline().decode().strip().upper():
            if answered is not None:  # only a client that lives goes on with another command
                self.sink.accepted.append(answered)
                answered = None
            if line == "DATA":
                answered = self._data()
            elif line == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self) -> Message | None:
        """Takes a message; gives it back when it was accepted."""
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        message = email.message_from_bytes(b"".join(lines))
        text, accepts = self.sink.answer(message)
        self._say(text)
        return message if accepts else None

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
