"""Keep lines under a name, change and drop them, and order from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound, StaleVersion
from omc.lib.service import verb
from orders.core.inputs import LineInput
from orders.core.models import Customer, DeliveryWay, LineKind, Order, OrderLine
from orders.entry.again.models import OrderTemplate, TemplateLine
from orders.entry.again.selectors import has_place
from orders.entry.services.lines import AMOUNTS, put_lines
from orders.entry.services.start_order import open_draft
from orders.pricing.models import Quote, QuoteLine

KEEP: Final = "entry.keep_template"
MOST_LINES: Final = 1000


class NameTaken(DomainError):
    """The customer has a template of that name; say that it is to be replaced, or choose another name."""

    code = "template_name_taken"


@verb(silent="a template is a convenience of the desk: no stage looks at it, its version and author are on the row")
def keep_template(
    *, name: str, actor: Actor, order_id: int | None = None, quote_id: int | None = None, replace: bool = False
) -> OrderTemplate:
    """Keep the lines of an order or a quote as a template of its customer, without prices, and so without charges.

    How each line comes and where it goes is kept, and whether the customer collects it.

    ``replace`` puts them in place of those of the customer's template of that name.

    Raises: NameTaken, InvalidInput without a name or lines, NotFound
    """
    require(actor, KEEP)
    called = _named(name)
    document, rows = _lines_of(actor, order_id, quote_id)
    customer_id = document.customer_id
    if not rows:
        raise InvalidInput("There are no lines to keep yet.", field="name")
    if len(rows) > MOST_LINES:
        raise InvalidInput(f"A template has at most {MOST_LINES} lines.", field="name")
    _lock_customer(customer_id)
    standing = OrderTemplate.objects.filter(customer_id=customer_id, name__iexact=called).first()
    if standing is not None and not replace:
        raise _taken(called)
    template = standing or OrderTemplate(company_id=actor.company_id, customer_id=customer_id, version=0)
    template.name, template.kept_by_id, template.kept_at = called, actor.user_id, clock.now()
    template.delivery = document.delivery if isinstance(document, Order) else DeliveryWay.SHIP
    template.version += 1
    template.save()
    template.lines.all().delete()
    TemplateLine.objects.bulk_create(_kept(template, at, line) for at, line in enumerate(rows, start=1))
    return template


@verb(silent="a template is a convenience of the desk: no stage looks at it, its version and author are on the row")
def change_template(
    *, template_id: int, actor: Actor, name: str, quantities: Mapping[int, Decimal], version: int | None = None
) -> OrderTemplate:
    """Another name, other quantities by position; a line of none is taken out. The last line stays.

    Raises: NameTaken, InvalidInput naming the field, StaleVersion, NotFound
    """
    require(actor, KEEP)
    called = _named(name)
    template = _lock(template_id, actor, version)
    if OrderTemplate.objects.filter(customer_id=template.customer_id, name__iexact=called).exclude(pk=template.pk):
        raise _taken(called)
    lines = list(template.lines.order_by("position"))
    for line in lines:
        if line.kind != LineKind.TEXT:
            line.quantity = quantities.get(line.position, line.quantity)
        if line.quantity < 0:
            raise InvalidInput("A quantity is not below zero.", field=f"quantity-{line.position}")
    gone = [line for line in lines if not line.quantity and line.kind != LineKind.TEXT]
    stays = [line for line in lines if line not in gone]
    if not any(line.kind != LineKind.TEXT for line in stays):
        raise InvalidInput("A template without lines is dropped instead.", field="name")
    template.lines.filter(pk__in=[line.pk for line in gone]).delete()
    TemplateLine.objects.bulk_update(stays, ["quantity"])
    template.name, template.kept_by_id, template.kept_at = called, actor.user_id, clock.now()
    template.version += 1
    template.save()
    return template


@verb(silent="a template is a convenience of the desk: no stage looks at it")
def drop_template(*, template_id: int, actor: Actor) -> str:
    """Forget a template; orders that were made from it stay. Returns its name.

    Raises: NotFound
    """
    require(actor, KEEP)
    template = _lock(template_id, actor)
    name = template.name
    template.delete()
    return name


@dataclass(frozen=True, slots=True)
class OrderedAgain:
    """A new draft, the items of the template that are no longer sold, and those lines whose address is not there any
    more: they go where the order goes.
    """

    order: Order
    left_out: list[str]
    without_place: list[str]


@verb(silent="a draft is nobody's business yet; submit writes the first event")
def order_from_template(*, template_id: int, actor: Actor) -> OrderedAgain:
    """Begin a draft with the template's lines at today's prices. Items that are no longer sold are left out and named;
    so is a line's address that the customer has no more, the note of the line says it.

    Raises: NotFound, CustomerClosed, NoPrice
    """
    require(actor, "entry.write_order")
    template = _found(template_id, actor)
    lines = list(template.lines.select_related("product", "ship_to").order_by("position"))
    sold = [line for line in lines if line.product is None or line.product.is_active]
    order = open_draft(template.company, template.customer_id, actor, {"delivery": template.delivery})
    put_lines(order, [typed(line, order.customer_id) for line in sold], [], actor)
    order.save(update_fields=AMOUNTS)
    lost = [line for line in sold if line.ship_to and not has_place(line, order.customer_id)]
    return OrderedAgain(
        order,
        [str(line.product) for line in lines if line not in sold],
        [str(line.product or line.description) for line in lost],
    )


def typed(line: TemplateLine, customer_id: int) -> LineInput:
    """A line as somebody would type it for this customer; where they lack its address, the note says which it was."""
    here = line.ship_to is None or has_place(line, customer_id)
    return LineInput(
        quantity=line.quantity,
        product_id=line.product_id,
        unit=line.unit,
        kind=line.kind,
        description=line.description,
        supply=line.supply,
        ship_to_id=line.ship_to_id if here else None,
        note="" if here else f"Was for {line.ship_to}; that address is not in use any more."[:200],
    )


def _lines_of(
    actor: Actor, order_id: int | None, quote_id: int | None
) -> tuple[Order | Quote, Sequence[OrderLine | QuoteLine]]:
    if order_id is not None:
        order = Order.objects.filter(pk=order_id, company_id=actor.company_id).first()
        if order is not None:
            tops = order.lines.filter(parent__isnull=True).exclude(kind=LineKind.CHARGE)
            return order, list(tops.order_by("position"))
    if quote_id is not None:
        quote = Quote.objects.filter(pk=quote_id, company_id=actor.company_id).first()
        if quote is not None:
            return quote, list(quote.lines.exclude(kind=LineKind.CHARGE).order_by("position"))
    raise NotFound("There is no such order or quote.")


def _kept(template: OrderTemplate, position: int, line: OrderLine | QuoteLine) -> TemplateLine:
    return TemplateLine(
        template=template,
        position=position,
        kind=line.kind,
        product_id=line.product_id,
        description=line.description,
        unit=line.unit,
        quantity=line.typed_quantity,
        supply=line.supply,
        ship_to_id=line.ship_to_id,
    )


def _named(name: str) -> str:
    called = " ".join(name.split())[:60]
    if not called:
        raise InvalidInput("Give it a name.", field="name")
    return called


def _taken(name: str) -> NameTaken:
    return NameTaken(f"There is a template “{name}” for this customer already.", field="name", name=name)


def _lock_customer(customer_id: int) -> None:
    """Templates of one customer are named one after the other."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer_id)


def _found(template_id: int, actor: Actor) -> OrderTemplate:
    template = (
        OrderTemplate.objects.select_related("company").filter(pk=template_id, company_id=actor.company_id).first()
    )
    if template is None:
        raise NotFound(f"There is no order template {template_id}.", template_id=template_id)
    return template


def _lock(template_id: int, actor: Actor, version: int | None = None) -> OrderTemplate:
    _lock_customer(_found(template_id, actor).customer_id)
    template = _found(template_id, actor)  # as it is now that nobody else changes it
    if version is not None and version != template.version:
        raise StaleVersion(
            f"“{template}” was changed meanwhile. Look at it again.", seen=version, current=template.version
        )
    return template
