"""What blanket agreements add to the lists that core iterates."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.prepared import Prepared
from omc.lib.registry import Action, Command, DutyRule, HomeTask, Panel, SettingType, Todo, registry
from orders.core.models import Customer, Order
from orders.core.selectors.companies import as_of, setting
from orders.core.selectors.home import SHOWN, customer_link, day_text, document_duties
from orders.pricing.agreements import events, lists, machines, plan_events  # noqa: F401  declares events and graph
from orders.pricing.agreements.models import Agreement, AgreementState, ReleaseLine
from orders.pricing.agreements.selectors.agreements import (
    LEAST_PACE,
    agreement_list,
    drawn_by,
    ending_soon,
    left_amount,
    of_customer,
    pace_on,
)
from orders.pricing.agreements.selectors.plan import LEAD_DAYS
from orders.pricing.agreements.services.ending import WARN_DAYS
from orders.pricing.agreements.services.releasing import load_agreement_hold
from orders.pricing.agreements.services.writing import DECIDE, WRITE

DUTY = "Decide agreement"
SEE = "orders.view_price"


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.pages.add("agreement", "pricing:agreement")
    registry.pages.add("plannedrelease", "pricing:planned-release")
    registry.reference.add("agreement hold", load_agreement_hold)
    registry.offer(
        Command(_("Blanket agreements"), "pricing:agreements", "file-stack", _("contract release call-off burn down")),
        Command(
            _("Planned releases"), "pricing:planned-releases", "calendar-check", _("agreement call-off schedule due")
        ),
        Command(_("New blanket agreement"), "pricing:new-agreement", "file-plus", _("contract"), starts=True),
    )
    registry.settings.add(
        WARN_DAYS,
        SettingType(
            WARN_DAYS,
            _("Days before the end of an agreement that its owner is told"),
            30,
            _whole(1, 365),
            stage=3,
            help=_("A whole number from 1 to 365."),
        ),
    )
    registry.settings.add(
        LEAST_PACE,
        SettingType(
            LEAST_PACE,
            _("Share of the plan under which an agreement is taken too slowly, %"),
            80,
            _whole(1, 100),
            stage=3,
            help=_("A whole number from 1 to 100. The plan is a straight line from the first day to the last."),
        ),
    )
    registry.settings.add(
        LEAD_DAYS,
        SettingType(
            LEAD_DAYS,
            _("Days before its day that a planned release waits to be ordered"),
            5,
            _whole(0, 90),
            stage=3,
            help=_("A whole number from 0 to 90, in calendar days."),
        ),
    )
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=3,
            name=DUTY,
            subject="self",
            opens={"agreement_written": None},
            closes={"agreement_activated": None, "agreement_closed": None},
            due_minutes=960,
        ),
    )
    registry.home_tasks.add("pricing.agreements", HomeTask("pricing.agreements", (DECIDE,), TO_DECIDE))
    registry.home_tasks.add("pricing.agreements-end", HomeTask("pricing.agreements-end", (WRITE,), to_renew))
    registry.actions.add(
        "new agreement",
        Action(
            key="new-agreement",
            subject="customer",
            label=_("New agreement"),
            permission=WRITE,
            url=lambda customer: f"{reverse('pricing:new-agreement')}?customer={customer.pk}",
            when=lambda customer: customer.is_active,
        ),
    )
    registry.line_marks.add("releases", line_marks)
    registry.panels.add(
        "customer agreements",
        Panel(
            "blanket-agreements",
            "customer",
            _("Blanket agreements"),
            "orders/pricing/agreements/customer_panel.html",
            customer_panel,
            SEE,
            order=39,
            flush=True,
            more=lambda customer: f"{reverse('pricing:agreements')}?customer={customer.pk}",
        ),
    )
    registry.panels.add(
        "order releases",
        Panel(
            "releases",
            "order",
            _("Draws on blanket agreements"),
            "orders/pricing/agreements/order_panel.html",
            order_panel,
            SEE,
            order=27,
            flush=True,
        ),
    )


def _whole(least: int, most: int) -> Any:
    def parse(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return number

    return parse


def customer_panel(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    """The customer's agreements that are not over."""
    today = as_of(customer.company)
    rows: list[Any] = list(of_customer(customer, actor))
    for row in rows:
        row.left_amount = left_amount(row)
        row.pace = pace_on(row, today) if row.state == AgreementState.ACTIVE else None
    return {"agreements": rows} if rows else None


def order_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    """Which lines are releases of which agreement."""
    rows = drawn_by(order)
    return {"draws": rows} if rows else None


_RELEASED = Prepared(
    lambda gaps: ReleaseLine.objects.filter(line__order=gaps.order).select_related("release__agreement")
)


def line_marks(order: Order, actor: Actor) -> dict[int, tuple[Any, str]]:
    """Beside a line: which release of which agreement it is."""
    if not actor.can(SEE):
        return {}
    rows = _RELEASED.rows(order=order.pk)
    return {
        row.line_id: (
            _("release %(number)s of %(agreement)s")
            % {"number": row.release.number, "agreement": row.release.agreement},
            reverse("pricing:agreement", args=[row.release.agreement_id]),
        )
        for row in rows
    }


def _drafts(actor: Actor) -> QuerySet[Agreement]:
    return agreement_list(actor, {"state": AgreementState.DRAFT})


TO_DECIDE = document_duties(
    3,
    DUTY,
    _drafts,
    what=_("Put agreement %(document)s in force, or close it"),
    button=_("Read and decide"),
    url="pricing:agreement",
)


def to_renew(actor: Actor) -> list[Todo]:
    """One's own agreements that end soon, the first above."""
    days = setting(actor.company_id, WARN_DAYS)
    return [
        Todo(
            what=_("Renew agreement %(agreement)s, or let it end") % {"agreement": row},
            button=_("Open the agreement"),
            url=reverse("pricing:agreement", args=[row.pk]),
            since=_start_of(row.valid_to - timedelta(days=days), row),
            stage=3,
            due=_start_of(row.valid_to + timedelta(days=1), row),
            customer=customer_link(row.customer),
            why=_("it ends on %(day)s") % {"day": day_text(row.valid_to)},
        )
        for row in ending_soon(actor, days).order_by("valid_to", "id")[:SHOWN]
    ]


def _start_of(day: Any, agreement: Agreement) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(agreement.company.time_zone))
