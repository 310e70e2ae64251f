"""Logs: one JSON object a line, or for people; the standard library's loggers end in the same stream."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for the module `name`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def configure(level: str, style: str, stream: TextIO | None = None) -> None:
    """Logs from `level` on `stream` (stderr), `style` json or console."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if style == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=20)]
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _quiet_libraries()


def _quiet_libraries() -> None:
    """Libraries speak of their own life at info; only what goes wrong there matters here."""
    for name in ("_granian", "granian.access", "pgqueuer", "sqlalchemy", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    # "Embedded server is experimental!" and its like, on every start.
    logging.getLogger("_granian").addFilter(lambda record: record.levelno >= logging.ERROR)
