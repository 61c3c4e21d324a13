"""What pricing adds to the lists that core iterates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Action, Command, DutyRule, Panel, SettingType, Stage, registry
from orders.core.models import Customer, Order
from orders.generation.models import EnquiryState
from orders.pricing import events, lists, machines, messages, pages, selectors  # noqa: F401  declares events and graph
from orders.pricing.rules import BASES, USUAL
from orders.pricing.selectors.costs import COST_BASIS
from orders.pricing.services import load_tax_rules
from orders.pricing.services.quote_reminders import REMIND_DAYS
from orders.pricing.services.quotes import VALID_DAYS

QUOTABLE = (EnquiryState.RECEIVED, EnquiryState.WORKING, EnquiryState.QUOTED)


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    pages.register()
    messages.register()
    registry.pages.add("quote", "pricing:quote")
    registry.offer(
        Command(_("New quote"), "pricing:new-quote", "file-plus", _("offer estimate"), starts=True),
        Command(_("Quotes won and lost"), "pricing:won-and-lost", "chart-line", _("rate reasons competitor")),
        Command(_("Price lists"), "pricing:price-lists", "tags", _("breaks discounts contracts")),
        Command(_("Look up a price"), "pricing:look-up", "search-check", _("what does it cost")),
        Command(_("Taxes"), "pricing:taxes", "percent"),
        Command(_("Exchange rates"), "pricing:rates", "arrow-left-right", _("currency")),
    )
    registry.reference.add("tax rules", load_tax_rules)
    registry.settings.add(
        VALID_DAYS,
        SettingType(
            VALID_DAYS,
            _("Days that a quote is valid"),
            30,
            _days,
            stage=3,
            help=_("A whole number from 1 to 365. A quote may say another last day."),
        ),
    )
    registry.settings.add(
        REMIND_DAYS,
        SettingType(
            REMIND_DAYS,
            _("Days before a quote ends that its writer is reminded"),
            3,
            _days_before,
            stage=3,
            help=_("A whole number from 0 to 60; 0 reminds nobody. Customers are told where a contact chose to be."),
        ),
    )
    registry.settings.add(
        COST_BASIS,
        SettingType(
            COST_BASIS,
            _("Cost that margins are counted with"),
            USUAL,
            _basis,
            stage=3,
            help=_(
                "usual (moving average, else standard, else last), average, standard, last or replacement. "
                "Lines that are priced from then on use it; where an item has no such cost its margin is unknown."
            ),
        ),
    )
    registry.stages.add(
        "pricing",
        Stage(
            number=3,
            key="pricing",
            name=_("Cost estimation & pricing"),
            url="pricing:quotes",
            permission="pricing.view_quote",
            duty=_("Send quote"),
        ),
    )
    registry.duties.add(
        "Send quote",
        DutyRule(
            stage=3,
            name="Send quote",
            subject="self",
            opens={"quote_drafted": None, "quote_begun": None},
            closes={"quote_sent": None, "quote_superseded": None, "quote_rejected": None},
        ),
    )
    registry.panels.add(
        "why this price",
        Panel(
            key="why-this-price",
            subject="order",
            title=_("Why this price"),
            template="orders/pricing/order_panel.html",
            context=selectors.why_these_prices,
            permission="orders.view_price",
            order=30,
        ),
    )
    for subject in ("order", "customer"):
        registry.panels.add(
            f"{subject} quotes",
            Panel(
                key="quotes",
                subject=subject,
                title=_("Quotes"),
                template="orders/pricing/quotes_panel.html",
                context=_quotes_of,
                permission="pricing.view_quote",
                order=25,
            ),
        )
    for action in (*ACTIONS, WHY):
        registry.actions.add(action.key, action)


ACTIONS = (
    Action(
        key="pricing.quote_enquiry",
        subject="enquiry",
        label=_("Write a quote"),
        permission="pricing.write_quote",
        url=lambda enquiry: f"{reverse('pricing:new-quote')}?enquiry={enquiry.pk}",
        when=lambda enquiry: enquiry.state in QUOTABLE,
        primary=True,
    ),
    Action(
        key="pricing.quote_customer",
        subject="customer",
        label=_("Write a quote"),
        permission="pricing.write_quote",
        url=lambda customer: f"{reverse('pricing:new-quote')}?customer={customer.pk}",
        when=lambda customer: customer.is_active,
    ),
)

WHY = Action(
    key="pricing.why",
    subject="order_line",
    label=_("Why this price?"),
    permission="orders.view_price",
    url=lambda line: reverse("pricing:explain", args=[line.pk]),
    when=lambda line: bool(line.price_steps),
    icon="circle-question-mark",
)


def _quotes_of(subject: Order | Customer, actor: Actor) -> dict[str, Any] | None:
    rows = selectors.quote_rows(selectors.quotes_about(subject, actor)[:10], actor)
    return {"quotes": rows} if rows else None


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 365:
        raise ValueError("a whole number from 1 to 365")
    return days


def _days_before(text: str) -> int:
    days = int(text)
    if not 0 <= days <= 60:
        raise ValueError("a whole number from 0 to 60")
    return days


def _basis(text: str) -> str:
    basis = text.strip().lower()
    if basis not in BASES:
        raise ValueError(f"one of {', '.join(BASES)}")
    return basis
