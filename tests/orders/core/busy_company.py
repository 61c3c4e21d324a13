"""A company with something open in every stage, some of it overdue; and the counting of rows behind a number."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal as D
from html.parser import HTMLParser
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.db import transaction
from django.test import Client

from billing import services as billing
from omc.lib import clock
from orders.core import outbox
from orders.core.inputs import LineInput
from orders.core.models import Delivery, Event, JobRun, Supplier
from orders.core.services import holds
from orders.entry import services as entry
from orders.fulfillment import services as fulfillment
from orders.generation import services as generation
from orders.pricing import services as pricing
from orders.prioritization import services as prioritization
from orders.prioritization.models import RuleSet
from orders.scheduling import services as scheduling
from planning import services as planning
from planning.services import SupplyInput
from returns.claims import services as claims
from returns.claims.services import ReturnInput
from returns.postsales import services as postsales
from tests.factories import make_user
from tests.journeys.world import World, confirmed, draft, make_world, planned, shipped

NOW = datetime(2026, 3, 10, 11, tzinfo=ZoneInfo("UTC"))  # a Tuesday, 11:00


@contextmanager
def busy_company() -> Iterator[World]:
    """In one transaction that is rolled back; the clock stands still at ``NOW``, work began weeks before."""
    with transaction.atomic():
        with clock.stopped_at(NOW - timedelta(days=25)):
            world = make_world(items=4, stock=60)
            _long_ago(world)
        with clock.stopped_at(NOW - timedelta(days=5)):
            _last_week(world)
        with clock.stopped_at(NOW - timedelta(hours=20)):
            _yesterday(world)
        with clock.stopped_at(NOW):
            yield world
        transaction.set_rollback(True)


def _long_ago(world: World) -> None:
    """One order all the way to an invoice that nobody paid, one more on its way back."""
    for _ in range(2):
        (plan,) = planned(world, confirmed(world, [2, 1]))
        shipment = shipped(world, plan)
        billing.invoice_shipment(shipment_id=shipment.pk, actor=world.actor)
        fulfillment.deliver_shipment(shipment_id=shipment.pk, received_by="Pat", actor=world.actor)
    supplier = Supplier.objects.create(company=world.company, code="S1", name="Metro Metals")
    planning.order_supply(
        supplier_id=supplier.pk,
        warehouse_id=world.warehouse.pk,
        expected_date=(NOW - timedelta(days=20)).date(),
        lines=[SupplyInput(product_id=world.products[3].pk, quantity=D(500), unit_cost=D("5.00"))],
        actor=world.actor,
    )


def _last_week(world: World) -> None:
    actor = world.actor
    one = [LineInput(product_id=world.products[0].pk, quantity=D(3))]
    generation.record_enquiry(customer_id=world.customer.pk, subject="Three valves", value=D(300), actor=actor)
    pricing.write_quote(customer_id=world.customer.pk, lines=one, actor=actor)
    quote = pricing.write_quote(customer_id=world.customer.pk, lines=one, actor=actor)
    pricing.send_quote(quote_id=quote.pk, actor=actor)
    pricing.accept_quote(quote_id=quote.pk, actor=actor)
    ending = pricing.write_quote(
        customer_id=world.customer.pk, lines=one, valid_until=(NOW + timedelta(days=1)).date(), actor=actor
    )
    pricing.send_quote(quote_id=ending.pk, actor=actor)
    sent = [shipped(world, planned(world, confirmed(world, [1]))[0]) for _ in range(2)]
    billing.invoice_shipment(shipment_id=sent[0].pk, actor=actor)
    order = sent[0].order
    back = ReturnInput(order_line_id=order.lines.get(position=1).pk, quantity=D(1), reason="damaged")
    claims.request_return(order_id=order.pk, lines=[back], actor=actor)
    postsales.open_case(subject="Where is it?", customer_id=world.customer.pk, order_id=order.pk, actor=actor)
    postsales.plan_follow_up(purpose="Ask how it went", due_on=NOW.date(), order_id=order.pk, actor=actor)
    confirmed(world, [1, 90])  # more than there is: back-ordered
    for _ in range(2):
        planned(world, confirmed(world, [2]))
    (plan,) = planned(world, confirmed(world, [1]))
    scheduling.release_shipment(planned_id=plan.pk, actor=actor)
    (plan,) = planned(world, confirmed(world, [1]))
    scheduling.release_shipment(planned_id=plan.pk, actor=actor)
    fulfillment.start_picking(planned_id=plan.pk, actor=actor)
    late = confirmed(world, [1])
    planned(world, late)
    holds.place_hold(order_id=late.pk, code="customer_request", reason="Site closed", actor=actor)
    RuleSet.objects.filter(company=world.company).update(author=None)
    prioritization.draft_rule_set(source_id=RuleSet.objects.get(company=world.company).pk, actor=actor)
    prioritization.run_allocation(actor=actor)


def _yesterday(world: World) -> None:
    actor = world.actor
    for code in ("", "manual", "credit_limit", "margin"):
        order = draft(world, [4, 2])
        entry.submit_order(order_id=order.pk, actor=actor)
        if code:
            holds.place_hold(order_id=order.pk, code=code, reason="To be looked at", actor=actor)
    billing.record_payment(
        customer_id=world.customer.pk, amount=D("5000.00"), received_on=clock.today(), apply={}, actor=actor
    )
    JobRun.objects.create(
        company=world.company, kind="planning.forecast", status="failed", error="Boom\nValueError: no", created_at=NOW
    )
    outbox.drain_all(company_id=world.company.pk)
    event = Event.objects.filter(company=world.company).order_by("-id")[0]
    Delivery.objects.create(
        event=event, subscriber="probe", key="k", company=world.company, due_at=NOW, attempts=9, parked=True
    )


@dataclass
class Numbers(HTMLParser):
    """The linked numbers of a page: (said, counted, address); and its tables, for counting rows."""

    found: list[tuple[str, str, str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    next: str = ""
    _open: list[str] = field(default_factory=list)
    _in_body: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "data-counts" in given:
            self._open = ["", given["data-counts"], given["href"]]
        if tag == "a" and given.get("rel") == "next":
            self.next = given["href"]
        if tag == "table" and "data" in given.get("class", "").split():
            self.rows.append(0)
        if tag == "tbody":
            self._in_body = True
        if tag == "tr" and self._in_body and self.rows and "group" not in given.get("class", "").split():
            self.rows[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open:
            self.found.append((" ".join(self._open[0].split()), self._open[1], self._open[2]))
            self._open = []
        if tag == "tbody":
            self._in_body = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[0] += data


def numbers_of(html: str) -> Numbers:
    page = Numbers()
    page.feed(html)
    return page


def rows_behind(client: Client, url: str) -> int:
    """How many rows a list has, paged through to its end."""
    total, seen = 0, 0
    while url:
        answer = client.get(url, follow=True)
        assert answer.status_code == 200, (url, answer.status_code)
        page = numbers_of(answer.text)
        total += page.rows[-1] if page.rows else 0
        url = urljoin(answer.request["PATH_INFO"], page.next) if page.next else ""
        seen += 1
        assert seen < 40
    return total


def someone(world: World, *roles: str) -> Client:
    """A browser of a new member with these roles."""
    client = Client()
    client.force_login(make_user(world.company, *roles))
    return client
