"""What somebody must do now: the few most urgent things of all kinds of work that the stages registered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import DecimalField, Exists, F, Func, Q, QuerySet, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from omc.accounts.roles import daily_work
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.money import ZERO, round_amount
from omc.lib.prepared import Prepared
from omc.lib.registry import Todo, registry
from orders.core.models import Customer, Duty, Hold, HoldState, Membership
from orders.core.selectors.duties import open_duties, stopping

SHOWN: Final = 7
OF_A_KIND: Final = 2
HOUR: Final = 3600
RULE: Final = _(
    "Overdue comes first. Then what has most money waiting longest: worth × hours since it came in; without money,"
    " the oldest. At most 2 of a kind, unless there is room. Of more than 1,000 of a kind, the 1,000 that came in first"
    " are weighed."
)
COUNTED: Final = 1000  # of more rows a home says "1,000+", and what the first of them are worth


class Many(int):
    """How many rows, counted up to ``COUNTED``: "37", or "1,000+"."""

    def __str__(self) -> str:
        return f"{COUNTED:,}+" if self > COUNTED else f"{int(self):,}"


@dataclass(frozen=True)
class Thing:
    """A line of the home. Units: ``waited_minutes`` in working time; ``amount`` None is no money, or not for you."""

    todo: Todo
    overdue: bool
    waited_minutes: int
    amount: Decimal | None


def own_work(actor: Actor) -> frozenset[str]:
    """What the actor's roles are there to do; an administrator also does what nobody else here is there for."""
    own = daily_work(actor.roles)
    if "admin" in actor.roles:
        others = Membership.objects.filter(company_id=actor.company_id, user__is_active=True)
        theirs = others.exclude(user_id=actor.user_id or 0).values_list("roles", flat=True)
        own |= actor.permissions.difference(*(daily_work(frozenset(roles)) for roles in theirs))
    return own & actor.permissions


def things_to_do(actor: Actor) -> list[Thing]:
    """At most seven things that the actor's roles are there to do, the most urgent first, by ``RULE``."""
    own = own_work(actor)
    found = [
        (task.key, todo) for task in registry.home_tasks if own.issuperset(task.needs) for todo in task.tasks(actor)
    ]
    chosen = _chosen(sorted(found, key=lambda pair: _urgency(pair[1]), reverse=True))
    sees_money = actor.can("orders.view_price")
    return [
        Thing(todo, _overdue(todo), minutes, todo.amount if sees_money and todo.amount else None)
        for todo, minutes in zip(chosen, _working_minutes(actor, chosen), strict=True)
    ]


def _overdue(todo: Todo) -> bool:
    return todo.due is not None and todo.due < clock.now()


def _urgency(todo: Todo) -> tuple[bool, float, float]:
    hours = (clock.now() - todo.since).total_seconds() / HOUR
    return _overdue(todo), float(todo.amount or 0) * hours, hours


def _chosen(ranked: Sequence[tuple[str, Todo]]) -> list[Todo]:
    """The first seven, of which at most two are of a kind; what is left over fills the room, in its order."""
    seen: dict[str, int] = {}
    first: list[tuple[int, Todo]] = []
    rest: list[tuple[int, Todo]] = []
    for place, (kind, todo) in enumerate(ranked):
        seen[kind] = seen.get(kind, 0) + 1
        (first if seen[kind] <= OF_A_KIND else rest).append((place, todo))
    return [todo for _place, todo in sorted([*first[:SHOWN], *rest[: max(0, SHOWN - len(first))]], key=_place)]


def _place(pair: tuple[int, Todo]) -> int:
    return pair[0]


_MINUTES = """
SELECT COALESCE(omc_business_minutes(COALESCE(owner.calendar_id, c.calendar_id), x.since, %(now)s),
    extract(epoch FROM %(now)s - x.since) / 60)::integer
FROM unnest(%(stages)s::smallint[], %(moments)s::timestamptz[]) WITH ORDINALITY AS x(stage, since, place)
JOIN orders_company c ON c.id = %(company)s
LEFT JOIN LATERAL (
    SELECT calendar_id FROM orders_department d
    WHERE d.company_id = c.id AND x.stage = ANY(d.stages) ORDER BY id LIMIT 1
) owner ON true
ORDER BY x.place
"""


def _working_minutes(actor: Actor, todos: Iterable[Todo]) -> list[int]:
    """How long each has waited, in the working time of its stage's department; one query."""
    rows = [(todo.stage, todo.since) for todo in todos]
    return working_minutes(actor.company_id, rows) if rows else []


def working_minutes(company_id: int, rows: Sequence[tuple[int, datetime]]) -> list[int]:
    """Working minutes since each (stage, moment), by the calendar of the stage's department."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MINUTES,
            {
                "company": company_id,
                "now": clock.now(),
                "stages": [stage for stage, _since in rows],
                "moments": [since for _stage, since in rows],
            },
        )
        return [row[0] for row in cursor.fetchall()]


def seconds_since(field: str) -> Func:
    """How long ago a moment (or day) was, for SQL."""
    return Func(Value(clock.now()), F(field), template="EXTRACT(epoch FROM %(expressions)s)", arg_joiner=" - ",
                output_field=DecimalField())  # fmt: skip


def most_urgent(
    actor: Actor, stage: int, name: str = "", *, steps: Sequence[str] = (), narrowed: Q | None = None
) -> list[Duty]:
    """Open duties of a stage in the order of ``RULE``, without those that a hold keeps from these steps."""
    now = clock.now()
    rows = open_duties(actor, stage or None).filter(narrowed or Q())
    if name:
        rows = rows.filter(name=name)
    if steps:
        rows = rows.filter(*(~Exists(holds) for holds in stopping(steps)))
    first = rows.select_related(None).order_by("opened_at", "id").values("pk", "due_at", "value_base", "opened_at")
    sql, params = first[:COUNTED].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_WEIGHED.format(first=sql), (*params, now, now))
        weighed = [pk for (pk,) in cursor.fetchall()]
    return sorted(_WITH_NAMES.rows(duties=weighed), key=lambda duty: _by_urgency(duty, now))


_WITH_NAMES = Prepared(
    lambda gaps: Duty.objects.filter(pk__in=[gaps.duties]).select_related("order", "customer", "queue", "owner")
)
# The columns come out of the first rows themselves: to look these up again by id cost more than to find them.
_WEIGHED: Final = f"""
SELECT pk FROM ({{first}}) AS first(pk, due_at, value_base, opened_at)
ORDER BY (due_at < %s) IS TRUE DESC, value_base * extract(epoch FROM %s - opened_at) DESC, opened_at, pk LIMIT {SHOWN}
"""


def _by_urgency(duty: Duty, now: datetime) -> tuple[bool, Decimal, datetime, int]:
    """As ``_WEIGHED`` sorts, of rows that are here already: to say it twice in SQL costs more than the rows."""
    late = duty.due_at is not None and duty.due_at < now
    waited = (now - duty.opened_at) // timedelta(microseconds=1)
    return not late, -duty.value_base * waited, duty.opened_at, duty.pk


def customer_link(customer: Customer | None) -> tuple[str, str]:
    return (customer.name, reverse("core:customer", args=[customer.pk])) if customer else ("", "")


def day_text(day: date) -> str:
    """A day inside a sentence."""
    return date_format(day, "j M Y")


def todo_of(duty: Duty, *, what: Any, button: Any, url: str, why: Any = "") -> Todo:
    """A duty as a thing to do."""
    return Todo(
        what=what,
        button=button,
        url=url,
        since=duty.opened_at,
        stage=duty.stage,
        due=duty.due_at,
        amount=duty.value_base,
        customer=customer_link(duty.customer),
        why=why,
    )


def todo_of_group(
    found: Mapping[str, Any], *, what: Any, button: Any, url: str, stage: int = 0, due: Any = None, why: Any = ""
) -> Todo:
    """Rows of one kind as a single thing, from their aggregate: ``n`` of them, ``since`` when, maybe ``worth`` how much.

    ``what`` is an ``ngettext_lazy`` over ``n``; it may name what else was found. No more than ``COUNTED`` + 1 rows need
    to be aggregated.
    """
    many = Many(found["n"])
    if many > COUNTED and found.get("worth"):
        why = _("%(why)s; the amount is what the first %(n)s are worth") % {"why": why, "n": f"{COUNTED:,}"}
    return Todo(
        what=what % {**found, "n": many},
        button=button,
        url=url,
        since=found["since"] or clock.now(),
        stage=stage,
        due=due,
        amount=round_amount(found.get("worth") or ZERO),
        why=why,
        count=found["n"],
        rows_url=url,
    )


def order_duties(
    stage: int, name: str, *, what: Any, button: Any, url: str, steps: Sequence[str] = ()
) -> Callable[[Actor], list[Todo]]:
    """Todos of a duty that lies on orders. ``what`` has %(order)s; ``url`` names the screen of one order where it is
    done. What a hold keeps from ``steps`` waits for somebody else, and is left out."""

    def tasks(actor: Actor) -> list[Todo]:
        return [
            todo_of(
                duty,
                what=what % {"order": duty.order},
                button=button,
                url=reverse(url, args=[duty.order_id]),
            )
            for duty in most_urgent(actor, stage, name, steps=steps, narrowed=Q(order__isnull=False))
        ]

    return tasks


def document_duties(
    stage: int,
    name: str,
    rows: Callable[[Actor], QuerySet[Any]],
    *,
    what: Any,
    button: Any,
    url: str,
    why: Callable[[Any], Any] = lambda document: "",
) -> Callable[[Actor], list[Todo]]:
    """Todos of a duty that lies on documents of the stage's own: those of ``rows``. ``what`` has %(document)s."""

    def tasks(actor: Actor) -> list[Todo]:
        documents = rows(actor)
        duties = most_urgent(
            actor,
            stage,
            name,
            narrowed=Q(subject_type=documents.model._meta.model_name, subject_id__in=documents.order_by().values("pk")),
        )
        found = documents.in_bulk([duty.subject_id for duty in duties])
        return [
            todo_of(
                duty,
                what=what % {"document": document},
                button=button,
                url=reverse(url, args=[document.pk]),
                why=why(document),
            )
            for duty in duties
            if (document := found.get(duty.subject_id))
        ]

    return tasks


def holds_to_decide(stage: int, which: Q) -> Callable[[Actor], list[Todo]]:
    """Todos of unresolved holds of some types (``which`` is about the hold) that nobody else has taken."""

    def tasks(actor: Actor) -> list[Todo]:
        holds = (
            Hold.objects.filter(which, company_id=actor.company_id, status=HoldState.ACTIVE)
            .filter(Q(owner__isnull=True) | Q(owner_id=actor.user_id))
            .select_related("hold_type", "order__customer", "customer")
            .order_by("placed_at", "id")[:SHOWN]
        )
        return [hold_todo(hold, stage) for hold in holds]

    return tasks


def hold_todo(hold: Hold, stage: int) -> Todo:
    return Todo(
        what=_("Decide the hold “%(hold)s” on %(on)s")
        % {"hold": hold.hold_type.name, "on": hold.order or hold.customer},
        button=_("Decide"),
        url=reverse("core:resolve-hold", args=[hold.pk]),
        since=hold.placed_at,
        stage=stage,
        due=hold.due_at,
        amount=hold.order.net_base if hold.order else ZERO,
        customer=customer_link(hold.order.customer if hold.order else hold.customer),
        why=hold.reason,
    )
