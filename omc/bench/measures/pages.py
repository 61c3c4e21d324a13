"""What people wait for: lists, type-ahead, the entry grid, the order page, the executive's pages."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from django import forms
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from analytics.services import rebuild_cycle, refresh
from omc.bench.measures import Measure, Row, Times, percentile, row_of, times, together
from omc.bench.measures.world import browser, get, grown, post, someone
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.registry import registry
from orders.core.actors import actor_for
from orders.core.inputs import LineInput
from orders.core.models import Company, Customer, Order, OrderState, Product
from orders.core.selectors.paging import keyset
from orders.entry import services as entry

REPETITIONS = 3
WORDS = ("so-0001", "po-8", "marine", "c1015", "nothing has this name")  # prefixes, a word of many names, no match


def order_list() -> Iterator[Row]:
    """the order list, every offered filter and sort."""
    yield _list_row("order list, slowest of every filter and sort, p95", "orders", "core:orders", budget=100)


def other_lists() -> Iterator[Row]:
    """the other core lists, every offered filter and sort."""
    for key, name in (("customers", "core:customers"), ("products", "core:products"), ("duties", "core:duties")):
        if registry.lists.get(key):
            yield _list_row(f"list of {key}, slowest of every filter and sort, p95", key, name)


def deep_page() -> Iterator[Row]:
    """the thousandth page of the order list."""
    company = grown()
    client, url = browser("admin", company), reverse("core:orders")
    orders = Order.objects.filter(company=company).order_by("-id")
    deep = orders.values_list("pk", flat=True)[min(50_000, orders.count() - 100)]
    cursor = keyset(orders.filter(pk__lte=deep), {}, size=1).next
    found = times(lambda: get(client, url, {"after": cursor}), 20)
    yield row_of("order list, a page deep down, p95", found, 95, 100, budget_1m=150)


def _list_row(name: str, key: str, url_name: str, budget: float | None = None) -> Row:
    company = grown()
    client, url = browser("admin", company), reverse(url_name)
    declared = registry.lists[key]
    actor = actor_for(someone("admin", company), company)
    questions = [{"sort": sort} for sort in declared.sorts]
    for field in declared.form({}, actor):
        questions += [{field.html_name: value} for value in _asked(field.field, company)]
    parts, busy = {}, {}
    for question in questions:
        for sort in declared.sorts if "sort" not in question else [question["sort"]]:
            asked = question | {"sort": sort}
            get(client, url, asked)
            found = times(partial(get, client, url, asked), REPETITIONS)
            words = "&".join(f"{k}={v}" for k, v in asked.items())
            parts[words], busy[words] = percentile(found, 95), percentile(found.busy, 95)
    slowest = dict(sorted(parts.items(), key=lambda item: -item[1]))
    usual = sorted(parts.values())
    kept = {
        "questions": len(parts),
        "median": percentile(usual, 50),
        "slowest": dict(islice(slowest.items(), 15)),
        "busiest": dict(sorted(busy.items(), key=lambda item: -item[1])[:15]),
    }
    return Row(name, usual[-1], "ms", budget, budget and budget * 1.5, busy=max(busy.values()), parts=kept)


def _asked(field: Any, company: Company) -> list[Any]:
    """Values that a person could give this filter."""
    kind = type(field)
    today = clock.today(company.time_zone)
    if issubclass(kind, forms.ModelChoiceField):
        rows = list(field.queryset.order_by("pk")[:1]) + list(field.queryset.order_by("-pk")[:1])
        return [row.pk for row in rows]
    if issubclass(kind, forms.BooleanField):
        return ["on"]
    if issubclass(kind, forms.ChoiceField):
        return [value for value, _label in field.choices if value not in ("", None)]
    if issubclass(kind, forms.DateField):
        return [(today - timedelta(days=days)).isoformat() for days in (7, 400)]
    return list(WORDS) if issubclass(kind, forms.CharField) else []


def type_ahead() -> Iterator[Row]:
    """type-ahead on customer and item."""
    company = grown()
    client = browser("csr", company)
    draft = Order.objects.filter(company=company, state=OrderState.DRAFT).order_by("id")[0]
    items = Product.objects.filter(company=company).count()
    customers = Customer.objects.filter(company=company).count()
    typed: tuple[str, ...] = ("c1", "c10", "c1015", "atlas", "marine", "atl pum", "zzz")
    yield _typed(f"type-ahead on customer ({customers:,})", client, reverse("entry:customers"), typed)
    typed = ("h", "hs", "hs-10", "copper", "valve", "ball valve", "pipe 15", "400000000107", "zzz")
    yield _typed(f"type-ahead on item ({items:,})", client, reverse("entry:items", args=[draft.pk]), typed)
    typed = ("so", "so-0001", "marine", "valve", "po-8", "zzzz", "atlas 001")
    yield _typed("search over everything", client, reverse("core:search"), typed, budget=None)


def _typed(name: str, client: Client, url: str, words: tuple[str, ...], budget: float | None = 50) -> Row:
    name = name.split(" (")[0] if budget else name  # sizes differ between databases, the row is the same
    parts, busy = {}, []
    for word in words:
        get(client, url, {"q": word})
        found = times(partial(get, client, url, {"q": word}), 8)
        parts[word] = percentile(found, 95)
        busy.append(percentile(found.busy, 95))
    return Row(
        f"{name}, slowest of {len(words)} beginnings, p95",
        max(parts.values()),
        "ms",
        budget,
        busy=max(busy),
        parts=parts,
    )


def long_order() -> Iterator[Row]:
    """one line of a 1,000-line order."""
    company = grown()
    client = browser("csr_lead", company)
    actor = actor_for(someone("csr_lead", company), company)
    customer = Customer.objects.filter(company=company, is_active=True).order_by("id")[0]
    goods = Product.objects.filter(company=company, kind="goods", is_active=True).order_by("id")
    lines = [LineInput(product_id=pk, quantity=Decimal(2)) for pk in goods.values_list("pk", flat=True)[:1000]]
    order = entry.enter_order(customer_id=customer.pk, lines=lines, submit=False, actor=actor)
    sku = goods[7].sku
    url = reverse("entry:line", args=[order.pk])
    typed = {"item": sku, "quantity": "3"}
    post(client, url, typed)
    with CaptureQueriesContext(connection) as captured:
        post(client, url, typed)
        statements = len(captured)
    found = times(lambda: post(client, url, typed), 20)
    yield row_of("edit one line of a 1,000-line order, p95", found, 95, 100, parts={"lines": len(lines)})
    yield Row("statements of that edit", statements, "")
    page = times(lambda: get(client, reverse("entry:edit", args=[order.pk])), 5)
    yield row_of("open the grid of a 1,000-line order, median", page, 50)

    def save() -> None:
        order.refresh_from_db(fields=["version"])
        entry.save_draft(order_id=order.pk, header={}, lines=lines, version=order.version, actor=actor)

    yield row_of("save a 1,000-line draft, median", times(save, 5), 50)
    entry.abandon_draft(order_id=order.pk, actor=actor)


def order_page() -> Iterator[Row]:
    """the order page with its first panels."""
    company = grown()
    client = browser("admin", company)
    orders = Order.objects.filter(company=company).exclude(state=OrderState.DRAFT)
    ids = [
        *orders.order_by("id").values_list("pk", flat=True)[:60],
        *orders.order_by("-id").values_list("pk", flat=True)[:60],
    ]
    get(client, reverse("core:order", args=[ids[0]]))
    runs = [times(partial(get, client, reverse("core:order", args=[pk])), 1) for pk in ids]
    found = together((run, run.busy) for run in runs)
    yield row_of("order page with its first panels, p95 of 120 orders", found, 95, 200)
    with CaptureQueriesContext(connection) as captured:
        get(client, reverse("core:order", args=[ids[0]]))
        statements = len(captured)
    yield Row("statements of an order page", statements, "")


def homes() -> Iterator[Row]:
    """home per role, and the executive's pages, cold."""
    company = grown()
    parts, busy = {}, []
    for role in ("csr", "csr_lead", "ops", "warehouse", "billing", "service", "planner", "credit", "admin"):
        client = browser(role, company)
        get(client, reverse("core:home"))
        found = times(partial(get, client, reverse("core:home")), 5)
        parts[role] = percentile(found, 95)
        busy.append(percentile(found.busy, 95))
    yield Row("home, slowest role, p95", max(parts.values()), "ms", 100, busy=max(busy), parts=parts)
    slowest, busy = {}, []
    for name in ("core:home", "analytics:insights", "analytics:wall"):
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found = together((run, run.busy) for run in (_cold(company, url) for _ in range(3)))
        slowest[name] = percentile(found, 50)
        busy.append(percentile(found.busy, 50))
    yield Row(
        "executive dashboard, cold, slowest page", max(slowest.values()), "ms", 300, busy=max(busy), parts=slowest
    )


def _cold(company: Company, url: str) -> Times:
    """A first look: nothing in the application's cache, nothing in the database's, a connection of its own."""
    client = browser("exec", company)
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_buffercache'")
        if cursor.fetchone()[0]:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
            cursor.execute("SELECT pg_buffercache_evict_all()")
    connection.close()
    connection.ensure_connection()
    return times(lambda: get(client, url), 1)


def minute_refresh() -> Iterator[Row]:
    """the minute's refresh of the read models, and building the cycle's from nothing."""
    actor = system("bench", grown().pk)
    built = times(lambda: rebuild_cycle(actor=actor), 1)
    yield row_of("build the cycle's read models from nothing", built, 50)
    refresh(actor=actor)
    found = times(lambda: refresh(actor=actor), 5)
    yield row_of("the minute's refresh of the read models, median", found, 50, 60_000)


MEASURES: tuple[Measure, ...] = (
    order_list, deep_page, other_lists, type_ahead, long_order, order_page, minute_refresh, homes,
)  # fmt: skip
