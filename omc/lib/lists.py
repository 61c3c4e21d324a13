"""Lists as declarations: the columns, sorts and filters that screen, file, bulk action and saved view all read.

A stage registers a ``ListView`` in ``registry.lists`` and shows it with ``orders.core.views.lists.show_list``.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from omc.lib.actor import Actor
from omc.lib.money import plain
from omc.lib.registry import Text
from omc.lib.templatetags import ui


@dataclass(frozen=True)
class Look:
    """Who looks, and what a cell may need beside its row."""

    actor: Actor
    currency: str
    time_zone: str
    now: datetime
    today: date


CURRENCY = gettext_lazy("Currency")
UNIT = gettext_lazy("Unit")
Cell = Callable[[Any, Look], Any]
Source = str | Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """One column: ``value`` is what a file holds, ``draw`` what the screen shows.

    ``unit`` stands in the head of a file when it is the same for all rows, else in a column of its own (``unit_label``).
    ``term`` is the glossary's key of what the label says in plain words.
    """

    key: str
    label: Text
    value: Cell
    draw: Cell
    unit: Cell | None = None
    unit_label: Text = ""
    permission: str = ""
    shown: bool = True
    figure: bool = False
    css: str = ""
    in_file: bool = True
    term: str = ""


@dataclass(frozen=True)
class Sort:
    """One offered order: a total one over fields that are never null; ``where`` leaves the rows that have them."""

    label: Text
    order: tuple[str, ...]
    column: str = ""
    where: Q | None = None


@dataclass(frozen=True)
class ListView:
    """A list of one company's rows.

    ``rows(actor, filters)`` reads, with the cleaned data of ``form(data, actor)``; ``prepare(rows, look)`` adds to the
    rows of one page what one query each can tell; the first of ``sorts`` is the usual one.
    """

    key: str
    name: Text
    unit: Text
    permission: str
    url: str
    columns: tuple[Column, ...]
    sorts: Mapping[str, Sort]
    rows: Callable[[Actor, Mapping[str, Any]], QuerySet[Any]]
    form: Callable[[Any, Actor], Form]
    one: Text = ""  # the unit of a single row
    subject: str = ""
    prepare: Callable[[list[Any], Look], None] | None = None
    bulk_when: Callable[[Any], bool] = field(default=lambda row: True)

    @cached_property
    def usual_sort(self) -> str:
        return next(iter(self.sorts))

    def columns_for(self, actor: Actor) -> list[Column]:
        """The columns that the actor's role may see."""
        return [column for column in self.columns if not column.permission or actor.can(column.permission)]


def _reader(source: Source) -> Callable[[Any], Any]:
    """A path such as "customer.name" (None on the way is None), "get_state_display", or any function of the row."""
    if callable(source):
        return source
    parts = source.split(".")
    if choice := re.fullmatch(r"get_(\w+)_display", source):
        return partial(_word, field=choice[1])
    if len(parts) == 1:
        return operator.attrgetter(source)

    def read(row: Any) -> Any:
        for part in parts:
            row = getattr(row, part, None)
            if row is None:
                return None
        return row

    return read


@cache
def _words_of(model: type[Model], field: str) -> dict[Any, Any]:
    """What each choice of a field is called; ``get_…_display`` would translate all of them for each row."""
    try:
        return dict(getattr(model._meta.get_field(field), "flatchoices", ()))
    except FieldDoesNotExist:
        return {}


def _word(row: Any, field: str) -> Any:
    """What a row's choice is called; the value itself where it is none of them."""
    value = getattr(row, field)
    model: Any = type(row)
    return _words_of(model, field).get(value, value)


def _plain(read: Callable[[Any], Any]) -> Cell:
    return lambda row, look: read(row)


def text(key: str, label: Text, source: Source, *, missing: Any = "–", **more: Any) -> Column:
    """Words; objects say their name."""
    read = _reader(source)

    def value(row: Any, look: Look) -> str:
        found = read(row)
        return "" if found is None else str(found)

    return Column(key, label, value, lambda row, look: value(row, look) or missing, **more)


def link(
    key: str,
    label: Text,
    url: str,
    source: Source = str,
    *,
    to: Source = "pk",
    sub: Callable[[Any], Any] | None = None,
    **more: Any,
) -> Column:
    """Words that lead to the page named ``url`` of the row's ``to``; nothing there is a dash."""
    read, target = _reader(source), _reader(to)

    def draw(row: Any, look: Look) -> SafeString:
        pk, said = target(row), read(row)
        if pk is None:
            return SafeString("–")
        below = sub(row) if sub else ""
        second = format_html('<div class="sub">{}</div>', below) if below else ""
        return format_html('<a href="{}">{}</a>{}', reverse(url, args=[pk]), said, second)

    return Column(key, label, lambda row, look: "" if read(row) is None else str(read(row)), draw, **more)


def money(
    key: str,
    label: Text,
    source: Source,
    currency: Source | None = None,
    *,
    places: int = 2,
    missing: Any = "–",
    unit_label: Text = CURRENCY,
    permission: str = "orders.view_price",
    **more: Any,
) -> Column:
    """An amount in the currency of its row, or (without one) of the company."""
    read, coin = _reader(source), _reader(currency) if currency else None

    def unit(row: Any, look: Look) -> Any:
        return coin(row) if coin else look.currency

    def draw(row: Any, look: Look) -> SafeString:
        return ui.money(read(row), unit(row, look), places=places, missing=str(missing))

    return Column(
        key, label, _plain(read), draw, unit, unit_label if coin else "", permission=permission, figure=True, **more
    )


def quantity(key: str, label: Text, source: Source, unit: Any = "", *, missing: Any = "–", **more: Any) -> Column:
    """A count or quantity, with its unit if it is the same in all rows."""
    read = _reader(source)

    def value(row: Any, look: Look) -> Any:
        found = read(row)
        return Decimal(plain(found)) if isinstance(found, Decimal) else found

    return Column(
        key,
        label,
        value,
        lambda row, look: ui.qty(read(row), unit, missing=str(missing)),
        (lambda row, look: unit) if unit else None,
        figure=True,
        **more,
    )


def measured(key: str, label: Text, source: Source, unit: Source, *, missing: Any = "–", **more: Any) -> Column:
    """A quantity in the unit of its row."""
    read, unit_of = _reader(source), _reader(unit)

    def value(row: Any, look: Look) -> Any:
        found = read(row)
        return Decimal(plain(found)) if isinstance(found, Decimal) else found

    def draw(row: Any, look: Look) -> SafeString:
        return ui.qty(read(row), unit_of(row), missing=str(missing))

    unit_cell = _plain(unit_of)
    return Column(key, label, value, more.pop("draw", draw), unit_cell, unit_label=UNIT, figure=True, **more)


def percent(
    key: str, label: Text, source: Source, *, places: int = 1, plus: bool = False, missing: Any = "", **more: Any
) -> Column:
    read = _reader(source)
    draw = lambda row, look: ui.percent(read(row), places, plus, missing=str(missing))  # noqa: E731
    return Column(key, label, _plain(read), draw, lambda row, look: "%", figure=True, **more)


def day(key: str, label: Text, source: Source, *, missing: Any = "–", **more: Any) -> Column:
    """A date."""
    read = _reader(source)
    return Column(key, label, _plain(read), lambda row, look: ui.when(read(row), missing=str(missing)), **more)


def moment(key: str, label: Text, source: Source, *, age: bool = True, missing: Any = "–", **more: Any) -> Column:
    """A point in time; files give it in the company's time zone, which their head names."""
    read = _reader(source)

    def value(row: Any, look: Look) -> datetime | None:
        found = read(row)
        return found.astimezone(ZoneInfo(look.time_zone)) if found else None

    def draw(row: Any, look: Look) -> SafeString:
        return ui.when(read(row), age=age, missing=str(missing))

    return Column(key, label, value, draw, lambda row, look: look.time_zone, **more)


def buttons(key: str, draw: Cell, **more: Any) -> Column:
    """What one may do with a row at once: for the screen only."""
    return Column(key, gettext_lazy("Actions"), lambda row, look: "", draw, css="fit", in_file=False, **more)


def state(
    key: str,
    label: Text,
    source: str = "state",
    *,
    chips: Callable[[Any, Look], Sequence[tuple[Any, str, str]]] | None = None,
    **more: Any,
) -> Column:
    """A state as a chip, and more chips (word, meaning, icon) beside it."""

    def word(row: Any) -> str:
        return str(_word(row, source))

    def value(row: Any, look: Look) -> str:
        return ", ".join([word(row), *(str(chip[0]) for chip in (chips(row, look) if chips else ()))])

    def draw(row: Any, look: Look) -> SafeString:
        main = ui.state(getattr(row, source), label=word(row))
        if not chips:
            return main
        more_chips = format_html_join("", " {}", ((ui.chip(*chip),) for chip in chips(row, look)))
        return format_html("{}{}", main, more_chips)

    return Column(key, label, value, draw, **more)
