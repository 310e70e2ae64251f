"""Password hashes."""

from __future__ import annotations

import pytest

from backend.accounts import passwords
from backend.accounts.passwords import HASHER, NOBODYS_HASH, hash_password, verify_password

pytestmark = pytest.mark.anyio


async def test_a_password_fits_its_own_hash_only() -> None:
    first, second = await hash_password("one password"), await hash_password("one password")
    assert first != second
    assert first.startswith("$argon2id$")
    assert await verify_password(first, "one password")
    assert not await verify_password(first, "another one")


@pytest.mark.parametrize("damaged", ["", "$argon2id$v=19$m=1", "plain"])
async def test_a_damaged_hash_fits_nothing(damaged: str) -> None:
    assert not await verify_password(damaged, "one password")


async def test_an_unknown_account_is_refused_even_with_nobodys_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "NOBODYS_HASH", await hash_password("guessed"))
    assert not await verify_password(None, "guessed")


def test_nobodys_hash_costs_as_much_as_everybodys() -> None:
    assert not HASHER.check_needs_rehash(NOBODYS_HASH)
