"""Enter and change master data: one verb per deed, for screens, REST and files. Before and after are kept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Model

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused, StaleVersion
from omc.lib.money import round_price
from omc.lib.service import verb
from orders.core.master.calendars import lay_out
from orders.core.master.departments import take_stages
from orders.core.master.kinds import KINDS, Kind, Part
from orders.core.master.selectors import still_needed, version_of
from orders.core.master.turns import take_turn
from orders.core.models import (
    Calendar,
    Category,
    Company,
    Customer,
    Department,
    Product,
    ProductCost,
    Supplier,
    Warehouse,
)
from orders.core.services.costs import put_cost
from orders.core.services.history import keep_change, said
from orders.core.services.parties import findable, findable_house, findable_item
from orders.core.services.search import index

SILENT: Final = "master data keeps its own before/after history"
COSTS: Final = {"standard_cost": ProductCost.Kind.STANDARD, "replacement_cost": ProductCost.Kind.REPLACEMENT}
PRICES: Final = ("list_price", *COSTS)


@verb(silent=SILENT)
def enter_record(*, kind: str, values: Mapping[str, Any], actor: Actor) -> Any:
    """Take in a new customer, item, supplier, warehouse, working time or payment terms.

    Raises: InvalidInput with every field that is wrong in ``data["fields"]``
    """
    declared = _kind(kind)
    require(actor, declared.right)
    _allow(declared, values, actor)
    take_turn(actor)  # two enter the same code at once: one waits, and is told
    company = Company.objects.get(pk=actor.company_id)
    row = declared.model(company=company)
    if declared.model in (Customer, Product):
        row.created_at = clock.now()  # type: ignore[attr-defined]
    given = _read(declared, values, actor)
    for name, value in _usual(declared, company).items():
        given[name] = given.get(name) or value  # the first warehouse is the default, whatever is said
    after = _set(row, given, entering=True)
    _check(declared, row, frozenset(given), needed={"name", declared.code})
    row.save()
    _keep(declared, row, {}, after, actor)
    return row


@verb(silent=SILENT)
def change_record(
    *, kind: str, record_id: int, values: Mapping[str, Any], actor: Actor, version: int | None = None
) -> Any:
    """Change a record; what an order still needs is not put out of use.

    Raises: NotFound, StaleVersion, PermissionRefused for a field of somebody else's, InvalidInput
    """
    declared = _kind(kind)
    _allow(declared, values, actor)
    if not declared.writable(actor):
        require(actor, declared.right)
    if declared.together:
        take_turn(actor)
    row = _lock(declared, record_id, version, actor)
    before = {name: getattr(row, name) for name in declared.fields}
    given = _read(declared, values, actor)
    after = _set(row, given)
    if not after:
        return row
    _check(declared, row, frozenset(after))
    if after.get("is_active") is False and (why := still_needed(row)):
        raise InvalidInput(why, field="is_active", fields={"is_active": why})
    row.save(update_fields=list(after))
    _keep(declared, row, {name: before[name] for name in after}, after, actor)
    return row


@verb(silent=SILENT)
def put_part(
    *,
    kind: str,
    record_id: int,
    part: str,
    values: Mapping[str, Any],
    actor: Actor,
    part_id: int | None = None,
    version: int | None = None,
) -> Any:
    """Add or change an address, contact, pack, other name, component or source of supply of a record.

    Raises: NotFound, StaleVersion, InvalidInput
    """
    declared, belongs = _part(kind, part)
    require(actor, belongs.right)
    owner = _lock(declared, record_id, version, actor)
    row = _row_of(belongs, owner, part_id)
    fresh = row.pk is None
    before = {} if fresh else {name: getattr(row, name) for name in belongs.fields}
    given = {name: value for name, value in values.items() if name in belongs.fields}
    if fresh and belongs.only and not _siblings(belongs, owner, row).exists():
        given[belongs.only] = True
    after = _set(row, given, entering=fresh)
    if not after:
        return row
    _check_part(belongs, row, frozenset(given))
    row.save()
    name = f"{belongs.key}.{row.pk}"
    changes = {f"{name}.{field}": (before.get(field), value) for field, value in after.items()}
    if belongs.only and after.get(belongs.only):
        for other in _siblings(belongs, owner, row).filter(**{belongs.only: True}):
            setattr(other, belongs.only, False)
            other.save(update_fields=[belongs.only])
            changes[f"{belongs.key}.{other.pk}.{belongs.only}"] = (True, False)
    _keep_parts(declared, owner, changes, actor, fresh=fresh)
    return row


@verb(silent=SILENT)
def remove_part(
    *, kind: str, record_id: int, part: str, part_id: int, actor: Actor, version: int | None = None
) -> None:
    """Take a pack, name, component or source away; an address or contact is put out of use.

    Raises: NotFound, StaleVersion
    """
    declared, belongs = _part(kind, part)
    require(actor, belongs.right)
    owner = _lock(declared, record_id, version, actor)
    row = _row_of(belongs, owner, part_id)
    if belongs.stays:
        put_part(kind=kind, record_id=record_id, part=part, part_id=part_id, values={"is_active": False}, actor=actor)
        return
    before = {f"{belongs.key}.{row.pk}.{name}": (getattr(row, name), None) for name in belongs.fields}
    row.delete()
    _keep_parts(declared, owner, before, actor)


def _kind(key: str) -> Kind:
    if key not in KINDS:
        raise NotFound(f"There is no master data of the kind {key}.")
    return KINDS[key]


def _part(kind: str, key: str) -> tuple[Kind, Part]:
    declared = _kind(kind)
    found = declared.part(key)
    if found is None:
        raise NotFound(f"A {kind} has no {key}.")
    return declared, found


def _allow(kind: Kind, values: Mapping[str, Any], actor: Actor) -> None:
    for name in values:
        if name in kind.fields and not actor.can(kind.right_of(name)):
            column: Any = kind.model._meta.get_field(name)
            raise PermissionRefused(
                f"Your role may not set the {column.verbose_name}.", field=name, permission=kind.right_of(name)
            )


def _usual(kind: Kind, company: Company) -> dict[str, Any]:
    """What a record has when nothing else is said."""
    if kind.model is Warehouse:
        return {
            "calendar": company.calendar,
            "country": company.country,
            "is_default": not Warehouse.objects.filter(company=company, is_default=True).exists(),
        }
    has_currency = any(field.name == "currency" for field in kind.model._meta.fields)
    return {"currency": company.currency} if has_currency else {}


def _read(kind: Kind, values: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The fields of the kind; a category that is only a word is found or made."""
    given = {name: value for name, value in values.items() if name in kind.fields}
    if isinstance(given.get("category"), str):
        given["category"] = _category(given["category"].strip(), actor)
    for name in PRICES:
        if isinstance(given.get(name), Decimal):
            given[name] = round_price(given[name])
    return given


def _category(word: str, actor: Actor) -> Category | None:
    if not word:
        return None
    rows = Category.objects.filter(company_id=actor.company_id)
    found = rows.filter(name__iexact=word).first() or rows.filter(code__iexact=word).first()
    if found is not None:
        return found
    code = "-".join(word.upper().split())[:20]
    if rows.filter(code=code).exists():
        code = f"{code[:14]}-{rows.count() + 1}"
    return Category.objects.create(company_id=actor.company_id, code=code, name=word[:80])


def _lock(kind: Kind, record_id: int, version: int | None, actor: Actor) -> Any:
    rows = kind.model._default_manager.select_for_update(no_key=True)
    row: Any = rows.filter(pk=record_id, company_id=actor.company_id).first()
    if row is None:
        raise NotFound(f"There is no {kind.name} {record_id}.")
    now = version_of(row)
    if version is not None and version != now:
        raise StaleVersion("Somebody changed it since you read it. Read it again.", version=now)
    return row


def _row_of(part: Part, owner: Any, part_id: int | None) -> Any:
    if part_id is None:
        row: Any = part.model(**{part.owner: owner})
        if any(field.name == "company" for field in part.model._meta.fields):
            row.company_id = owner.company_id
        return row
    found = part.model._default_manager.filter(pk=part_id, **{part.owner: owner}).first()
    if found is None:
        raise NotFound(f"There is no {part.name} {part_id} here.")
    return found


def _siblings(part: Part, owner: Any, row: Any) -> Any:
    return part.model._default_manager.filter(**{part.owner: owner}).exclude(pk=row.pk)


def _set(row: Any, values: Mapping[str, Any], *, entering: bool = False) -> dict[str, Any]:
    """Put the values on the row; what is another now."""
    after = {}
    for name, value in values.items():
        value = value.strip() if isinstance(value, str) else value
        if (entering and value not in (None, "")) or getattr(row, name) != value:
            setattr(row, name, value)
            after[name] = value
    return after


def _errors_of(row: Model, names: frozenset[str]) -> dict[str, str]:
    """What the columns themselves do not take."""
    try:
        row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name not in names])
    except ValidationError as wrong:
        return {name: " ".join(words) for name, words in wrong.message_dict.items()}
    return {}


def _foreign(row: Model, names: frozenset[str]) -> dict[str, str]:
    """Rows of another company that this one would point to."""
    company_id = getattr(row, "company_id", None)
    found = {}
    for field in row._meta.fields:
        other = getattr(row, field.name) if field.is_relation and field.name in names else None
        theirs = getattr(other, "company_id", company_id)
        if other is not None and company_id is not None and theirs != company_id:
            found[field.name] = "There is no such row."
    return found


def _check(kind: Kind, row: Any, names: frozenset[str], needed: frozenset[str] | set[str] = frozenset()) -> None:
    errors = _errors_of(row, names | needed)
    errors = {**kind.check(row, names - errors.keys()), **_foreign(row, names), **errors}
    code = getattr(row, kind.code)
    if kind.code in names and kind.code not in errors and _taken(kind, row, code):
        errors[kind.code] = f"There is a {str(kind.name).lower()} {code} already."
    _refuse(errors)


def _taken(kind: Kind, row: Any, code: str) -> bool:
    others = kind.model._default_manager.filter(company_id=row.company_id).exclude(pk=row.pk)
    return bool(others.filter(**{f"{kind.code}__iexact": code}).exists())


def _check_part(part: Part, row: Any, names: frozenset[str]) -> None:
    errors = _errors_of(row, frozenset(part.fields))
    errors = errors or {**part.check(row, names), **_foreign(row, names)}
    owner_company = getattr(getattr(row, part.owner), "company_id", None)
    for name in part.fields:  # the parts of a record point into its own company
        other = getattr(row, name, None)
        if isinstance(other, Model) and getattr(other, "company_id", owner_company) != owner_company:
            errors[name] = "There is no such row."
    if not errors and part.alone:
        same = {name: getattr(row, name) for name in part.alone}
        lookup = {f"{name}__isnull": True for name, value in same.items() if value is None}
        lookup |= {name: value for name, value in same.items() if value is not None}
        if part.model._default_manager.filter(**lookup).exclude(pk=row.pk).exists():
            errors[part.fields[0]] = "This is there already."
    _refuse(errors)


def _refuse(errors: Mapping[str, str]) -> None:
    if errors:
        name, message = next(iter(errors.items()))
        raise InvalidInput(message, field=name, fields=dict(errors))


def _keep(kind: Kind, row: Any, before: Mapping[str, Any], after: Mapping[str, Any], actor: Actor) -> None:
    """History, search, costs and the one default of its kind."""
    keep_change(row, {n: said(v) for n, v in before.items()}, {n: said(v) for n, v in after.items()}, actor=actor)
    for name, cost in COSTS.items():
        if name in after and after[name] != before.get(name):
            reason = "Changed in the item's data" if before else "Entered with the item"
            put_cost(row, cost, before.get(name), after[name], reason, actor)
    if isinstance(row, Warehouse) and after.get("is_default"):
        for other in Warehouse.objects.filter(company_id=row.company_id, is_default=True).exclude(pk=row.pk):
            other.is_default = False
            other.save(update_fields=["is_default"])
            keep_change(other, {"is_default": True}, {"is_default": False}, actor=actor)
    if isinstance(row, Department) and after.get("stages"):
        take_stages(row, actor)
    if isinstance(row, Calendar) and after.keys() - {"code", "name"}:
        lay_out(row)
    _find(row)


def _keep_parts(
    kind: Kind, owner: Any, changes: Mapping[str, tuple[Any, Any]], actor: Actor, *, fresh: bool = False
) -> None:
    before = {} if fresh else {name: said(pair[0]) for name, pair in changes.items()}
    keep_change(owner, before, {name: said(pair[1]) for name, pair in changes.items()}, actor=actor)
    _find(owner)


def _find(row: Any) -> None:
    if isinstance(row, Customer):
        index(row.company_id, [findable(row)])
    elif isinstance(row, Product):
        index(row.company_id, [findable_item(row)])
    elif isinstance(row, Supplier | Warehouse):
        index(row.company_id, [findable_house(row)])
