"""Which rows a figure is made of, and the order in which they are paged."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet

from analytics.selectors import figures
from analytics.selectors.figures import Span
from omc.lib.actor import Actor

Rows = Callable[[Actor, Span], "QuerySet[Any]"]
ROWS: Final[dict[str, tuple[Rows, tuple[str, ...]]]] = {
    "bookings": (figures.booked_orders, ("-day", "-pk")),
    "sales": (figures.sold_invoices, ("-invoice_date", "-pk")),
    "margin": (figures.margin_lines, ("-invoice__invoice_date", "-pk")),
    "backlog": (lambda actor, _span: figures.backlog_orders(actor), ("-pk",)),
    "on-time": (figures.due_orders, ("-day", "-pk")),
}
