"""What cost warnings add to the lists that core iterates."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from omc.lib.actor import Actor
from omc.lib.registry import Command, DutyRule, HomeTask, SettingType, Todo, registry
from orders.core.selectors.home import document_duties
from orders.pricing.models import CostWarning
from orders.pricing.warnings import events, lists, machines  # noqa: F401  declares events and graph
from orders.pricing.warnings.detection import FLOOR, IN_FORCE, LIMIT, REPLACEMENT, WATCHED
from orders.pricing.warnings.selectors import DUTY, OPEN, warning_list
from orders.pricing.warnings.services import ANSWER

SEE = "orders.view_cost"


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.pages.add("costwarning", "pricing:cost-warning")
    registry.offer(
        Command(
            _("Cost warnings"), "pricing:cost-warnings", "triangle-alert", _("cost rose margin floor supplier list")
        )
    )
    for setting in SETTINGS:
        registry.settings.add(setting.key, setting)
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=3,
            name=DUTY,
            subject="self",
            opens={"cost_warning_raised": None},
            closes={"cost_warning_acted": None, "cost_warning_set_aside": None},
            due_minutes=960,
        ),
    )
    registry.home_tasks.add("pricing.cost_warnings", HomeTask("pricing.cost_warnings", (ANSWER, SEE), to_answer))


def _percent(lowest: Decimal, highest: Decimal) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            raise ValueError("a number such as 5 or 7.5") from None
        if not lowest <= value <= highest:
            raise ValueError(f"a number from {lowest} to {highest}")
        return f"{value:.2f}"

    return read


def _watched(text: str) -> str:
    word = text.strip().lower()
    if word not in (REPLACEMENT, IN_FORCE):
        raise ValueError(f"{REPLACEMENT} or {IN_FORCE}")
    return word


SETTINGS = (
    SettingType(
        LIMIT,
        _("Rise of a cost from which on one is warned, %"),
        "5.00",
        _percent(Decimal("0.5"), Decimal(100)),
        stage=3,
        help=_("From 0.5 to 100. Compared with 90 days before, or with what was warned of last."),
    ),
    SettingType(
        FLOOR,
        _("Lowest margin that prices should keep, % of the price"),
        "15.00",
        _percent(Decimal(0), Decimal(90)),
        stage=3,
        help=_("From 0 to 90. Where the discount guidelines ask more of an item's category, that counts."),
    ),
    SettingType(
        WATCHED,
        _("Cost that is watched"),
        REPLACEMENT,
        _watched,
        stage=3,
        help=_("replacement (where it is unknown, the cost that margins count with) or in_force (only the latter)."),
    ),
)


def _why(warning: CostWarning) -> str:
    """What lies under the floor."""
    documents = warning.quotes + warning.orders
    return ngettext(
        "%(n)s open quote or order and %(prices)s prices are under the floor",
        "%(n)s open quotes and orders and %(prices)s prices are under the floor",
        documents,
    ) % {"n": documents, "prices": warning.prices}


_DUTIES = document_duties(
    3,
    DUTY,
    lambda actor: warning_list(actor, {}),
    what=_("Costs rose: %(document)s"),
    button=_("See what it reaches"),
    url="pricing:cost-warning",
    why=_why,
)


def to_answer(actor: Actor) -> list[Todo]:
    """Open warnings with what is at stake; the duty itself names no money, since not everybody may see margins."""
    todos = _DUTIES(actor)
    stakes = {
        warning.get_absolute_url(): warning.stake_base
        for warning in CostWarning.objects.filter(company_id=actor.company_id, state__in=OPEN)
    }
    return [replace(todo, amount=stakes.get(todo.url, todo.amount)) for todo in todos]
