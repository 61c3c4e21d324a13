"""What everybody who writes the past down needs: the desk, the books, and how a thing is moved, found and sent."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal as D
from typing import Any, Final

from omc.demo.desk import Desk, Numbers, Party, search_row
from omc.demo.life import Life
from omc.history.books import Books, Doer
from omc.history.copying import Row
from orders.core.models import HoldType

ZERO: Final = D(0)
FREIGHT: Final = (D("15.00"), D("11.50"))
RANKING, SCHEDULING = Doer(job="ranking"), Doer(job="scheduling")


@dataclass(slots=True)
class Written:
    """An order under way: its row, its lines, and what is still to be said about it."""

    life: Life
    party: Party
    order: Row
    lines: list[Row]
    promises: list[Row]
    invoices: list[tuple[Row, list[Row]]] = field(default_factory=list)
    due: dict[int, Row] = field(default_factory=dict)  # the one due part of each invoice, by its id
    left: D = ZERO  # units not yet shipped


class BaseScribe:
    """Knows where everything is, and up to when it has happened."""

    def __init__(self, desk: Desk, books: Books, numbers: Numbers, until: datetime) -> None:
        self.desk, self.books, self.numbers, self.until = desk, books, numbers, until
        self.company_id = desk.company.pk
        self.issued: list[tuple[int, int, D]] = []  # product, warehouse, quantity that left
        self.hold_types: dict[str, Any] = {row.code: row for row in HoldType.objects.filter(company_id=self.company_id)}

    def happened(self, moment: datetime) -> bool:
        return self.desk.utc(moment) <= self.until

    def move(
        self, product_id: int, house: int, kind: str, quantity: D, at: datetime, reference: str, cost: D | None,
        line_id: int | None, by: Doer,
    ) -> None:  # fmt: skip
        self.books.add(
            "planning_stockmovement", company_id=self.company_id, product_id=product_id, warehouse_id=house, kind=kind,
            quantity=quantity, unit_cost=cost, at=at, reference=reference, reason="", origin="live",
            order_line_id=line_id, user_id=by.user_id,
        )  # fmt: skip

    def _find(self, kind: str, object_id: int, title: str, words: list[Any], url: str, permission: str) -> None:
        self.books.add(
            "orders_searchentry", **search_row(self.company_id, kind, object_id, title, words, url, permission)
        )

    def _sent(
        self, told: Written, key: str, template: str, kind: str, subject_id: int, subject: str, words: str, at: datetime
    ) -> None:
        """A message as the customer received it."""
        body = f"Dear {told.party.contact},\n\n{words}\n\n{self.desk.company.name}"
        if template == "case_reply":
            body = words
        self.books.add(
            "orders_message", company_id=self.company_id, key=key, template=template, language="en",
            recipient=told.party.email, subject_type=kind, subject_id=subject_id, subject=subject, body=body,
            status="sent", error="", created_at=at, sent_at=at + timedelta(minutes=1),
            contact_id=told.party.contact_id, customer_id=told.party.id, order_id=told.order["id"] if told.order else None,
        )  # fmt: skip
