"""Master data read: its version and history, what still needs it, what a new company has done so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DecimalField, Model, TimeField
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omc.lib.actor import Actor
from omc.lib.money import plain
from omc.lib.registry import FirstStep, registry
from omc.lib.templatetags.figures import needed_places, signed
from orders.core.master.calendars import weekdays_said
from orders.core.master.countries import name_of
from orders.core.master.departments import names_of, owned
from orders.core.master.kinds import KINDS, Kind, Part
from orders.core.master.labels import LABELS
from orders.core.models import Change, Customer, Department, Order, Product, Warehouse
from orders.core.selectors.orders import OPEN_STATES

SHOWN = 20


def version_of(row: Model) -> int:
    """The number of the last change of a record or one of its parts; 0 before the first."""
    changes = Change.objects.filter(table=row._meta.model_name, row_id=row.pk).order_by("-id")
    return int(changes.values_list("id", flat=True).first() or 0)


@dataclass(frozen=True)
class Told:
    """One change for people: what was done to which fields, by whom and when."""

    what: str
    fields: Sequence[tuple[str, str, str]]
    by: str
    at: datetime


def history_of(kind: Kind, row: Model, actor: Actor) -> list[Told]:
    """The latest changes of a record and its parts, the newest first; what a role may not see is left out."""
    changes = Change.objects.filter(company_id=actor.company_id, table=kind.table, row_id=row.pk)
    told = []
    for change in changes.select_related("user").order_by("-id")[:SHOWN]:
        fields = [
            (label_of(kind, name), said(name, was), said(name, now))
            for name in change.after
            for was, now in [_differ(name, change)]
            if _visible(name, actor)
        ]
        if fields:
            what = _("changed") if change.before else _("added") if "." in next(iter(change.after)) else _("entered")
            told.append(Told(what, fields, str(change.user or change.job), change.at))
    return told


def _differ(name: str, change: Change) -> tuple[Any, Any]:
    """What a field was and is; of a list of days only those that went and those that came."""
    was, now = change.before.get(name), change.after[name]
    if name != "holidays":
        return was, now
    return [day for day in was or () if day not in now], [day for day in now if day not in (was or ())]


def _visible(name: str, actor: Actor) -> bool:
    if name.endswith("_cost") or name.startswith(("sources.", "items.")):
        return actor.can("orders.view_cost")
    return name not in ("list_price", "credit_limit", "price_group") or actor.can("orders.view_price")


def _told(kind: Kind, name: str, value: Any) -> str:
    """A kept value in words: the label of a choice, a time without seconds, a number without idle zeros."""
    key, _dot, rest = name.partition(".")
    part = kind.part(key) if rest else None
    try:
        column: Any = (part.model if part else kind.model)._meta.get_field(rest.partition(".")[2] if part else name)
    except FieldDoesNotExist:
        return said(name, value)
    if isinstance(value, str) and value:
        if column.choices:
            value = str(dict(column.flatchoices).get(value, value))
        elif isinstance(column, TimeField):
            value = value[:5]
        elif isinstance(column, DecimalField):
            value = plain(Decimal(value))
    return said(name, value)


def label_of(kind: Kind, name: str) -> str:
    """What a field is called; "addresses.7.city" is the city of an address."""
    key, _dot, rest = name.partition(".")
    part = kind.part(key) if rest else None
    model = part.model if part else kind.model
    field = rest.partition(".")[2] if part else name
    try:
        column: Any = model._meta.get_field(field)
    except FieldDoesNotExist:  # what another service wrote down already says in words what it is
        return name
    label = LABELS.get(field) or column.verbose_name
    said_label = str(label)[:1].upper() + str(label)[1:]
    return f"{part.name}: {said_label}" if part else said_label


def said(name: str, value: Any) -> str:
    """A value of the history in words."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "stages":
        return ", ".join(names_of(value)) or "–"
    if name == "weekdays":
        return weekdays_said(value)
    if name == "holidays":
        return ", ".join(map(str, value))
    return name_of(str(value)) if name.rpartition(".")[2] == "country" else str(value)


def shown_value(row: Any, name: str) -> str:
    """A field of a record in words."""
    value = getattr(row, f"get_{name}_display", lambda: getattr(row, name))()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return said(name, plain(value) if isinstance(value, Decimal) else value)


def still_needed(row: Any) -> str:
    """Why a row cannot be put out of use; empty when nobody needs it any more."""
    open_orders = Order.objects.filter(company_id=row.company_id, state__in=OPEN_STATES)
    if isinstance(row, Customer):
        open_orders = open_orders.filter(customer=row)
    elif isinstance(row, Product):
        open_orders = open_orders.filter(lines__product=row)
    elif isinstance(row, Warehouse):
        open_orders = open_orders.filter(lines__warehouse=row)
    elif isinstance(row, Department):
        has = owned(row)
        return f"{_('It has')} {has.said}. {_('Hand them over first.')}" if has else ""
    else:
        open_orders = open_orders.none()
    numbers = list(open_orders.order_by("id").values_list("number", flat=True).distinct()[:101])
    if numbers:
        first = next((number for number in numbers if number), "")
        many = ngettext("%(n)s open order needs it", "%(n)s open orders need it", len(numbers)) % {
            "n": len(numbers) if len(numbers) < 101 else "100+"
        }
        return f"{many}{f' ({first})' if first else ''}. {_('Ship or cancel what is open first.')}"
    return next((why for ask in registry.needs if (why := ask(row))), "")


@dataclass(frozen=True)
class Step:
    """A first step as the home shows it: ``url`` is empty for who may not take it."""

    step: FirstStep
    done: bool
    url: str


def first_steps(actor: Actor) -> dict[str, Any] | None:
    """What a new company has done so far; None when all is done."""
    steps = [
        Step(step, step.done(actor.company_id), reverse(step.url) if actor.can(step.permission) else "")
        for step in sorted(registry.first_steps, key=lambda step: step.order)
    ]
    left = [item for item in steps if not item.done]
    if not left:
        return None
    return {"steps": steps, "next": left[0], "done": len(steps) - len(left), "total": len(steps)}


@dataclass(frozen=True)
class Lacking:
    """A kind of record that a screen needs and the company has none of; ``url`` is empty for who may not enter one."""

    kind: Kind
    url: str


def lacking(actor: Actor, *kinds: str) -> list[Lacking]:
    """Which of these kinds the company has nothing of yet that is in use."""
    found = []
    for kind in map(KINDS.__getitem__, kinds):
        if not kind.model._default_manager.filter(company_id=actor.company_id, is_active=True).exists():
            found.append(Lacking(kind, reverse(f"core:new-{kind.key}") if actor.can(kind.right) else ""))
    return found


def record_of(kind: str, record_id: int, actor: Actor) -> Any:
    """A record of the actor's company, or None."""
    return KINDS[kind].model._default_manager.filter(pk=record_id, company_id=actor.company_id).first()


@dataclass(frozen=True)
class Piece:
    """A part of a record in words: what it is, and what else is known of it."""

    row: Any
    title: str
    about: Sequence[str]
    chip: str = ""
    in_use: bool = True


def parts_of(kind: Kind, row: Any, actor: Actor) -> list[dict[str, Any]]:
    """The parts of a record for its page, those in use first, and whether the actor may write them."""
    return [
        {"part": part, "pieces": [_piece(part, item) for item in _rows(part, row)], "may_write": actor.can(part.right)}
        for part in kind.parts
        if part.key != "components" or row.kind == "kit"
        if part.key not in ("sources", "items") or actor.can("orders.view_cost")
    ]


def _rows(part: Part, row: Any) -> Any:
    related = [name for name in ("product", "customer", "supplier") if name in (part.owner, *part.fields)]
    rows = part.model._default_manager.filter(**{part.owner: row}).select_related(*related)
    first = [f"-{name}" for name in ("is_active" if part.stays else "", part.only) if name]
    return rows.order_by(*first, "id")[:50]


def _piece(part: Part, row: Any) -> Piece:
    words = _WORDS[part.key](row)
    chip = _("default") if part.only and getattr(row, part.only) else ""
    return Piece(row, str(words[0]), [str(word) for word in words[1:] if word], chip, getattr(row, "is_active", True))


def _address(row: Any) -> tuple[Any, ...]:
    town = " ".join(filter(None, [row.postal_code, row.city, row.region]))
    return row.name, row.street, ", ".join(filter(None, [town, name_of(row.country)])), row.get_use_display()


def _supply(row: Any, name: Any) -> tuple[Any, ...]:
    days = row.lead_time_days
    price = _("%(price)s %(currency)s per stock unit") % {
        "price": signed(row.unit_price, needed_places(row.unit_price, 2, 4)),
        "currency": row.supplier.currency,
    }
    least = _("at least %(n)s, in multiples of %(m)s") % {
        "n": plain(row.minimum_quantity),
        "m": plain(row.order_multiple),
    }
    if row.minimum_quantity == row.order_multiple == 1:
        least = ""
    return name, row.supplier_sku, price, least, "" if days is None else _("%(n)s days") % {"n": days}


_WORDS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "addresses": _address,
    "contacts": lambda row: (row.name, row.role, row.email, row.phone),
    "part-numbers": lambda row: (row.alias, f"{row.product.sku} {row.product.name}"),
    "names": lambda row: (row.alias, row.customer),
    "packs": lambda row: (f"{row.unit} = {plain(row.factor)} {row.product.stock_unit}", row.barcode),
    "components": lambda row: (f"{plain(row.quantity)} × {row.product.sku}", row.product.name),
    "sources": lambda row: _supply(row, row.supplier),
    "items": lambda row: _supply(row, f"{row.product.sku} {row.product.name}"),
}
