"""What stage 8 puts on homes, and its card."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.selectors import invoices_list, payments_list, shipments_to_invoice
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.money import round_amount
from omc.lib.registry import HomeTask, News, StageCard, Todo, registry
from orders.core.models import Company, Duty
from orders.core.selectors.home import (
    COUNTED,
    SHOWN,
    customer_link,
    day_text,
    holds_to_decide,
    seconds_since,
    todo_of_group,
)


def register() -> None:
    registry.stage_cards.add("billing", CARD)
    for task in (
        HomeTask("billing.invoice", ("billing.post_invoice",), invoice_what_left),
        HomeTask("billing.collect", ("billing.record_payment",), collect),
        HomeTask("billing.apply", ("billing.record_payment",), apply_payments),
        HomeTask(
            "billing.holds",
            ("orders.resolve_hold", "billing.record_payment"),
            holds_to_decide(8, Q(hold_type__is_credit=True) | Q(hold_type__scope="customer")),
        ),
    ):
        registry.home_tasks.add(task.key, task)
    for news in NEWS:
        registry.news.add(news.key, news)


_MONEY = frozenset({"sales", "credit", "billing", "exec", "admin"})
_PAID = "(SELECT round(p.amount * p.currency_rate, 2) FROM billing_payment p WHERE p.id = e.subject_id)"
NEWS = (
    News(
        "invoiced", ("invoice_posted",), _("%(count)s invoice was posted"), _("%(count)s invoices were posted"), _MONEY,
        "(e.data->>'net_base')::numeric", 60,
    ),
    News(
        "credited", ("credit_note_posted",), _("%(count)s credit note was posted"),
        _("%(count)s credit notes were posted"), _MONEY | {"service"}, "(e.data->>'net_base')::numeric", 61,
    ),
    News(
        "paid", ("payment_recorded",), _("%(count)s payment came in"), _("%(count)s payments came in"), _MONEY, _PAID, 62
    ),
)  # fmt: skip


def invoice_what_left(actor: Actor) -> list[Todo]:
    """Shipments that left and are not invoiced, as one thing: the list invoices them together."""
    rows = shipments_to_invoice(actor).select_related(None).order_by("order_id", "id")
    found = rows[: COUNTED + 1].aggregate(
        n=Count("id"), since=Min("shipped_at"), worth=Sum(F("goods_value") * F("order__currency_rate"))
    )
    if not found["n"]:
        return []
    duties = Duty.objects.filter(company_id=actor.company_id, stage=8, name="Invoice", closed_at__isnull=True)
    return [
        todo_of_group(
            found,
            what=ngettext_lazy("Invoice %(n)s shipment", "Invoice %(n)s shipments", "n"),
            button=_("Invoice"),
            url=reverse("billing:to_invoice"),
            stage=8,
            due=duties.aggregate(due=Min("due_at"))["due"],
            why=_("goods have left, the customer owes nothing yet"),
        )
    ]


def collect(actor: Actor) -> list[Todo]:
    """Invoices past their day: the most money for the longest time first."""
    company = Company.objects.get(pk=actor.company_id)
    today = clock.today(company.time_zone)
    first = (
        invoices_list(actor, overdue_on=today).select_related(None).order_by("due_date", "id").values("pk")[:COUNTED]
    )
    invoices: Any = (
        invoices_list(actor)
        .filter(pk__in=first)
        .annotate(weight=ExpressionWrapper(F("open_amount") * F("currency_rate") * seconds_since("due_date"), _WEIGHT))
        .order_by("-weight", "id")[:SHOWN]
    )
    return [
        Todo(
            what=_("Collect invoice %(invoice)s") % {"invoice": invoice},
            button=_("Open the invoice"),
            url=reverse("billing:invoice", args=[invoice.pk]),
            since=_end_of(invoice.due_date, company),
            stage=8,
            due=_end_of(invoice.due_date, company),
            amount=round_amount(invoice.open_amount * invoice.currency_rate),
            customer=customer_link(invoice.customer),
            why=_("was due on %(day)s") % {"day": day_text(invoice.due_date)},
        )
        for invoice in invoices
    ]


_WEIGHT = DecimalField(max_digits=30, decimal_places=4)


def _end_of(day: Any, company: Company) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(company.time_zone))


def apply_payments(actor: Actor) -> list[Todo]:
    """Money that came in and settles nothing yet."""
    payments = payments_list(actor, open_only=True).order_by("-unapplied_amount", "id")[:SHOWN]
    return [
        Todo(
            what=_("Say what payment %(payment)s settles") % {"payment": payment},
            button=_("Apply"),
            url=reverse("billing:payment", args=[payment.pk]),
            since=payment.created_at,
            stage=8,
            amount=round_amount(payment.unapplied_amount * payment.currency_rate),
            customer=customer_link(payment.customer),
            why=_("it lies on account"),
        )
        for payment in payments
    ]


CARD = StageCard(
    stage="billing",
    purpose=_("What left becomes an invoice, the invoice becomes money, and the books balance at every step."),
    comes_in=_(
        "what was shipped, orders without goods once delivered, credits that claims ask for, money that comes in"
    ),
    goes_out=_(
        "invoiced and credited quantities on the order's ledger, invoices and credit notes with PDF, payments, balanced"
        " postings, what each customer owes (open net of money on account, overdue, days late: weighted,"
        " median, on how many), disputes"
    ),
    who=_("billing"),
    steps=("invoice",),
)
