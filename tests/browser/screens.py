"""Every page of the site with something on it: the addresses that the routes and the rows of a company give."""

import re
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from omc.lib.registry import registry
from orders.core.eventlog import stages
from orders.core.links.addresses import token_of
from orders.core.models import CustomerLink

# Which rows fill which part of an address, by model.
ROWS = {
    "order_id": "orders.Order",
    "department_id": "orders.Department",
    "member_id": "orders.Membership",
    "duty_id": "orders.Duty",
    "hold_id": "orders.Hold",
    "customer_id": "orders.Customer",
    "product_id": "orders.Product",
    "job_id": "orders.JobRun",
    "message_id": "orders.Message",
    "version_id": "orders.RuleVersion",
    "line_id": "orders.OrderLine",
    "supply_id": "planning.SupplyOrder",
    "forecast_id": "planning.Forecast",
    "bin_id": "planning.Bin",
    "count_id": "planning.CycleCount",
    "enquiry_id": "orders_generation.Enquiry",
    "document_id": "orders_entry.InboxDocument",
    "name_id": "orders.ProductAlias",
    "sender_id": "orders_entry.KnownSender",
    "partner_id": "orders_entry.EdiPartner",
    "substitute_id": "orders_entry.Substitute",
    "template_id": "orders_entry.OrderTemplate",
    "call_id": "orders_entry.Call",
    "change_id": "orders_entry.ChangeSet",
    "order_file_id": "orders_entry.OrderFile",
    "question_id": "orders_pricing.PriceQuestion",
    "warning_id": "orders_pricing.CostWarning",
    "approval_id": "orders_pricing.Approval",
    "contact_id": "orders.Contact",
    "file_id": "orders.MasterFile",
    "part_id": "orders.Address",
    "token_id": "accounts.ApiToken",
    "quote_id": "orders_pricing.Quote",
    "list_id": "orders_pricing.PriceList",
    "price_file_id": "orders_pricing.PriceFile",
    "what_if_id": "orders_pricing.WhatIf",
    "agreement_id": "orders_pricing.Agreement",
    "release_id": "orders_pricing.PlannedRelease",
    "rule_id": "orders_pricing.TaxRule",
    "run_id": "orders_prioritization.AllocationRun",
    "rule_set_id": "orders_prioritization.RuleSet",
    "planned_id": "orders_scheduling.PlannedShipment",
    "shipment_id": "orders_fulfillment.Shipment",
    "service_id": "planning.CarrierService",
    "wave_id": "orders_fulfillment.Wave",
    "invoice_id": "billing.Invoice",
    "payment_id": "billing.Payment",
    "promise_id": "billing.PaymentPromise",
    "write_off_id": "billing.WriteOff",
    "dispute_id": "billing.Dispute",
    "return_id": "returns_claims.Return",
    "case_id": "returns_postsales.Case",
    "follow_up_id": "returns_postsales.FollowUp",
    "report_id": "analytics.VarianceReport",
    "subject_id": "orders.Customer",
}
RECORDS = {
    "customers": "orders.Customer",
    "products": "orders.Product",
    "suppliers": "orders.Supplier",
    "warehouses": "orders.Warehouse",
    "departments": "orders.Department",
    "calendars": "orders.Calendar",
    "terms": "orders.PaymentTerms",
    "master": "orders.Customer",
}
ANSWERED = (200, 302, 405, 412)  # 412: more rows of a version that somebody has to name


def _panels(subject: str) -> list[str]:
    return [panel.key for panel in registry.panels if panel.subject == subject]


# And which words do.
WORDS: dict[str, Callable[[], list[Any]]] = {
    "key": lambda: [
        "bookings",
        *(stage.key for stage in stages()),
        *registry.lists.keys(),
        *registry.news.keys(),
        *_panels("customer"),
    ],
    "number": lambda: [4, 7],
    "hop": lambda: [1],
    "subject_type": lambda: ["customer", "order"],
    "ending": lambda: ["csv"],
    "kind": lambda: ["customer", "order_confirmed"],
    "language": lambda: ["en"],
    "part": lambda: ["addresses"],
    "token": lambda: [token_of(link) for link in CustomerLink.objects.order_by("-pk")[:12]],
    "door": lambda: ["pdf"],
    "page": lambda: registry.customer_pages.keys(),
}
TRIED = 90  # more than there are lists; addresses per route before it counts as one without a page
PART = re.compile(r"<(?:\w+:)?(\w+)>")
OUTSIDE = ("admin/", "api/", "healthz", "readyz", "logout/", "files/", "jobs/<int:job_id>/printed.pdf")


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The site's own routes, as they are written."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if path.startswith(OUTSIDE):
            continue
        if isinstance(entry, URLPattern):
            yield path
        else:
            yield from routes(entry, path)


def _fillings(part: str, route: str, company_id: int) -> list[Any]:
    if part in WORDS:
        return WORDS[part]()
    if part == "code":
        return list(apps.get_model("orders.HoldType").objects.values_list("code", flat=True)[:10])
    wanted = RECORDS.get(route.partition("/")[0]) if part == "record_id" else ROWS.get(part)
    if wanted is None:
        return list(range(2))
    model = apps.get_model(wanted)
    rows = model.objects.all()
    fields = {field.name for field in model._meta.get_fields()}
    if "company" in fields:
        rows = rows.filter(company_id=company_id)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:TRIED]) or [1]


def addresses(route: str, company_id: int) -> Iterator[str]:
    """Addresses that a route may stand for, the newest rows first."""
    parts = PART.findall(route)
    for values in islice(product(*(_fillings(part, route, company_id) for part in parts)), TRIED):
        filled = iter(values)
        yield "/" + PART.sub(lambda _match, filled=filled: str(next(filled)), route)


def pages(client: Client, company_id: int) -> tuple[list[str], list[str]]:
    """One address per route that answers a whole page, and the routes that answered none though they may be read.

    A route that refuses to be read (405) is a verb; files and fragments are no pages.
    """
    found, missing = [], []
    for route in routes():
        status = 0
        for address in addresses(route, company_id):
            answer = client.get(address)
            status = answer.status_code
            if status == 200 and not answer.streaming and b"<html" in answer.content:
                found.append(address)
            if status in ANSWERED:
                break
        if status not in ANSWERED:
            missing.append(f"{route}: {status}")
    return found, missing
