"""The errors that users see, and the exit code of each.

YabError
├── FailedError      1  it was tried and failed, or is unhealthy
├── UsageError       2  wrong words on the command line
│   └── ConfigError  2  something written down is wrong: yab.toml, a chart, a values file
├── MissingError     3  this machine lacks something
└── Problems            several errors at once; the exit code of the first
"""

from __future__ import annotations

from collections.abc import Sequence


class YabError(Exception):
    """`where: what` and, on a line of its own, what to do."""

    exit_code = 1

    def __init__(self, where: str, what: str, todo: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what
        self.todo = todo


class FailedError(YabError):
    """It was tried and failed, or is unhealthy."""


class UsageError(YabError):
    """Wrong words on the command line."""

    exit_code = 2


class ConfigError(UsageError):
    """Something written down is wrong."""


class MissingError(YabError):
    """This machine lacks something."""

    exit_code = 3


class Problems(YabError):  # noqa: N818 - they are errors, not one
    """Several errors reported together."""

    def __init__(self, errors: Sequence[YabError]) -> None:
        first = errors[0]
        super().__init__(first.where, first.what, first.todo)
        self.errors = tuple(errors)
        self.exit_code = first.exit_code
