"""Logs: one line per request and job, with the id that led to it."""

import json
import logging

import pytest
import structlog
from django.test import Client

from omc.celery import app
from omc.lib.request import request_id
from omc.logging import add_request_id, log_settings, send_request_id, take_request_id


def test_the_id_that_a_proxy_sent_comes_back(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})["X-Request-ID"] == "from-the-proxy-1"


def test_an_id_that_could_forge_a_log_line_is_replaced(client: Client) -> None:
    answered = client.get("/healthz", headers={"X-Request-ID": "bad id\twith=things"})["X-Request-ID"]
    assert len(answered) == 32
    assert answered.isalnum()


def test_a_line_bears_the_id_of_its_request() -> None:
    token = request_id.set("request-0001")
    assert add_request_id(None, "info", {"event": "x"}) == {"event": "x", "request_id": "request-0001"}
    request_id.reset(token)
    assert add_request_id(None, "info", {"event": "x"}) == {"event": "x"}


def test_json_lines_are_one_object_each_also_from_libraries() -> None:
    formatter = log_settings("json", "INFO")["formatters"]["structured"]
    line = structlog.stdlib.ProcessorFormatter(
        processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
    ).format(logging.LogRecord("a.library", logging.WARNING, "file", 1, "%s is low", ("stock",), None))
    found = json.loads(line)
    assert (found["event"], found["level"], found["logger"]) == ("stock is low", "warning", "a.library")


def test_the_id_travels_with_the_job() -> None:
    headers: dict[str, str] = {}
    token = request_id.set("request-0001")
    send_request_id(headers=headers)
    request_id.reset(token)
    assert headers == {"request_id": "request-0001"}

    @app.task(name="tests.note_the_id")
    def note_the_id() -> None: ...

    note_the_id.push_request(request_id=headers["request_id"], is_eager=False, id="1")
    take_request_id(task=note_the_id, task_id="1")
    assert request_id.get() == "request-0001"
    note_the_id.pop_request()
    request_id.set("")
    structlog.contextvars.clear_contextvars()


def test_the_path_is_logged_but_never_the_query(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="omc.access"):
        client.get("/api/nowhere/?q=Miller")
    assert "/api/nowhere/" in caplog.text
    assert "Miller" not in caplog.text
