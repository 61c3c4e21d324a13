"""Kinds of master data and their parts: which fields, who may write them, what they must look like, who needs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Text
from orders.core.master import calendars, departments, rules
from orders.core.master.countries import NAMES
from orders.core.models import (
    Address,
    Calendar,
    Contact,
    Customer,
    Department,
    KitComponent,
    LineKind,
    OrderLine,
    PaymentTerms,
    Product,
    ProductAlias,
    ProductUnit,
    Supplier,
    SupplierItem,
    Warehouse,
)

CUSTOMER: Final = "orders.manage_customer"
PEOPLE: Final = "orders.edit_contacts"
ITEM: Final = "orders.manage_product"
PRICES: Final = "pricing.edit_price_list"
SUPPLIER: Final = "orders.manage_supplier"
HOUSE: Final = "orders.manage_settings"
TEAM: Final = "orders.manage_members"

Errors = dict[str, str]


def _nothing(row: Any, changed: frozenset[str]) -> Errors:
    return {}


@dataclass(frozen=True)
class Part:
    """Rows that belong to a record: its addresses, packs, other names. ``only`` names the flag that one of them has.

    ``check(row, changed)`` looks at the row as it would stand; parts with ``is_active`` are put out of use, others go.
    """

    key: str
    model: type[Model]
    owner: str
    name: Text
    plural: Text
    right: str
    fields: tuple[str, ...]
    alone: tuple[str, ...] = ()
    only: str = ""
    check: Callable[[Any, frozenset[str]], Errors] = _nothing
    none: Text = ""

    @property
    def stays(self) -> bool:
        return "is_active" in self.fields


@dataclass(frozen=True)
class Kind:
    """A kind of record. ``rights`` are the fields that ask for another permission than ``right``.

    ``together``: a change of one touches others of its kind, so that a company's are changed one after the other.
    """

    key: str
    model: type[Model]
    name: Text
    plural: Text
    code: str
    page: str
    right: str
    fields: tuple[str, ...]
    rights: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    check: Callable[[Any, frozenset[str]], Errors] = _nothing
    together: bool = False

    @property
    def order(self) -> str:
        return "sku" if self.code == "sku" else "name"

    @property
    def edit(self) -> str:
        """The address of the page where one is changed."""
        return f"core:edit-{self.key}"

    @property
    def pages(self) -> str:
        """The address of their list."""
        return {"core:terms": "core:all-terms"}.get(self.page, f"{self.page}s")

    def right_of(self, name: str) -> str:
        return self.rights.get(name, self.right)

    def writable(self, actor: Actor) -> list[str]:
        """The fields that the actor's role may write."""
        return [name for name in self.fields if actor.can(self.right_of(name))]

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    @property
    def table(self) -> str:
        return str(self.model._meta.model_name)


def _with(errors: Errors, name: str, said: str) -> None:
    if said:
        errors.setdefault(name, said)


def _country(row: Any, changed: frozenset[str]) -> Errors:
    unknown = "country" in changed and row.country not in NAMES
    return {"country": "There is no country with this code."} if unknown else {}


def _customer(row: Customer, changed: frozenset[str]) -> Errors:
    errors: Errors = {}
    if "code" in changed:
        _with(errors, "code", rules.wrong_code(row.code))
    if "tax_registration" in changed:
        _with(errors, "tax_registration", rules.wrong_tax_id(row.tax_registration))
    if "currency" in changed and row.currency not in rules.CURRENCIES:
        errors["currency"] = f"{row.currency} is no currency that is known here."
    if "language" in changed and row.language not in dict(settings.LANGUAGES):
        errors["language"] = "There are no texts in this language."
    for name in changed & {"credit_limit", "wanted_lead_time_days"}:
        _with(errors, name, rules.below_zero(getattr(row, name)))
    if "wanted_accuracy_percent" in changed and not 0 <= (row.wanted_accuracy_percent or 0) <= 100:
        errors["wanted_accuracy_percent"] = "A percentage lies between 0 and 100."
    return errors


def _product(row: Product, changed: frozenset[str]) -> Errors:
    errors: Errors = {}
    if "sku" in changed:
        _with(errors, "sku", rules.wrong_code(row.sku))
    if "barcode" in changed and row.barcode:
        _with(errors, "barcode", rules.wrong_barcode(row.barcode) or _barcode_taken(row))
    amounts = {"list_price", "standard_cost", "replacement_cost", "weight_kg", "lead_time_days"}
    for name in changed & (amounts | {"length_mm", "width_mm", "height_mm"}):
        _with(errors, name, rules.below_zero(getattr(row, name)))
    if row.pk and changed & {"kind", "stock_unit"} and OrderLine.objects.filter(product_id=row.pk).exists():
        for name in changed & {"kind", "stock_unit"}:
            errors[name] = "Orders have it as it was. Enter another item instead."
    if "stock_unit" in changed and row.pk and row.units.filter(unit=row.stock_unit).exists():
        errors["stock_unit"] = "One of its packs has this name."
    return errors


def _barcode_taken(row: Product) -> str:
    others = Product.objects.filter(company_id=row.company_id, barcode=row.barcode).exclude(pk=row.pk)
    other = others.values_list("sku", flat=True).first()
    return f"The item {other} has this barcode." if other else ""


def _pack(row: ProductUnit, changed: frozenset[str]) -> Errors:
    errors: Errors = {}
    if row.unit == row.product.stock_unit:
        errors["unit"] = "This is the stock unit itself."
    if row.factor is not None and row.factor <= 0:
        errors["factor"] = "A pack holds more than nothing."
    if "barcode" in changed:
        _with(errors, "barcode", rules.wrong_barcode(row.barcode))
    return errors


def _component(row: KitComponent, changed: frozenset[str]) -> Errors:
    errors: Errors = {}
    if row.kit.kind != LineKind.KIT:
        errors["product"] = "Only a kit has components."
    elif row.product_id == row.kit_id or row.product.kind not in (LineKind.GOODS, LineKind.COMPONENT):
        errors["product"] = "A kit is made of goods."
    if row.quantity is not None and row.quantity <= 0:
        errors["quantity"] = "How many?"
    return errors


def _source(row: SupplierItem, changed: frozenset[str]) -> Errors:
    errors: Errors = {}
    for name in ("order_multiple", "minimum_quantity"):
        if (getattr(row, name) or Decimal(0)) <= 0:
            errors[name] = "This must be more than nothing."
    for name in ("unit_price", "lead_time_days"):
        _with(errors, name, rules.below_zero(getattr(row, name)))
    return errors


def _supplier(row: Supplier, changed: frozenset[str]) -> Errors:
    errors: Errors = {}
    if "code" in changed:
        _with(errors, "code", rules.wrong_code(row.code))
    if "currency" in changed and row.currency not in rules.CURRENCIES:
        errors["currency"] = f"{row.currency} is no currency that is known here."
    if "language" in changed and row.language not in dict(settings.LANGUAGES):
        errors["language"] = "There are no texts in this language."
    _with(errors, "lead_time_days", rules.below_zero(row.lead_time_days))
    return errors


def _warehouse(row: Warehouse, changed: frozenset[str]) -> Errors:
    errors = _country(row, changed)
    if "code" in changed:
        _with(errors, "code", rules.wrong_code(row.code))
    if row.is_default and not row.is_active:
        errors["is_active"] = "It is the company's default. Make another one the default first."
    elif row.pk and "is_default" in changed and not row.is_default:
        errors["is_default"] = "One warehouse is the default. Choose it at the other one."
    return errors


def _terms(row: PaymentTerms, changed: frozenset[str]) -> Errors:
    errors: Errors = {}
    if "code" in changed:
        _with(errors, "code", rules.wrong_code(row.code))
    for name in ("net_days", "discount_days"):
        _with(errors, name, rules.below_zero(getattr(row, name)))
    if not 0 <= row.discount_percent < 100:
        errors["discount_percent"] = "A discount lies between 0 and 100 %."
    elif row.discount_percent and row.discount_days > row.net_days:
        errors["discount_days"] = "The discount ends when the invoice is due."
    return errors


_PLACE: Final = ("street", "postal_code", "city")
ADDRESSES: Final = Part(
    "addresses", Address, "customer", _("Address"), _("Places"), PEOPLE,
    ("name", *_PLACE, "region", "country", "use", "is_default", "is_active"),
    only="is_default", check=_country, none=_("No address known. An order needs one to ship to."),
)  # fmt: skip
CONTACTS: Final = Part(
    "contacts", Contact, "customer", _("Contact"), _("People"), PEOPLE,
    ("name", "email", "phone", "role", "is_primary", "is_active"),
    only="is_primary", none=_("No contact known."),
)  # fmt: skip
PART_NUMBERS: Final = Part(
    "part-numbers", ProductAlias, "customer", _("Part number"), _("What they call our items"), PEOPLE,
    ("alias", "product"), alone=("company", "customer", "alias"), none=_("They use our item numbers."),
)  # fmt: skip
NAMES_OF_ITEM: Final = Part(
    "names", ProductAlias, "product", _("Other name"), _("Also called"), ITEM,
    ("alias", "customer"), alone=("company", "customer", "alias"), none=_("No other name known."),
)  # fmt: skip
PACKS: Final = Part(
    "packs", ProductUnit, "product", _("Pack"), _("Packs"), ITEM,
    ("unit", "factor", "barcode"), alone=("product", "unit"), check=_pack, none=_("Sold in its stock unit only."),
)  # fmt: skip
COMPONENTS: Final = Part(
    "components", KitComponent, "kit", _("Component"), _("One kit is made of"), ITEM,
    ("product", "quantity"), alone=("kit", "product"), check=_component,
)  # fmt: skip
_SOURCE: Final = ("supplier_sku", "unit_price", "order_multiple", "minimum_quantity", "lead_time_days")
SOURCES: Final = Part(
    "sources", SupplierItem, "product", _("Source of supply"), _("Where it comes from"), SUPPLIER,
    ("supplier", *_SOURCE), alone=("supplier", "product"), check=_source, none=_("No supplier known."),
)  # fmt: skip
SOLD: Final = Part(
    "items", SupplierItem, "supplier", _("Item they sell us"), _("What they sell us"), SUPPLIER,
    ("product", *_SOURCE), alone=("supplier", "product"), check=_source, none=_("Nothing yet."),
)  # fmt: skip

KINDS: Final = {
    kind.key: kind
    for kind in (
        Kind(
            "customer", Customer, _("Customer"), _("Customers"), "code", "core:customer", CUSTOMER,
            (
                "code", "name", "customer_class", "currency", "language", "tax_registration", "tax_exempt", "terms",
                "credit_limit", "price_group", "ship_rule", "default_warehouse", "po_required", "wanted_lead_time_days",
                "wanted_accuracy_percent", "delivery_window", "label_instructions", "salesperson", "csr", "is_active",
            ),
            rights={"price_group": PRICES}, parts=(ADDRESSES, CONTACTS, PART_NUMBERS), check=_customer,
        ),
        Kind(
            "product", Product, _("Item"), _("Items"), "sku", "core:product", ITEM,
            (
                "sku", "name", "kind", "category", "stock_unit", "barcode", "lead_time_days", "list_price", "standard_cost",
                "replacement_cost", "tax_class", "weight_kg", "length_mm", "width_mm", "height_mm", "tracks_lots",
                "tracks_serials", "is_active",
            ),
            rights={"list_price": PRICES, "standard_cost": PRICES, "replacement_cost": PRICES},
            parts=(PACKS, NAMES_OF_ITEM, COMPONENTS, SOURCES), check=_product,
        ),
        Kind(
            "supplier", Supplier, _("Supplier"), _("Suppliers"), "code", "core:supplier", SUPPLIER,
            ("code", "name", "email", "language", "currency", "lead_time_days", "is_active"), parts=(SOLD,), check=_supplier,
        ),
        Kind(
            "warehouse", Warehouse, _("Warehouse"), _("Warehouses"), "code", "core:warehouse", HOUSE,
            ("code", "name", *_PLACE, "region", "country", "calendar", "cut_off", "is_default", "is_active"), check=_warehouse,
            together=True,
        ),
        Kind(
            "department", Department, _("Department"), _("Departments"), "code", "core:department", TEAM,
            ("code", "name", "lead", "stages", "calendar", "is_active"), check=departments.wrong, together=True,
        ),
        Kind(
            "calendar", Calendar, _("Working time"), _("Working times"), "code", "core:calendar", HOUSE,
            ("code", "name", "time_zone", "weekdays", "opens", "closes", "holidays"), check=calendars.wrong,
        ),
        Kind(
            "terms", PaymentTerms, _("Payment terms"), _("Payment terms"), "code", "core:terms", CUSTOMER,
            ("code", "name", "net_days", "discount_percent", "discount_days", "prepaid"), check=_terms,
        ),
    )
}  # fmt: skip
