"""The sentences to say on the telephone: honest ones, in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from omc.lib.money import ZERO
from orders.core.models import OrderState
from orders.entry.calls.models import Call, CallQuestion
from orders.entry.calls.selectors.standing import Rest, Standing

COUNTS: Final = (
    gettext_lazy("none"), gettext_lazy("one"), gettext_lazy("two"), gettext_lazy("three"), gettext_lazy("four"),
    gettext_lazy("five"), gettext_lazy("six"), gettext_lazy("seven"), gettext_lazy("eight"), gettext_lazy("nine"),
    gettext_lazy("ten"),
)  # fmt: skip
TOLD: Final = 3  # so many parts that follow are told one by one


def say_order(standing: Standing) -> str:
    """What to tell the customer about an order: when it leaves, what is ready, what follows and why, what stops it."""
    order = standing.order
    if order.state == OrderState.PENDING:
        said = [_("Your order %(order)s is entered and not confirmed yet, so I have no firm date.") % {"order": order}]
        return " ".join([*said, *_holds(standing)])
    if not standing.lines:
        return _("Your order %(order)s has no goods to send; it is being worked on.") % {"order": order}
    if standing.gone == standing.lines:
        return _gone(standing)
    return " ".join([_first(standing), *_follow(standing.follow), *_moved(standing), *_holds(standing)])


def weekday(day: date) -> str:
    """Tuesday 24 November."""
    return date_format(day, "l j F")


def _figure(quantity: Decimal) -> str:
    """A quantity as people write it: grouped, without idle zeros."""
    places = max(0, -int(quantity.normalize().as_tuple().exponent))
    return number_format(quantity, places, force_grouping=True)


def _count(number: int) -> str:
    return str(COUNTS[number]) if number < len(COUNTS) else number_format(number, 0)


def _first(standing: Standing) -> str:
    """When it leaves and what is ready, in one sentence."""
    order = {"order": standing.order}
    if standing.leaves is None:
        said = _("Your order %(order)s has no day to leave yet") % order
    elif standing.days_late:
        said = _("Your order %(order)s should have left on %(day)s and is late: it has not left yet") % {
            **order, "day": weekday(standing.leaves)
        }  # fmt: skip
    elif standing.holds:
        said = _("Your order %(order)s is planned to leave on %(day)s, but something stops it") % {
            **order, "day": weekday(standing.leaves)
        }  # fmt: skip
    elif standing.leaves == standing.today:
        said = _("Your order %(order)s leaves today, %(day)s") % {**order, "day": weekday(standing.leaves)}
    else:
        said = _("Your order %(order)s leaves %(day)s") % {**order, "day": weekday(standing.leaves)}
    return "; ".join([said, *_ready(standing)]) + "."


def _ready(standing: Standing) -> list[str]:
    """How many lines have left, left in part, and are packed."""
    told = []
    for number, one, many in (
        (standing.gone, _("%(n)s of %(all)s lines has left"), _("%(n)s of %(all)s lines have left")),
        (standing.begun, _("%(n)s has left in part"), _("%(n)s have left in part")),
        (standing.packed, _("%(n)s of %(all)s lines is packed"), _("%(n)s of %(all)s lines are packed")),
    ):
        if number == standing.lines == 1:
            told.append(_("it is packed") if number == standing.packed else _("part of it has left"))
        elif number == standing.lines == standing.packed:
            told.append(_("all %(n)s lines are packed") % {"n": _count(number)})
        elif number:
            told.append((one if number == 1 else many) % {"n": _count(number), "all": _count(standing.lines)})
    return told


def _follow(rests: Sequence[Rest]) -> list[str]:
    told = [_rest(rest) for rest in rests[:TOLD]]
    if more := rests[TOLD:]:
        words = ngettext("%(n)s more part follows by %(day)s.", "%(n)s more parts follow by %(day)s.", len(more))
        told.append(words % {"n": _count(len(more)), "day": weekday(max(rest.ship_date for rest in more))})
    return [text[0].upper() + text[1:] for text in told]


def _rest(rest: Rest) -> str:
    what = {"quantity": _figure(rest.quantity), "name": rest.name, "day": weekday(rest.ship_date)}
    if rest.supply_on:
        words = _("%(quantity)s × %(name)s follow on %(day)s because supply comes on %(supply)s.")
        return words % {**what, "supply": weekday(rest.supply_on)}
    if rest.source == "lead_time":
        return _("%(quantity)s × %(name)s follow on %(day)s because they have to be bought first.") % what
    if rest.source == "special":
        return _("%(quantity)s × %(name)s follow on %(day)s because they are ordered for you from the supplier.") % what
    if rest.source == "drop_ship":
        return _("%(quantity)s × %(name)s come straight from the supplier, who sends them on %(day)s.") % what
    return _("%(quantity)s × %(name)s follow on %(day)s.") % what


def _moved(standing: Standing) -> list[str]:
    """Owning up: the last of it was promised for an earlier day."""
    first = standing.moved_from
    if first is None or standing.order.current_promise is None:
        return []
    words = _("All of it was first promised for %(first)s; now it is %(now)s.")
    return [words % {"first": weekday(first), "now": weekday(standing.order.current_promise)}]


def _holds(standing: Standing) -> list[str]:
    told = []
    for name, theirs in standing.holds:
        words = _("It waits for you: “%(hold)s”.") if theirs else _("We have stopped it ourselves: “%(hold)s”.")
        told.append(words % {"hold": name})
    return told


def _gone(standing: Standing) -> str:
    """All of it is on its way."""
    said = {"order": str(standing.order)}
    if standing.shipped_on is None:
        return _("Your order %(order)s has left in full.") % said
    said["left"] = weekday(standing.shipped_on)
    if standing.arrives and standing.arrives >= standing.today:
        words = _("Your order %(order)s left in full on %(left)s and should arrive on %(day)s.")
        return words % {**said, "day": weekday(standing.arrives)}
    return _("Your order %(order)s left in full on %(left)s; we have no word yet that it arrived.") % said


def say_question(question: CallQuestion, *, with_price: bool = True) -> str:
    """What to tell, or what was told, about an item: price, then date, then what is missing for it."""
    told = {
        "quantity": _figure(question.typed_quantity),
        "unit": question.unit,
        "name": question.product.name,
        "sku": question.product.sku,
    }
    said = [_("%(quantity)s %(unit)s of %(name)s (%(sku)s)") % told]
    if with_price:
        said.append(_price(question))
    return ": ".join([said[0], "; ".join([*said[1:], *_date(question)])]) + "."


def _price(question: CallQuestion) -> str:
    if question.unit_price is None or question.net_amount is None:
        return _("there is no price for it yet, we must ask pricing")
    return _("%(price)s %(currency)s per %(unit)s, %(net)s %(currency)s in all without tax") % {
        "price": _money(question.unit_price),
        "net": number_format(question.net_amount, 2, force_grouping=True),
        "currency": question.currency,
        "unit": question.product.stock_unit,
    }


def _money(price: Decimal) -> str:
    """A unit price with two places, or as many as it needs."""
    places = max(2, -int(price.normalize().as_tuple().exponent))
    return number_format(price, places, force_grouping=True)


def _date(question: CallQuestion) -> list[str]:
    if question.ship_date is None:
        return []
    what = {"day": weekday(question.ship_date), "stock": _figure(question.in_stock or ZERO)}
    if question.in_stock is not None and question.in_stock >= question.quantity:
        said = _("all of it is there and can leave on %(day)s") % what
    elif question.in_stock:
        said = _("%(stock)s are there now, all of it can leave on %(day)s") % what
    else:
        said = _("none is free now, all of it can leave on %(day)s") % what
    if question.wanted and question.ship_date > question.wanted:
        return [said, _("that is later than the %(wanted)s asked for") % {"wanted": weekday(question.wanted)}]
    return [said]


def told(call: Call, questions: Iterable[CallQuestion]) -> str:
    """The call in words, for colleagues: what was noted, then what was asked and answered. Prices stay on the call."""
    said = [say_question(question, with_price=False) for question in questions]
    heard = [
        _("Said on the telephone by %(contact)s") % {"contact": call.contact}
        if call.contact
        else _("Said on the telephone")
    ]
    return "\n".join([f"{heard[0]}:", *filter(None, [call.notes]), *said])


def subject_of(call: Call, questions: Sequence[CallQuestion]) -> str:
    """A call in a few words: the first line noted, else the first item asked for."""
    if call.notes.strip():
        return call.notes.strip().splitlines()[0][:160]
    if questions:
        return _("Asked for %(asked)s") % {"asked": questions[0].asked}
    return _("Call without a word noted")
