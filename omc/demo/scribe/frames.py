"""Blanket agreements from the first word to their last day, and the releases of the orders that drew on them."""

from datetime import datetime, time, timedelta
from typing import Final

from omc.demo.frames import Frame
from omc.demo.scribe.base import BaseScribe, Written
from omc.history.books import Doer
from omc.lib.money import plain
from orders.pricing.agreements import events

WATCHER: Final = Doer(job="watch agreements")


class FrameScribe(BaseScribe):
    """An agreement is written in the week it was agreed, with its end, which has come by now; its draws in their weeks."""

    def frame(self, frame: Frame) -> None:
        """Sally writes it, Priya puts it in force, the clock ends it."""
        at, party, people = self.desk.utc, self.desk.party(frame.buyer), self.desk.people
        number, written = self.numbers.next("agreement"), at(frame.written)
        active = at(frame.written + timedelta(hours=2))
        over = at(datetime.combine(frame.valid_to + timedelta(days=1), time(4)))
        row = self.books.document(
            "agreement", "orders_pricing_agreement", number=number, revision=1, customer_id=party.id, currency="USD",
            customer_po=frame.customer_po, valid_from=frame.valid_from, valid_to=frame.valid_to, state="draft",
            owner_id=people["sales"].user_id, note="", closed_because="", created_at=written, activated_at=active,
            over_at=over, told_end=frame.valid_to,
        )  # fmt: skip
        item = self.books.add(
            "orders_pricing_agreementitem", agreement_id=row["id"], product_id=self.desk.product(frame.item),
            quantity=frame.quantity, unit_price=frame.price,
        )  # fmt: skip
        agreed = {"sku": frame.item.sku, "quantity": plain(frame.quantity), "unit_price": f"{frame.price:f}"}
        terms = {
            "valid_from": f"{frame.valid_from}", "valid_to": f"{frame.valid_to}", "customer_po": frame.customer_po,
            "items": [agreed],
        }  # fmt: skip
        self.books.add(
            "orders_pricing_agreementrevision", agreement_id=row["id"], number=1, terms=terms, reason="",
            author_id=people["pricing"].user_id, at=active,
        )  # fmt: skip
        words = [party.name, party.code, frame.customer_po]
        self._find("agreement", row["id"], number, words, f"/pricing/agreements/{row['id']}/", "orders.view_price")
        tell, lasts = self.books.tell, {"valid_to": frame.valid_to}
        tell(
            "agreement",
            row,
            events.AgreementWritten(items=1, valid_from=frame.valid_from, **lasts),
            written,
            people["sales"],
        )
        active_fact, ended = events.AgreementActivated(**lasts), events.AgreementEnded(**lasts)
        tell("agreement", row, active_fact, active, people["pricing"], moved=("draft", "active"))
        tell("agreement", row, ended, over, WATCHER, moved=("active", "ended"))
        self.desk.frames[frame.customer_po] = (row["id"], item["id"], number)

    def drawn(self, told: Written) -> None:
        """The release of an order that drew on one."""
        draw = told.life.draw
        if draw is None:
            return
        agreement_id, item_id, _number = self.desk.frames[draw.agreement]
        release = self.books.add(
            "orders_pricing_release", agreement_id=agreement_id, order_id=told.order["id"], number=draw.number,
            at=self.desk.utc(told.life.submitted),
        )  # fmt: skip
        self.books.add(
            "orders_pricing_releaseline", release_id=release["id"], item_id=item_id, line_id=told.lines[draw.line]["id"]
        )
