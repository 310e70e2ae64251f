"""Mail: what it says, and its two ways out. That it is sent once is in test_queue.py."""

from __future__ import annotations

import email
import email.policy
import smtplib
from pathlib import Path

import pytest

from backend.config import Settings
from backend.errors import CommandError, Exit
from backend.mail.transport import Folder, Server, choose
from backend.mail.welcome import render

URL = "postgresql://app@db/app"
SETTINGS = Settings(database_url=URL, public_url="https://app.example.dev/", mail_from="Product <hello@example.dev>")


def test_the_welcome_names_the_person_and_the_address() -> None:
    message = render(SETTINGS, 'Ada "Countess" Löve', "ada@example.com", "welcome-1")
    read = email.message_from_bytes(bytes(message), policy=email.policy.default)
    assert read["From"] == "Product <hello@example.dev>"
    assert read["To"].addresses[0].addr_spec == "ada@example.com"
    assert read["To"].addresses[0].display_name == 'Ada "Countess" Löve'
    assert read["Message-ID"] == "<welcome-1@example.dev>"
    assert "https://app.example.dev/\n" in read.get_content().replace("\r", "")


def test_a_name_adds_no_recipient_and_no_header() -> None:
    message = render(SETTINGS, "Eve <eve@evil.test>, x", "ada@example.com", "welcome-1")
    read = email.message_from_bytes(bytes(message), policy=email.policy.default)
    assert [address.addr_spec for address in read["To"].addresses] == ["ada@example.com"]


def test_a_folder_takes_a_mail_once_and_whole(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "made" / "by-itself")
    message = render(SETTINGS, "Ada", "ada@example.com", "welcome-1")
    folder.send(message, "welcome-1")
    folder.send(message, "welcome-1")
    assert [path.name for path in folder.folder.iterdir()] == ["welcome-1.eml"]
    assert (folder.folder / "welcome-1.eml").read_bytes() == bytes(message)


def test_a_folder_that_cannot_be_written_is_an_error_to_retry(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Folder(tmp_path / "file").send(render(SETTINGS, "Ada", "ada@example.com", "k"), "k")


def test_the_folder_wins_over_the_server_and_one_is_needed(tmp_path: Path) -> None:
    both = Settings(database_url=URL, mail_dir=tmp_path, smtp_url="smtp://mail.example.dev")
    assert isinstance(choose(both), Folder)
    assert isinstance(choose(Settings(database_url=URL, smtp_url="smtp://mail.example.dev")), Server)
    with pytest.raises(CommandError, match="SMTP_URL") as caught:
        choose(Settings(database_url=URL))
    assert caught.value.code == Exit.USAGE


def test_a_password_is_never_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    server = PlainServer()
    monkeypatch.setattr(smtplib, "SMTP", lambda *_, **__: server)
    with pytest.raises(smtplib.SMTPNotSupportedError, match="STARTTLS"):
        Server("smtp://user:p%40ss@mail.example.dev").send(render(SETTINGS, "Ada", "ada@example.com", "k"), "k")
    assert server.calls == ["ehlo", "close"]


class PlainServer:
    """A mail server without STARTTLS, as smtplib shows it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def ehlo(self) -> None:
        self.calls.append("ehlo")

    def has_extn(self, _: str) -> bool:
        return False

    def close(self) -> None:
        self.calls.append("close")
