"""Cost and margin reach nobody without the right, whatever the door: page, list, file, REST, notification (SPEC §18, 22).

Every cost that a company of one of everything has is made one odd amount, and every price another; then somebody opens
all there is.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from omc.lib.registry import registry
from orders.core.models import Notification
from tests.browser.everything import make_everything
from tests.browser.screens import ANSWERED, addresses, routes
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OUR_COST, OUR_PRICE = Decimal("7771.93"), Decimal("8882.94")
COST = re.compile(r"(^|_)(cost|margin)(_|$)")
FREIGHT = (
    "orders_fulfillment.carrierterms"  # what carriers charge: the warehouse has the right to see it, and chooses by it
)
PRICE = re.compile(r"(^|_)(price|amount|net|total)(_|$)")


def shown(amount: Decimal) -> re.Pattern[str]:
    """The amount as any screen or file may write it."""
    whole, cents = str(amount).split(".")
    return re.compile(rf"{whole[0]}[ ,.\u202f\xa0]?{whole[1:]}[.,]{cents}")


def make_odd(names: re.Pattern[str], amount: Decimal) -> int:
    """Set every money column so named to the amount, where its table lets it; how many there were."""
    made = 0
    for model in apps.get_models():
        if model._meta.label_lower == FREIGHT:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DecimalField) and names.search(field.name) and field.max_digits > 8:
                try:
                    with transaction.atomic():
                        made += bool(model._default_manager.update(**{field.name: amount}))
                except (IntegrityError, DataError):
                    pass  # a rule of the table holds it to other columns
    return made


def api_routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from api_routes(entry, path)
        elif isinstance(entry, URLPattern) and path.startswith("api/v1/"):
            yield path


def said(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(body).decode(errors="replace")


def leaks(client: Client, company_id: int, secrets: Sequence[Decimal]) -> tuple[list[str], int]:
    """The addresses that tell one of the amounts, and how many were read. A customer's own link is the customer's."""
    found, read = [], 0
    lists = map("lists/{}.csv".format, registry.lists.keys())
    for route in [*(route for route in routes() if not route.startswith("c/")), *api_routes(), *lists]:
        for address in addresses(route, company_id):
            answer = client.get(address)
            if answer.status_code == 200:
                read += 1
                text = said(answer)
                if any(shown(secret).search(text) for secret in secrets):
                    found.append(address)
            if answer.status_code in ANSWERED:
                break
    return found, read


def test_money_is_told_to_nobody_without_the_right():
    world = make_everything()
    assert make_odd(COST, OUR_COST) > 5
    assert make_odd(PRICE, OUR_PRICE) > 5
    page = f"/products/{world.products[0].pk}/"
    for role, secrets in (("admin", []), ("csr", [OUR_COST]), ("warehouse", [OUR_COST, OUR_PRICE])):
        client = Client()
        client.force_login(make_user(world.company, role))
        if not secrets:  # the odd number is seen where it may be
            assert shown(OUR_COST).search(said(client.get(page)))
            continue
        found, read = leaks(client, world.company.pk, secrets)
        assert read > 80
        assert found == []
    texts = " ".join(Notification.objects.values_list("text", flat=True))
    assert not any(shown(secret).search(texts) for secret in (OUR_COST, OUR_PRICE))
