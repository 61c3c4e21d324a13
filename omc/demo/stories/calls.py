"""Customers on the telephone: somebody takes the call, tells price and date, and makes something of it."""

from datetime import timedelta
from typing import Any, Final

from omc.demo import catalog
from omc.demo.stage import Story
from omc.demo.stories.base import BaseTales, hours
from omc.lib import clock
from orders.core.models import Customer, Order, Product
from orders.entry import services as entry
from orders.entry.calls import services as calls
from orders.entry.calls.models import Call
from returns.postsales import services as postsales

ENDS: Final = ("answered", "order", "answered", "note", "quote", "unhelped", "order", "case", "answered", "nothing")
SAID: Final = {
    "answered": "Calls back when their project is decided.",
    "order": "Wants it as soon as it can leave.",
    "quote": "Needs it in writing for their boss.",
    "note": "Moves to a new yard next month; asked whether we deliver there.",
    "case": "One parcel of the last delivery was wet.",
    "unhelped": "Needs them tomorrow morning, on site. We cannot.",
    "nothing": "Wrong number.",
}


class CallTales(BaseTales):
    """What is said on the telephone, from the first word to the last."""

    def call(self, ends: str, who: str) -> Story:
        """A call that ends so, or that is ``open`` or ``parked`` when the playing stops."""
        if ends in ("open", "parked"):
            yield from self.lately(*{"open": (0.03, 0.06), "parked": (0.15, 0.2)}[ends])
        call = self.rings(ends, who)
        yield timedelta(minutes=1)
        self.asks(call, ends, who)
        yield timedelta(minutes=self.rng.randint(1, 4))
        if ends == "parked":
            calls.park_call(call_id=call.pk, actor=self.house[who])
        elif ends != "open":
            made = self.hangs_up(call, ends, who)
            if ends == "case" and made is not None:
                yield hours(1, 3, self.rng)
                self.looks_into(made.pk)

    def rings(self, ends: str, who: str) -> Call:
        customer = None if ends == "nothing" else self.somebody()
        found_by = self.rng.choice((customer.name, customer.code)) if customer else ""
        call: Call = calls.start_call(
            customer_id=customer.pk if customer else None, found_by=found_by, actor=self.house[who]
        )
        return call

    def asks(self, call: Call, ends: str, who: str) -> None:
        """So many of one thing or two, by some day."""
        if call.customer_id is None or ends in ("note", "case"):
            return
        items = [self._favorite(call.customer)] if call.customer else []
        if self.rng.random() < 0.4:
            items.append(self.rng.choice(self.goods[:20]))
        for item in {item.pk: item for item in items}.values():
            many = self.rng.choice((1, 2, 4) if (item.list_price or 0) > 60 else (10, 20, 40))
            calls.answer_question(call_id=call.pk, text=f"{many} of {item.sku} by Friday", actor=self.house[who])

    def looks_into(self, case_id: int) -> None:
        """The service desk answers what a caller complained about."""
        service = self.house["service"]
        postsales.assign_case(case_id=case_id, actor=service)
        postsales.reply_case(case_id=case_id, body="We are sorry. A new parcel leaves today.", actor=service)
        postsales.resolve_case(case_id=case_id, resolution="Replaced", actor=service)

    def hangs_up(self, call: Call, ends: str, who: str) -> Any:
        """Something is made of it, and it is over; an order goes to be confirmed. Returns what was made, or None."""
        house = self.house
        calls.write_notes(call_id=call.pk, notes=SAID[ends], actor=house[who])
        made = None
        if ends in ("order", "quote", "note", "case"):
            made = calls.turn_call(call_id=call.pk, into=ends, actor=house[who])
        calls.end_call(call_id=call.pk, outcome=ends if made is None else "", actor=house[who])
        if isinstance(made, Order):
            wanted = clock.today(house.company.time_zone) + timedelta(days=self.rng.randint(4, 12))
            header = {"customer_po": f"PO-{self.rng.randint(10_000, 99_999)}", "requested_date": wanted}
            entry.save_draft(order_id=made.pk, header=header, actor=house[who])
            entry.submit_order(order_id=made.pk, actor=house[who])
        return made

    def _favorite(self, customer: Customer) -> Product:
        """Something that this customer often buys."""
        habits = {buyer.code: buyer.habit for buyer in catalog.buyers()}
        scarce = catalog.SCARCE
        n = next((n for n in habits[customer.code] if n != scarce), 0)
        return self.house.goods[n]


def who_may(ends: str) -> tuple[str, ...]:
    """The desks that can end a call so, the one that mostly does named most often."""
    if ends == "order":
        return ("csr", "csr", "csr_lead")
    if ends == "quote":
        return ("sales", "csr")
    return ("csr", "csr", "csr_lead", "sales", "service")
