"""Where mail goes: a mail server, or a folder on a developer's machine."""

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from backend.config import Settings
from backend.errors import CommandError, Exit

TIMEOUT = 20.0
"""Seconds a mail server may take for each answer."""


class Transport(Protocol):
    """Takes a mail, or raises OSError (smtplib's errors are some)."""

    def send(self, message: EmailMessage, key: str) -> None:
        """Hands `message` over; blocks. The same `key` means the same mail."""


def choose(settings: Settings) -> Transport:
    """The transport that the settings name. Raises CommandError (exit 2) when they name none."""
    if settings.mail_dir is not None:
        return Folder(settings.mail_dir)
    if settings.smtp_url is not None:
        return Server(settings.smtp_url)
    raise CommandError(
        "environment", "neither SMTP_URL nor MAIL_DIR is set", "set one: mail must go somewhere", Exit.USAGE
    )


class Folder:
    """Each mail becomes `<key>.eml`, whole or not at all; the same key gives the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, key: str) -> None:
        """Writes the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        whole = self.folder / f".{key}.{os.getpid()}"
        whole.write_bytes(bytes(message))
        whole.replace(self.folder / f"{key}.eml")


class Server:
    """A mail server: `smtps://` speaks TLS from the start, `smtp://` as soon as the server offers it."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)

    def send(self, message: EmailMessage, key: str) -> None:  # noqa: ARG002 (the message bears it)
        """Sends it. The Message-ID made of `key` lets the receiver drop a second copy."""
        with _connect(self.url) as server:
            if self.url.username:
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            server.send_message(message)


def _connect(url: SplitResult) -> smtplib.SMTP:
    host = url.hostname or ""
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(host, url.port or 587, timeout=TIMEOUT)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
    elif url.username:
        server.close()
        raise smtplib.SMTPNotSupportedError("the server offers no STARTTLS; a password is never sent in the clear")
    return server
