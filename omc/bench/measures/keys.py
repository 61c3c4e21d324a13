"""What the keys of the entry grid cost: a person's twenty lines in a real browser, per line on the server and on the screen."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from omc.bench.measures import Measure, Row, busy_seconds, percentile
from omc.bench.measures.world import browser, grown, someone
from orders.core.actors import actor_for
from orders.core.models import Customer, Order, Product
from orders.entry import services as entry

LINES = 20
KEY_MS = 60  # between two keys: a quick typist
WAYS = ((0, ""), (200, ", 200 ms of latency"))
PATIENCE_MS = 60_000

# Each key until the frame after it is painted; each line from the Enter that commits it until its amount is painted.
WATCH = """() => {
  const watched = (window.watched = { keys: [], lines: [] });
  const committed = new Map();
  const painted = (then) => requestAnimationFrame(() => setTimeout(() => then(performance.now())));
  document.addEventListener("keydown", (event) => {
    const pressed = performance.now();
    painted((now) => watched.keys.push(now - pressed));
    if (event.key === "Enter" && event.target.name === "quantity") committed.set(event.target.closest("tr[data-row]"), pressed);
  }, true);
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const row = target.closest?.("tr[data-row]");
      if (!committed.has(row) || !row.querySelector("[data-out=amount]").textContent.trim()) continue;
      const pressed = committed.get(row);
      committed.delete(row);
      painted((now) => watched.lines.push(now - pressed));
    }
  }).observe(document.querySelector("tr[data-row]").parentNode, { childList: true, subtree: true });
}"""


def keyboard_journey() -> Iterator[Row]:
    """twenty lines entered by keys in a browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  a development tool

    company = grown()
    actor = actor_for(someone("csr", company), company)
    customer = Customer.objects.filter(company=company, is_active=True).order_by("id")[0]
    goods = Product.objects.filter(company=company, kind="goods", is_active=True).order_by("id")
    codes = list(goods.values_list("sku", flat=True)[:LINES])
    session = browser("csr", company).cookies["sessionid"].value
    first, *orders = (entry.start_order(customer_id=customer.pk, actor=actor) for _ in range(1 + len(WAYS)))
    with _site() as (site, took), sync_playwright() as playwright:  # in here no question to the database: a loop runs
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = chromium.new_context(locale="en-US")
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        _type(context.new_page(), site, first, codes[:2])  # what is only slow once
        seen = [
            _type(context.new_page(), site, order, codes, latency)
            for order, (latency, _words) in zip(orders, WAYS, strict=True)
        ]
        chromium.close()
    for order, (_latency, words), watched in zip(orders, WAYS, seen, strict=True):
        answers = [(ms, busy) for path, ms, busy in took if path == reverse("entry:line", args=[order.pk])]
        yield from _rows(f"server, an answer about a line{words}", *map(list, zip(*answers, strict=True)))
        yield from _rows(f"a line, Enter until its amount is painted{words}", watched["lines"])
        yield from _rows(f"a key until it is painted{words}", watched["keys"])
    for order in (first, *orders):
        if order is not first and (saved := order.lines.count()) != len(codes):
            raise RuntimeError(f"{saved} of {len(codes)} lines were saved")
        entry.abandon_draft(order_id=order.pk, actor=actor)


def _type(page: Any, site: str, order: Order, codes: list[str], latency: int = 0) -> dict[str, list[float]]:
    """Enter one of each by keys alone; answers with the milliseconds that the page saw."""
    page.goto(site + reverse("entry:edit", args=[order.pk]), timeout=PATIENCE_MS)
    page.wait_for_load_state()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    speed = {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", speed)
    page.evaluate(WATCH)
    for code in codes:
        page.keyboard.type(code, delay=KEY_MS)
        page.keyboard.press("Enter")
        page.keyboard.type("12", delay=KEY_MS)
        page.keyboard.press("Enter", delay=KEY_MS)
    page.wait_for_function(f"() => window.watched.lines.length >= {len(codes)}", timeout=PATIENCE_MS)
    saved = "() => !/^(Saving|Not saved yet)/.test(document.querySelector('#save-status').textContent)"
    page.wait_for_function(saved, timeout=PATIENCE_MS)
    watched: dict[str, list[float]] = page.evaluate("() => window.watched")
    page.close()
    return watched


def _rows(what: str, found: list[float], busy: list[float] | None = None) -> Iterator[Row]:
    values, work = sorted(found), sorted(busy or [])
    for word, percent in (("median", 50), ("slowest", 100)):
        yield Row(
            f"{LINES} lines by keys: {what}, {word}",
            percentile(values, percent),
            "ms",
            busy=percentile(work, percent) if work else None,
            parts={"measured": len(values)},
        )


@contextmanager
def _site() -> Iterator[tuple[str, list[tuple[str, float, float]]]]:
    """The application on a port of its own; of each answer its path, its milliseconds and those of them that were work."""
    took: list[tuple[str, float, float]] = []
    application = get_wsgi_application()

    def timed(environ: dict[str, Any], start_response: Any) -> Any:
        started, worked = time.perf_counter(), busy_seconds(time.thread_time)
        try:
            return application(environ, start_response)
        finally:
            busy = busy_seconds(time.thread_time) - worked
            took.append((environ["PATH_INFO"], (time.perf_counter() - started) * 1000, busy * 1000))

    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(timed)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", took
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


MEASURES: tuple[Measure, ...] = (keyboard_journey,)
