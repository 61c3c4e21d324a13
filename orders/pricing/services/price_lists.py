"""Make price lists, and set what items cost on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.money import QUANTITY_STEP, round_price
from omc.lib.service import verb
from orders.core.models import Customer, Product
from orders.core.services.history import change_row
from orders.pricing.models import PriceBreak, PriceList, PriceListKind
from orders.pricing.rules import Rung, ladder_problems

_NO_EVENT = "price lists are master data; their rows keep author and time and are only replaced"


class BadLadder(DomainError):
    """Breaks that contradict each other; ``data["problems"]`` names row and sentence."""

    code, status = "bad_ladder", 422

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Row (from 1), SKU and message each."""
        return cast(list[dict[str, Any]], self.data["problems"])


@dataclass(frozen=True, kw_only=True)
class BreakInput:
    """The price of an item from a quantity on. Units: stock unit, list currency."""

    sku: str
    min_quantity: Decimal
    unit_price: Decimal
    valid_from: date | None = None
    valid_to: date | None = None


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
        author_id=actor.user_id,
        created_at=clock.now(),
    )


@verb(silent=_NO_EVENT)
def change_price_list(
    *, list_id: int, name: str, valid_from: date | None, valid_to: date | None, is_active: bool, actor: Actor
) -> PriceList:
    """Rename a price list, or change when it is in force. Whom it is for and its currency stay as they are.

    Raises: InvalidInput, NotFound
    """
    require(actor, "pricing.edit_price_list")
    price_list = _lock(list_id, actor)
    _check_days(valid_from, valid_to)
    if not name.strip():
        raise InvalidInput("Give it a name.", field="name")
    change_row(
        price_list,
        {"name": name.strip(), "valid_from": valid_from, "valid_to": valid_to, "is_active": is_active},
        actor=actor,
    )
    return price_list


@verb(silent=_NO_EVENT)
def set_breaks(*, list_id: int, rows: Sequence[BreakInput], actor: Actor, also: Sequence[str] = ()) -> int:
    """Make ``rows`` the prices of the items they name; other items of the list stay. Returns the rows written.

    Items of ``also`` without a row lose their prices on this list. Rows that stay the same are kept; what is replaced
    is marked so and stays readable. All or nothing, in seven statements however many rows.

    Raises: BadLadder naming each unsound row, NotFound
    """
    require(actor, "pricing.edit_price_list")
    price_list = _lock(list_id, actor)
    products = _products(rows, also, actor)
    wanted = {_key(products[row.sku.upper()], row): row for row in rows}
    _check_ladders(rows, products)
    current = {
        (each.product_id, each.min_quantity, each.unit_price, each.valid_from, each.valid_to): each.pk
        for each in price_list.breaks.filter(product_id__in=products.values(), replaced_at=None)
    }
    gone = [pk for key, pk in current.items() if key not in wanted]
    now = clock.now()
    PriceBreak.objects.filter(pk__in=gone).update(replaced_at=now, replaced_by_id=actor.user_id)
    new = [
        PriceBreak(
            price_list=price_list,
            product_id=product_id,
            min_quantity=quantity,
            unit_price=price,
            valid_from=first,
            valid_to=last,
            author_id=actor.user_id,
            created_at=now,
        )
        for product_id, quantity, price, first, last in wanted
        if (product_id, quantity, price, first, last) not in current
    ]
    PriceBreak.objects.bulk_create(new, batch_size=2000)
    return len(new)


Key = tuple[int, Decimal, Decimal, date | None, date | None]


def _key(product_id: int, row: BreakInput) -> Key:
    quantity = row.min_quantity.quantize(QUANTITY_STEP)
    return product_id, quantity, round_price(row.unit_price), row.valid_from, row.valid_to


def _products(rows: Sequence[BreakInput], also: Sequence[str], actor: Actor) -> dict[str, int]:
    """Item ids by SKU in upper case. Raises: BadLadder naming the rows without an item."""
    named = {row.sku for row in rows} | set(also)
    found = Product.objects.filter(company_id=actor.company_id, sku__in=named | {sku.upper() for sku in named})
    products = {sku.upper(): pk for sku, pk in found.values_list("sku", "pk")}
    unknown = [
        (number, row.sku, f"There is no item {row.sku}.")
        for number, row in enumerate(rows)
        if row.sku.upper() not in products
    ]
    if unknown:
        raise _bad(unknown)
    if missing := [sku for sku in also if sku.upper() not in products]:
        raise NotFound(f"There is no item {missing[0]}.", field="sku")
    return products


def _check_ladders(rows: Sequence[BreakInput], products: Mapping[str, int]) -> None:
    ladders: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        ladders.setdefault(products[row.sku.upper()], []).append(number)
    problems = []
    for numbers in ladders.values():
        rungs = [
            Rung(rows[i].min_quantity, round_price(rows[i].unit_price), rows[i].valid_from, rows[i].valid_to)
            for i in numbers
        ]
        problems += [(numbers[at], rows[numbers[at]].sku, sentence) for at, sentence in ladder_problems(rungs)]
    if problems:
        raise _bad(sorted(problems))


def _bad(problems: Sequence[tuple[int, str, str]]) -> BadLadder:
    number, sku, sentence = problems[0]
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return BadLadder(
        f"Row {number + 1}, {sku}: {sentence}{more}",
        field="rows",
        problems=[{"row": number + 1, "sku": sku, "message": sentence} for number, sku, sentence in problems],
    )


def _lock(list_id: int, actor: Actor) -> PriceList:
    found = PriceList.objects.select_for_update(of=("self",)).filter(pk=list_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no price list {list_id}.")
    return found


def _check_days(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise InvalidInput("It would end before it starts.", field="valid_to")


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
