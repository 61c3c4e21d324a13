"""What somebody who logs in as each of the demo's people sees that looks dead: grey, zero, or long overdue."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import QuerySet

from analytics.selectors.figures import figures
from analytics.selectors.wall import wall
from omc.accounts.models import User
from omc.demo.house import PEOPLE
from omc.demo.named import TITLES
from omc.lib import clock
from orders.core.actors import actor_for
from orders.core.models import Company, Duty, MessageChoice, OrderLine
from orders.core.selectors.home import things_to_do
from orders.entry.again.models import OrderTemplate
from orders.fulfillment.models import Shipment
from orders.pricing.models import CostWarning, PlannedRelease, QuoteAnswer, QuoteLine, Release
from returns.postsales.models import Case

KINDS = {  # what an order desk does besides the plain line from the shelf, on its way and done
    "special order, on its way": lambda of: OrderLine.objects.filter(order__company=of, supply="special", shipped=0),
    "special order, shipped": lambda of: OrderLine.objects.filter(order__company=of, supply="special", shipped__gt=0),
    "drop shipment, on its way": lambda of: OrderLine.objects.filter(order__company=of, supply="drop_ship", shipped=0),
    "drop shipment, shipped": lambda of: OrderLine.objects.filter(order__company=of, supply="drop_ship", shipped__gt=0),
    "line to another place": lambda of: OrderLine.objects.filter(
        order__company=of, ship_to__isnull=False, shipped__gt=0
    ),
    "waits to be collected": lambda of: Shipment.objects.filter(company=of, is_collected=True, state="packed"),
    "collected": lambda of: Shipment.objects.filter(company=of, is_collected=True, state="delivered"),
    "order template": lambda of: OrderTemplate.objects.filter(company=of),
    "release of an agreement": lambda of: Release.objects.filter(agreement__company=of),
    "planned release, to come": lambda of: PlannedRelease.objects.filter(company=of, state="planned"),
    "planned release, ordered": lambda of: PlannedRelease.objects.filter(company=of, state="ordered"),
    "planned release, overdue": lambda of: PlannedRelease.objects.filter(company=of, state="due"),
    "accepted by link": lambda of: _said(of, "accepted"),
    "accepted in part by link": lambda of: QuoteLine.objects.filter(quote__company=of, taken=False),
    "declined by link": lambda of: _said(of, "declined"),
    "asked by link": lambda of: _said(of, "question"),
    "answered for the link": lambda of: QuoteAnswer.objects.filter(quote__company=of, kind="reply"),
    "wants one kind of mail no more": lambda of: MessageChoice.objects.filter(contact__customer__company=of),
}
LONG = timedelta(days=12)  # overdue for so long: of a story, not of its age


def named(company: Company) -> set[str]:
    """The pages of the named stories, which are meant to be late."""
    cases = Case.objects.filter(company=company)
    warnings = CostWarning.objects.filter(company=company, reason__in=TITLES)
    of_cases = {f"/{pk}/" for case in cases if case.subject.startswith(TITLES) for pk in (case.pk, case.order_id)}
    return of_cases | {warning.get_absolute_url() for warning in warnings}


def kinds_without_rows(company: Company) -> list[str]:
    return [kind for kind, rows in KINDS.items() if not rows(company).exists()]


def _said(company: Company, kind: str) -> QuerySet[QuoteAnswer]:
    """By a customer, not by one of us."""
    return QuoteAnswer.objects.filter(quote__company=company, kind=kind, user=None).exclude(name="")


def dead_spots(company: Company, stories: Collection[str] = ()) -> list[str]:
    """One line per card or thing that is not on one of these pages."""
    people = {name: actor_for(User.objects.get(username=name), company) for name, *_rest in PEOPLE}
    found = []
    for name, actor in people.items():
        for thing in things_to_do(actor):
            due = thing.todo.due
            patience = 4 * LONG if thing.todo.stage == 8 else LONG  # some customers pay weeks late
            if due and due < clock.now() - patience and not any(thing.todo.url.endswith(story) for story in stories):
                found.append(f"{name}: {thing.todo.what} was due {due}")
    found += [f"{card.about.key}: {card.value}" for card in figures(company, people["erin"], 30) if not card.value]
    stages = wall(people["erin"]).stages
    if not any(stage.documents for stage in stages):
        found.append("nothing waits on the wall")
    found += [
        f"stage {stage.number}: its oldest came in {stage.oldest}"
        for stage in stages
        if stage.number in range(2, 8) and stage.oldest and stage.oldest < clock.now() - 2 * LONG
    ]
    return found


def overdue_share(company: Company) -> float:
    """Of what lies with us, the share that is overdue."""
    ours = Duty.objects.filter(company=company, closed_at=None, waits_for_customer=False)
    return ours.filter(due_at__lt=clock.now()).count() / max(1, ours.count())
