"""Logs: one event per line, JSON or for people, each with the request id that led to it, also in jobs."""

import logging.config
import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from celery import signals
from django.http import HttpRequest, HttpResponse

from omc.lib.request import request_id

_log = structlog.get_logger("omc.access")
_QUIET = {"/healthz", "/readyz"}
_SIGNED = re.compile(r"(?<=^/c/)[^/]+")  # who has the address of a customer's page may open it


def add_request_id(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if current := request_id.get():
        event.setdefault("request_id", current)
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    add_request_id,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.UnicodeDecoder(),
]


def log_settings(format_: str, level: str) -> dict[str, Any]:
    """``logging.config`` settings that send everything, also the libraries' own lines, through structlog."""
    if format_ == "json":
        renderers: list[Any] = [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    else:
        renderers = [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": _SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},  # what it says of 4xx, the access line says better
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "pyBarcode": {"level": "WARNING"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Called by Django with the settings' LOGGING."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class AccessLogMiddleware:
    """One line per request: method, path, status, milliseconds. Never the query string: it may hold names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        if request.path not in _QUIET:
            _log.info(
                "request",
                method=request.method,
                path=_SIGNED.sub("…", request.path),
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        return response


@signals.before_task_publish.connect
def send_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """The job carries the id of the request that asked for it."""
    if headers is not None and (current := request_id.get()):
        headers["request_id"] = current


@signals.task_prerun.connect
def take_request_id(task: Any = None, task_id: str = "", **_: Any) -> None:
    """A job that nobody asked for (beat) is known by its own id."""
    if task.request.is_eager:
        return  # it runs inside whatever asked for it, and has that id already
    request_id.set(getattr(task.request, "request_id", None) or task_id.replace("-", ""))
    structlog.contextvars.bind_contextvars(task=task.name)
    task.request.started_at_count = time.perf_counter()


@signals.task_postrun.connect
def drop_request_id(task: Any = None, state: str = "", **_: Any) -> None:
    if task.request.is_eager:
        return
    elapsed = time.perf_counter() - task.request.started_at_count
    structlog.get_logger("omc.job").info("job", state=state, ms=round(elapsed * 1000, 1))
    structlog.contextvars.unbind_contextvars("task")
    request_id.set("")
