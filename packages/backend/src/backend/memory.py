"""What a process gives back to the system."""

import ctypes

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc


def return_large_blocks() -> None:
    """Makes glibc return blocks of 1 MiB and more when they are freed; elsewhere nothing.

    By default the limit follows the largest block ever freed: after the first few sign-ins glibc would keep the 19 MiB
    of each argon2 hash, in every thread's arena.
    """
    if hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 20)
