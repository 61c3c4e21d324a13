"""Make price lists, contracts and promotions, and their next versions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.money import round_price
from omc.lib.service import verb
from orders.core.models import Customer
from orders.core.services.history import change_row
from orders.pricing.models import PriceBreak, PriceList, PriceListKind
from orders.pricing.services.breaks import COLUMNS, lock_price_list

_NO_EVENT = "price lists are master data; their rows keep author and time and are only replaced"
_STEEPEST = Decimal(90)  # more than this by one version is a slip of the finger


@verb(silent=_NO_EVENT)
def create_price_list(
    *,
    code: str,
    name: str,
    kind: str,
    currency: str,
    actor: Actor,
    customer_id: int | None = None,
    price_group: str = "",
    customer_class: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    reference: str = "",
    best_of: bool = False,
    pools_quantity: bool = False,
) -> PriceList:
    """Open a price list for a customer, a group, a class or everybody.

    Raises: InvalidInput when the code is taken or whom it is for is missing, NotFound
    """
    require(actor, "pricing.edit_price_list")
    code = code.strip()
    if not code or PriceList.objects.filter(company_id=actor.company_id, code=code).exists():
        raise InvalidInput(f"There is a price list {code} already." if code else "Give it a code.", field="code")
    _check_target(kind, customer_id, price_group, customer_class, actor)
    _check_days(valid_from, valid_to)
    _check_best_of(kind, best_of)
    return PriceList.objects.create(
        company_id=actor.company_id,
        code=code,
        name=name.strip() or code,
        kind=kind,
        customer_id=customer_id,
        price_group=price_group,
        customer_class=customer_class,
        currency=currency.upper(),
        valid_from=valid_from,
        valid_to=valid_to,
        reference=reference.strip(),
        best_of=best_of,
        pools_quantity=pools_quantity,
        author_id=actor.user_id,
        created_at=clock.now(),
    )


@verb(silent=_NO_EVENT)
def change_price_list(
    *,
    list_id: int,
    name: str,
    valid_from: date | None,
    valid_to: date | None,
    is_active: bool,
    actor: Actor,
    reference: str | None = None,
    best_of: bool | None = None,
    pools_quantity: bool | None = None,
) -> PriceList:
    """Rename a price list, or change when it is in force and how it counts; what is None stays as it is.

    Whom it is for and its currency stay as they are.

    Raises: InvalidInput, NotFound
    """
    require(actor, "pricing.edit_price_list")
    price_list = lock_price_list(list_id, actor)
    _check_days(valid_from, valid_to)
    _check_best_of(price_list.kind, bool(best_of))
    _check_neighbors(price_list, valid_from, valid_to)
    if not name.strip():
        raise InvalidInput("Give it a name.", field="name")
    given = {
        "reference": None if reference is None else reference.strip(),
        "best_of": best_of,
        "pools_quantity": pools_quantity,
    }
    change_row(
        price_list,
        {"name": name.strip(), "valid_from": valid_from, "valid_to": valid_to, "is_active": is_active}
        | {key: value for key, value in given.items() if value is not None},
        actor=actor,
    )
    return price_list


@verb(silent=_NO_EVENT)
def write_next_version(
    *, list_id: int, valid_from: date, actor: Actor, change_percent: Decimal = Decimal(0)
) -> PriceList:
    """Copy a price list as its next version, which begins on a day; the old one ends the day before.

    Prices that end before that day stay behind. ``change_percent`` raises (or lowers) every copied price; what is in
    percent off the list price stays as it is.

    Rounds: prices to 4 places.
    Raises: InvalidInput when there is a next version already, or the day is not after the beginning; NotFound
    """
    require(actor, "pricing.edit_price_list")
    if abs(change_percent) > _STEEPEST:
        raise InvalidInput(f"Change prices by at most {_STEEPEST} %.", field="change_percent")
    old = lock_price_list(list_id, actor)
    new = follow_up(old, valid_from, actor)
    now = new.created_at
    standing = old.breaks.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from), replaced_at=None)
    rows = []
    for row in standing.order_by("id").values(*COLUMNS):
        if row["unit_price"] is not None:
            # The change counts per stock unit, so that a pack's price still comes out exact.
            single = round_price(row["unit_price"] / row["unit_factor"] * (100 + change_percent) / 100)
            row["unit_price"] = round_price(single * row["unit_factor"])
        if row["valid_from"] and row["valid_from"] <= valid_from:
            row["valid_from"] = None
        rows.append(PriceBreak(price_list=new, author_id=actor.user_id, created_at=now, **row))
    PriceBreak.objects.bulk_create(rows, batch_size=2000)
    return new


def follow_up(old: PriceList, valid_from: date, actor: Actor) -> PriceList:
    """The next version of a locked list, without prices yet; the old one ends the day before. Inside another verb.

    Raises: InvalidInput when there is a next version already, or the day is not after the beginning
    """
    refuse_follow_up(old, valid_from)
    new = PriceList.objects.create(
        company_id=old.company_id,
        code=old.code,
        version=old.version + 1,
        replaces=old,
        name=old.name,
        kind=old.kind,
        customer_id=old.customer_id,
        price_group=old.price_group,
        customer_class=old.customer_class,
        currency=old.currency,
        valid_from=valid_from,
        valid_to=old.valid_to,
        is_active=old.is_active,
        reference=old.reference,
        best_of=old.best_of,
        pools_quantity=old.pools_quantity,
        author_id=actor.user_id,
        created_at=clock.now(),
    )
    change_row(old, {"valid_to": valid_from - timedelta(days=1)}, actor=actor)
    return new


def refuse_follow_up(old: PriceList, valid_from: date) -> None:
    """Raises: InvalidInput when a next version cannot begin on this day"""
    if (later := PriceList.objects.filter(replaces=old).first()) is not None:
        raise InvalidInput(f"Version {later.version} follows it already. Write the next one from that.")
    if old.valid_from and valid_from <= old.valid_from:
        raise InvalidInput(f"This version begins on {old.valid_from}. The next one begins later.", field="valid_from")
    if old.valid_to and valid_from > old.valid_to:
        raise InvalidInput(f"This version ends on {old.valid_to}. Let it run until the next one.", field="valid_from")


def _check_days(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise InvalidInput("It would end before it starts.", field="valid_to")


def _check_best_of(kind: str, best_of: bool) -> None:
    if best_of and kind != PriceListKind.PROMOTION:
        raise InvalidInput("Only a promotion can be compared with a contract.", field="best_of")


def _check_neighbors(price_list: PriceList, first: date | None, last: date | None) -> None:
    """Versions of a list follow each other without overlapping."""
    before = price_list.replaces
    if before is not None and (first is None or (before.valid_to and first <= before.valid_to)):
        raise InvalidInput(f"Version {before.version} is in force until {before.valid_to}.", field="valid_from")
    after = PriceList.objects.filter(replaces=price_list).first()
    if after is not None and after.valid_from and (last is None or last >= after.valid_from):
        raise InvalidInput(f"Version {after.version} begins on {after.valid_from}.", field="valid_to")


def _check_target(kind: str, customer_id: int | None, group: str, customer_class: str, actor: Actor) -> None:
    """Each kind says whom it is for."""
    needs: dict[str, Any] = {
        PriceListKind.CONTRACT: ("customer_id", customer_id, "Choose the customer of the contract."),
        PriceListKind.CUSTOMER: ("customer_id", customer_id, "Choose the customer."),
        PriceListKind.GROUP_CONTRACT: ("price_group", group, "Name the price group of the contract."),
        PriceListKind.SEGMENT: ("customer_class", group or customer_class, "Name the customer class or price group."),
    }
    if kind not in PriceListKind.values:
        raise InvalidInput(f"There is no kind {kind}.", field="kind")
    field, given, sentence = needs.get(kind, ("", True, ""))
    if not given:
        raise InvalidInput(sentence, field=field)
    if kind == PriceListKind.BASE and (customer_id or group or customer_class):
        raise InvalidInput("A base price list is for everybody.", field="kind")
    if customer_id and not Customer.objects.filter(pk=customer_id, company_id=actor.company_id).exists():
        raise NotFound("There is no such customer.", field="customer_id")
