"""What people wait for: lists, type-ahead, the entry grid, the order page, the executive's pages."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django import forms
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from omc.bench.measures import Measure, Row, percentile, times
from omc.bench.measures.world import browser, get, grown, post, someone
from omc.lib import clock
from omc.lib.registry import registry
from orders.core.actors import actor_for
from orders.core.inputs import LineInput
from orders.core.models import Company, Customer, Order, OrderState, Product
from orders.core.selectors.paging import keyset
from orders.entry import services as entry

REPETITIONS = 5
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
    yield Row("order list, a page deep down, p95", percentile(found, 95), "ms", 100, 150)


def _list_row(name: str, key: str, url_name: str, budget: float | None = None) -> Row:
    company = grown()
    client, url = browser("admin", company), reverse(url_name)
    declared = registry.lists[key]
    actor = actor_for(someone("admin", company), company)
    questions = [{"sort": sort} for sort in declared.sorts]
    for field in declared.form({}, actor):
        questions += [{field.html_name: value} for value in _asked(field.name, field.field, company)]
    parts = {}
    for question in questions:
        for sort in declared.sorts if "sort" not in question else [question["sort"]]:
            asked = question | {"sort": sort}
            get(client, url, asked)
            found = times(lambda asked=asked: get(client, url, asked), REPETITIONS)
            parts["&".join(f"{k}={v}" for k, v in asked.items())] = percentile(found, 95)
    slowest = dict(sorted(parts.items(), key=lambda item: -item[1]))
    usual = sorted(parts.values())
    kept = {"questions": len(parts), "median": percentile(usual, 50), "slowest": dict(islice(slowest.items(), 15))}
    return Row(name, usual[-1], "ms", budget, budget and budget * 1.5, parts=kept)


def _asked(name: str, field: forms.Field, company: Company) -> list[Any]:
    """Values that a person could give this filter."""
    today = clock.today(company.time_zone)
    if isinstance(field, forms.ModelChoiceField):
        rows = list(field.queryset.order_by("pk")[:1]) + list(field.queryset.order_by("-pk")[:1])
        return [row.pk for row in rows]
    if isinstance(field, forms.BooleanField):
        return ["on"]
    if isinstance(field, forms.ChoiceField):
        return [value for value, _label in field.choices if value not in ("", None)]
    if isinstance(field, forms.DateField):
        return [(today - timedelta(days=days)).isoformat() for days in (7, 400)]
    return list(WORDS) if isinstance(field, forms.CharField) else []


def type_ahead() -> Iterator[Row]:
    """type-ahead on customer and item."""
    company = grown()
    client = browser("csr", company)
    draft = Order.objects.filter(company=company, state=OrderState.DRAFT).order_by("id")[0]
    items = Product.objects.filter(company=company).count()
    customers = Customer.objects.filter(company=company).count()
    typed = ("c1", "c10", "c1015", "atlas", "marine", "atl pum", "zzz")
    yield _typed(f"type-ahead on customer ({customers:,})", client, reverse("entry:customers"), typed)
    typed = ("h", "hs", "hs-10", "copper", "valve", "ball valve", "pipe 15", "400000000107", "zzz")
    yield _typed(f"type-ahead on item ({items:,})", client, reverse("entry:items", args=[draft.pk]), typed)
    typed = ("so", "so-0001", "marine", "valve", "po-8", "zzzz", "atlas 001")
    yield _typed("search over everything", client, reverse("core:search"), typed, budget=None)


def _typed(name: str, client: Client, url: str, words: tuple[str, ...], budget: float | None = 50) -> Row:
    name = name.split(" (")[0] if budget else name  # sizes differ between databases, the row is the same
    parts = {}
    for word in words:
        get(client, url, {"q": word})
        parts[word] = percentile(times(lambda word=word: get(client, url, {"q": word}), 8), 95)
    return Row(f"{name}, slowest of {len(words)} beginnings, p95", max(parts.values()), "ms", budget, parts=parts)


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
    found = times(lambda: post(client, url, typed), 20)
    yield Row("edit one line of a 1,000-line order, p95", percentile(found, 95), "ms", 100, parts={"lines": len(lines)})
    yield Row("statements of that edit", len(captured), "")
    page = times(lambda: get(client, reverse("entry:edit", args=[order.pk])), 5)
    yield Row("open the grid of a 1,000-line order, median", percentile(page, 50), "ms")

    def save() -> None:
        order.refresh_from_db(fields=["version"])
        entry.save_draft(order_id=order.pk, header={}, lines=lines, version=order.version, actor=actor)

    yield Row("save a 1,000-line draft, median", percentile(times(save, 5), 50), "ms")
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
    found = sorted(times(lambda pk=pk: get(client, reverse("core:order", args=[pk])), 1)[0] for pk in ids)
    yield Row("order page with its first panels, p95 of 120 orders", percentile(found, 95), "ms", 200)
    with CaptureQueriesContext(connection) as captured:
        get(client, reverse("core:order", args=[ids[0]]))
    yield Row("statements of an order page", len(captured), "")


def homes() -> Iterator[Row]:
    """home per role, and the executive's pages, cold."""
    company = grown()
    parts = {}
    for role in ("csr", "csr_lead", "ops", "warehouse", "billing", "service", "planner", "credit", "admin"):
        client = browser(role, company)
        get(client, reverse("core:home"))
        parts[role] = percentile(times(lambda client=client: get(client, reverse("core:home")), 5), 95)
    yield Row("home, slowest role, p95", max(parts.values()), "ms", 100, parts=parts)
    slowest = {}
    for name in ("core:home", "analytics:insights", "analytics:wall"):
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        slowest[name] = percentile(sorted(_cold(company, url) for _ in range(3)), 50)
    yield Row("executive dashboard, cold, slowest page", max(slowest.values()), "ms", 300, parts=slowest)


def _cold(company: Company, url: str) -> float:
    """A first look: nothing in the application's cache, nothing in the database's, a connection of its own."""
    client = browser("exec", company)
    cache.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_buffercache'")
        if cursor.fetchone()[0]:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
            cursor.execute("SELECT pg_buffercache_evict_all()")
    connection.close()
    return times(lambda: get(client, url), 1)[0]


MEASURES: tuple[Measure, ...] = (order_list, deep_page, other_lists, type_ahead, long_order, order_page, homes)
