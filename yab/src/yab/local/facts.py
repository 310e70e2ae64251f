"""Facts that cannot heal: what ends `up` while not everything has been ready once."""

from __future__ import annotations

from yab.local.state import Failure


class Unhealable(Exception):  # noqa: N818 - a fact, not an error of the program
    """Carries the failure that the user reads."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.what)
        self.failure = failure


def find(error: BaseException) -> Failure | None:
    """The first such fact in an error or in a group of them."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(find, error.exceptions)), None)
    if isinstance(error, Unhealable):
        return error.failure
    where, what, todo = (getattr(error, name, None) for name in ("where", "what", "todo"))
    return Failure(where, what, todo) if where and what and todo else None
