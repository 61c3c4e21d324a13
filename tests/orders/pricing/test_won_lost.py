"""Quotes won and lost: every number against plain Python over the same rows, and each opens its quotes."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from statistics import median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omc.accounts.models import User
from orders.pricing.models import Quote
from orders.pricing.selectors import quote_list
from orders.pricing.selectors.won_lost import won_and_lost
from tests.factories import CustomerFactory, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 1), date(2026, 8, 31)
STATES = ("draft", "sent", "accepted", "converted", "rejected", "expired", "superseded")


@pytest.fixture
def company():
    return make_company(time_zone="UTC")


def _quotes(company, count=160):
    rng = random.Random(7)
    people = [make_user(company, "sales") for _ in range(3)]
    customers = [CustomerFactory(company=company, customer_class=each) for each in "ABCD"]
    made = []
    for n in range(count):
        state = rng.choice(STATES)
        sent = datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(hours=rng.randint(0, 364 * 24))
        decided = sent + timedelta(minutes=rng.randint(30, 20_000)) if state in STATES[2:5] else None
        reason = rng.choice(("price", "competitor", "lead_time", "duplicate")) if state == "rejected" else ""
        made.append(
            Quote(
                company=company, number=f"Q{n}", customer=rng.choice(customers), state=state, currency="USD",
                valid_until=date(2027, 1, 1), net_base=Decimal(rng.randint(100, 90_000)) / 100, reject_reason=reason,
                written_by=rng.choice(people), created_at=sent, sent_at=None if state == "draft" else sent,
                decided_at=decided,
            )
        )  # fmt: skip
    return Quote.objects.bulk_create(made)


def _naive(quotes):
    """(won, lost, ran out, with the customer, net won, net decided, median minutes)."""
    won = [one for one in quotes if one.state in ("accepted", "converted")]
    lost = [one for one in quotes if one.state == "rejected"]
    out = [one for one in quotes if one.state == "expired"]
    minutes = [(one.decided_at - one.sent_at).total_seconds() / 60 for one in won + lost if one.decided_at]
    return (
        len(won), len(lost), len(out), sum(one.state == "sent" for one in quotes),
        sum((one.net_base for one in won), Decimal(0)), sum((one.net_base for one in won + lost + out), Decimal(0)),
        round(median(minutes), 6) if minutes else None,
    )  # fmt: skip


def _told(row):
    minutes = None if row.median_minutes is None else round(row.median_minutes, 6)
    return row.won, row.lost, row.ran_out, row.with_customer, row.won_base, row.decided_base, minutes


def _counted(quotes):
    return [
        one
        for one in quotes
        if one.state not in ("draft", "superseded")
        and one.reject_reason != "duplicate"
        and FIRST <= one.sent_at.date() <= LAST
    ]


def test_every_number_is_that_of_plain_python(company):
    quotes = _counted(_quotes(company))
    _quotes(make_company(time_zone="UTC"), 30)
    report = won_and_lost(make_actor(company, "sales"), FIRST, LAST)
    assert _told(report.whole) == _naive(quotes)
    assert report.whole.rate == Decimal(100 * report.whole.won) / (report.whole.sent - report.whole.with_customer)
    for key, of in (
        ("writer", lambda one: one.written_by_id),
        ("customer_class", lambda one: one.customer.customer_class),
        ("month", lambda one: one.sent_at.date().replace(day=1)),
    ):
        groups = {of(one) for one in quotes}
        assert {row.key: _told(row) for row in report.by[key]} == {
            group: _naive([one for one in quotes if of(one) == group]) for group in groups
        }
    assert {reason: (n, net) for reason, _words, n, net in report.reasons} == {
        reason: (len(those), sum(one.net_base for one in those))
        for reason in {one.reject_reason for one in quotes if one.state == "rejected"}
        if (those := [one for one in quotes if one.reject_reason == reason])
    }


@pytest.mark.slow
def test_every_number_opens_as_many_quotes(client, company):
    _quotes(company)
    actor = make_actor(company, "sales")
    client.force_login(User.objects.get(pk=actor.user_id))
    page = client.get(f"/pricing/won-and-lost/?first={FIRST}&last={LAST}").content.decode()
    links = re.findall(r'<a href="/pricing/\?([^"]+)">(\d+)</a>', page)
    assert len(links) > 30
    for query, number in links:
        listed = client.get(f"/pricing/?{unescape(query)}")
        assert listed.status_code == 200
        assert listed.context["count_text"] == number, query


def test_rest_tells_the_same(client, company):
    _quotes(company)
    actor = make_actor(company, "sales")
    client.force_login(User.objects.get(pk=actor.user_id))
    url = "/api/v1/pricing/quotes/won-and-lost/"
    told = client.get(url, {"first": str(FIRST), "last": str(LAST)}).json()
    report = won_and_lost(actor, FIRST, LAST)
    assert told["whole"]["won"] == report.whole.won
    assert Decimal(told["whole"]["rate"]) == report.whole.rate.quantize(Decimal("0.01"))
    assert [row["sent"] for row in told["month"]] == [row.sent for row in report.by["month"]]
    assert client.get(url, {"first": "soon"}).status_code == 422
    client.force_login(make_user(company, "warehouse"))
    assert client.get(url).status_code == 403


def test_the_queries_do_not_grow_with_the_quotes(company):
    actor = make_actor(company, "sales")
    counts = []
    for _time in range(2):
        _quotes(make_company(), 3)
        with CaptureQueriesContext(
            connection,
        ) as found:
            won_and_lost(actor, FIRST, LAST)
        counts.append(len(found))
        if not Quote.objects.filter(company=company).exists():
            _quotes(company)
    assert counts[0] == counts[1] <= 7


def test_an_empty_company_a_wrong_day_and_who_may_not_see_prices(client, company):
    client.force_login(make_user(company, "sales"))
    assert "No quote was sent in this period" in client.get("/pricing/won-and-lost/").content.decode()
    assert client.get("/pricing/won-and-lost/?first=nonsense").status_code == 422
    client.force_login(make_user(company, "warehouse"))
    assert client.get("/pricing/won-and-lost/").status_code == 403


def test_the_list_keeps_to_the_company_and_to_what_was_counted(company):
    quotes = _quotes(company)
    actor = make_actor(company, "sales")
    listed = quote_list(actor, {"outcome": "lost", "reason": "price", "sent_from": FIRST, "sent_to": LAST})
    wanted = {one.pk for one in _counted(quotes) if one.state == "rejected" and one.reject_reason == "price"}
    assert {one.pk for one in listed} == wanted != set()
