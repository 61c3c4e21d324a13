"""What somebody who logs in as each of the demo's people sees that looks dead: grey, zero, or long overdue."""

from collections.abc import Collection
from datetime import timedelta

from analytics.selectors.figures import figures
from analytics.selectors.wall import wall
from omc.accounts.models import User
from omc.demo.house import PEOPLE
from omc.demo.named import TITLES
from omc.lib import clock
from orders.core.actors import actor_for
from orders.core.models import Company, Duty
from orders.core.selectors.home import things_to_do
from orders.pricing.models import CostWarning
from returns.postsales.models import Case

LONG = timedelta(days=12)  # overdue for so long: of a story, not of its age


def named(company: Company) -> set[str]:
    """The pages of the named stories, which are meant to be late."""
    cases = Case.objects.filter(company=company)
    warnings = CostWarning.objects.filter(company=company, reason__in=TITLES)
    of_cases = {f"/{pk}/" for case in cases if case.subject.startswith(TITLES) for pk in (case.pk, case.order_id)}
    return of_cases | {warning.get_absolute_url() for warning in warnings}


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
