"""Errors that a person on the command line reads: what is wrong, and what to do about it."""

import enum


class Exit(enum.IntEnum):
    """Exit codes, the same as those of the tool `yab`."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    MISSING = 3
    INTERRUPTED = 130


class CommandError(Exception):
    """Ends a command with two lines on stderr (`where: what`, `→ what to do`) and no traceback."""

    def __init__(self, where: str, what: str, remedy: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(f"{where}: {what}\n→ {remedy}")
        self.code = code
