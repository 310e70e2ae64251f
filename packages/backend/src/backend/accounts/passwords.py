"""Password hashes: argon2id, 19 MiB, two passes, one lane (OWASP's Password Storage Cheat Sheet)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$E7Y6uvj/phndqi2OKiDjew$S97y5Bo7VyozGRmjazvwGtZUnYNSgmhX1ebuYvXn8Gc"
"""The hash of a password that nobody knows: an unknown account takes as long as a wrong password."""

# Each takes 19 MiB and a CPU for some 30 ms: a flood of sign-ins must not take all memory.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def hash_password(password: str) -> str:
    """The hash, with its salt and parameters."""
    return await asyncio.get_running_loop().run_in_executor(_threads, HASHER.hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Without a hash (unknown account) it takes as long, and is false."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password_hash, password)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        HASHER.verify(password_hash or NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
