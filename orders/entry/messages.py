"""What order entry tells customers: the order as confirmed, and new dates."""

from datetime import date
from typing import Final

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.asked import told_differences
from orders.core.message_kinds import declare
from orders.core.models import Order, OrderLine, OrderState
from orders.core.selectors.messages import told_last
from orders.core.speech import Phrases, listed, long_day, money, quantity, say
from orders.entry.documents import acknowledgement_pdf
from orders.entry.selectors.promised import (
    DATED,
    dates_of,
    differences_of,
    first_dates_of,
    left_of,
    lines_of,
    name_of,
)

PHRASES: Final[Phrases] = {
    "en": {
        "line": "{item}: {quantity}, {amount}, with you on {day}",
        "line_no_day": "{item}: {quantity}, {amount}",
        "moved_all": "Everything will be with you on {after} instead of {before}.",
        "moved": "{item}: with you on {after} instead of {before}.",
        "unknown": "We cannot name the new date of {item} yet.",
        "the_order": "The order",
    },
    "de": {
        "line": "{item}: {quantity}, {amount}, bei Ihnen am {day}",
        "line_no_day": "{item}: {quantity}, {amount}",
        "moved_all": "Alles ist am {after} statt am {before} bei Ihnen.",
        "moved": "{item}: bei Ihnen am {after} statt am {before}.",
        "unknown": "Den neuen Termin für {item} können wir noch nicht nennen.",
        "the_order": "Der Auftrag",
    },
}
_ORDER: Final = Placeholder("order", _("Our order number"), "SO-000123")
_YOURS: Final = Placeholder("your_number", _("The customer's order number"), "PO-4711")
_ARRIVES: Final = Placeholder("arrives", _("When the last of it is with the customer"), "3 December 2026")


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key="order_confirmed",
            name=_("Order confirmed"),
            stage=4,
            when=_("An order was confirmed: its dates, and every difference from what was asked."),
            placeholders=(
                _ORDER,
                _YOURS,
                Placeholder("total", _("Total including tax"), "1,234.50 USD"),
                _ARRIVES,
                Placeholder(
                    "differences",
                    _("Every difference from what was asked: dates, quantities, prices, items"),
                    "What differs from what you asked for:\n"
                    "Hex bolt M8 (BOLT-8): you asked for it by 1 December 2026. It will be with you on 3 December 2026.",
                ),
                Placeholder(
                    "lines",
                    _("The lines with their quantities, amounts and days"),
                    "Hex bolt M8 (BOLT-8): 100 pc, 25.00 USD, with you on 3 December 2026",
                ),
            ),
            wordings={
                "en": Wording(
                    "Order {order} confirmed",
                    "{greeting}\n\nthank you for your order. This is what we confirm.\n\n{differences}\n\n"
                    "Our order number: {order}\nYour order number: {your_number}\nTotal including tax: {total}\n"
                    "With you by: {arrives}\n\n{lines}\n\n{company}",
                ),
                "de": Wording(
                    "Auftrag {order} bestätigt",
                    "{greeting}\n\nvielen Dank für Ihren Auftrag. Das bestätigen wir Ihnen.\n\n{differences}\n\n"
                    "Unsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\n"
                    "Summe mit Steuer: {total}\nBei Ihnen bis: {arrives}\n\n{lines}\n\n{company}",
                ),
            },
            values=confirmed,
            find=find_order,
            paper=lambda order: (f"{order}.pdf", acknowledgement_pdf(order)),
        ),
        MessageKind(
            key="promise_changed",
            name=_("Date changed"),
            stage=4,
            when=_("A date that the customer knows has moved; all lines that moved are told at once."),
            placeholders=(
                _ORDER,
                _YOURS,
                _ARRIVES,
                Placeholder(
                    "changes",
                    _("Every date that moved, before and now"),
                    "Hex bolt M8 (BOLT-8): with you on 5 December 2026 instead of 3 December 2026.",
                ),
            ),
            wordings={
                "en": Wording(
                    "New date for order {order}",
                    "{greeting}\n\nthe date of your order has changed.\n\n{changes}\n\n"
                    "Our order number: {order}\nYour order number: {your_number}\nWith you by: {arrives}\n\n"
                    "If the new date does not suit you, please call us.\n\n{company}",
                ),
                "de": Wording(
                    "Neuer Termin für Auftrag {order}",
                    "{greeting}\n\nder Termin Ihres Auftrags hat sich geändert.\n\n{changes}\n\n"
                    "Unsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\nBei Ihnen bis: {arrives}\n\n"
                    "Wenn der neue Termin Ihnen nicht passt, rufen Sie uns bitte an.\n\n{company}",
                ),
            },
            values=moved,
            find=find_moved,
        ),
    )


def find_order(company_id: int, number: str) -> Order | None:
    """A confirmed order of the company: that of the number, or the latest."""
    rows = Order.objects.filter(company_id=company_id, confirmed_at__isnull=False).exclude(state=OrderState.CANCELLED)
    if number:
        rows = rows.filter(number__iexact=number)
    return rows.select_related("company", "customer", "contact", "ship_to", "bill_to", "terms").order_by("-id").first()


def find_moved(company_id: int, number: str) -> Order | None:
    """That of the number, or the latest whose date has moved."""
    if number:
        return find_order(company_id, number)
    rows = Order.objects.filter(company_id=company_id, original_promise__isnull=False)
    moved = rows.exclude(current_promise=F("original_promise")).select_related("company", "customer", "contact")
    return moved.order_by("-id").first()


def confirmed(order: Order) -> dict[str, str]:
    """What the confirmation says, in the language that is active."""
    lines = lines_of(order)
    found, asked = differences_of(order, lines)
    dated = sum(line.kind in DATED for line in lines)
    return {
        "order": str(order),
        "your_number": order.customer_po,
        "total": money(order.total_amount, order.currency),
        "arrives": long_day(order.current_promise),
        "differences": told_differences(found, currency=order.currency, lines=dated, asked=asked),
        "lines": listed(_line(line, order) for line in lines if left_of(line) > 0),
    }


def _line(line: OrderLine, order: Order) -> str:
    values = {
        "item": name_of(line),
        "quantity": quantity(left_of(line), line.unit),
        "amount": money(line.net_amount, order.currency),
    }
    if line.kind in DATED and line.current_promise:
        return say(PHRASES, "line", day=long_day(line.current_promise), **values)
    return say(PHRASES, "line_no_day", **values)


def moved(order: Order) -> dict[str, str]:
    """What the message of new dates says, in the language that is active."""
    return {
        "order": str(order),
        "your_number": order.customer_po,
        "arrives": long_day(order.current_promise),
        "changes": "\n".join(_changes(order)),
    }


def _changes(order: Order) -> list[str]:
    dates, first = dates_of(order), first_dates_of(order)
    told = told_last(order.company_id, order.pk, "dates") or first
    known, now = _days(first if told == dates else told), _days(dates)
    rows = [line for line in lines_of(order) if line.kind in DATED]
    steps = [(line, known.get(str(line.pk), ""), now[str(line.pk)]) for line in rows]
    changed = [(line, before, after) for line, before, after in steps if before != after]
    if not changed and known["order"] != now["order"]:
        return [_moved(say(PHRASES, "the_order"), known["order"], now["order"])]
    if len(changed) == len(rows) > 1 and len({step[1:] for step in changed}) == 1 and all(changed[0][1:]):
        return [say(PHRASES, "moved_all", before=changed[0][1], after=changed[0][2])]
    return [_moved(name_of(line), before, after) for line, before, after in changed]


def _moved(item: str, before: str, after: str) -> str:
    if not after:
        return say(PHRASES, "unknown", item=item)
    return say(PHRASES, "moved", item=item, before=before or "–", after=after)


def _days(told: dict[str, str]) -> dict[str, str]:
    return {key: long_day(date.fromisoformat(day)) if day else "" for key, day in told.items()}
