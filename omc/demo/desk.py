"""Where the demo's people and things are in the database, by the numbers of the catalog; and document numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from omc.demo.catalog import Buyer, Item
from omc.history.books import Doer
from orders.core import numbers
from orders.core.models import (
    Address,
    Company,
    Contact,
    Customer,
    Membership,
    PaymentTerms,
    Product,
    Supplier,
    Warehouse,
)
from orders.pricing.guidelines.models import DiscountGuideline
from orders.pricing.guidelines.selectors import KEY as GUIDELINES
from orders.pricing.models import AgreementItem, PriceList
from orders.prioritization.models import RuleSet


@dataclass(frozen=True, slots=True)
class Party:
    """One customer as documents need it."""

    id: int
    name: str
    code: str
    contact_id: int | None
    contact: str
    email: str
    address_id: int | None
    terms_id: int | None
    net_days: int
    warehouse_id: int


class Desk:
    """Looks everything up once, so that a batch of the past asks the database for nothing."""

    def __init__(self, company: Company, first_day: date) -> None:
        self.company, self.first_day, self.zone = company, first_day, ZoneInfo(company.time_zone)
        self.people = {
            role: Doer(member.user_id, member.department_id)
            for member in Membership.objects.filter(company=company).order_by("-id")
            for role in member.roles
        }
        self.names = dict(Membership.objects.filter(company=company).values_list("user_id", "user__full_name"))
        self.products = dict(Product.objects.filter(company=company).values_list("sku", "pk"))
        self.parties = self._parties()
        houses = Warehouse.objects.filter(company=company).order_by("pk")
        self.warehouses = [(house.pk, house.code) for house in houses]
        self.suppliers = dict(Supplier.objects.filter(company=company).values_list("code", "pk"))
        self.lists = dict(PriceList.objects.filter(company=company, version=1).values_list("code", "pk"))
        rules = RuleSet.objects.filter(company=company, state__in=["published", "retired"]).order_by("number").first()
        self.frames = self._agreements()
        self.guidelines = self._first_guidelines()
        self.rules = (rules.pk, f"{rules.name} v{rules.number}", rules.number) if rules else None

    def _agreements(self) -> dict[str, tuple[int, int, str]]:
        """By the customer's number of it: each agreement of the past, its one item, and our number."""
        rows = AgreementItem.objects.filter(agreement__company=self.company)
        return {
            po: (agreement_id, item_id, number)
            for po, agreement_id, item_id, number in rows.values_list(
                "agreement__customer_po", "agreement_id", "pk", "agreement__number"
            )
        }

    def _first_guidelines(self) -> tuple[int, int]:
        """The version of the guidelines that was in force in the past, and its one row."""
        first = DiscountGuideline.objects.filter(version__company=self.company, version__key=GUIDELINES)
        row = first.order_by("version__number", "position").values_list("version_id", "pk").first()
        return row or (0, 0)

    def _parties(self) -> dict[str, Party]:
        contacts = {row.customer_id: row for row in Contact.objects.filter(customer__company=self.company)}
        addresses = dict(
            Address.objects.filter(customer__company=self.company, is_default=True).values_list("customer_id", "pk")
        )
        days = dict(PaymentTerms.objects.filter(company=self.company).values_list("pk", "net_days"))
        return {
            row.code: Party(
                row.pk, row.name, row.code, contacts[row.pk].pk, contacts[row.pk].name, contacts[row.pk].email,
                addresses.get(row.pk), row.terms_id, days.get(row.terms_id or 0, 30), row.default_warehouse_id or 0,
            )
            for row in Customer.objects.filter(company=self.company, pk__in=contacts)
        }  # fmt: skip

    def party(self, buyer: Buyer) -> Party:
        return self.parties[buyer.code]

    def product(self, item: Item) -> int:
        return self.products[item.sku]

    def utc(self, moment: datetime) -> datetime:
        """A local moment of the stories as the database keeps it."""
        return moment.replace(tzinfo=self.zone).astimezone(UTC)


class Numbers:
    """Numbers of past documents: from ranges that were set aside, else the next ones of the series."""

    def __init__(self, company_id: int, reserved: Mapping[str, int] | None = None) -> None:
        self.company_id, self.reserved = company_id, dict(reserved or {})

    def next(self, kind: str) -> str:
        if kind not in self.reserved:
            return numbers.next_number(self.company_id, kind)
        self.reserved[kind] += 1
        return f"{numbers.PREFIXES[kind]}-{self.reserved[kind] - 1:06d}"

    def gapless(self, series: str, year: int) -> str:
        key = f"{series}-{year}"
        if key not in self.reserved:
            return numbers.next_gapless(self.company_id, series, year)
        self.reserved[key] += 1
        return f"{key}-{self.reserved[key] - 1:06d}"


def reserve_numbers(company_id: int, counts: Mapping[str, int]) -> dict[str, int]:
    """Set numbers aside for the past, so that today's documents go on after them; gapless series are counted exactly."""
    starts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for kind, count in counts.items():
            if kind in numbers.PREFIXES:
                sequence = f"omc_number_{int(company_id)}_{kind}"
                cursor.execute("SELECT setval(%s, nextval(%s) + %s)", [sequence, sequence, count])
                starts[kind] = cursor.fetchone()[0] - count
            else:
                series, year = kind.split("-")
                cursor.execute(
                    "INSERT INTO orders_numbercounter (company_id, series, year, last) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT (company_id, series, year) DO UPDATE SET last = orders_numbercounter.last + excluded.last"
                    " RETURNING last",
                    [company_id, series, int(year), count],
                )
                starts[kind] = cursor.fetchone()[0] - count + 1
    return starts


def search_row(
    company_id: int, kind: str, object_id: int, title: str, words: list[Any], url: str, permission: str
) -> dict[str, Any]:
    """What search finds a past document by, in the words its own stage uses."""
    return {
        "company_id": company_id, "kind": kind, "object_id": object_id, "title": title[:200],
        "text": " ".join([title, *(str(word) for word in words if word)]).lower(), "url": url,
        "permission": permission, "weight": 0,
    }  # fmt: skip
