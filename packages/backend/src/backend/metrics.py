"""Metrics of the process, and their text for Prometheus."""

from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client import REGISTRY as PROCESS_REGISTRY

CONTENT_TYPE = CONTENT_TYPE_LATEST
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

disable_created_metrics()  # type: ignore[no-untyped-call]
REQUESTS = Counter("http_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "Seconds until a request was answered",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
JOBS = Counter("jobs_total", "Jobs run", ["entrypoint", "outcome"])
QUEUE_DEPTH = Gauge("queue_depth", "Jobs in the queue; every worker tells of the same one", ["entrypoint", "status"])


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Counts one request. A method outside HTTP's own counts as OTHER: anyone can invent names."""
    method = method if method in _METHODS else "OTHER"
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(method, route).observe(seconds)


def render(multiprocess_folder: Path | None = None) -> bytes:
    """All metrics as text; with a folder, the sum of the processes that write there."""
    if multiprocess_folder is None:
        return generate_latest(PROCESS_REGISTRY)
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(multiprocess_folder))  # type: ignore[no-untyped-call]
    return generate_latest(registry)
