"""Events by the object they tell of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from yab.cluster.reading import Object, line, name, namespace, text, time

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    """A core/v1 Event; `container` is the one it is of, empty where it is of the whole object."""

    reason: str
    message: str
    container: str
    uid: str
    first: datetime | None
    last: datetime | None

    @classmethod
    def of(cls, raw: Object) -> Event:
        """The event, whether a component wrote it by the old API (timestamps) or the new one (eventTime)."""
        once = time(raw, "eventTime")
        return cls(
            reason=text(raw, "reason"),
            message=line(text(raw, "message")),
            container=text(raw, "involvedObject", "fieldPath").partition("{")[2].rstrip("}"),
            uid=text(raw, "involvedObject", "uid"),
            first=time(raw, "firstTimestamp") or once,
            last=time(raw, "series", "lastObservedTime") or time(raw, "lastTimestamp") or once,
        )


class Events:
    """The events of a namespace or more."""

    def __init__(self, raw: Iterable[Object]) -> None:
        self._of: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
        for item in raw:
            where = text(item, "involvedObject", "namespace") or namespace(item)
            key = (text(item, "involvedObject", "kind"), where, text(item, "involvedObject", "name"))
            self._of[key].append(Event.of(item))

    def about(self, kind: str, of: Object, *reasons: str) -> list[Event]:
        """The events of these reasons about an object, the latest first.

        An object that took the place of one with the same name (a pod of a StatefulSet, a hook's Job) has
        only its own.
        """
        uid = text(of, "metadata", "uid")
        found = self._of.get((kind, namespace(of), name(of)), ())
        same = (event for event in found if event.reason in reasons and (not uid or event.uid in ("", uid)))
        return sorted(same, key=lambda event: event.last or _LONG_AGO, reverse=True)
